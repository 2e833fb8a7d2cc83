"""Which period the figures are for: a month, a quarter or a year of the calendar, when it has ended.

Everything is counted and hidden by months, and a longer period is added up from what its months show. So every request
is shown in exactly one place, and no two periods can be taken from each other to find out more.
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
_YEARS: Final = range(2000, 2200)
_WRITTEN: Final = re.compile(r"(\d{4})(?:-(\d\d)|-Q([1-4]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the municipality's calendar, by the first day of each of its months."""

    kind: str
    months: tuple[date, ...]

    @property
    def first(self) -> date:
        return self.months[0]

    @property
    def last(self) -> date:
        return _next_month(self.months[-1]) - timedelta(days=1)

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
        return period_of(self.kind, self.first - timedelta(days=1))

    def after(self) -> Period:
        return period_of(self.kind, self.last + timedelta(days=1))

    def has_ended(self, today: date) -> bool:
        return self.last < today

    def begins(self, zone_of: datetime) -> tuple[datetime, ...]:
        """When each of its months begins, in the zone of the given moment."""
        return tuple(datetime.combine(month, time(), zone_of.tzinfo) for month in self.months)

    def ends(self, zone_of: datetime) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), zone_of.tzinfo)


def chosen(code: str, *, today: date) -> Period:
    """The period that an address asks for; the newest month that has ended where it asks for none, or for one that
    has not ended."""
    newest = newest_of("month", today)
    asked = _written(code)
    return asked if asked is not None and asked.has_ended(today) else newest


def newest_of(kind: str, today: date) -> Period:
    """The newest period of this kind that has ended."""
    return period_of(kind, today).before()


def offered(today: date) -> Mapping[str, list[Period]]:
    """Periods to choose among, by kind, the newest first."""
    found = {}
    for kind, number in _OFFERED.items():
        periods = [newest_of(kind, today)]
        while len(periods) < number:
            periods.append(periods[-1].before())
        found[kind] = periods
    return found


def period_of(kind: str, day: date) -> Period:
    """The period of this kind in which a day lies."""
    length = _MONTHS[kind]
    months = [date(day.year, (day.month - 1) // length * length + 1, 1)]
    while len(months) < length:
        months.append(_next_month(months[-1]))
    return Period(kind, tuple(months))


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _written(code: str) -> Period | None:
    parts = _WRITTEN.fullmatch(code)
    if parts is None or int(parts[1]) not in _YEARS:
        return None
    year, month, quarter = (int(part or 0) for part in parts.groups())
    if quarter:
        return period_of("quarter", date(year, 3 * quarter, 1))
    if parts[2] is None:
        return period_of("year", date(year, 1, 1))
    return period_of("month", date(year, month, 1)) if 1 <= month <= 12 else None
