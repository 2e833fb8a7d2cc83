"""Opening hours: several periods a day, exceptions, public holidays. Moments are local and naive or aware alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final, Literal

import holidays

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY: Final = 24 * 60
DAYS_AHEAD: Final = 21
"""How far `opens_at` looks: beyond the longest run of closed days around Christmas."""

Period = tuple[int, int]
_PERIOD = re.compile(r"^([01]\d|2[0-3])[:.]([0-5]\d)-([01]\d|2[0-4])[:.]([0-5]\d)$")


class BadHours(ValueError):
    """Hours that cannot be read; the message says what is allowed."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Periods in minutes after midnight, one tuple a weekday, Monday first. `always` outranks everything."""

    always: bool = False
    week: tuple[tuple[Period, ...], ...] = ((),) * 7
    exceptions: tuple[tuple[date, tuple[Period, ...]], ...] = ()
    closed_on_holidays: bool = True
    closed_on_eves: bool = False

    def periods(self, day: date) -> tuple[Period, ...]:
        if self.always:
            return ((0, MINUTES_A_DAY),)
        for exception, periods in self.exceptions:
            if exception == day:
                return periods
        if (self.closed_on_holidays and is_public_holiday(day)) or (self.closed_on_eves and is_eve(day)):
            return ()
        return self.week[day.weekday()]

    def is_open(self, moment: datetime) -> bool:
        minute = moment.hour * 60 + moment.minute
        return any(start <= minute < end for start, end in self.periods(moment.date()))

    def opens_at(self, moment: datetime) -> datetime | None:
        """The next moment when it opens, or None when it is open now or opens within no foreseeable time."""
        if self.is_open(moment):
            return None
        for ahead in range(DAYS_AHEAD):
            day = moment.date() + timedelta(days=ahead)
            for start, _end in sorted(self.periods(day)):
                opening = datetime.combine(day, time(start // 60, start % 60), tzinfo=moment.tzinfo)
                if opening > moment:
                    return opening
        return None

    def closes_at(self, moment: datetime) -> datetime | None:
        """When the period that is open now ends; None when closed, or open past tomorrow."""
        if self.always or not self.is_open(moment):
            return None
        end = moment
        for ahead in range(2):
            day = moment.date() + timedelta(days=ahead)
            midnight = datetime.combine(day, time(0), tzinfo=moment.tzinfo)
            minute = 0 if ahead else moment.hour * 60 + moment.minute
            closing = max((last for first, last in self.periods(day) if first <= minute < last), default=0)
            if closing == 0:
                return end
            end = midnight + timedelta(minutes=closing)
            if closing < MINUTES_A_DAY:
                return end
        return None

    def add_open_time(self, start: datetime, open_hours: float) -> datetime:
        """The moment when `open_hours` hours of opening time have passed since `start`."""
        if self.always or not any(self.week):
            return start + timedelta(hours=open_hours)
        left = open_hours * 60
        day = start.date()
        while True:
            midnight = datetime.combine(day, time(0), tzinfo=start.tzinfo)
            for first, last in sorted(self.periods(day)):
                begin = max(first, start.hour * 60 + start.minute) if day == start.date() else first
                if last - begin >= left > 0:
                    return midnight + timedelta(minutes=begin + left)
                left -= max(0, last - begin)
            day += timedelta(days=1)


ALWAYS: Final = OpeningHours(always=True)


@cache
def _holidays_of(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, include_sundays=False))


@cache
def _eves_of(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, categories=(holidays.DE_FACTO,)))


def is_public_holiday(day: date) -> bool:
    return day in _holidays_of(day.year)


def is_eve(day: date) -> bool:
    """Midsummer Eve, Christmas Eve, New Year's Eve: no public holidays, yet most offices are closed."""
    return day in _eves_of(day.year)


def parse_hours(
    value: Literal["always"] | Mapping[str, Sequence[str]] | None,
    *,
    exceptions: Sequence[Mapping[str, Any]] = (),
    closed_on_holidays: bool = True,
    closed_on_eves: bool = False,
) -> OpeningHours:
    """`always`, or days ("mon", "mon-fri") to periods ("08:00-16:30"). Periods may cross midnight. Raises BadHours."""
    if value == "always":
        return ALWAYS
    week: list[list[Period]] = [[] for _ in DAYS]
    for days, periods in (value or {}).items():
        for day in _day_range(days):
            for text in periods:
                _place(week, day, text)
    return OpeningHours(
        week=tuple(tuple(sorted(day)) for day in week),
        exceptions=tuple((item["date"], _day_periods(item.get("hours") or ())) for item in exceptions),
        closed_on_holidays=closed_on_holidays,
        closed_on_eves=closed_on_eves,
    )


def _day_range(text: str) -> range:
    first, _, last = text.partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise BadHours(f"{text!r} is not a day; allowed: {', '.join(DAYS)} or a range such as mon-fri")
    start, end = DAYS.index(first), DAYS.index(last or first)
    if end < start:
        raise BadHours(f"{text!r} runs backwards; write the earlier day first, as in sat-sun")
    return range(start, end + 1)


def _parse_period(text: str) -> Period:
    match = _PERIOD.match(str(text).replace("–", "-"))  # a typo in the file can make a mapping of it
    if not match:
        raise BadHours(f"{text!r} is not a period; write it as 08:00-16:30")
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if end > MINUTES_A_DAY or start == end:
        raise BadHours(f"{text!r} is not a period; a day ends at 24:00 and a period has a length")
    return start, end


def _place(week: list[list[Period]], day: int, text: str) -> None:
    start, end = _parse_period(text)
    if start < end:
        week[day].append((start, end))
        return
    week[day].append((start, MINUTES_A_DAY))
    if end:
        week[(day + 1) % 7].append((0, end))


def _day_periods(texts: Sequence[str]) -> tuple[Period, ...]:
    periods = tuple(_parse_period(text) for text in texts)
    for start, end in periods:
        if start > end:
            raise BadHours("an exception covers one day; write 24:00 as its end and the rest on the next date")
    return periods
