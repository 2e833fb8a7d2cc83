"""Showing the way to another board, region, police or association: nothing leaves, only what staff did is noted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk import work
from portal.desk.log import record_event
from portal.records.event import EventKind


def guide_on(
    session: Session, *, request_id: UUID, staff_id: UUID, service: str, did: Collection[str], now: datetime
) -> None:
    """Staff showed the way to somebody outside, or called there themselves. No content leaves.

    Raises NotClaimed, RequestClosed, RequestUnknown.
    """
    work.held(session, request_id, staff_id, now)
    detail = {"service": service, "did": sorted(did)}
    record_event(session, request_id=request_id, kind=EventKind.GUIDED_ON, at=now, staff_id=staff_id, detail=detail)
