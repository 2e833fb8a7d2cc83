"""What stands around one request beside its words: threats, second presses, links, tasks, and who has looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk import links, quarantine, reading, reports, staff_tasks, threats, two_handlers
from portal.desk.errors import RequestUnknown
from portal.desk.reach import Reach
from portal.records.help_request import HelpRequest
from portal.records.sealing import ContentKeys
from portal.triage.priorities import ReportTime


@dataclass(frozen=True, kw_only=True)
class Around:
    """Everything that belongs to the work on a request. `related` is a hint and nothing more."""

    threat: threats.ThreatView | None
    presses: tuple[two_handlers.PressView, ...]
    aside: quarantine.AsideRow | None
    linked: tuple[links.LinkedRow, ...]
    related: tuple[links.LinkedRow, ...]
    tasks: tuple[staff_tasks.TaskRow, ...]
    looks: tuple[reading.Look, ...]
    legal: tuple[reports.LegalLine, ...]


def load_around(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    within: Reach,
    report_times: Sequence[ReportTime],
    now: datetime,
) -> Around:
    """All of it for one request; other requests only `within` reach. Raises RequestUnknown."""
    request = session.get(HelpRequest, request_id)
    if request is None:
        raise RequestUnknown(str(request_id))
    key = keys.open_data_key(request.wrapped_key, request_id) if request.wrapped_key is not None else None
    return Around(
        threat=threats.counting_threat(session, key=key, request_id=request_id, now=now),
        presses=tuple(two_handlers.waiting_presses(session, key=key, request_id=request_id, now=now)),
        aside=quarantine.aside_row(session, request_id=request_id),
        linked=tuple(links.linked(session, within=within, request_id=request_id)),
        related=tuple(links.maybe_related(session, within=within, request_id=request_id)),
        tasks=tuple(staff_tasks.open_tasks(session, within=within, request_id=request_id)),
        looks=tuple(reading.looks(session, reference=request.reference)),
        legal=tuple(reports.legal_lines(session, request_id=request_id, times=report_times)),
    )
