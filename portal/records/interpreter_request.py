"""That staff asked for an interpreter for a request. Codes only."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class InterpreterMode(StrEnum):
    PHONE = "phone"
    VISIT = "visit"
    VIDEO = "video"


class InterpreterRequest(Base):
    __tablename__ = "interpreter_request"
    __table_args__ = (one_of("mode", InterpreterMode),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    language: Mapped[str] = mapped_column(String(35))
    mode: Mapped[str] = mapped_column(String(10))
    wished_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
