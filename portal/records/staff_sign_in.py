"""Staff signing in: where somebody is signed in, in which browsers they were before, and values that count once."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class StaffSession(Base):
    """One sign-in in one browser. It counts only while this row says so, whatever a cookie claims."""

    __tablename__ = "staff_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    factor: Mapped[str | None] = mapped_column(String(20))  # the second factor that was given; None: not yet, or none
    wrong_codes: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class StaffDevice(Base):
    """A browser in which somebody signed in to this account before. Its failures are counted apart."""

    __tablename__ = "staff_device"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime]
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class OneTimeValue(Base):
    """A random value that was handed out and may come back once: a passkey's challenge, a provider's `state`."""

    __tablename__ = "one_time_value"

    value_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime]
