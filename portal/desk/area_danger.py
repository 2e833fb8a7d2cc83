"""Danger in a worry about a place does not wait for the weekly look: somebody sees it at once, or is told that nobody
has. The times and receivers are those of priority 1. Nothing here knows of requests about persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.desk import audit
from portal.desk.area_errors import SignalUnknown
from portal.desk.clocks import escalation_due, step_of
from portal.desk.presence import somebody_present
from portal.desk.told_outside import tell_outside
from portal.records.area_signal import DANGER_UNSEEN, AreaSignal
from portal.triage.priorities import DANGER, target_of
from portal.triage.ruleset import Ruleset

SHOWN: Final = 10
"""More than this many are told as that many and more."""

AT_ONCE: Final = 500
ON_CALL: Final = "on-call"


@dataclass(frozen=True, slots=True)
class UnseenDanger:
    """A worry about a place that tells of danger and that nobody has looked at. No word of it."""

    signal_id: UUID
    reference: str
    since: datetime
    told: str | None


def unseen_danger(session: Session) -> list[UnseenDanger]:
    """The longest waiting first, SHOWN at most."""
    rows = session.execute(
        select(AreaSignal.id, AreaSignal.reference, AreaSignal.danger_since, AreaSignal.danger_told)
        .where(text(DANGER_UNSEEN))
        .order_by(AreaSignal.danger_since)
        .limit(SHOWN)
    )
    return [UnseenDanger(signal_id, reference, since, told) for signal_id, reference, since, told in rows if since]


def is_unseen(session: Session, *, reference: str) -> bool:
    """Whether danger in this worry waits to be seen."""
    wanted = AreaSignal.reference == reference.strip().upper()
    return session.scalar(select(AreaSignal.id).where(wanted, text(DANGER_UNSEEN))) is not None


def note_seen(session: Session, *, audit_key: bytes, reference: str, staff_id: UUID, now: datetime) -> None:
    """Somebody has looked and does what is needed; the weekly look is still to come. Twice changes nothing.

    Raises SignalUnknown.
    """
    wanted = AreaSignal.reference == reference.strip().upper()
    signal = session.scalar(select(AreaSignal).where(wanted).with_for_update())
    if signal is None or not signal.signals:
        raise SignalUnknown(reference)
    if signal.danger_since is None:
        return
    signal.danger_since = None
    session.flush()
    audit.append(
        session,
        key=audit_key,
        act=audit.Act.JUDGED,
        subject=signal.reference,
        at=now,
        staff_id=staff_id,
        detail={"state": "danger-seen"},
    )


def escalate_unseen(session: Session, *, ruleset: Ruleset, now: datetime) -> int:
    """Take every step that is due, each once however many workers look, and return how many were taken."""
    waiting = session.scalars(
        select(AreaSignal)
        .where(text(DANGER_UNSEEN))
        .order_by(AreaSignal.danger_since)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    nobody_there = bool(waiting) and not session.scalar(select(somebody_present(now)))
    steps = sum(_take_steps(session, signal, ruleset, nobody_there, now) for signal in waiting)
    session.flush()
    return steps


def _take_steps(session: Session, signal: AreaSignal, ruleset: Ruleset, nobody_there: bool, now: datetime) -> int:
    target = target_of(ruleset.municipality.priorities, DANGER)
    since, steps = signal.danger_since, 0
    while since is not None:
        step = step_of(target, signal.danger_steps)
        due = escalation_due(ruleset, DANGER, since, taken=signal.danger_steps)
        if step is None or due is None or due > now:
            break
        signal.danger_steps += 1
        _tell(session, signal, step.to, ruleset, now)
        steps += 1
    if nobody_there and target is not None and target.nobody_there == ON_CALL and signal.danger_told != ON_CALL:
        _tell(session, signal, ON_CALL, ruleset, now)
        steps += 1
    return steps


def _tell(session: Session, signal: AreaSignal, to: str, ruleset: Ruleset, now: datetime) -> None:
    # Who is on call stays told: a later step to the supervisor takes nothing back.
    if signal.danger_told != ON_CALL:
        signal.danger_told = to
    tell_outside(session, ruleset=ruleset, to=to, priority=DANGER, request_id=None, now=now)
