"""How much opening time lies between two moments, for very many pairs of them: looked up, not walked through."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, time, timedelta, tzinfo

from portal.triage.hours import OpeningHours

_DAY = timedelta(days=1)


class OpenClock:
    """The opening time of `hours` from `first` to `last`. Moments are seconds since 1970, as databases give them."""

    def __init__(self, hours: OpeningHours, zone: tzinfo, *, first: datetime, last: datetime) -> None:
        self._starts: list[float] = []
        self._lengths: list[float] = []
        self._before: list[float] = []
        opened = 0.0
        day = first.astimezone(zone).date()
        while day <= last.astimezone(zone).date():
            midnight = datetime.combine(day, time(), zone)
            for begins, ends in hours.periods(day):
                start, end = ((midnight + timedelta(minutes=minutes)).timestamp() for minutes in (begins, ends))
                self._starts.append(start)
                self._lengths.append(end - start)
                self._before.append(opened)
                opened += end - start
            day += _DAY

    def is_open(self, moment: float) -> bool:
        period = bisect_right(self._starts, moment) - 1
        return period >= 0 and moment < self._starts[period] + self._lengths[period]

    def seconds_between(self, start: float, end: float) -> float:
        """Seconds of opening time from `start` to `end`."""
        return self._opened_until(end) - self._opened_until(start)

    def _opened_until(self, moment: float) -> float:
        period = bisect_right(self._starts, moment) - 1
        if period < 0:
            return 0.0
        return self._before[period] + min(moment - self._starts[period], self._lengths[period])
