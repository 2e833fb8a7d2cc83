"""Telling somebody that nobody has acted: each step once, however many workers look at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, or_, select, text
from sqlalchemy.orm import Session

from portal.desk.clocks import escalation_due, step_of
from portal.desk.log import record_event
from portal.desk.presence import somebody_present
from portal.desk.queue import not_held
from portal.desk.report_clocks import LegalClock
from portal.desk.told_outside import tell_outside
from portal.records.event import EventKind
from portal.records.help_request import CLOCK_RUNS, EscalatedTo, HelpRequest, Priority
from portal.records.report_clock import ReportClock
from portal.triage.priorities import ReportTime, target_of
from portal.triage.ruleset import Ruleset

AT_ONCE: Final = 500
"""Requests that one turn looks at; the next turn goes on."""

_WARNED, _RAN_OUT = 1, 2


def escalate(session: Session, *, ruleset: Ruleset, now: datetime) -> int:
    """Take every step that is due and return how many were taken. Nothing is closed, moved or ranked by it.

    The rows are locked, and a row that another worker holds is left to it; so a step is taken once. What somebody
    works on is left alone until they fall silent.
    """
    steps = 0
    for request in session.scalars(_due(now)):
        steps += _take_steps(session, request, ruleset, now)
    if not session.scalar(select(somebody_present(now))):
        for request in session.scalars(_for_on_call(ruleset, now)):
            steps += _tell_on_call(session, request, ruleset, now)
    for time in ruleset.municipality.report_times:
        steps += sum(_legal_steps(session, time, now))
    session.flush()
    return steps


def _due(now: datetime) -> Select[Any]:
    return _locked(text(CLOCK_RUNS), HelpRequest.escalate_at <= now, not_held(now))


def _for_on_call(ruleset: Ruleset, now: datetime) -> Select[Any]:
    """What those on call take at once when nobody is there, and have not been told of."""
    ranks = [each.priority for each in ruleset.municipality.priorities if each.nobody_there == "on-call"]
    told = HelpRequest.escalated_to == EscalatedTo.ON_CALL
    return _locked(
        text(CLOCK_RUNS),
        HelpRequest.priority.in_(ranks),
        or_(HelpRequest.escalated_to.is_(None), ~told),
        not_held(now),
    )


def _locked(*conditions: Any) -> Select[Any]:
    return (
        select(HelpRequest)
        .where(and_(*conditions))
        .order_by(HelpRequest.escalate_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _take_steps(session: Session, request: HelpRequest, ruleset: Ruleset, now: datetime) -> int:
    """The steps that are due; those of a night when no worker ran are taken together."""
    target = target_of(ruleset.municipality.priorities, request.priority)
    steps = 0
    while request.escalate_at is not None and request.escalate_at <= now:
        step = step_of(target, request.escalation_step)
        _write_down(session, request, step.to if step else EscalatedTo.SUPERVISOR, ruleset, now)
        request.escalation_step += 1
        request.escalate_at = escalation_due(
            ruleset, request.priority, request.waiting_since, taken=request.escalation_step
        )
        steps += 1
    return steps


def _tell_on_call(session: Session, request: HelpRequest, ruleset: Ruleset, now: datetime) -> int:
    _write_down(session, request, EscalatedTo.ON_CALL, ruleset, now)
    return 1


def _write_down(session: Session, request: HelpRequest, to: str, ruleset: Ruleset, now: datetime) -> None:
    # Who is on call stays told: a later step to the supervisor takes nothing back.
    if request.escalated_to != EscalatedTo.ON_CALL:
        request.escalated_to = EscalatedTo(to)
    record_event(
        session,
        request_id=request.id,
        kind=EventKind.ESCALATED,
        at=now,
        detail={"to": str(to), "step": request.escalation_step, "priority": Priority(request.priority).value},
    )
    if not request.practice:
        tell_outside(session, ruleset=ruleset, to=str(to), priority=request.priority, request_id=request.id, now=now)


def _legal_steps(session: Session, time: ReportTime, now: datetime) -> Iterator[int]:
    """Warnings, and clocks that ran out: each is written down once."""
    clock = LegalClock(time.clock)
    step = getattr(ReportClock, f"{clock}_step")
    for reached, hours in ((_WARNED, time.warn_after_hours), (_RAN_OUT, time.hours)):
        rows = session.scalars(
            select(ReportClock)
            .where(
                text(f"{clock}_assessed_at IS NULL"),
                step < reached,
                ReportClock.received_at <= now - timedelta(hours=hours),
            )
            .order_by(ReportClock.received_at)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        for row in rows:
            setattr(row, f"{clock}_step", reached)
            record_event(
                session,
                request_id=row.request_id,
                kind=EventKind.ESCALATED,
                at=now,
                detail={"clock": str(clock), "step": "warned" if reached == _WARNED else "ran-out"},
            )
            yield 1
