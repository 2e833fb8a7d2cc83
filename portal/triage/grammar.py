"""The shape of every rule file, as frozen pydantic models: the one source for reading and for the JSON Schema.

These objects are also the content of a rule set: a page shows `Service.summary` as it stands here, translated.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from portal.triage.blocks import About, Age, Block
from portal.triage.facts import OLDEST
from portal.triage.municipality import SOURCE
from portal.triage.municipality import AreaSignals as AreaSignals
from portal.triage.municipality import Audience as Audience
from portal.triage.municipality import ContactCentre as ContactCentre
from portal.triage.municipality import HandoverGround as HandoverGround
from portal.triage.municipality import Helpline as Helpline
from portal.triage.municipality import HoursException as HoursException
from portal.triage.municipality import Municipality as Municipality
from portal.triage.municipality import Retention as Retention
from portal.triage.municipality import RetentionClass as RetentionClass
from portal.triage.municipality import Validity as Validity
from portal.triage.notify import Notify as Notify
from portal.triage.opening import Hours
from portal.triage.public_answers import EditorialAnswers
from portal.triage.reply_file import Replies
from portal.triage.shapes import Day, Language, Moment, Refusal, Shape, Slug, Text, TopicId, Url, needed
from portal.triage.situations import Situation, WrittenAs

Level = Literal["strong", "good", "possible"]
Urgency = Literal["emergency", "today", "soon", "planned"]
Entrance = Literal["private", "professional"]
Whose = Literal[About, "nobody"]
Phrases = dict[Language, list[Text]]

ORDER = "Place in lists; lower comes first."
PHRASES = "What people write, by language tag. They also teach the bot."
MESSAGES = "Whole messages as people write them, by language tag. They teach the bot."


class Area(Shape):
    """An area, with the days on which it counts."""

    slug: Slug = needed("Its name in other files.", "hageby")
    name: Text = needed("Its name for people.", "Hageby")
    aliases: list[Text] = Field(default=[], description="Other names people use.")
    valid: Validity = Field(default=Validity(), description="From and to which day; never remove an area, end it.")
    source: Text = needed(SOURCE, "beslut 2026-01-15")


class Areas(Shape):
    """Every area, those that have ended too."""

    areas: list[Area] = needed("The areas.", [])


class LanguageEntry(Shape):
    """A language of the portal."""

    tag: Language = needed("Its tag.", "sv")
    name: Text = needed("Its name in itself.", "Svenska")
    locale: Text = needed("How dates and numbers are written.", "sv_SE")
    catalogue: Text = needed("The folder of its translations.", "sv")
    dir: Literal["ltr", "rtl"] = needed("Written from left or from right.", "ltr")
    status: Literal["source", "partial", "draft", "reviewed"] = needed(
        "Has a speaker read it? Partial when texts are missing, which then stand there in Swedish and English.", "draft"
    )
    aliases: list[Language] = Field(default=[], description="Other tags that browsers send for it.")
    confirm_topics: bool = Field(default=False, description="Whether the chat always asks before it takes up a topic.")


class Languages(Shape):
    """The languages of the portal, in the order of the menu."""

    languages: list[LanguageEntry] = needed("The languages.", [])


class Answer(Shape):
    """One answer to a question."""

    value: Annotated[
        Annotated[str, Tag("<word>")] | Annotated[int, Tag("<number>")],
        Discriminator(lambda value: "<number>" if type(value) is int else "<word>"),
    ] = needed("The fact that this answer means; an age stands for its range.", "my-child")
    ages: Age | None = Field(default=None, description="For answers about age: the ages it means, as in 13-15.")
    label: Text = needed("What the person reads.", "Mitt barn")


class Question(Shape):
    """What a person may be asked."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"fact": {"const": "area"}}, "required": ["fact"]},
            "else": {"required": ["answers"]},
        }
    )
    fact: Literal["about", "age", "area", "when", "roof-tonight", "children-present", "tried-before"] = needed(
        "The fact it asks for.", "when"
    )
    ask: Text = needed("The question.", "När behövs hjälpen?")
    why: Text = needed("Why it is asked.", "Då vet vi om någon behöver svara genast.")
    answers: list[Answer] = Field(
        default=[], min_length=2, description="The answers. Left out for area: then the areas of the day are listed."
    )

    @model_validator(mode="after")
    def _answers_are_written(self) -> Question:
        if not self.answers and self.fact != "area":
            raise Refusal(
                f"the question about {self.fact} has no answers",
                remedy="Write answers: with at least two; only the question about area may leave them out",
            )
        return self


class Questions(Shape):
    """Everything a person may be asked; at most four of these come up."""

    questions: list[Question] = needed("The questions.", [])


class Subtopic(Shape):
    """A closer look at a topic."""

    id: Slug = needed("Its name; rules write topic.subtopic.", "eviction")
    label: Text = needed("What the person reads.", "Vi blir vräkta")
    phrases: Phrases = Field(default={}, description=PHRASES)


class Topic(Shape):
    """What it can be about."""

    topic: Slug = needed("Its name: the name of the file.", "housing")
    label: Text = needed("What the person reads.", "Bostad")
    order: int = needed(ORDER, 6)
    tile: bool = Field(default=False, description="Shown on the first page?")
    entrance: list[Entrance] = Field(default=["private"], description="Offered to private people, professionals, both.")
    phrases: Phrases = Field(default={}, description=PHRASES)
    subtopics: list[Subtopic] = Field(default=[], description="A closer look, as buttons.")


class Card(Shape):
    """What a person in danger sees first."""

    title: Text = needed("The heading.", "Ring 112 om du är i fara nu")
    lines: list[Text] = needed("What to do, one line each.", ["Säg var du är."], min_length=1, max_length=6)
    helplines: list[Slug] = needed(
        "Helplines of municipality.yaml; emergency-112 comes first.", ["emergency-112"], min_length=1
    )


class Danger(Shape):
    """A danger signal: how it is recognised and what is shown."""

    signal: Slug = needed("Its name: the name of the file.", "violence-now")
    label: Text = needed("What staff read.", "Våld eller hot just nu")
    order: int = needed(ORDER, 1)
    topics: list[TopicId] = Field(default=[], description="Topics whose button means this danger.")
    card: Card = needed("What the person sees.", {"title": "Ring 112"})
    staff: Text = needed("What staff must do.", "Ring 112 med det du vet.")
    phrases: Phrases = needed("Danger phrases, by language tag.", {"sv": ["slår mig nu"]})
    messages: Phrases = Field(default={}, description=MESSAGES)
    reviewed: dict[Language, Day | None] = Field(default={}, description="The day a speaker read the phrases.")


class Calm(Shape):
    """Negations, figures of speech and fiction: a danger phrase that shares a word with one of these does not count."""

    phrases: Phrases = needed("Phrases, by language tag.", {"sv": ["på film"]})
    messages: Phrases = Field(default={}, description=MESSAGES)


class Outside(Shape):
    """A matter that is not ours."""

    matter: Slug = needed("Its name: the name of the file.", "building-permit")
    label: Text = needed("What it is called.", "Bygglov")
    turn_to: Text = needed("Where to turn, one sentence.", "Kommunens kontaktcenter kopplar dig dit.")
    phrases: Phrases = needed(PHRASES, {"sv": ["behöver jag bygglov"]})


class Said(Shape):
    """Phrases by which a message says one fact."""

    fact: Literal["about", "age", "area", "when", "roof-tonight", "children-present"] = needed("The fact.", "when")
    value: Slug | None = Field(
        default=None,
        description="What it is. null takes back what others find in these words; left out for age.",
    )
    of: Whose | None = Field(
        default=None, description="Whose age the phrases say; nobody for a number that is no age. Left out when open."
    )
    phrases: list[Text] = needed(
        "Phrases as in danger/; <age> is a number of years.", ["min son på <age>"], min_length=1
    )


class Understood(Shape):
    """What messages in one language say by themselves, so that it is not asked again."""

    language: Language = needed("Its tag: the name of the file.", "sv")
    numbers: dict[Text, Annotated[int, Field(ge=0, le=OLDEST)]] = Field(
        default={}, description="Words for numbers of years, in every form that people write."
    )
    said: list[Said] = needed("The phrases, fact by fact.", [{"fact": "when", "value": "now", "phrases": ["nu"]}])


class Channel(Shape):
    """A way to reach a service."""

    kind: Literal[
        "phone", "visit", "form", "chat", "meet", "text", "post", "web", "drop-in", "emergency", "staff", "video"
    ] = needed("What kind of way.", "phone")
    number: Text | None = Field(default=None, description="A number, in quotes.")
    place: Text | None = Field(default=None, description="A place to go to.")
    url: Url | None = Field(default=None, description="A web address.")
    note: Text | None = Field(default=None, description="A word about it.")


class Rule(Shape):
    """When a service is suggested."""

    id: Slug = needed("Its name, like no other rule's.", "eviction-soon")
    if_: Block = needed("Conditions that must all hold; {} always holds.", {"topic": "housing"}, alias="if")
    suggest: Level = needed("How well the service fits.", "good")
    urgency: Urgency | None = Field(default=None, description="How soon an answer is needed, if the rule says so.")
    because: Text = needed("Why, in the person's words.", "Vi kan prata med din hyresvärd.")
    source: Text | None = Field(default=None, description=SOURCE)
    valid: Validity = Field(default=Validity(), description="The days on which the rule holds.")


class Service(Shape):
    """Who can help, when and how, and the rules that lead there."""

    service: Slug = needed("Its name: the name of the file.", "reception")
    kind: Literal["service", "partner"] = needed("Our own service, or a partner's.", "service")
    name: Text = needed("What it is called.", "Mottagningen")
    order: int = needed(ORDER, 50)
    summary: Text = needed("What it does, one sentence.", "Mottagningen svarar på frågor.")
    about: Text = needed("More about it, a few short lines.", "Vi lyssnar och ger råd.")
    for_: Text = needed("Whom it is for.", "För alla, i alla åldrar.", alias="for")
    not_for: Text | None = Field(default=None, description="Whom it is not for.")
    assessment_required: Literal["no", "mixed", "yes"] = needed("Is a decision needed before help?", "no")
    fee: Literal["free", "may-apply"] = Field(default="free", description="Does it cost anything?")
    identity: list[Literal["anonymous", "code", "name"]] = Field(default=[], description="How one may come there.")
    audience: Audience = Field(default="all", description="Those for the young come first when it concerns a child.")
    staff_only: bool = Field(default=False, description="Only staff see it.")
    compartment: Literal["own", "sealed", "restricted", "other-board", "none"] = Field(
        default="own", description="Who may read what is sent there."
    )
    takes_handovers: bool = Field(default=True, description="May staff hand requests over to it, here in the portal?")
    notify: Notify = Field(default=Notify(), description="How it is told that a request waits for it. Not shown.")
    channels: list[Channel] = needed("How to reach it.", [{"kind": "form"}])
    hours: Hours = needed("When it is open; null when nobody has told us.", {"mon-fri": ["08:00-16:30"]})
    closed_on_holidays: bool = Field(default=True, description="Closed on public holidays?")
    closed_on_eves: bool = Field(default=False, description="Closed on Midsummer, Christmas and New Year's Eve?")
    exceptions: list[HoursException] = Field(default=[], description="Days with other hours.")
    fallback_when_closed: Slug | None = Field(default=None, description="The service to turn to when this is closed.")
    languages: list[Language] = Field(default=[], description="Languages in which somebody answers.")
    areas: list[Slug] = Field(default=[], description="Areas where it works.")
    never_ask: list[
        Literal["topics", "about", "age", "area", "when", "roof-tonight", "children-present", "tried-before"]
    ] = Field(default=[], description="Facts that nobody is asked for on the way here.")
    valid: Validity = Field(default=Validity(), description="The days on which the service exists.")
    decision_ref: Text | None = Field(default=None, description="The decision behind it. Not shown.")
    source: Text = needed(SOURCE, "beslut 2026-01-15")
    rules: list[Rule] = needed("When it is suggested.", [])


class Expectation(Shape):
    """What must come out."""

    first: Slug | None = Field(default=None, description="The service that comes first.")
    within_three: Slug | None = Field(default=None, description="A service among the first three.")
    urgency: Urgency | None = Field(default=None, description="How soon an answer is needed.")
    danger: list[Slug] | None = Field(default=None, description="Exactly these danger signals; [] for none.")


class Example(Shape):
    """A situation and what must come out of it."""

    name: Text = needed("The situation in one sentence.", "En mormor är orolig för sitt barnbarn")
    facts: Annotated[dict[str, Any], WrittenAs(Situation)] = needed("What is known.", {"topics": ["housing.eviction"]})
    at: Moment | None = Field(default=None, description="A local moment, as 2026-03-10T22:00.")
    words: Text | None = Field(
        default=None, description="What such a person might write; makes it a practice request for trainees too."
    )
    expect: Expectation = needed("What must come out.", {"first": "reception"})


class Examples(Shape):
    """Situations that must keep coming out well."""

    examples: list[Example] = needed("The situations.", [])


SHAPES: Final[dict[str, type[Shape]]] = {
    "municipality.yaml": Municipality,
    "areas.yaml": Areas,
    "languages.yaml": Languages,
    "questions.yaml": Questions,
    "replies.yaml": Replies,
    "danger/calm.yaml": Calm,
    "topics/": Topic,
    "danger/": Danger,
    "outside/": Outside,
    "understood/": Understood,
    "services/": Service,
    "examples/": Examples,
    "answers.yaml": EditorialAnswers,
}
"""File, or folder with one file per thing, to its shape."""

OPTIONAL: Final = ("understood/", "answers.yaml", "replies.yaml")
"""What may be missing, and folders that may be empty."""

NOT_RULES: Final = ("answers.yaml",)
"""Files of editors that lie among the rules and are no part of a rule set."""

OWN_NAME: Final[dict[type[Shape], str]] = {
    Topic: "topic",
    Danger: "signal",
    Outside: "matter",
    Service: "service",
    Understood: "language",
}
"""The key that must equal the file's name."""
