"""What is done again and again without anybody waiting for it: each turn does it once and says what it did, or None."""

from __future__ import annotations

import logging

from portal import clock, current
from portal.commands.answers import publish_answers
from portal.commands.audit import check_audit
from portal.commands.retention import run_retention
from portal.desk import handover_clocks, quarantine
from portal.desk.area_danger import escalate_unseen
from portal.desk.escalation import escalate
from portal.desk.looking import forget_lapsed

log = logging.getLogger("portal.worker")


def retention() -> str | None:
    erased, forgotten = run_retention()
    return f"Retention: {erased} requests erased, {forgotten} drafts forgotten."


def handovers() -> str | None:
    """Escalate the handovers that a unit has not answered, or not taken into its own system, in time."""
    with current.writing() as session:
        late = handover_clocks.escalate_overdue(session, now=clock.now())
    return f"Handovers: {late} are overdue." if late else None


def lying_aside() -> str | None:
    """Escalate what was put aside as misuse and nobody has judged in time."""
    with current.writing() as session:
        late = quarantine.escalate_overdue(session, now=clock.now())
    return f"Put aside: {late} were not judged in time." if late else None


def queue_clocks() -> str | None:
    """Tell whom it concerns what nobody in the queue acted on in time, and forget who looked at what."""
    now = clock.now()
    with current.writing() as session:
        forget_lapsed(session, now=now)
        steps = escalate(session, ruleset=current.ruleset(), now=now)
    return f"Queue: {steps} steps of escalation were taken." if steps else None


def area_danger() -> str | None:
    """Tell whom it concerns of danger in a worry about a place that nobody has looked at."""
    with current.writing() as session:
        steps = escalate_unseen(session, ruleset=current.ruleset(), now=clock.now())
    return f"Places: {steps} steps of escalation were taken." if steps else None


def public_answers() -> str | None:
    published, cut = publish_answers()
    return f"Public answers: {published} published, {cut} cut off from who asked." if published or cut else None


def audit_log() -> str | None:
    verdict = check_audit()
    if verdict.broken_at is not None:
        log.error("The audit log does not fit at row %d. Run `flask audit verify`.", verdict.broken_at)
    return None
