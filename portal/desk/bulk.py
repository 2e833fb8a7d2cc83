"""Several requests at once: each for itself, so that one that changed meanwhile stops nothing but itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk import quarantine, work
from portal.desk.accounts import StaffMember, find_staff
from portal.desk.audit import Act
from portal.desk.errors import DomainError
from portal.desk.rights import Right, may
from portal.desk.roster import list_accounts
from portal.records.audit_entry import AuditEntry
from portal.records.event import Event
from portal.records.help_request import CloseReason, HelpRequest, Priority
from portal.records.message import Author, Message
from portal.triage.grammar import RetentionClass

CLOSED_AS = (CloseReason.TEST, CloseReason.MISUSE)
"""The only reasons for which several may be closed at once."""


class DangerStays(DomainError):
    """Danger is never closed together with others; somebody opens it and decides."""

    code = "danger-stays"


class NobodyHasRead(DomainError):
    """What nobody has read since the person last wrote is not closed together with others."""

    code = "nobody-has-read"


class ChangedMeanwhile(DomainError):
    """Something has happened to the request since the page was shown."""

    code = "changed-meanwhile"


class NotSoMany(DomainError):
    """`reason` is none for which several may be closed at once."""

    code = "not-so-many"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several; `error` is what stood in the way, or None when it was done."""

    reference: str
    error: DomainError | None


def each(session: Session, references: Sequence[str], act: Callable[[str], None]) -> list[Outcome]:
    """Do the same to each in a savepoint of its own; what stands in the way of one is kept for the answer.

    Always in the order of their references, so that two who act on the same ones never wait for each other.
    """
    outcomes = []
    for reference in sorted(references):
        try:
            with session.begin_nested():
                act(reference)
            outcomes.append(Outcome(reference, None))
        except DomainError as error:
            if error.code.startswith("database"):
                raise
            outcomes.append(Outcome(reference, error))
    return outcomes


def close_one(
    session: Session,
    *,
    request_id: UUID,
    staff_id: UUID,
    reason: str,
    happened: int,
    now: datetime,
    code_valid: timedelta,
    retention: RetentionClass | None = None,
) -> None:
    """Close one of several, as a test or as misuse. `happened` is how much had happened to it when it was shown.

    Misuse is closed only where it lies aside, by another human than the one who put it there. Raises NotSoMany,
    DangerStays, NobodyHasRead, ChangedMeanwhile, and what claiming, closing and `quarantine.close_as_misuse` raise.
    """
    if reason not in CLOSED_AS:
        raise NotSoMany(reason)
    request = session.get_one(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request.priority == Priority.P1 or request.signals:
        raise DangerStays()
    if count_happened(session, request_id=request_id) != happened:
        raise ChangedMeanwhile()
    if not was_read(session, request=request):
        raise NobodyHasRead()
    whose: dict[str, Any] = {"request_id": request_id, "staff_id": staff_id, "now": now}
    if reason == CloseReason.MISUSE:
        quarantine.close_as_misuse(session, **whose, code_valid=code_valid, retention=retention)
        return
    work.claim(session, **whose)
    work.close(session, **whose, reason=reason, code_valid=code_valid, retention=retention)


def count_happened(session: Session, *, request_id: UUID) -> int:
    """How much has happened to a request; events are only ever added."""
    return session.scalar(select(func.count()).where(Event.request_id == request_id)) or 0


def was_read(session: Session, *, request: HelpRequest) -> bool:
    """Whether somebody has opened the request since the person last wrote."""
    wrote = session.scalar(
        select(func.max(Message.created_at)).where(Message.request_id == request.id, Message.author == Author.PERSON)
    )
    opened = session.scalar(
        select(func.max(AuditEntry.at)).where(AuditEntry.subject == request.reference, AuditEntry.act == Act.OPENED)
    )
    return opened is not None and opened >= (wrote or request.created_at)


def colleagues(session: Session) -> list[StaffMember]:
    """Everybody who may work on requests, by the role that people see."""
    found = [find_staff(session, staff_id=account.id) for account in list_accounts(session) if account.active]
    able = [member for member in found if member is not None and may(member.roles, Right.WORK_REQUESTS)]
    return sorted(able, key=lambda member: (member.display_role, member.username))
