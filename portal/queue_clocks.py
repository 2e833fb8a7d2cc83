"""One turn of the clocks of the queue, as the worker takes it every minute."""

from __future__ import annotations

from portal import clock, current
from portal.desk.escalation import escalate
from portal.desk.looking import forget_lapsed


def run_queue_clocks() -> int:
    """Tell whom it concerns what nobody acted on in time, and forget who looked; the steps that were taken."""
    now = clock.now()
    with current.parts().database.session() as session:
        forget_lapsed(session, now=now)
        return escalate(session, ruleset=current.parts().rules.current().ruleset, now=now)
