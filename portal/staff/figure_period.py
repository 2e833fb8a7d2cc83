"""Which period the figures are for. Whole weeks at least: of single days there would be too little left to show, and
who took one day off a period could see who came on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from flask_babel import format_date, lazy_gettext

Kind = Literal["week", "month", "quarter", "year", "span"]

KINDS: Final = {
    "week": lazy_gettext("Vecka"),
    "month": lazy_gettext("Månad"),
    "quarter": lazy_gettext("Kvartal"),
    "year": lazy_gettext("År"),
    "span": lazy_gettext("Från och till, hela veckor"),
}
LONGEST: Final = timedelta(days=3 * 366)
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, of the municipality's calendar."""

    kind: str
    first: date
    last: date

    @property
    def title(self) -> str:
        if self.kind == "week":
            return str(format_date(self.first, "'v.' w, Y"))
        if self.kind == "month":
            return str(format_date(self.first, "LLLL y"))
        if self.kind == "quarter":
            return str(format_date(self.first, "QQQQ y"))
        if self.kind == "year":
            return str(format_date(self.first, "y"))
        return f"{format_date(self.first, 'd MMM y')} – {format_date(self.last, 'd MMM y')}"

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """The period of the same kind that ends where this one begins."""
        return period_of(self.kind, self.first - timedelta(days=1), self._other_end(-1))

    def after(self) -> Period:
        return period_of(self.kind, self.last + timedelta(days=1), self._other_end(1))

    def _other_end(self, direction: int) -> date:
        return (self.first if direction < 0 else self.last) + direction * timedelta(days=self.days)

    def starts(self, zone_of: datetime) -> datetime:
        """When it begins, in the zone of the given moment."""
        return datetime.combine(self.first, time(), zone_of.tzinfo)

    def ends(self, zone_of: datetime) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), zone_of.tzinfo)


def chosen(kind: str, first: str, last: str, *, today: date) -> Period:
    """The period that an address asks for; this month where it asks for none that exists."""
    begin = _day(first) or today
    if kind not in KINDS:
        return period_of("month", today)
    return period_of(kind, begin, _day(last) or begin)


def period_of(kind: str, first: date, last: date | None = None) -> Period:
    """The period of this kind in which `first` lies; for a span the whole weeks that hold both days."""
    if kind == "week":
        return Period(kind, _monday(first), _monday(first) + timedelta(days=6))
    if kind == "month":
        return Period(kind, first.replace(day=1), _month_end(first.year, first.month))
    if kind == "quarter":
        begins = 3 * ((first.month - 1) // 3) + 1
        return Period(kind, date(first.year, begins, 1), _month_end(first.year, begins + 2))
    if kind == "year":
        return Period(kind, date(first.year, 1, 1), date(first.year, 12, 31))
    begin, end = sorted((first, last or first))
    return Period("span", _monday(begin), _monday(min(end, begin + LONGEST)) + timedelta(days=6))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day < LATEST else None
