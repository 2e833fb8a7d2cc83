"""How urgent a request is for us: P1 to P5. Danger is P1 by itself; what else raises or lowers, editors decide."""

from __future__ import annotations

from collections.abc import Collection

from portal.records.help_request import Priority, Urgency


def danger_first(*, urgency: str, signals: Collection[str], judged: int | None = None) -> Priority:
    """`judged`, or P1 where any danger signal was heard or the urgency is that of an emergency.

    Where nobody judged, what is needed today is P3 and everything else P4.
    """
    if signals or urgency == Urgency.EMERGENCY:
        return Priority.P1
    if judged is not None:
        return Priority(judged)
    return Priority.P3 if urgency == Urgency.TODAY else Priority.P4


def raised(now: int, other: int) -> Priority:
    """The more urgent of two. Nothing that is no human may lower what stands."""
    return Priority(min(now, other))
