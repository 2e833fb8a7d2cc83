"""Something that a member of staff must still do after an act on a request."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class TaskKind(StrEnum):
    AFTERCARE = "aftercare"  # talk with the colleague who was threatened
    FEEDBACK = "feedback"  # tell the professional who reported


class StaffTask(Base):
    __tablename__ = "staff_task"
    __table_args__ = (one_of("kind", TaskKind), Index("ix_staff_task_done_at_due_at", "done_at", "due_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    about_staff: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))  # whom aftercare is for
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    done_at: Mapped[datetime | None]
