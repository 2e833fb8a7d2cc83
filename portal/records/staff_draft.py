"""What a member of staff has written on a request and not sent yet. Only the writer sees it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class DraftKind(StrEnum):
    ANSWER = "answer"
    NOTE = "note"


class StaffDraft(Base):
    __tablename__ = "staff_draft"
    __table_args__ = (one_of("kind", DraftKind), UniqueConstraint("request_id", "staff_id", "kind"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    body: Mapped[bytes]  # sealed
    saved_at: Mapped[datetime]

    @property
    def field(self) -> str:
        """What the sealed body is bound to: this draft of this writer."""
        return f"staff-draft/{self.id}/{self.staff_id}/{self.kind}"
