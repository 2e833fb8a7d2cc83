"""What must not be overlooked: danger that nobody has taken, clocks that ran out, and legal clocks about to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select, text, union_all
from sqlalchemy.orm import Session

from portal.desk.queue import NOT_THE_OTHER_PARTY, ORDER, View, condition_of, not_held
from portal.desk.reach import Lane
from portal.desk.report_clocks import LegalClock
from portal.records.help_request import ACUTE, AWAITING, ESCALATED, HelpRequest, Priority
from portal.records.report_clock import ReportClock
from portal.triage.priorities import ReportTime

SHOWN: Final = 10
"""More than this many alerts are told as that many and more."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A request that nobody has acted on. Codes only."""

    request_id: UUID
    reference: str
    priority: Priority
    signals: tuple[str, ...]
    topics: tuple[str, ...]
    language: str
    child_concerned: bool
    waiting_since: datetime
    act_by: datetime | None
    escalated_to: str | None
    other_party: bool = False  # the second party's side: told of without a word of which request it is


@dataclass(frozen=True, slots=True)
class LegalAlert:
    """A legal clock that has passed its warning. `late` that its time has run out."""

    request_id: UUID
    reference: str
    clock: LegalClock
    due: datetime
    late: bool


def danger_waiting(session: Session, *, lanes: Sequence[Lane], now: datetime, view: View = View.OPEN) -> list[Alert]:
    """Danger that nobody has taken, in the queue's order, SHOWN at most."""
    return _alerts(
        session,
        [[*condition_of(view, lane), HelpRequest.priority == Priority.P1, not_held(now)] for lane in lanes],
    )


def overdue(session: Session, *, lanes: Sequence[Lane], now: datetime) -> list[Alert]:
    """What was escalated and still nobody has taken, in the queue's order, SHOWN at most."""
    return _alerts(session, [[lane.condition, text(ESCALATED), NOT_THE_OTHER_PARTY, not_held(now)] for lane in lanes])


def calling(session: Session, *, lanes: Sequence[Lane], now: datetime, overdue_too: bool) -> list[Alert]:
    """What calls for somebody on every page: danger that nobody has taken, of both parties of a matter, and, with
    `overdue_too`, what else was escalated. In the queue's order, SHOWN of each at most. One light query."""
    danger = [
        [
            lane.condition,
            text(ACUTE if lane.unit is None else AWAITING),
            HelpRequest.priority == Priority.P1,
            not_held(now),
        ]
        for lane in lanes
    ]
    late = [[lane.condition, text(ESCALATED), HelpRequest.priority != Priority.P1, not_held(now)] for lane in lanes]
    return _alerts(session, [*danger, *(late if overdue_too else ())], most=2 * SHOWN)


def legal_alerts(
    session: Session, *, lanes: Sequence[Lane], times: Sequence[ReportTime], now: datetime
) -> list[LegalAlert]:
    """Legal clocks past their warning, the first to run out first, SHOWN of each at most. Closed requests too."""
    within = or_(*(lane.condition for lane in lanes))
    found: list[LegalAlert] = []
    for time in times if lanes else ():
        clock = LegalClock(time.clock)
        rows = session.execute(
            select(HelpRequest.id, HelpRequest.reference, ReportClock.received_at)
            .join(ReportClock, ReportClock.request_id == HelpRequest.id)
            .where(
                text(f"{clock}_assessed_at IS NULL"),
                ReportClock.received_at <= now - timedelta(hours=time.warn_after_hours),
                within,
                NOT_THE_OTHER_PARTY,
            )
            .order_by(ReportClock.received_at)
            .limit(SHOWN)
        )
        length = timedelta(hours=time.hours)
        found += [
            LegalAlert(request_id, reference, clock, received_at + length, received_at + length <= now)
            for request_id, reference, received_at in rows
        ]
    return sorted(found, key=lambda alert: alert.due)


def legal_due(report: ReportClock, times: Sequence[ReportTime]) -> Mapping[LegalClock, datetime]:
    """When each clock that still runs runs out."""
    return {
        LegalClock(time.clock): report.received_at + timedelta(hours=time.hours)
        for time in times
        if getattr(report, f"{time.clock}_assessed_at") is None
    }


def _alerts(session: Session, parts: Sequence[Sequence[Any]], most: int = SHOWN) -> list[Alert]:
    if not parts:
        return []
    picked = [
        select(HelpRequest.id, *ORDER[:-1]).where(*part).order_by(*ORDER).limit(SHOWN).subquery() for part in parts
    ]
    found = union_all(*(select(part) for part in picked)).subquery() if len(picked) > 1 else picked[0]
    query = select(HelpRequest).join(found, found.c.id == HelpRequest.id).order_by(*ORDER).limit(most)
    return [_alert(request) for request in session.scalars(query)]


def _alert(request: HelpRequest) -> Alert:
    return Alert(
        request_id=request.id,
        reference=request.reference,
        priority=Priority(request.priority),
        signals=tuple(request.signals),
        topics=tuple(request.topics),
        language=request.language,
        child_concerned=request.child_rank == 0,
        waiting_since=request.waiting_since,
        act_by=request.act_by,
        escalated_to=request.escalated_to,
        other_party=request.party == 2,
    )
