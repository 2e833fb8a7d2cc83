"""The shape of every rule file, as frozen pydantic models: the one source for reading and for the JSON Schema.

These objects are also the content of a rule set: a page shows `Service.summary` as it stands here, translated.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from portal.triage.blocks import About, Age, Block
from portal.triage.facts import OLDEST
from portal.triage.opening import Hours, Period
from portal.triage.priorities import ReportTime, Target
from portal.triage.public_answers import EditorialAnswers, PublicAnswers
from portal.triage.reply_file import Replies
from portal.triage.shapes import Day, Language, MailAddress, Moment, Refusal, Shape, Slug, Text, TopicId, Url, needed
from portal.triage.situations import Situation, WrittenAs

Level = Literal["strong", "good", "possible"]
Urgency = Literal["emergency", "today", "soon", "planned"]
Entrance = Literal["private", "professional"]
Audience = Literal["young", "adult", "all"]
Whose = Literal[About, "nobody"]
Phrases = dict[Language, list[Text]]

ORDER = "Place in lists; lower comes first."
PHRASES = "What people write, by language tag. They also teach the bot."
MESSAGES = "Whole messages as people write them, by language tag. They teach the bot."
SOURCE = "Where this comes from, or where it was decided. Not shown."


class Validity(Shape):
    """Days on which something holds, both included; an end left out is open."""

    from_: Day | None = Field(default=None, alias="from", description="The first day, as 2026-01-31.")
    to: Day | None = Field(default=None, description="The last day, as 2026-12-31.")

    def covers(self, day: date) -> bool:
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class HoursException(Shape):
    """A day on which other hours hold."""

    date: Day = needed("The day.", "2026-06-19")
    hours: list[Period] = Field(default=[], max_length=12, description="Periods of that day; an empty list is closed.")


class Helpline(Shape):
    """A number to call, of somebody who helps."""

    slug: Slug = needed("Its name in other files.", "bris")
    name: Text = needed("What it is called.", "Bris")
    number: Text = needed("The number, in quotes.", "116 111")
    for_: Text = needed("For whom or when, one sentence.", "För dig som är under 18 år.", alias="for")
    hours: Hours = Field(default=None, description="When somebody answers; left out when nobody has told us.")
    languages: list[Language] = Field(default=[], description="Languages in which somebody answers.")
    audience: Audience = Field(default="all", description="For the young, for adults, or for all.")
    verified: Day | None = Field(default=None, description="The day when somebody called the number.")
    verified_by: Text | None = Field(default=None, description="Who did: a role.")
    source: Text = needed(SOURCE, "beslut 2026-01-15")


class ContactCentre(Shape):
    """Where people answer requests."""

    name: Text = needed("What it is called.", "Kontaktcenter")
    phone: Text = needed("Its number, in quotes.", "011-15 00 00")
    hours: Hours = needed("When somebody answers; null when nobody has told us.", {"mon-fri": ["08:00-16:30"]})
    closed_on_holidays: bool = Field(default=True, description="Closed on public holidays?")
    closed_on_eves: bool = Field(default=False, description="Closed on Midsummer, Christmas and New Year's Eve?")
    exceptions: list[HoursException] = Field(default=[], description="Days with other hours.")


OpenHours = Annotated[float, Field(gt=0, le=2000, allow_inf_nan=False)]


class AnswerWithin(Shape):
    """Opening hours of the contact centre within which a first answer is promised."""

    emergency: OpenHours = needed("Opening hours until the answer.", 1)
    today: OpenHours = needed("Opening hours until the answer.", 4)
    soon: OpenHours = needed("Opening hours until the answer.", 16)
    planned: OpenHours = needed("Opening hours until the answer.", 40)


class AreaCategory(Shape):
    """What a worry about a place can be about."""

    slug: Slug = needed("Its name in stored worries; never change it.", "damage")
    label: Text = needed("What people read: a thing seen, no judgement.", "Något är förstört")


class AreaReceiver(Shape):
    """Somebody to whom a worry about a place may be passed on, without any person in it."""

    slug: Slug = needed("Its name in stored worries; never change it.", "property-owners")
    label: Text = needed("What it is called.", "Fastighetsägare i området")
    staff: Text = needed("How it is passed on, for staff.", "Ta upp det på veckomötet.")


class AreaSignals(Shape):
    """Worries about places: what they can be about and what becomes of them."""

    categories: list[AreaCategory] = Field(default=[], description="In the order of the form; none closes the form.")
    receivers: list[AreaReceiver] = Field(default=[], description="To whom they may be passed on.")
    hide_below: int = Field(default=5, ge=3, le=50, description="Counts from 1 up to this are hidden in pictures.")
    text_days: int = Field(default=365, ge=1, le=3650, description="Days after which the texts are erased.")
    decision: Text = Field(default="Not decided.", description="The decision behind that, for the protocol.")


class HandoverGround(Shape):
    """A legal ground on which staff may hand a request over to a unit without the person's consent."""

    slug: Slug = needed("Its name; it is stored with what was handed over.", "danger")
    name: Text = needed("What staff choose.", "Någon är i fara")
    law: Text | None = Field(default=None, description="The law it rests on, with the day when somebody looked it up.")
    needs_reason: bool = Field(default=False, description="Whether staff must write why.")


class HandoverTerms(Shape):
    """How requests are handed over to units."""

    answer_within: OpenHours = Field(
        default=8, description="Opening hours of the unit within which it says yes or no: one working day."
    )
    confirm_within_days: int = Field(
        default=3, ge=1, le=60, description="Days within which a unit has what it accepted in its own system."
    )
    grounds: list[HandoverGround] = Field(default=[], description="Grounds beside the person's consent.")


class RetentionClass(Shape):
    """Requests that are kept longer than the rest, by how they were closed."""

    slug: Slug = needed("Its name.", "report")
    name: Text = needed("Its name for staff.", "Orosanmälan")
    closed_as: list[Slug] = needed("The reasons for closing that belong here.", ["report-taken"])
    days: int = needed("Days after closing; at least code_valid_days, which pages promise.", 365, ge=1, le=36500)
    decision: Text = needed("The decision it rests on; stands in the protocol of what was erased.", "Nämnden § 12")


class Retention(Shape):
    """How long the text of a closed request is kept."""

    decision: Text = needed("The decision for requests of no class below.", "Nämnden § 12")
    unread_told_after_days: int = Field(
        default=14, ge=0, le=3650, description="Days after which a supervisor is told of an answer nobody has read."
    )
    classes: list[RetentionClass] = Field(default=[], description="Requests that are kept longer.")

    def class_for(self, close_reason: str) -> RetentionClass | None:
        """The class of a request closed for this reason; None for an ordinary one."""
        return next((each for each in self.classes if close_reason in each.closed_as), None)


WorkingHours = Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)]


class StaffSafety(Shape):
    """What is decided about threats against staff, and about requests that are put aside."""

    threat_days: int = Field(default=30, ge=1, le=366, description="The most days for which two handle a request.")
    alone_after_minutes: int = Field(
        default=10,
        ge=1,
        le=1440,
        description="After so long without a colleague one may act alone.",
    )
    aftercare_within: WorkingHours = Field(default=8, description="Opening hours until somebody talks with them.")
    misuse_judged_within: WorkingHours = Field(default=8, description="Opening hours until a human looks at it.")
    feedback_within: WorkingHours = Field(
        default=40, description="Opening hours until a professional who reported is told what happens."
    )


class Municipality(Shape):
    """The municipality, its contact centre and its helplines."""

    slug: Slug = needed("Its short name.", "norrkoping")
    name: Text = needed("Its name.", "Norrköpings kommun")
    live: bool = needed("false as long as it is a demonstration.", False)
    time_zone: Text = needed("Its time zone.", "Europe/Stockholm")
    exit_url: Url = needed("Where the quick exit leads: a harmless page.", "https://www.smhi.se/")
    contact_centre: ContactCentre = needed("Where people answer.", {"name": "Kontaktcenter"})
    safe_word: Text = needed("A word that means danger when written alone.", "HJÄLP")
    answer_within: AnswerWithin = needed("Promised time to a first answer, by urgency.", {"emergency": 1})
    adult_from_age: int = needed("The age from which somebody is an adult.", 18, ge=0, le=30)
    code_valid_days: int = needed("Days for which a receipt code works.", 90, ge=1, le=3650)
    priorities: list[Target] = Field(
        default=[], description="How soon a human acts. Left out: danger first, then what is promised."
    )
    report_times: list[ReportTime] = Field(default=[], description="The time to assess a report on a child.")
    area_signals: AreaSignals = Field(default=AreaSignals(), description="Worries about places.")
    handover: HandoverTerms = Field(default=HandoverTerms(), description="How requests are handed over to units.")
    public_answers: PublicAnswers = Field(default=PublicAnswers(), description="Questions answered in public.")
    retention: Retention = Field(
        default=Retention(decision="Not decided."), description="How long closed requests are kept, and who decided it."
    )
    hide_below: int = Field(
        default=5,
        description="In figures, numbers of people that are smaller than this are hidden.",
        examples=[5],
        ge=3,
        le=50,
    )
    age_bands: list[Annotated[int, Field(ge=1, le=120)]] = Field(
        default=[13, 16, 18, 21, 25, 65],
        description="In figures, the ages at which a new group begins, in rising order.",
        examples=[[13, 18, 25]],
    )
    staff_safety: StaffSafety = Field(default=StaffSafety(), description="Threats, and what is put aside.")
    helplines: list[Helpline] = needed("Numbers to call.", [])

    @model_validator(mode="after")
    def _keep_what_is_promised(self) -> Municipality:
        for each in self.retention.classes:
            if each.days < self.code_valid_days:
                raise Refusal(
                    f"{each.days} days for {each.slug} are fewer than code_valid_days, which pages promise",
                    remedy=f"Give it at least {self.code_valid_days} days",
                )
        return self


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


class Notify(Shape):
    """How a unit is told that something waits for it in the portal. None of these carries what a person wrote."""

    mail: MailAddress | None = Field(default=None, description="An e-mail address that the unit reads every day.")
    webhook: Url | None = Field(default=None, description="An address of the unit's own system; https.")
    folder: Slug | None = Field(default=None, description="A folder under the one that the operator sets.")


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
