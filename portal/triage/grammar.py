"""The shape of every rule file, as frozen pydantic models: the one source for reading and for the JSON Schema.

These objects are also the content of a rule set: a page shows `Service.summary` as it stands here, translated.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from portal.triage.conditions import CONDITION_KEYS, BadCondition, compile_block
from portal.triage.hours import BadHours, parse_hours

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
TopicId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)?$", max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z]+)?$")]
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


def _block_is_readable(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("a condition is a block of keys, as in {topic: home, age: under 18}")
    _refuse_unknown_keys(value)
    try:
        compile_block(value)
    except BadCondition as error:
        raise ValueError(str(error)) from error
    return value


def _refuse_unknown_keys(block: dict[str, Any]) -> None:
    for key, value in block.items():
        if key not in CONDITION_KEYS:
            raise ValueError(f"{key!r} is not a condition; allowed: {', '.join(CONDITION_KEYS)}")
        inner = [value] if key == "not" else value if key == "any" else []
        if not isinstance(inner, list) or not all(isinstance(item, dict) for item in inner):
            raise ValueError(f"{key!r} takes {'a block' if key == 'not' else 'a list of blocks'} of conditions")
        for item in inner:
            _refuse_unknown_keys(item)


Hours = Annotated[Literal["always"] | dict[str, list[str]] | None, BeforeValidator(_hours_are_readable)]
Block = Annotated[dict[str, Any], BeforeValidator(_block_is_readable)]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=False)


class Validity(Shape):
    """Days on which something holds, both included; an end left out is open."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    def covers(self, day: date) -> bool:
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class HoursException(Shape):
    date: date
    hours: list[str] = []


class Helpline(Shape):
    slug: Slug
    name: Text
    number: Text
    for_: Text = Field(alias="for")
    hours: Hours = None
    languages: list[Language] = []
    audience: Literal["young", "adult", "all"] = "all"
    verified: date | None = None
    verified_by: Text | None = None
    source: Text


class ContactCentre(Shape):
    name: Text
    phone: Text
    hours: Hours
    closed_on_holidays: bool = True
    exceptions: list[HoursException] = []


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
    aliases: list[Text] = []
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
    answers: list[Answer] = Field(min_length=2)


class Questions(Shape):
    questions: list[Question]


class Subtopic(Shape):
    id: Slug
    label: Text
    phrases: Phrases = {}


class Topic(Shape):
    topic: Slug
    label: Text
    order: int
    tile: bool = False
    entrance: list[Entrance] = ["private"]
    phrases: Phrases = {}
    subtopics: list[Subtopic] = []


class Card(Shape):
    title: Text
    lines: list[Text] = Field(min_length=1, max_length=6)
    helplines: list[Slug] = Field(min_length=1)


class Danger(Shape):
    signal: Slug
    label: Text
    order: int
    topics: list[TopicId] = []
    card: Card
    staff: Text
    phrases: Phrases
    reviewed: dict[Language, date | None] = {}


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


class Rule(Shape):
    id: Slug
    if_: Block = Field(alias="if")
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
    identity: list[Literal["anonymous", "code", "name"]] = []
    staff_only: bool = False
    compartment: Literal["own", "sealed", "restricted", "other-board", "none"] = "own"
    channels: list[Channel]
    hours: Hours
    closed_on_holidays: bool = True
    exceptions: list[HoursException] = []
    fallback_when_closed: Slug | None = None
    languages: list[Language] = []
    areas: list[Slug] = []
    never_ask: list[str] = []
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
