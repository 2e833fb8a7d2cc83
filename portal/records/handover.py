"""Passing a request to a unit: what was sent under a key of its own, on which ground, and what became of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of

PACKAGE_FIELD = "package"  # what the sealed package is bound to


class HandoverState(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class ConsentHow(StrEnum):
    """How the person said yes."""

    WRITTEN_HERE = "written-here"
    BY_PHONE = "by-phone"
    IN_PERSON = "in-person"
    THROUGH_INTERPRETER = "through-interpreter"


class ReturnReason(StrEnum):
    WRONG_UNIT = "wrong-unit"
    KNOW_TOO_LITTLE = "know-too-little"
    NO_CONSENT = "no-consent"
    OTHER_MUNICIPALITY = "other-municipality"
    ALREADY_KNOWN = "already-known"
    OTHER = "other"


_ONE_OPEN = text(f"state = '{HandoverState.SENT}'")


class Handover(Base):
    """The package has a key of its own: it can outlive the request's texts, and be destroyed before them."""

    __tablename__ = "handover"
    __table_args__ = (
        one_of("state", HandoverState),
        one_of("consent_how", ConsentHow),
        one_of("return_code", ReturnReason),
        Index("ix_handover_one_open", "request_id", unique=True, sqlite_where=_ONE_OPEN, postgresql_where=_ONE_OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    unit: Mapped[str] = mapped_column(String(60), index=True)
    state: Mapped[str] = mapped_column(String(20), default=HandoverState.SENT)

    ground: Mapped[str] = mapped_column(String(60))  # "consent", or a slug of municipality.yaml
    consent_how: Mapped[str | None] = mapped_column(String(30))
    reason: Mapped[bytes | None]  # sealed under the request's key: why it harms nobody
    may_move: Mapped[bool]  # whether the unit may take the whole request over, not only the package

    wrapped_key: Mapped[bytes | None]  # NULL: the package was destroyed
    package: Mapped[bytes | None]  # sealed JSON
    package_hash: Mapped[str] = mapped_column(String(64))  # of that JSON, which holds random words of its own
    last_message: Mapped[int]  # the number of the newest message when it was sent

    sent_at: Mapped[datetime]
    sent_by: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    due_at: Mapped[datetime]  # by then the unit has said yes or no
    escalated_at: Mapped[datetime | None]

    settled_at: Mapped[datetime | None]  # accepted, returned or withdrawn
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    moved: Mapped[bool] = mapped_column(default=False)  # the unit works on the request itself, here
    return_code: Mapped[str | None] = mapped_column(String(30))
    return_text: Mapped[bytes | None]  # sealed under the request's key

    fetched_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]  # the unit has it in its own system
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    confirm_due_at: Mapped[datetime | None]
    confirm_escalated_at: Mapped[datetime | None]

    @property
    def reason_field(self) -> str:
        """What the sealed reason is bound to."""
        return f"handover/{self.id}/reason"

    @property
    def return_field(self) -> str:
        """What the sealed words of a return are bound to."""
        return f"handover/{self.id}/return"
