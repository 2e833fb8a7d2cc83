"""Which period the figures are for: a month, a quarter or a year of the calendar, when it has ended.

The municipality has decided what the shortest is. By that everything is counted and hidden, and a longer period is
added up from what the shortest ones in it show. So every request is shown in exactly one place, and no two periods can
be taken from each other to find out more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from flask_babel import format_date, lazy_gettext

KINDS: Final = {
    "month": lazy_gettext("Månader"),
    "quarter": lazy_gettext("Kvartal"),
    "year": lazy_gettext("År"),
}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_OFFERED: Final = {"month": 24, "quarter": 12, "year": 5}
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2200, 1, 1)
_WRITTEN: Final = re.compile(r"(\d{4})(?:-(\d\d)|-Q([1-4]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the municipality's calendar, by the first day of each of its parts, which are as long as `by`."""

    kind: str
    by: str
    parts: tuple[date, ...]

    @property
    def first(self) -> date:
        return self.parts[0]

    @property
    def last(self) -> date:
        return _later(self.parts[-1], _MONTHS[self.by]) - timedelta(days=1)

    @property
    def code(self) -> str:
        """What it is called in addresses and files: 2026-02, 2026-Q1, 2026."""
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        return f"{self.first:%Y}-Q{(self.first.month + 2) // 3}" if self.kind == "quarter" else f"{self.first:%Y}"

    @property
    def title(self) -> str:
        pattern = {"month": "LLLL y", "quarter": "QQQQ y", "year": "y"}[self.kind]
        return str(format_date(self.first, pattern)).capitalize()

    def before(self) -> Period:
        return period_of(self.kind, self.first - timedelta(days=1), self.by)

    def after(self) -> Period:
        return period_of(self.kind, self.last + timedelta(days=1), self.by)

    def has_ended(self, today: date) -> bool:
        return self.last < today

    def begins(self, zone_of: datetime) -> tuple[datetime, ...]:
        """When each of its parts begins, in the zone of the given moment."""
        return tuple(datetime.combine(part, time(), zone_of.tzinfo) for part in self.parts)

    def ends(self, zone_of: datetime) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), zone_of.tzinfo)


def chosen(code: str, *, by: str, today: date) -> Period:
    """The period that an address asks for; the newest that has ended, of the shortest, where it asks for none, for one
    that has not ended or that is too short."""
    asked = _written(code, by)
    return asked if asked is not None and asked.has_ended(today) else newest_of(by, by, today)


def newest_of(kind: str, by: str, today: date) -> Period:
    """The newest period of this kind that has ended."""
    return period_of(kind, today, by).before()


def offered(by: str, today: date) -> Mapping[str, list[Period]]:
    """Periods to choose among, by kind, the newest first."""
    found = {}
    for kind, number in _OFFERED.items():
        if _MONTHS[kind] >= _MONTHS[by]:
            periods = [newest_of(kind, by, today)]
            while len(periods) < number:
                periods.append(periods[-1].before())
            found[kind] = periods
    return found


def period_of(kind: str, day: date, by: str) -> Period:
    """The period of this kind in which a day lies."""
    length, step = _MONTHS[kind], _MONTHS[by]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Period(kind, by, tuple(_later(first, months) for months in range(0, length, step)))


def _later(first: date, months: int) -> date:
    """The first of the month that is so many months later."""
    months += first.month - 1
    return date(first.year + months // 12, months % 12 + 1, 1)


def _written(code: str, by: str) -> Period | None:
    match = _WRITTEN.fullmatch(code)
    if match is None or not EARLIEST.year <= int(match[1]) < LATEST.year:
        return None
    year, month, quarter = (int(part or 0) for part in match.groups())
    kind = "quarter" if quarter else "year" if match[2] is None else "month"
    month = 3 * quarter or month or 1
    if _MONTHS[kind] < _MONTHS[by] or not 1 <= month <= 12 or match[2] == "00":
        return None
    return period_of(kind, date(year, month, 1), by)
