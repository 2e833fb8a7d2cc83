"""What a person sends and staff work on. Text is sealed; what sorts and counts stays in clear, as codes."""

from datetime import datetime
from enum import StrEnum
from typing import TypedDict
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, JsonObject, one_of
from portal.records.staff_account import CONTACT_CENTRE

CONTACT_FIELD = "contact"  # what the sealed contact details are bound to


class State(StrEnum):
    NEW = "new"
    CLAIMED = "claimed"
    IN_DIALOGUE = "in-dialogue"
    WAITING_PERSON = "waiting-person"
    WAITING_UNIT = "waiting-unit"  # handed over; the unit has not said yes or no yet
    QUARANTINE = "quarantine"  # looks like misuse; a human judges it within a working day
    CLOSED = "closed"


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    TODAY = "today"
    SOON = "soon"
    PLANNED = "planned"


class Entrance(StrEnum):
    PRIVATE = "private"
    PROFESSIONAL = "professional"


class Channel(StrEnum):
    FORM = "form"
    CHAT = "chat"
    API = "api"
    STAFF = "staff"


class CloseReason(StrEnum):
    ANSWERED = "answered"
    GUIDED_ON = "guided-on"
    BOOKED = "booked"
    HANDED_OVER = "handed-over"
    REPORT_TAKEN = "report-taken"
    WITHDRAWN = "withdrawn"
    UNSAFE_TO_CONTINUE = "unsafe-to-continue"
    NO_SAFE_CONTACT = "no-safe-contact"
    DUPLICATE = "duplicate"
    NOT_FOR_US = "not-for-us"
    MISUSE = "misuse"
    TEST = "test"


class Suggestion(TypedDict):
    """One service that triage suggested: its slug, level, and the ids of the rules that fired."""

    service: str
    level: str
    rules: list[str]


_QUEUE_ORDER = ("queue_rank", "child_rank", "waiting_since", "id")
_OPEN = text(f"state <> '{State.CLOSED}'")


class HelpRequest(Base):
    __tablename__ = "help_request"
    __table_args__ = (
        one_of("state", State),
        one_of("urgency", Urgency),
        one_of("entrance", Entrance),
        one_of("channel", Channel),
        one_of("close_reason", CloseReason),
        CheckConstraint("party IN (1, 2)", name="party"),
        Index("ix_help_request_queue", *_QUEUE_ORDER, postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_help_request_code_expires_at", "code_expires_at"),
        Index("ix_help_request_created_at", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    submission_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    wrapped_key: Mapped[bytes | None]  # NULL: erased
    created_at: Mapped[datetime]

    entrance: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(35))

    urgency: Mapped[str] = mapped_column(String(20))
    signals: Mapped[list[str]] = mapped_column(JSON)
    topics: Mapped[list[str]] = mapped_column(JSON)
    facts: Mapped[JsonObject] = mapped_column(JSON)
    suggestions: Mapped[list[Suggestion]] = mapped_column(JSON)
    ruleset_id: Mapped[str] = mapped_column(ForeignKey("ruleset_snapshot.id"))

    unit: Mapped[str] = mapped_column(String(60), default=CONTACT_CENTRE)  # the compartment whose staff may read it
    protected: Mapped[bool] = mapped_column(default=False)  # identity is protected: a small group, masked elsewhere
    # Telling the guardians could be dangerous: nobody does until a human has judged it.
    do_not_inform_guardian: Mapped[bool] = mapped_column(default=False)
    practice: Mapped[bool] = mapped_column(default=False)  # made up, for trainees; in no queue or figure of real ones
    # Of two parties in one matter, 1 or 2: no view shows both.
    party: Mapped[int | None] = mapped_column(SmallInteger)

    anonymous: Mapped[bool]
    contact: Mapped[bytes | None]  # sealed JSON

    state: Mapped[str] = mapped_column(String(20), default=State.NEW)
    queue_rank: Mapped[int] = mapped_column(SmallInteger)  # 0 danger, then by urgency
    child_rank: Mapped[int] = mapped_column(SmallInteger)  # 0 when a child is concerned, else 1
    # Since when the person waits for us, or, in state waiting-person, since when we wait for the person.
    waiting_since: Mapped[datetime]
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    claimed_at: Mapped[datetime | None]
    touched_at: Mapped[datetime | None]  # last sign of life of the one who claimed it

    answer_due_at: Mapped[datetime | None]
    first_answer_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str | None] = mapped_column(String(30))
    saved_code_at: Mapped[datetime | None]
    code_expires_at: Mapped[datetime | None]  # set on closing, emptied on reopening
    retention_class: Mapped[str | None] = mapped_column(String(60))  # set on closing where it is kept longer
    erase_after: Mapped[datetime | None]  # set on closing; the text is kept at least until then
    unread_told_at: Mapped[datetime | None]  # when a supervisor was told of an answer that nobody has read
    erase_unread_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))  # who let it be erased unread
    erased_at: Mapped[datetime | None]


_URGENCY_RANK = {Urgency.EMERGENCY: 0, Urgency.TODAY: 1, Urgency.SOON: 2, Urgency.PLANNED: 3}


def queue_rank(urgency: str, signals: list[str]) -> int:
    """The first key of the queue: any danger signal counts as an emergency."""
    return 0 if signals else _URGENCY_RANK[Urgency(urgency)]
