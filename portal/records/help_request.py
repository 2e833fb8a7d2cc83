"""What a person sends and staff work on. Text is sealed; what sorts and counts stays in clear, as codes."""

from datetime import datetime
from enum import IntEnum, StrEnum
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


class Priority(IntEnum):
    """The first key of the queue. What makes a request P2 to P5, and how soon somebody acts, editors decide."""

    P1 = 1  # danger
    P2 = 2  # a child at risk, violence, no roof
    P3 = 3  # needed the same day, or a child writing itself
    P4 = 4  # ordinary
    P5 = 5  # information


class EscalatedTo(StrEnum):
    """Who was told last that nobody had acted in time."""

    SUPERVISOR = "supervisor"
    ON_CALL = "on-call"
    UNIT_HEAD = "unit-head"


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


AWAITING_STAFF = (State.NEW, State.CLAIMED, State.IN_DIALOGUE)
"""States in which somebody waits for us."""

_QUEUE_ORDER = ("priority", "child_rank", "waiting_since", "id")

# Conditions of partial indexes. A query must say them in these very words, or the databases do not use the index.
AWAITING = "state IN ('new', 'claimed', 'in-dialogue')"
ASIDE = "state IN ('waiting-person', 'waiting-unit', 'quarantine')"
OPEN = "state <> 'closed'"
CLOSED = "state = 'closed'"
HELD = f"claimed_by IS NOT NULL AND {OPEN}"
OTHER_PARTY = f"party = 2 AND {OPEN}"
ACUTE = f"urgency = 'emergency' AND {AWAITING}"
ESCALATED = f"escalated_to IS NOT NULL AND {AWAITING}"
CLOCK_RUNS = f"escalate_at IS NOT NULL AND {AWAITING}"


def _index(name: str, *columns: str, where: str) -> Index:
    condition = text(where)
    return Index(f"ix_help_request_{name}", *columns, postgresql_where=condition, sqlite_where=condition)


class HelpRequest(Base):
    __tablename__ = "help_request"
    __table_args__ = (
        one_of("state", State),
        one_of("urgency", Urgency),
        one_of("entrance", Entrance),
        one_of("channel", Channel),
        one_of("close_reason", CloseReason),
        one_of("escalated_to", EscalatedTo),
        CheckConstraint("party IN (1, 2)", name="party"),
        CheckConstraint("priority BETWEEN 1 AND 5", name="priority"),
        # Every view of the queue is read in its order from one of these, whatever lies beside it.
        _index("queue", "practice", "unit", *_QUEUE_ORDER, where=AWAITING),
        _index("language", "practice", "unit", "language", "waiting_since", where=AWAITING),
        _index("by_language", "practice", "unit", "language", *_QUEUE_ORDER, where=AWAITING),
        _index("aside", "practice", "state", "unit", *_QUEUE_ORDER, where=ASIDE),
        _index("closed", "practice", "unit", "closed_at", "id", where=CLOSED),
        _index("held", "claimed_by", *_QUEUE_ORDER, where=HELD),
        _index("other_party", "practice", "unit", *_QUEUE_ORDER, where=OTHER_PARTY),
        _index("acute", "practice", *_QUEUE_ORDER, where=ACUTE),
        _index("escalated", "practice", "unit", *_QUEUE_ORDER, where=ESCALATED),
        _index("escalate_at", "escalate_at", where=CLOCK_RUNS),
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
    priority: Mapped[int] = mapped_column(SmallInteger)  # see Priority; raised by danger, lowered by nobody but humans
    child_rank: Mapped[int] = mapped_column(SmallInteger)  # 0 when a child is concerned, else 1
    # Since when the person waits for us, or, in state waiting-person, since when we wait for the person.
    waiting_since: Mapped[datetime]
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    claimed_at: Mapped[datetime | None]
    touched_at: Mapped[datetime | None]  # last sign of life of the one who claimed it

    act_by: Mapped[datetime | None]  # when a human acts at the latest, counted from when the person began to wait
    acted_at: Mapped[datetime | None]  # when one did; NULL again when the person writes anew, or nothing came of it
    escalate_at: Mapped[datetime | None]  # when the next step of the escalation is due; NULL when none is left
    escalation_step: Mapped[int] = mapped_column(SmallInteger, default=0)  # how many steps were taken
    escalated_to: Mapped[str | None] = mapped_column(String(20))

    # Of the first time that a human acted, for the figures; NULL again when nothing came of it before the first answer.
    first_acted_at: Mapped[datetime | None]
    first_act_by: Mapped[datetime | None]  # what `act_by` was at that moment

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
