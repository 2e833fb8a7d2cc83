"""Who answers in a chat that was sent. One row per request, and so exactly one who answers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class Holder(StrEnum):
    WAITING = "waiting"  # the person waits for a human; nobody answers meanwhile
    STAFF = "staff"
    BOT = "bot"  # again: a human gave the talk back, or the person went back to the bot


class Takeover(Base):
    """Without a row the talk was sent and nobody has asked for a human: what is written goes to the request."""

    __tablename__ = "takeover"
    __table_args__ = (
        one_of("holder", Holder),
        CheckConstraint(f"(holder = '{Holder.STAFF}') = (staff_id IS NOT NULL)", name="owner"),
        Index("ix_takeover_holder_since", "holder", "since"),
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(10))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))  # who owns the talk
    since: Mapped[datetime]
