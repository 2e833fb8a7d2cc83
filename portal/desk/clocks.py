"""The clocks of waiting: when a human acts at the latest, when somebody is told that nobody did, and what stops it.

The numbers are the municipality's. Opening hours, holidays and nights when the clock is changed are counted by
`triage.hours`; a clock that always runs counts real time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.records.help_request import HelpRequest
from portal.triage.facts import Facts
from portal.triage.priorities import Step, Target, priority_of, target_of
from portal.triage.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a request that began to wait is given; None where the rules say nothing."""

    act_by: datetime | None
    escalate_at: datetime | None


def judged(ruleset: Ruleset, facts: Facts, urgency: str) -> int | None:
    """The priority that the rules give a situation; None where they name none."""
    return priority_of(ruleset.municipality.priorities, facts, urgency)


def begin(ruleset: Ruleset, priority: int, since: datetime, *, promised: datetime | None = None) -> Waiting:
    """The clocks of somebody who waits since this moment. Without a target what was `promised` is the time."""
    target = target_of(ruleset.municipality.priorities, priority)
    if target is None:
        return Waiting(promised, promised)
    act_by = _after(ruleset, target, since, timedelta(minutes=target.act_within_minutes))
    return Waiting(act_by, escalation_due(ruleset, priority, since, taken=0))


def escalation_due(ruleset: Ruleset, priority: int, since: datetime, *, taken: int) -> datetime | None:
    """When the next step is due for somebody who waits since this moment and for whom `taken` steps were taken."""
    target = target_of(ruleset.municipality.priorities, priority)
    step = step_of(target, taken)
    if target is None or step is None:
        return None
    rounds = 1 + max(0, taken + 1 - len(target.escalate)) if step.again else 1
    due = _after(ruleset, target, since, timedelta(minutes=step.after_minutes * rounds))
    return _next_morning(ruleset, due) if step.next_morning else due


def step_of(target: Target | None, taken: int) -> Step | None:
    """The step that comes after `taken` ones; the last one again and again where it says so."""
    if target is None or not target.escalate:
        return None
    if taken < len(target.escalate):
        return target.escalate[taken]
    return target.escalate[-1] if target.escalate[-1].again else None


def restart(request: HelpRequest, ruleset: Ruleset | None, now: datetime) -> None:
    """Somebody who waited for nobody waits for us since now."""
    request.acted_at = request.escalated_to = None
    request.escalation_step = 0
    promised = request.answer_due_at
    waiting = (
        begin(ruleset, request.priority, now, promised=promised) if ruleset else Waiting(promised, promised or now)
    )
    request.act_by, request.escalate_at = waiting.act_by, waiting.escalate_at


def hurry(request: HelpRequest, ruleset: Ruleset | None, now: datetime) -> None:
    """A request that became more urgent: what is due comes sooner, never later, and its escalation begins anew."""
    before = request.act_by
    restart(request, ruleset, now)
    if before is not None and request.act_by is not None:
        request.act_by = min(before, request.act_by)


def act(request: HelpRequest, now: datetime) -> None:
    """A human acts. The first time is kept for the figures, with the moment by which it was due."""
    request.acted_at = request.acted_at or now
    if request.first_acted_at is None:
        request.first_acted_at, request.first_act_by = now, request.act_by


def nothing_came_of_it(request: HelpRequest) -> None:
    """Who took it gave it back. Until somebody has answered, nobody has acted then."""
    if request.first_answer_at is None:
        request.first_acted_at = request.first_act_by = None


def stop(request: HelpRequest, now: datetime) -> None:
    """We have answered, or the request is closed: nothing is due."""
    act(request, now)
    request.escalate_at = request.escalated_to = None


def _after(ruleset: Ruleset, target: Target, since: datetime, length: timedelta) -> datetime:
    if target.clock == "always":
        return since + length
    return ruleset.contact_hours.add_open_time(ruleset.local(since), length / timedelta(hours=1))


def _next_morning(ruleset: Ruleset, moment: datetime) -> datetime:
    """When the contact centre opens after the day of `moment`; the same moment where it never does."""
    hours, local = ruleset.contact_hours, ruleset.local(moment)
    evening = local.replace(hour=23, minute=59)
    morning = hours.opens_at(evening) or hours.opens_at(hours.closes_at(evening) or evening)
    return morning or moment
