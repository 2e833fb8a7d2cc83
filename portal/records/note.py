"""Internal notes of staff: a table of their own, so that no page can mix them into a conversation."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class Note(Base):
    __tablename__ = "note"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    body: Mapped[bytes]  # sealed
    created_at: Mapped[datetime]

    @property
    def field(self) -> str:
        """What the sealed body is bound to."""
        return f"note/{self.id}"
