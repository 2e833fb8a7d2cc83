"""Treating a request as a report on a child: the clocks start, the person is told, a professional gets feedback."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk import report_clocks, work
from portal.desk.message_content import Notice
from portal.desk.plain_notes import tell_person
from portal.desk.queue_alerts import legal_due
from portal.desk.report_clocks import LegalClock
from portal.desk.request_errors import ReportTaken
from portal.desk.staff_tasks import add_task
from portal.records.help_request import Entrance, HelpRequest, State
from portal.records.report_clock import ReportClock
from portal.records.sealing import ContentKeys
from portal.records.staff_task import TaskKind
from portal.triage.priorities import ReportTime


@dataclass(frozen=True, kw_only=True)
class LegalLine:
    """One assessment that the law asks for. `due_at` is None where the municipality names no time."""

    clock: LegalClock
    due_at: datetime | None
    assessed_at: datetime | None


def treat_as_report(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    now: datetime,
    keep_from_guardian: bool,
    feedback_due: datetime,
) -> None:
    """Start the legal clocks and tell the person; who told it as a professional is to be told what happens.

    Raises ReportTaken, NotClaimed, RequestClosed, RequestUnknown, ContentErased.
    """
    request = work.held(session, request_id, staff_id, now)
    if session.get(ReportClock, request_id) is not None:
        raise ReportTaken()
    request.do_not_inform_guardian = request.do_not_inform_guardian or keep_from_guardian
    report_clocks.start(session, request_id=request_id, staff_id=staff_id, at=now)
    notice = Notice.REPORT_TAKEN
    tell_person(session, keys=keys, request_id=request_id, notice=notice, now=now, staff_id=staff_id)
    if request.entrance == Entrance.PROFESSIONAL:
        add_task(session, request_id=request_id, kind=TaskKind.FEEDBACK, due_at=feedback_due, now=now)


def assess(session: Session, *, request_id: UUID, staff_id: UUID, which: str, now: datetime) -> None:
    """One of the assessments is made; on a closed request, whose texts may be gone, by anybody who finds it: its
    clocks run on, and somebody must be able to stop them.

    Raises NoReport, AlreadyAssessed, NotClaimed, RequestUnknown.
    """
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None or request.state != State.CLOSED:
        work.held(session, request_id, staff_id, now)
    report_clocks.assess(session, request_id=request_id, which=which, staff_id=staff_id, at=now)


def set_guardian_silence(session: Session, *, request_id: UUID, staff_id: UUID, silent: bool, now: datetime) -> None:
    """Whether guardians may be told. Raises NotClaimed, RequestClosed, RequestUnknown."""
    request = work.held(session, request_id, staff_id, now)
    request.do_not_inform_guardian = silent
    session.flush()


def legal_lines(session: Session, *, request_id: UUID, times: Sequence[ReportTime]) -> list[LegalLine]:
    """The legal clocks of a request; none when it is no report."""
    row = session.get(ReportClock, request_id)
    if row is None:
        return []
    due = legal_due(row, times)
    return [
        LegalLine(clock=clock, due_at=due.get(clock), assessed_at=getattr(row, f"{clock}_assessed_at"))
        for clock in LegalClock
    ]
