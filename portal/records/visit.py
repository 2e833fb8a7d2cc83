"""A help-seeker's draft. The row is found and read only with the cookie that the person's browser holds, or with the
code under which the person has put it away."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class Visit(Base):
    __tablename__ = "visit"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # derived from the cookie, hex
    body: Mapped[bytes]  # sealed JSON
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    code_hash: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    sealed_cookie: Mapped[bytes | None]  # sealed under a key made from the code
