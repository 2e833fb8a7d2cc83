"""How somebody wants the queue: with keys or without. Without a row they are on."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class QueueSetting(Base):
    __tablename__ = "queue_setting"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), primary_key=True)
    shortcuts: Mapped[bool]
