"""Clocks of handovers: a unit that does not answer, and one that does not say it has what it accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.desk.log import record_event
from portal.records.event import EventKind
from portal.records.handover import Handover, HandoverState
from portal.records.help_request import HelpRequest

UNANSWERED = "handover-unanswered"
UNCONFIRMED = "handover-unconfirmed"


def escalate_overdue(session: Session, *, now: datetime) -> int:
    """Escalate what is overdue, each exactly once, and return how many. Practice has no clocks."""
    unanswered = (Handover.state == HandoverState.SENT, Handover.due_at <= now)
    unconfirmed = (
        Handover.state == HandoverState.ACCEPTED,
        Handover.moved.is_(False),
        Handover.confirmed_at.is_(None),
        Handover.confirm_due_at <= now,
    )
    return _escalate(session, Handover.escalated_at, unanswered, UNANSWERED, now) + _escalate(
        session, Handover.confirm_escalated_at, unconfirmed, UNCONFIRMED, now
    )


def _escalate(
    session: Session,
    mark: InstrumentedAttribute[datetime | None],
    overdue: tuple[ColumnElement[bool], ...],
    why: str,
    now: datetime,
) -> int:
    """Marking and finding are one statement, so that two workers never escalate the same one."""
    real: Any = exists().where(HelpRequest.id == Handover.request_id, HelpRequest.practice.is_(False))
    marked = session.execute(
        update(Handover)
        .where(*overdue, mark.is_(None), real)
        .values({mark: now})
        .execution_options(synchronize_session=False)
        .returning(Handover.request_id, Handover.unit)
    ).all()
    for request_id, unit in marked:
        detail = {"why": why, "unit": unit}
        record_event(session, request_id=request_id, kind=EventKind.ESCALATED, at=now, detail=detail)
    return len(marked)
