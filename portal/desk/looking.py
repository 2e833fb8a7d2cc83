"""Who has a request open right now, so that two do not read the same one without knowing. It lapses: no history."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.records.request_look import RequestLook
from portal.records.staff_account import StaffAccount

LOOKS_FOR: Final = timedelta(seconds=30)
"""So long after an open page last asked, its reader counts as looking."""


def note_look(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Somebody has the page of a request open. Looks that lapsed are removed by the way."""
    forget_lapsed(session, now=now)
    look = session.get(RequestLook, (request_id, staff_id))
    if look is not None:
        look.seen_at = now
        session.flush()
        return
    try:
        with session.begin_nested():
            session.add(RequestLook(request_id=request_id, staff_id=staff_id, seen_at=now))
    except IntegrityError:
        return  # another page of the same person was faster


def forget_lapsed(session: Session, *, now: datetime) -> None:
    """Keep nothing of who has looked."""
    session.execute(delete(RequestLook).where(RequestLook.seen_at <= now - LOOKS_FOR))


def looking(
    session: Session, *, request_ids: Collection[UUID], besides: UUID, now: datetime
) -> dict[UUID, tuple[str, ...]]:
    """The roles of those who look at each of these requests now, besides oneself; only requests with somebody."""
    if not request_ids:
        return {}
    rows = session.execute(
        select(RequestLook.request_id, StaffAccount.display_role)
        .join(StaffAccount, StaffAccount.id == RequestLook.staff_id)
        .where(
            RequestLook.seen_at > now - LOOKS_FOR,
            RequestLook.staff_id != besides,
            RequestLook.request_id.in_(request_ids),
        )
        .order_by(StaffAccount.display_role)
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for request_id, role in rows:
        found[request_id] = (*found.get(request_id, ()), role)
    return found
