"""Two requests that belong together: the same matter told twice, or the other party's side of it. Both stay whole."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class LinkKind(StrEnum):
    DUPLICATE = "duplicate"
    OTHER_PARTY = "other-party"  # no view shows both sides, and nobody reads both


class RequestLink(Base):
    __tablename__ = "request_link"
    __table_args__ = (
        one_of("kind", LinkKind),
        CheckConstraint("first_id <> second_id", name="two"),
        UniqueConstraint("first_id", "second_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    first_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    second_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    at: Mapped[datetime]
