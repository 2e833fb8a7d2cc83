"""What staff sign in with beside the password: codes from an app, passkeys; and recovery when they are lost."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class StaffTotp(Base):
    """The secret that an app makes six digits of. Sealed: whoever reads the database makes no codes."""

    __tablename__ = "staff_totp"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), primary_key=True)
    secret: Mapped[bytes | None]  # in use, once a code from the app has shown that it arrived there
    offered: Mapped[bytes | None]  # shown for setting up, not yet in use
    last_step: Mapped[int | None] = mapped_column(BigInteger)  # of the last code that was taken: none counts twice


class StaffPasskey(Base):
    __tablename__ = "staff_passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[bytes]  # sealed: somebody wrote it
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffRecovery(Base):
    """One person asks that somebody may set up signing in anew; another agrees, and gets a code to hand over."""

    __tablename__ = "staff_recovery"
    __table_args__ = (CheckConstraint("approved_by <> begun_by", name="two_persons"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), index=True)
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # used, or called off
