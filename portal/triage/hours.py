"""Opening hours: several periods a day, nights, exceptions, public holidays, and clocks that change.

Hours are what the clock on the wall shows. Moments are naive, or aware in the zone of that clock; `Ruleset.local` makes
them so. Where the clock jumps in spring, hours that do not exist are never open; where it goes back in autumn, hours
that come twice are open twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Any, Final, Literal

import holidays

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAYS: Final = "holidays"
EVES: Final = "eves"
SPECIAL_DAYS: Final = (HOLIDAYS, EVES)
"""Kinds of dates that may have periods of their own beside the days of the week."""

MINUTES_A_DAY: Final = 24 * 60
DAYS_AHEAD: Final = 366
"""How far ahead an opening, a closing or a promise is looked for: after a closed season there is a day to name."""

Period = tuple[int, int]
Special = Literal["holiday", "eve", "exception"]
_WHOLE_DAY: Final[tuple[Period, ...]] = ((0, MINUTES_A_DAY),)
_ONE_DAY: Final = timedelta(days=1)
_PERIOD = re.compile(r"([01]\d|2[0-3])[:.]([0-5]\d)-([01]\d|2[0-4])[:.]([0-5]\d)")


class BadHours(ValueError):
    """Hours that cannot be read; the message says what is allowed."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When somebody answers. `always` outranks everything.

    A period is a pair of minutes after midnight on the day when it begins; an end past 24 * 60 runs on into the next
    day. `week` has one tuple of periods a weekday, Monday first. What holds on a date, the first that applies:

    1. An exception for the date says everything about it, from midnight to midnight.
    2. On a public holiday the periods `on_holidays`, on an eve the periods `on_eves`, in the place of the weekday's;
       no periods is closed, None is nothing said. A date that is both counts as a holiday.
    3. A public holiday or an eve on which the office closes: nothing.
    4. The week.

    A night that began the day before runs on, but not into an exception, and into a closed holiday or eve (by 2 or 3)
    only when it was written for its date: by an exception or by 2, not by the week. So "16:30-08:00" written for
    24 December, or for eves, answers at 03:00 on Christmas Day, unless that day has an exception of its own; and
    whoever is closed on a day is also closed in the night that would have begun then. Before `first` and after `last`,
    the days between which the service exists, nothing is open.
    """

    week: tuple[tuple[Period, ...], ...] = ((),) * 7
    exceptions: tuple[tuple[date, tuple[Period, ...]], ...] = ()
    closed_on_holidays: bool = True
    closed_on_eves: bool = False
    on_holidays: tuple[Period, ...] | None = None
    on_eves: tuple[Period, ...] | None = None
    always: bool = False
    first: date | None = None
    last: date | None = None

    @property
    def known(self) -> bool:
        """Whether anybody has told us any hours."""
        told = (*self.week, self.on_holidays, self.on_eves, *(periods for _date, periods in self.exceptions))
        return self.always or any(told)

    def periods(self, day: date) -> tuple[Period, ...]:
        """When it is open on one date, in minutes from 0 to 24 * 60: sorted, merged, with the night before."""
        if self.always:
            return _WHOLE_DAY
        if not self._exists(day):
            return ()
        excepted = self._exception(day)
        if excepted is not None:
            return _merged(excepted)
        cut = self._closes(day) and self._written_for(day - _ONE_DAY) is None
        nights = () if cut else self._begun(day - _ONE_DAY)
        return _merged([(start - MINUTES_A_DAY, end - MINUTES_A_DAY) for start, end in nights] + [*self._begun(day)])

    def is_open(self, moment: datetime) -> bool:
        minute = moment.hour * 60 + moment.minute
        return any(start <= minute < end for start, end in self.periods(moment.date()))

    def opens_at(self, moment: datetime) -> datetime | None:
        """The first moment when it is open; None when it is open now, or does not open within `DAYS_AHEAD` days."""
        if self.is_open(moment):
            return None
        return next((change for change in self._changes(moment) if self.is_open(change)), None)

    def closes_at(self, moment: datetime) -> datetime | None:
        """The first moment when it is closed; None when it is closed now, or stays open for `DAYS_AHEAD` days."""
        if self.always or not self.is_open(moment):
            return None
        return next((change for change in self._changes(moment) if not self.is_open(change)), None)

    def special(self, day: date) -> Special | None:
        """Why it is closed on a date when it is open other weeks; None when it is not."""
        usually_open = self.always or self.week[day.weekday()]
        if not usually_open or not self._exists(day) or self.periods(day):
            return None
        if self._exception(day) is not None:
            return "exception"
        return "holiday" if is_public_holiday(day) else "eve"

    def add_open_time(self, start: datetime, open_hours: float) -> datetime:
        """The moment when `open_hours` hours of opening time have passed since `start`, or the closing it ends with.

        If it does not open within `DAYS_AHEAD` days, all hours count: a promise is made in any case. If so much time
        is not open within that many days, it is the last closing before: nobody is promised an answer in years.
        """
        longest = timedelta(days=DAYS_AHEAD)
        left = min(max(timedelta(hours=open_hours), timedelta()), longest)
        reached = start
        while _between(start, reached) < longest:
            begins = reached if self.is_open(reached) else self.opens_at(reached)
            if begins is None:
                return _later(reached, left)
            ends = self.closes_at(begins)
            if ends is None or _between(begins, ends) >= left:
                return _later(begins, left)
            left -= _between(begins, ends)
            reached = ends
        return reached

    def _exists(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def _exception(self, day: date) -> tuple[Period, ...] | None:
        return next((periods for excepted, periods in self.exceptions if excepted == day), None)

    def _written_for(self, day: date) -> tuple[Period, ...] | None:
        """The periods written for this date or this kind of date; None when the week holds, or closing."""
        excepted = self._exception(day)
        if excepted is not None:
            return excepted
        if is_public_holiday(day):
            return self.on_holidays
        return self.on_eves if is_eve(day) else None

    def _closes(self, day: date) -> bool:
        """Whether a date is closed, for one without an exception, because it is a public holiday or an eve."""
        written = self._written_for(day)
        if written is not None:
            return not written
        return (self.closed_on_holidays and is_public_holiday(day)) or (self.closed_on_eves and is_eve(day))

    def _begun(self, day: date) -> tuple[Period, ...]:
        """The periods that begin on a date; they may run on into the next."""
        if not self._exists(day) or self._closes(day):
            return ()
        written = self._written_for(day)
        return self.week[day.weekday()] if written is None else written

    def _changes(self, moment: datetime) -> Iterator[datetime]:
        """Later moments in order, among them every one at which it opens or closes."""
        now, zone = _instant(moment), moment.tzinfo
        for ahead in range(DAYS_AHEAD + 1):
            day = moment.date() + timedelta(days=ahead)
            edges = {edge for period in self.periods(day) for edge in period}
            instants = {instant for edge in edges for instant in _when_clock_shows(day, edge, zone)}
            if edges:
                instants |= _clock_changes(day, zone)
            for instant in sorted(instants):
                if instant > now:
                    yield instant if zone is None else instant.astimezone(zone)


ALWAYS: Final = OpeningHours(always=True)


def _merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Periods cut to one day; those that touch or overlap become one."""
    merged: list[Period] = []
    for start, end in sorted((max(start, 0), min(end, MINUTES_A_DAY)) for start, end in periods):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _instant(moment: datetime) -> datetime:
    """In UTC, for comparing: moments of one zone are compared by what its clock shows, which it may show twice."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC)


def _between(first: datetime, last: datetime) -> timedelta:
    return _instant(last) - _instant(first)


def _later(moment: datetime, step: timedelta) -> datetime:
    return moment + step if moment.tzinfo is None else (moment.astimezone(UTC) + step).astimezone(moment.tzinfo)


def _when_clock_shows(day: date, minute: int, zone: tzinfo | None) -> set[datetime]:
    """The instants when the clock shows this: two where it goes back; where it jumps over it, two close by."""
    shown = datetime.combine(day, time()) + timedelta(minutes=minute)
    if zone is None:
        return {shown}
    return {shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}


def _clock_changes(day: date, zone: tzinfo | None) -> set[datetime]:
    """The instant of a day when the clock is put forward or back, if it is."""
    if zone is None:
        return set()
    midnight = datetime.combine(day, time(), tzinfo=zone)
    before, first = midnight.utcoffset(), midnight.astimezone(UTC)
    if before == (midnight + _ONE_DAY).utcoffset():
        return set()
    minutes = range(int(_between(midnight, midnight + _ONE_DAY) / timedelta(minutes=1)))
    passed = bisect_left(
        minutes, True, key=lambda minute: (first + timedelta(minutes=minute)).astimezone(zone).utcoffset() != before
    )
    return {first + timedelta(minutes=passed)}


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
    first: date | None = None,
    last: date | None = None,
) -> OpeningHours:
    """`always`, or days ("mon", "mon-fri", "holidays", "eves") to periods ("08:00-16:30"). Raises BadHours.

    Periods may cross midnight. None is that nobody has told us: never open, and not `known`.
    `always` knows no holidays, but it may have exceptions, and days before it begins and after it ends.
    """
    excepted = tuple(_parse_exceptions(exceptions))
    if value == "always":
        whole_week = OpeningHours((_WHOLE_DAY,) * 7, excepted, closed_on_holidays=False, first=first, last=last)
        return whole_week if excepted or first or last else ALWAYS
    week: list[list[Period]] = [[] for _ in DAYS]
    special: dict[str, tuple[Period, ...]] = {}
    for days, texts in (value or {}).items():
        periods = sorted(_parse_period(text) for text in texts)
        if days in SPECIAL_DAYS:
            special[days] = tuple(periods)
        else:
            for day in _day_range(days):
                week[day] += periods
    return OpeningHours(
        week=tuple(tuple(sorted(day)) for day in week),
        exceptions=excepted,
        closed_on_holidays=closed_on_holidays,
        closed_on_eves=closed_on_eves,
        on_holidays=special.get(HOLIDAYS),
        on_eves=special.get(EVES),
        first=first,
        last=last,
    )


def _parse_exceptions(exceptions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[date, tuple[Period, ...]]]:
    seen: set[date] = set()
    for exception in exceptions:
        day = exception["date"]
        if day in seen:
            raise BadHours(f"{day} has two exceptions; write one with all periods of that day")
        seen.add(day)
        yield day, tuple(sorted(_parse_period(text) for text in exception.get("hours") or ()))


def _day_range(text: str) -> range:
    first, _, last = text.partition("-")
    if first not in DAYS or (last and last not in DAYS):
        allowed = ", ".join((*DAYS, *SPECIAL_DAYS))
        raise BadHours(f"{text!r} is not a day; allowed: {allowed}, or a range such as mon-fri")
    start, end = DAYS.index(first), DAYS.index(last or first)
    if end < start:
        raise BadHours(f"{text!r} runs backwards; write the earlier day first, as in sat-sun")
    return range(start, end + 1)


def _parse_period(text: str) -> Period:
    """Minutes after midnight; the end of a period that crosses midnight is past 24 * 60."""
    match = _PERIOD.fullmatch(str(text).replace("–", "-"))  # a typo in the file can make a mapping of it
    if not match:
        raise BadHours(f"{text!r} is not a period; write it as 08:00-16:30")
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if end > MINUTES_A_DAY or start == end:
        raise BadHours(f"{text!r} is not a period; a day ends at 24:00 and a period has a length")
    return start, end if start < end else end + MINUTES_A_DAY
