"""The shapes of the API: what comes in, what goes out. The OpenAPI document is generated from these."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from portal.desk.contact import AccessNeed

Urgency = Literal["emergency", "today", "soon", "planned"]
LongText = Annotated[str, StringConstraints(max_length=20_000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]

LANGUAGE = "A language tag such as sv. Texts come back in it; left out, in the language that the text is written in."
EXAMPLE_FACTS = {"topics": ["housing.eviction"], "about": "self", "when": "today"}


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TriageQuestion(Shape):
    """A situation to judge: words, facts, or both. Everything may be left out; unknown is not false."""

    text: LongText = Field(default="", description="The person's own words, in any language.")
    language: str | None = Field(default=None, description=LANGUAGE)
    facts: dict[str, Any] = Field(default_factory=dict, description="Known facts by name.", examples=[EXAMPLE_FACTS])
    asked: int = Field(default=0, ge=0, description="Facts you have asked the person for so far; four is the most.")


class ContactIn(Shape):
    """How the person can safely be reached. Leave out to stay without a name."""

    name: ShortText = ""
    channel: Literal["none", "phone", "sms", "email"] = "none"
    address: ShortText = Field(default="", description="Telephone number or e-mail address for the channel.")
    best_times: ShortText = ""
    may_leave_message: bool = False
    code_word: ShortText = ""
    never_contact: ShortText = Field(default="", description="Who must not know.")
    needs: list[Annotated[AccessNeed, Field(strict=False)]] = Field(
        default_factory=list, description="What helps us understand each other."
    )


class NewRequest(TriageQuestion):
    """A request to file: a situation with a message to the contact centre."""

    message: LongText = Field(default="", description="What the contact centre reads; `text` when left out.")
    contact: ContactIn | None = None
    protected: bool = Field(default=False, description="The person's details must be protected: few staff read it.")
    idempotency_key: Annotated[str, StringConstraints(min_length=22, max_length=200)] | None = Field(
        default=None, description="At least 22 random characters; the same key and content is filed once."
    )


class HelplineOut(Shape):
    name: str
    number: str


class CardOut(Shape):
    """A danger card as people wrote it. The first helpline is always 112."""

    title: str
    lines: list[str]
    helplines: list[HelplineOut]


class DangerOut(Shape):
    """A danger. A possible one is no more than a model's guess: ask its card's title as a question."""

    signal: str
    level: Literal["certain", "possible"]
    card: CardOut


class TopicOut(Shape):
    id: str
    confidence: float = Field(ge=0, le=1)


class ServiceOut(Shape):
    """A service in rank order, with the reasons of the rules that spoke for it."""

    slug: str
    name: str
    level: Literal["strong", "good", "possible"]
    certain: bool = Field(description="False while facts are missing.")
    open_now: bool
    opening: str = Field(
        description="Until when it is open, or when it opens, in words.", examples=["Öppet nu, till 16:30"]
    )
    stands_in_for: list[str] = Field(description="Slugs of suggested services that are closed, while this one answers.")
    because: list[str]


class AnswerOut(Shape):
    value: str | int
    label: str


class QuestionOut(Shape):
    """The fact that matters most now. It may always be left unanswered."""

    fact: str
    ask: str
    why: str
    answers: list[AnswerOut]


class TriageAnswer(Shape):
    """What triage answers. An outside matter has no services, `outside` true and a sentence on where to turn."""

    urgency: Urgency
    danger: list[DangerOut]
    topics: list[TopicOut]
    language: str
    services: list[ServiceOut]
    next_question: QuestionOut | None
    ruleset: str
    facts: dict[str, Any] = Field(description="The facts that were judged, those read from the text included.")
    outside: bool = False
    turn_to: str | None = None
    understood: bool = Field(description="False when only danger phrases could be read from the text.")


class RequestFiled(Shape):
    """Shown once. The receipt code is the only way back for a person without a name."""

    reference: str
    receipt_code: str
    answer_due_at: str | None = Field(description="ISO 8601 with offset.")
    urgency: Urgency
    danger: list[DangerOut]
    answering_now: list[HelplineOut] = Field(
        description="In an emergency, who answers at this hour, 112 first. Show them before `answer_due_at`."
    )
    reading: str = Field(description="In an emergency, when somebody reads it, in whole sentences; else empty.")


class Health(Shape):
    status: Literal["ok"]


class Readiness(Shape):
    """`ready` when people can ask and be answered; the bot may be missing, it is a help and not a gate."""

    ready: bool
    parts: dict[str, Literal["ok", "busy", "down"]]
    stuck_notices: int | None = Field(
        default=None, description="Notices to units that were given up or wait too long; null when nobody can tell."
    )


class ErrorBody(Shape):
    status: int
    message: str
    field: str | None = None
    allowed: list[str] | None = None
    danger: list[DangerOut] = Field(description="Cards for danger in what was sent; shown although the call failed.")


class ErrorOut(Shape):
    error: ErrorBody
