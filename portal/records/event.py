"""What happened to a request, when, and by whom. Codes only, never text."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, JsonObject, one_of


class EventKind(StrEnum):
    SUBMITTED = "submitted"
    CODE_SAVED = "code-saved"
    PERSON_WROTE = "person-wrote"
    DANGER_RAISED = "danger-raised"
    CLAIMED = "claimed"
    RELEASED = "released"
    ANSWERED = "answered"
    NOTED = "noted"
    CLOSED = "closed"
    REOPENED = "reopened"
    HUMAN_ASKED = "human-asked"
    TAKEN_OVER = "taken-over"
    GIVEN_BACK = "given-back"
    LEFT_CHAT = "left-chat"
    MOVED = "moved"  # to another unit
    REASSIGNED = "reassigned"  # a supervisor gave it to somebody
    RANKED = "ranked"  # a human changed its priority
    ESCALATED = "escalated"  # a clock ran out
    CONTACTED = "contacted"  # staff reached the person outside the portal
    INTERPRETER_ASKED = "interpreter-asked"
    REPORT_TAKEN = "report-taken"  # treated as a report on a child: the legal clocks run
    REPORT_ASSESSED = "report-assessed"  # one of those clocks was stopped by a human's assessment
    THREAT_MARKED = "threat-marked"
    THREAT_OVER = "threat-over"
    ALARM_RAISED = "alarm-raised"
    PROTECTED = "protected"
    UNPROTECTED = "unprotected"
    LINKED = "linked"
    UNLINKED = "unlinked"
    QUARANTINED = "quarantined"
    CLEARED = "cleared"  # a human looked and let it out of quarantine
    HANDOVER_SENT = "handover-sent"
    HANDOVER_ACCEPTED = "handover-accepted"
    HANDOVER_RETURNED = "handover-returned"
    HANDOVER_WITHDRAWN = "handover-withdrawn"
    GUIDED_ON = "guided-on"  # shown the way to somebody outside; no content left
    THINNED = "thinned"  # the content left with the unit that accepted
    HELD = "held"  # legal hold: not erased while it lasts
    HOLD_ENDED = "hold-ended"
    DISCLOSED = "disclosed"
    TRANSLATED = "translated"  # a human's translation of the person's words was put in
    ERASED = "erased"


class Event(Base):
    __tablename__ = "event"
    __table_args__ = (one_of("kind", EventKind), Index("ix_event_kind_at", "kind", "at"))

    number: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    detail: Mapped[JsonObject] = mapped_column(JSON, default=dict)
