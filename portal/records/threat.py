"""A threat against staff: the alarm, the note on the situation, which ends by itself, and work by two meanwhile."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class Threat(Base):
    """It concerns a situation, never a person, and counts until `expires_at` or until a supervisor ends it."""

    __tablename__ = "threat"
    __table_args__ = (Index("ix_threat_acknowledged_at", "acknowledged_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    raised_by: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    raised_at: Mapped[datetime]
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    acknowledged_at: Mapped[datetime | None]
    body: Mapped[bytes | None]  # what happened, word for word; sealed
    written_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    ended_at: Mapped[datetime | None]

    @property
    def field(self) -> str:
        """What the sealed body is bound to."""
        return f"threat/{self.id}"


class PairedAct(StrEnum):
    """What two do together after a threat."""

    ANSWER = "answer"
    HANDOVER = "handover"
    CLOSE = "close"


class SecondPress(Base):
    """One wants to do something and a second must press too. It covers exactly what the second saw, once."""

    __tablename__ = "second_press"
    __table_args__ = (one_of("act", PairedAct),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60))  # the reason of closing, the unit of a handover
    body: Mapped[bytes | None]  # the text of an answer; sealed
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    asked_at: Mapped[datetime]
    alone_from: Mapped[datetime]  # when nobody came until then, one may act alone, so that the person is not left
    pressed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    pressed_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    @property
    def field(self) -> str:
        """What the sealed body is bound to."""
        return f"second-press/{self.id}"
