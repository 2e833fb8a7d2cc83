"""Placing and ending a legal hold. While one lasts, nothing erases the request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.desk.errors import ContentErased, NotHeld, RequestUnknown
from portal.desk.log import record_event
from portal.desk.reach import Reach
from portal.records.event import EventKind
from portal.records.handover import Handover
from portal.records.help_request import HelpRequest
from portal.records.legal_hold import HoldReason, LegalHold


@dataclass(frozen=True, kw_only=True)
class HeldRequest:
    """A request under a legal hold. Codes only."""

    reference: str
    reason: HoldReason
    placed_at: datetime


def place_hold(session: Session, *, request_id: UUID, staff_id: UUID, reason: str, now: datetime) -> None:
    """Keep a request from being erased. Placing a second hold beside another is allowed: each must be ended.

    Raises RequestUnknown, ContentErased; ValueError for a reason that is no HoldReason.
    """
    why = HoldReason(reason)
    # Locked, so that erasing cannot have looked before this hold and erase after it.
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    if request.erased_at is not None:
        raise ContentErased("there is nothing left to hold")
    session.add(LegalHold(request_id=request_id, reason=why, placed_by=staff_id, placed_at=now))
    record_event(
        session, request_id=request_id, kind=EventKind.HELD, at=now, staff_id=staff_id, detail={"hold": str(why)}
    )


def end_holds(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Let it be erased again when its time is over; what a unit has said meanwhile that it has is destroyed now.

    Raises NotHeld. After the commit, call `Database.overwrite_erased()`.
    """
    session.get(HelpRequest, request_id, with_for_update=True)
    holds = holds_of(session, request_id=request_id)
    if not holds:
        raise NotHeld()
    for hold in holds:
        hold.ended_at, hold.ended_by = now, staff_id
    session.execute(
        update(Handover)
        .where(Handover.request_id == request_id, Handover.confirmed_at.is_not(None))
        .values(wrapped_key=None, package=None)
        .execution_options(synchronize_session="fetch")
    )
    record_event(session, request_id=request_id, kind=EventKind.HOLD_ENDED, at=now, staff_id=staff_id)


def holds_of(session: Session, *, request_id: UUID) -> Sequence[LegalHold]:
    """The holds that last, oldest first."""
    query = select(LegalHold).where(LegalHold.request_id == request_id, LegalHold.ended_at.is_(None))
    return session.scalars(query.order_by(LegalHold.number)).all()


def held_requests(session: Session, *, within: Reach) -> list[HeldRequest]:
    """Every request `within` reach that is held, longest first."""
    rows = session.execute(
        select(HelpRequest.reference, LegalHold.reason, LegalHold.placed_at)
        .join(LegalHold, LegalHold.request_id == HelpRequest.id)
        .where(within, LegalHold.ended_at.is_(None))
        .order_by(LegalHold.number)
    )
    return [HeldRequest(reference=ref, reason=HoldReason(why), placed_at=at) for ref, why, at in rows]
