"""Who has a request's page open right now. One row per member and request, removed when it lapses: never a history."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class RequestLook(Base):
    __tablename__ = "request_look"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
