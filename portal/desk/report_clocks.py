"""The legal clocks of a report on a child: started when a human treats a request as one, stopped when one assesses."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.errors import DomainError, RequestUnknown
from portal.desk.log import record_event
from portal.desk.priority import raised
from portal.records.event import EventKind
from portal.records.help_request import HelpRequest, Priority
from portal.records.message import Author, Message
from portal.records.report_clock import ReportClock


class LegalClock(StrEnum):
    SAFETY = "safety"  # is the child safe now?
    PRELIMINARY = "preliminary"  # should there be an inquiry?


class NoReport(DomainError):
    """The request is not treated as a report, so no legal clock runs."""

    code = "no-report"


class AlreadyAssessed(DomainError):
    """A colleague has assessed it; what was written down then stands."""

    code = "already-assessed"


def start(session: Session, *, request_id: UUID, staff_id: UUID, at: datetime) -> None:
    """Treat a request as a report on a child. Doing it twice changes nothing.

    The clocks count from when the person wrote what nobody had answered yet, not from the press of a button. The
    request becomes P2 unless it is more urgent. Raises RequestUnknown.
    """
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    if session.get(ReportClock, request_id) is not None:
        return
    session.add(
        ReportClock(
            request_id=request_id,
            received_at=min(_received_at(session, request), at),
            started_at=at,
            started_by=staff_id,
        )
    )
    request.priority = raised(request.priority, Priority.P2)
    session.flush()
    record_event(session, request_id=request_id, kind=EventKind.REPORT_TAKEN, at=at, staff_id=staff_id)


def assess(session: Session, *, request_id: UUID, which: str, staff_id: UUID, at: datetime) -> None:
    """A human has made the assessment that one of the clocks waits for.

    Raises NoReport, AlreadyAssessed; ValueError for a word that is no LegalClock.
    """
    clock = LegalClock(which)
    row = session.get(ReportClock, request_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise NoReport()
    if getattr(row, f"{clock}_assessed_at") is not None:
        raise AlreadyAssessed()
    setattr(row, f"{clock}_assessed_at", at)
    setattr(row, f"{clock}_assessed_by", staff_id)
    session.flush()
    record_event(
        session,
        request_id=request_id,
        kind=EventKind.REPORT_ASSESSED,
        at=at,
        staff_id=staff_id,
        detail={"clock": str(clock)},
    )


def _received_at(session: Session, request: HelpRequest) -> datetime:
    """When the person began to write what staff had not answered when they last wrote; else when the request came."""
    said = session.execute(
        select(Message.author, Message.created_at)
        .where(Message.request_id == request.id, Message.author != Author.BOT)
        .order_by(Message.created_at, Message.number)
    ).all()
    while said and said[-1].author == Author.STAFF:
        said = said[:-1]
    began = request.created_at
    for author, created_at in reversed(said):
        if author == Author.STAFF:
            break
        began = created_at
    return began
