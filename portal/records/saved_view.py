"""A choice of filters that somebody keeps for themselves, under a name of their own."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class SavedView(Base):
    __tablename__ = "saved_view"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), index=True)
    wrapped_key: Mapped[bytes]
    name: Mapped[bytes]  # sealed
    chosen: Mapped[str] = mapped_column(String(500))  # the filters as the page's address has them: codes only
    created_at: Mapped[datetime]

    @property
    def field(self) -> str:
        """What the sealed name is bound to."""
        return f"saved view/{self.id}"
