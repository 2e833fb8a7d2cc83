"""A request that was put aside because it looks like misuse, until a human has judged it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class Misuse(StrEnum):
    ADVERTISING = "advertising"
    GIBBERISH = "gibberish"
    FLOOD = "flood"  # the same text very many times
    ABUSE = "abuse"  # only insults, and nothing to answer
    FAKE = "fake"


class Outcome(StrEnum):
    CLEARED = "cleared"
    MISUSE = "misuse"


class Quarantine(Base):
    __tablename__ = "quarantine"
    __table_args__ = (
        one_of("reason", Misuse),
        one_of("outcome", Outcome),
        Index("ix_quarantine_outcome_due_at", "outcome", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    put_by: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    put_at: Mapped[datetime]
    due_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    decided_at: Mapped[datetime | None]
