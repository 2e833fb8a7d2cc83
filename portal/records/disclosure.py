"""The register of what was taken out of the portal about one request: to whom, on which ground, who decided."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class Receiver(StrEnum):
    PERSON = "person"  # the one who asked
    GUARDIAN = "guardian"
    PARTY = "party"
    AUTHORITY = "authority"
    COURT = "court"
    PUBLIC = "public"  # somebody who asks for a public document


class Ground(StrEnum):
    OWN_DATA = "own-data"
    PARTY_ACCESS = "party-access"
    PUBLIC_DOCUMENT = "public-document"  # after a test of harm
    DUTY_TO_INFORM = "duty-to-inform"
    CONSENT = "consent"


class Disclosure(Base):
    __tablename__ = "disclosure"
    __table_args__ = (one_of("receiver", Receiver), one_of("ground", Ground))

    number: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    at: Mapped[datetime]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))  # None: an operator, at a terminal
    receiver: Mapped[str] = mapped_column(String(20))
    ground: Mapped[str] = mapped_column(String(20))
    masked: Mapped[int]  # parts left out or blackened
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of what was taken out, hex
