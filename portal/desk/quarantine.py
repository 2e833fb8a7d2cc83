"""What looks like misuse is put aside, never thrown away: a human judges it, and another one than who put it aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.desk import work
from portal.desk.errors import RequestUnknown
from portal.desk.handover import open_handover
from portal.desk.handover_errors import HandoverOpen
from portal.desk.log import record_event
from portal.desk.reach import Reach
from portal.desk.request_errors import DangerNeverAside, NotSetAside, SecondMustBeAnother
from portal.desk.set_aside import let_out, undecided
from portal.desk.talk_holder import claim_released
from portal.records.event import EventKind
from portal.records.help_request import CloseReason, HelpRequest, State, Urgency
from portal.records.quarantine import Misuse, Outcome, Quarantine
from portal.triage.grammar import RetentionClass


@dataclass(frozen=True, kw_only=True)
class AsideRow:
    """A request that lies aside. `due_at` is when a human must have judged it."""

    reference: str
    reason: Misuse
    put_by: UUID
    put_at: datetime
    due_at: datetime


def put_aside(
    session: Session, *, request_id: UUID, staff_id: UUID, reason: str, now: datetime, due_at: datetime
) -> None:
    """Put a request aside that one holds. The person is told nothing of it.

    Raises DangerNeverAside, HandoverOpen, NotClaimed, RequestClosed, RequestUnknown; ValueError for a reason that is no
    Misuse.
    """
    why = Misuse(reason)
    request = work.held(session, request_id, staff_id, now)
    if request.signals or request.urgency == Urgency.EMERGENCY:
        raise DangerNeverAside()
    if open_handover(session, request_id) is not None:
        raise HandoverOpen()  # a unit's answer would take it out of here, or close it, and nobody could judge it
    work.let_go(request)
    claim_released(session, request_id=request_id, now=now)
    request.state = State.QUARANTINE
    session.add(Quarantine(request_id=request_id, reason=why, put_by=staff_id, put_at=now, due_at=due_at))
    record_event(
        session,
        request_id=request_id,
        kind=EventKind.QUARANTINED,
        at=now,
        staff_id=staff_id,
        detail={"misuse": str(why)},
    )


def take_back(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """It is no misuse: back to the queue. Raises NotSetAside, RequestUnknown."""
    let_out(session, _lying_aside(session, request_id), now=now, staff_id=staff_id)


def close_as_misuse(
    session: Session,
    *,
    request_id: UUID,
    staff_id: UUID,
    now: datetime,
    code_valid: timedelta,
    retention: RetentionClass | None = None,
) -> None:
    """A second human agrees that it is misuse. Raises NotSetAside, SecondMustBeAnother, RequestUnknown."""
    request = _lying_aside(session, request_id)
    row = undecided(session, request_id)
    if row is None or row.put_by == staff_id:
        raise SecondMustBeAnother()
    row.outcome, row.decided_by, row.decided_at = Outcome.MISUSE, staff_id, now
    work.finish(
        session,
        request,
        staff_id=staff_id,
        reason=CloseReason.MISUSE,
        now=now,
        code_valid=code_valid,
        retention=retention,
    )


def lying_aside(session: Session, *, within: Reach) -> Sequence[AsideRow]:
    """What waits to be judged `within` reach, the most overdue first."""
    rows = session.execute(
        select(Quarantine, HelpRequest.reference)
        .join(HelpRequest, HelpRequest.id == Quarantine.request_id)
        .where(Quarantine.outcome.is_(None), within)
        .order_by(Quarantine.due_at)
    )
    return [
        AsideRow(
            reference=reference, reason=Misuse(row.reason), put_by=row.put_by, put_at=row.put_at, due_at=row.due_at
        )
        for row, reference in rows
    ]


def aside_row(session: Session, *, request_id: UUID) -> AsideRow | None:
    """How one request lies aside; None when it does not."""
    rows = lying_aside(session, within=HelpRequest.id == request_id)
    return rows[0] if rows else None


def count_late(session: Session, *, within: Reach, now: datetime) -> int:
    """How many `within` reach should have been judged by now."""
    counted = (
        select(func.count())
        .select_from(Quarantine)
        .join(HelpRequest, HelpRequest.id == Quarantine.request_id)
        .where(Quarantine.outcome.is_(None), Quarantine.due_at <= now, within)
    )
    return session.scalar(counted) or 0


def escalate_overdue(session: Session, *, now: datetime) -> int:
    """Note each that nobody judged in time, once; returns how many. The supervisor's pages show them."""
    late = session.execute(
        update(Quarantine)
        .where(Quarantine.outcome.is_(None), Quarantine.due_at <= now, Quarantine.escalated_at.is_(None))
        .values(escalated_at=now)
        .execution_options(synchronize_session=False)
        .returning(Quarantine.request_id)
    ).all()
    for (request_id,) in late:
        record_event(session, request_id=request_id, kind=EventKind.ESCALATED, at=now, detail={"because": "quarantine"})
    return len(late)


def _lying_aside(session: Session, request_id: UUID) -> HelpRequest:
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    if request.state != State.QUARANTINE:
        raise NotSetAside()
    return request
