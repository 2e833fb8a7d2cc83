"""Those who sign in. Shown to people by role, never by name."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class Role(StrEnum):
    AGENT = "agent"
    ADMINISTRATOR = "administrator"


class StaffAccount(Base):
    __tablename__ = "staff_account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    username: Mapped[str] = mapped_column(String(100), unique=True)  # casefolded
    display_role: Mapped[str] = mapped_column(String(100))
    roles: Mapped[list[str]] = mapped_column(JSON)
    password: Mapped[str] = mapped_column(String(200))  # Argon2id with its parameters
    active: Mapped[bool] = mapped_column(default=True)
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    present_at: Mapped[datetime | None]  # when a page for answering people was last open; agents only, never a history
