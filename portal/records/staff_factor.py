"""What staff sign in with beside the password: codes from an app, passkeys."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey
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
