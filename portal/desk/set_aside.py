"""Letting a request out of quarantine: by a human's judgement, or at once when danger shows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.log import record_event
from portal.records.event import EventKind
from portal.records.help_request import HelpRequest, State
from portal.records.quarantine import Outcome, Quarantine


def undecided(session: Session, request_id: UUID) -> Quarantine | None:
    """The row by which a request lies aside now."""
    return session.scalar(
        select(Quarantine).where(Quarantine.request_id == request_id, Quarantine.outcome.is_(None)).with_for_update()
    )


def let_out(session: Session, request: HelpRequest, *, now: datetime, staff_id: UUID | None = None) -> None:
    """Back to the queue, in its old place: it has waited all the while."""
    row = undecided(session, request.id)
    if row is not None:
        row.outcome, row.decided_by, row.decided_at = Outcome.CLEARED, staff_id, now
    if request.state == State.QUARANTINE:
        request.state = State.NEW if request.first_answer_at is None else State.IN_DIALOGUE
    record_event(session, request_id=request.id, kind=EventKind.CLEARED, at=now, staff_id=staff_id)
