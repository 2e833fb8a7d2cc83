"""Taking what stands first in the queue, so that nobody has to choose and nothing is left lying."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk import work
from portal.desk.errors import AlreadyClaimed, RequestClosed
from portal.desk.queue import Filters, queue_page
from portal.desk.reach import Lane
from portal.desk.request_errors import SetAside

ROWS_AT_ONCE = 50


def take_first(
    session: Session, *, lanes: Sequence[Lane], filters: Filters, staff_id: UUID, now: datetime
) -> str | None:
    """Take the first request that nobody works on, in the order of the queue; its reference, or None when there is
    none. Of two who take at once, each gets another."""
    after = None
    while rows := queue_page(session, lanes=lanes, now=now, limit=ROWS_AT_ONCE, after=after, filters=filters):
        for row in rows:
            if row.claimed_by is None and _taken(session, row.request_id, staff_id, now):
                return row.reference
        after = rows[-1].request_id
    return None


def _taken(session: Session, request_id: UUID, staff_id: UUID, now: datetime) -> bool:
    """False when a colleague was faster."""
    try:
        work.claim(session, request_id=request_id, staff_id=staff_id, now=now)
    except (AlreadyClaimed, RequestClosed, SetAside):
        return False
    return True
