"""Internal notes of staff: a table of their own, so that no page can mix them into a conversation."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class NoteKind(StrEnum):
    FACT = "fact"  # seen, heard, or told by somebody who is named in the note
    ASSESSMENT = "assessment"  # what the writer makes of it


class Note(Base):
    __tablename__ = "note"
    __table_args__ = (one_of("kind", NoteKind),)

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    kind: Mapped[str] = mapped_column(String(10), default=NoteKind.ASSESSMENT)
    body: Mapped[bytes]  # sealed
    created_at: Mapped[datetime]

    @property
    def field(self) -> str:
        """What the sealed body is bound to."""
        return f"note/{self.id}"
