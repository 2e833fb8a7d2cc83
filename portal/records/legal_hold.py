"""A legal hold: while one lasts, a request is not erased."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class HoldReason(StrEnum):
    DISCLOSURE_ASKED = "disclosure-asked"  # somebody has asked for the documents
    APPEAL = "appeal"
    COURT = "court"
    SUPERVISORY_AUTHORITY = "supervisory-authority"
    ARCHIVE = "archive"  # to be handed to the archive first


class LegalHold(Base):
    __tablename__ = "legal_hold"
    __table_args__ = (one_of("reason", HoldReason),)

    number: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    reason: Mapped[str] = mapped_column(String(30))
    placed_by: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    placed_at: Mapped[datetime]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    ended_at: Mapped[datetime | None]
