"""When which services are open and which rules hold, looked up by the minute."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from portal.triage.hours import OpeningHours

MOST_DAYS: Final = 400
"""Days that are kept worked out; a portal asks for today, a change preview for a year of stored requests."""


class _Day(NamedTuple):
    """One date. `open_from[i]` are the open services, as bits, from minute `starts[i]` on."""

    holding: int
    starts: tuple[int, ...]
    open_from: tuple[int, ...]


class Timetable:
    """Works out each date once. `hours` in the order of the services' bits; `holding_on` gives the rules of a date."""

    def __init__(self, hours: Sequence[OpeningHours], holding_on: Callable[[date], int]) -> None:
        self._hours = tuple(hours)
        self._holding_on = holding_on
        self._days: dict[int, _Day] = {}

    def at(self, local: datetime) -> tuple[int, int]:
        """Bits of the rules that hold and of the services that are open. `local` is the municipality's own time."""
        day = self._days.get(local.toordinal()) or self._work_out(local.date())
        minute = local.hour * 60 + local.minute
        return day.holding, day.open_from[bisect_right(day.starts, minute) - 1]

    def _work_out(self, day: date) -> _Day:
        periods = [hours.periods(day) for hours in self._hours]
        starts = sorted({0, *(edge for found in periods for period in found for edge in period)})
        open_from = tuple(
            sum(1 << i for i, found in enumerate(periods) if any(first <= start < end for first, end in found))
            for start in starts
        )
        if len(self._days) >= MOST_DAYS:
            self._days = {}
        worked_out = self._days[day.toordinal()] = _Day(self._holding_on(day), tuple(starts), open_from)
        return worked_out
