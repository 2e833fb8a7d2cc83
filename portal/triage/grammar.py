"""The shape of every rule file, as frozen pydantic models: the one source for reading and for the JSON Schema.

These objects are also the content of a rule set: a page shows `Service.summary` as it stands here, translated.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from portal.triage.blocks import MOST_ALTERNATIVES, Block, alternatives
from portal.triage.hours import BadHours, parse_hours
from portal.triage.shapes import Language, Shape, Slug, Text, TopicId

Level = Literal["strong", "good", "possible"]
Urgency = Literal["emergency", "today", "soon", "planned"]
Entrance = Literal["private", "professional"]
Phrases = dict[Language, list[Text]]


def _hours_are_readable(value: Any) -> Any:
    if value is None or value == "always":
        return value
    if not isinstance(value, dict) or not all(isinstance(periods, list) for periods in value.values()):
        raise ValueError('hours are "always" or days with lists of periods, as in mon-fri: ["08:00-16:30"]')
    try:
        parse_hours(value)
    except BadHours as error:
        raise ValueError(str(error)) from error
    return value


Hours = Annotated[Literal["always"] | dict[str, list[str]] | None, BeforeValidator(_hours_are_readable)]


class Validity(Shape):
    """Days on which something holds, both included; an end left out is open."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    def covers(self, day: date) -> bool:
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class HoursException(Shape):
    date: date
    hours: list[str] = Field(default=[])


class Helpline(Shape):
    slug: Slug
    name: Text
    number: Text
    for_: Text = Field(alias="for")
    hours: Hours = None
    languages: list[Language] = Field(default=[])
    audience: Literal["young", "adult", "all"] = "all"
    verified: date | None = None
    verified_by: Text | None = None
    source: Text


class ContactCentre(Shape):
    name: Text
    phone: Text
    hours: Hours
    closed_on_holidays: bool = True
    closed_on_eves: bool = False
    exceptions: list[HoursException] = Field(default=[])


class AnswerWithin(Shape):
    """Opening hours of the contact centre within which a first answer is promised."""

    emergency: float
    today: float
    soon: float
    planned: float


class Municipality(Shape):
    slug: Slug
    name: Text
    live: bool
    time_zone: Text
    exit_url: Text
    contact_centre: ContactCentre
    safe_word: Text
    answer_within: AnswerWithin
    adult_from_age: int = Field(ge=0, le=30)
    code_valid_days: int = Field(ge=1)
    helplines: list[Helpline]


class Area(Shape):
    slug: Slug
    name: Text
    aliases: list[Text] = Field(default=[])
    valid: Validity = Validity()
    source: Text


class Areas(Shape):
    areas: list[Area]


class LanguageEntry(Shape):
    tag: Language
    name: Text
    locale: Text
    catalogue: Text
    dir: Literal["ltr", "rtl"]
    status: Literal["source", "draft", "reviewed"]


class Languages(Shape):
    languages: list[LanguageEntry]


class Answer(Shape):
    value: str | int
    label: Text


class Question(Shape):
    fact: Literal["about", "age", "area", "when", "roof-tonight", "children-present", "tried-before"]
    ask: Text
    why: Text
    answers: list[Answer] = Field(default=[], min_length=2)

    @model_validator(mode="after")
    def _answers_are_written(self) -> Question:
        if not self.answers and self.fact != "area":
            raise ValueError("'answers' is missing; only the question about area may leave it out")
        return self


class Questions(Shape):
    questions: list[Question]


class Subtopic(Shape):
    id: Slug
    label: Text
    phrases: Phrases = Field(default={})


class Topic(Shape):
    topic: Slug
    label: Text
    order: int
    tile: bool = False
    entrance: list[Entrance] = Field(default=["private"])
    phrases: Phrases = Field(default={})
    subtopics: list[Subtopic] = Field(default=[])


class Card(Shape):
    title: Text
    lines: list[Text] = Field(min_length=1, max_length=6)
    helplines: list[Slug] = Field(min_length=1)


class Danger(Shape):
    signal: Slug
    label: Text
    order: int
    topics: list[TopicId] = Field(default=[])
    card: Card
    staff: Text
    phrases: Phrases
    reviewed: dict[Language, date | None] = Field(default={})


class Calm(Shape):
    """Negations, figures of speech and fiction: a danger phrase that shares a word with one of these does not count."""

    phrases: Phrases


class Outside(Shape):
    matter: Slug
    label: Text
    turn_to: Text
    phrases: Phrases


class Channel(Shape):
    kind: Literal[
        "phone",
        "visit",
        "form",
        "chat",
        "meet",
        "text",
        "post",
        "web",
        "drop-in",
        "emergency",
        "staff",
        "video",
    ]
    number: Text | None = None
    place: Text | None = None
    url: Text | None = None
    note: Text | None = None


def _can_be_indexed(block: Block) -> Block:
    ways = alternatives(block)
    if ways > MOST_ALTERNATIVES:
        raise ValueError(
            f"this rule can come true in {ways} ways; at most {MOST_ALTERNATIVES} are allowed. "
            "Split it into several rules, one for each choice of the longest 'any'"
        )
    return block


class Rule(Shape):
    id: Slug
    if_: Annotated[Block, AfterValidator(_can_be_indexed)] = Field(alias="if")
    suggest: Level
    urgency: Urgency | None = None
    because: Text
    source: Text | None = None
    valid: Validity = Validity()


class Service(Shape):
    service: Slug
    kind: Literal["service", "partner"]
    name: Text
    order: int
    summary: Text
    about: Text
    for_: Text = Field(alias="for")
    not_for: Text | None = None
    assessment_required: Literal["no", "mixed", "yes"]
    fee: Literal["free", "may-apply"] = "free"
    identity: list[Literal["anonymous", "code", "name"]] = Field(default=[])
    audience: Literal["young", "adult", "all"] = "all"
    staff_only: bool = False
    compartment: Literal["own", "sealed", "restricted", "other-board", "none"] = "own"
    channels: list[Channel]
    hours: Hours
    closed_on_holidays: bool = True
    closed_on_eves: bool = False
    exceptions: list[HoursException] = Field(default=[])
    fallback_when_closed: Slug | None = None
    languages: list[Language] = Field(default=[])
    areas: list[Slug] = Field(default=[])
    never_ask: list[str] = Field(default=[])
    valid: Validity = Validity()
    decision_ref: Text | None = None
    source: Text
    rules: list[Rule]


class Expectation(Shape):
    first: Slug | None = None
    within_three: Slug | None = None
    urgency: Urgency | None = None
    danger: list[Slug] | None = None


class Example(Shape):
    name: Text
    facts: dict[str, Any]
    at: datetime | None = None
    expect: Expectation


class Examples(Shape):
    examples: list[Example]


SHAPES: dict[str, type[Shape]] = {
    "municipality.yaml": Municipality,
    "areas.yaml": Areas,
    "languages.yaml": Languages,
    "questions.yaml": Questions,
    "danger/calm.yaml": Calm,
    "topics/": Topic,
    "danger/": Danger,
    "outside/": Outside,
    "services/": Service,
    "examples/": Examples,
}
"""File, or folder with one file per thing, to its shape."""
