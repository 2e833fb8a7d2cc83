"""Keeping who answers in a chat true to what else happens to its request: taken over by a colleague, let go, closed.

The caller holds the request's lock, so that the one row of `records.takeover` never has two writers.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk.log import record_event
from portal.records.event import EventKind
from portal.records.takeover import Holder, Takeover


def takeover_of(session: Session, request_id: UUID) -> Takeover | None:
    """The row as the database has it now."""
    return session.get(Takeover, request_id, populate_existing=True)


def hold(
    session: Session, *, request_id: UUID, holder: Holder, kind: EventKind, now: datetime, staff_id: UUID | None = None
) -> None:
    """Let this holder answer from now on, and write it down. `staff_id`: who does it, and for STAFF the owner."""
    _set(session, request_id, holder, staff_id if holder == Holder.STAFF else None, now)
    record_event(session, request_id=request_id, kind=kind, at=now, staff_id=staff_id)


def claim_moved(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """A colleague took a request whose claim had lapsed: a talk that a human owns goes with it."""
    row = takeover_of(session, request_id)
    if row is not None and row.holder == Holder.STAFF and row.staff_id != staff_id:
        hold(
            session,
            request_id=request_id,
            holder=Holder.STAFF,
            kind=EventKind.TAKEN_OVER,
            now=now,
            staff_id=staff_id,
        )


def staff_answered(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Whoever answers a person who waits for a human is that human."""
    row = takeover_of(session, request_id)
    if row is not None and row.holder == Holder.WAITING:
        hold(
            session,
            request_id=request_id,
            holder=Holder.STAFF,
            kind=EventKind.TAKEN_OVER,
            now=now,
            staff_id=staff_id,
        )


def claim_released(session: Session, *, request_id: UUID, now: datetime) -> None:
    """The owner put the request back into the queue: the person waits for another human. The bot stays mute."""
    row = takeover_of(session, request_id)
    if row is not None and row.holder == Holder.STAFF:
        _set(session, request_id, Holder.WAITING, None, now)


def request_closed(session: Session, *, request_id: UUID) -> None:
    """Nobody owns a talk whose request is closed, and nobody waits in it. What the bot has again stays with it."""
    row = takeover_of(session, request_id)
    if row is not None and row.holder != Holder.BOT:
        session.delete(row)
        session.flush()


def _set(session: Session, request_id: UUID, holder: Holder, owner: UUID | None, now: datetime) -> None:
    row = takeover_of(session, request_id)
    if row is None:
        row = Takeover(request_id=request_id)
        session.add(row)
    row.holder, row.staff_id, row.since = holder, owner, now
    session.flush()
