"""Why somebody opens a request: the queue's ordinary work explains itself, everything else must be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.desk.audit import ONE_READING, Act, Why
from portal.desk.errors import RequestUnknown
from portal.desk.two_handlers import waits_for_second
from portal.desk.work import CLAIM_LAPSES_AFTER
from portal.records.audit_entry import AuditEntry
from portal.records.event import Event
from portal.records.help_request import HelpRequest, State
from portal.records.staff_account import StaffAccount

SAYABLE: Final = (
    Why.COLLEAGUE_AWAY,
    Why.PERSON_CALLED,
    Why.SUPERVISION,
    Why.COMPLAINT,
    Why.DISCLOSURE,
    Why.THREAT,
)
"""The reasons that one can give."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """Somebody looked at a request. `role` is how the contact centre shows them."""

    role: str
    at: datetime
    why: Why


def why_open(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> Why | None:
    """Why this member of staff opens the request now; None when they must say it first. Raises RequestUnknown.

    What was said counts for one reading. A protected identity asks each time anew, also for one's own.
    """
    request = session.get(HelpRequest, request_id)
    if request is None:
        raise RequestUnknown(str(request_id))
    said = _said(session, request.reference, staff_id, now)
    if request.protected:
        return said if said in SAYABLE else None
    if not _is_somebody_elses(request, staff_id, now):
        return Why.OWN if request.claimed_by == staff_id else Why.QUEUE
    if waits_for_second(session, request_id=request_id, now=now):
        return Why.THREAT
    if said is None and _worked_on_it(session, request_id, staff_id, now):
        return Why.OWN
    return said


def looks(session: Session, *, reference: str, most: int = 30) -> list[Look]:
    """Who opened the request, latest first: roles and moments only."""
    rows = session.execute(
        select(AuditEntry, StaffAccount.display_role)
        .join(StaffAccount, StaffAccount.id == AuditEntry.staff_id)
        .where(AuditEntry.subject == reference, AuditEntry.act == Act.OPENED)
        .order_by(AuditEntry.number.desc())
        .limit(most)
    )
    return [Look(role=role, at=entry.at, why=Why(entry.why)) for entry, role in rows]


def _is_somebody_elses(request: HelpRequest, staff_id: UUID, now: datetime) -> bool:
    """Whether it is closed, or a colleague works on it."""
    if request.state == State.CLOSED:
        return True
    if request.claimed_by in (None, staff_id) or request.touched_at is None:
        return False
    return request.touched_at > now - CLAIM_LAPSES_AFTER


def _said(session: Session, reference: str, staff_id: UUID, now: datetime) -> Why | None:
    """Why they last opened it within this reading."""
    reasons: Sequence[str] = session.scalars(
        select(AuditEntry.why)
        .where(
            AuditEntry.subject == reference,
            AuditEntry.staff_id == staff_id,
            AuditEntry.act == Act.OPENED,
            AuditEntry.at > now - ONE_READING,
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).all()
    return Why(reasons[0]) if reasons else None


def _worked_on_it(session: Session, request_id: UUID, staff_id: UUID, now: datetime) -> bool:
    """Whoever has just closed a request still reads it."""
    acted = exists().where(Event.request_id == request_id, Event.staff_id == staff_id, Event.at > now - ONE_READING)
    return bool(session.scalar(select(acted)))
