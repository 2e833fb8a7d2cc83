"""Opening hours and the clock on the wall: every answer held against asking minute by minute, also when it changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.triage.hours import DAYS, SPECIAL_DAYS, OpeningHours, is_eve, is_public_holiday, parse_hours
from portal.triage.ruleset import Ruleset

SWEDEN = ZoneInfo("Europe/Stockholm")
SPRING, AUTUMN, CHRISTMAS = date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 25)
MINUTE = timedelta(minutes=1)
LOOKED_AT = 3 * 24 * 60
"""Minutes that the slow way looks ahead."""


def swedish(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SWEDEN, fold=fold)


@st.composite
def a_period(draw: st.DrawFn) -> str:
    """Often in the small hours, when clocks are changed; often over midnight."""
    minutes = st.one_of(st.sampled_from([0, 60, 120, 150, 180, 480, 990, 1439]), st.integers(0, 1439))
    start = draw(minutes)
    end = draw(st.one_of(minutes, st.just(1440)).filter(lambda minute: minute != start))
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def days_near(special: date) -> st.SearchStrategy[date]:
    return st.integers(-2, 2).map(lambda days: special + timedelta(days=days))


some_day = st.sampled_from([SPRING, AUTUMN, CHRISTMAS]).flatmap(days_near)
some_periods = st.lists(a_period(), max_size=3)


@st.composite
def some_hours(draw: st.DrawFn) -> OpeningHours:
    exceptions = draw(st.lists(st.tuples(some_day, some_periods), max_size=3, unique_by=lambda item: item[0]))
    return parse_hours(
        draw(st.dictionaries(st.sampled_from((*DAYS, *SPECIAL_DAYS)), some_periods)),
        exceptions=[{"date": day, "hours": periods} for day, periods in exceptions],
        closed_on_holidays=draw(st.booleans()),
        closed_on_eves=draw(st.booleans()),
    )


@st.composite
def some_moment(draw: st.DrawFn) -> datetime:
    day = draw(some_day)
    seconds = draw(st.one_of(st.integers(0, 1440).map(lambda minute: minute * 60), st.integers(0, 86400)))
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2) + timedelta(seconds=seconds)
    return instant.astimezone(SWEDEN)


def first_moment(hours: OpeningHours, moment: datetime, *, is_open: bool) -> datetime | None:
    """The slow way: ask minute by minute of real time."""
    instant = moment.astimezone(UTC)
    for _ in range(LOOKED_AT):
        if hours.is_open(instant.astimezone(SWEDEN)) is is_open:
            return instant
        instant = instant.replace(second=0, microsecond=0) + MINUTE
    return None


@given(some_hours(), some_moment())
def test_it_opens_and_closes_at_the_first_moment_when_it_does(hours: OpeningHours, moment: datetime) -> None:
    opens, closes = hours.opens_at(moment), hours.closes_at(moment)
    assert not (opens and closes)
    told = closes if hours.is_open(moment) else opens
    found = first_moment(hours, moment, is_open=not hours.is_open(moment))
    if found is None:
        assert told is None or told.astimezone(UTC) >= moment.astimezone(UTC) + (LOOKED_AT - 1) * MINUTE
    else:
        assert told is not None
        assert told.astimezone(UTC) == found


@given(some_hours(), some_moment())
def test_a_naive_moment_gets_the_answer_of_the_same_moment_with_a_zone(hours: OpeningHours, moment: datetime) -> None:
    if moment.date() in (SPRING, AUTUMN):
        return  # a naive clock is never changed
    naive = moment.replace(tzinfo=None)
    assert hours.is_open(naive) is hours.is_open(moment)
    opens = hours.opens_at(naive)
    if opens and opens < naive.replace(hour=0) + timedelta(days=1):
        assert hours.opens_at(moment) == opens.replace(tzinfo=SWEDEN)


@given(some_hours(), some_moment(), st.floats(0, 30))
def test_a_promise_ends_in_open_time_or_at_a_closing_and_after_that_much_of_it(
    hours: OpeningHours, moment: datetime, open_hours: float
) -> None:
    promised = hours.add_open_time(moment, open_hours)
    passed = [moment.astimezone(UTC)]
    while passed[-1] < promised.astimezone(UTC) and len(passed) < LOOKED_AT:
        passed.append(min(passed[-1].replace(second=0, microsecond=0) + MINUTE, promised.astimezone(UTC)))
    if len(passed) == LOOKED_AT or (hours.opens_at(promised) is None and not hours.is_open(promised)):
        return  # too far off for the slow way, or it never opens again
    steps = pairwise(passed)
    worked = sum((last - first for first, last in steps if hours.is_open(first.astimezone(SWEDEN))), timedelta())
    assert abs(worked - timedelta(hours=open_hours)) < timedelta(milliseconds=1)
    assert hours.is_open(promised) or hours.is_open((promised.astimezone(UTC) - MINUTE / 60).astimezone(SWEDEN))


def as_documented(hours: OpeningHours, day: date, minute: int) -> bool:
    """The slow way: what holds on a date and on the one before, asked of one minute in plain words."""

    def written(on: date) -> tuple[tuple[int, int], ...] | None:
        if on in dict(hours.exceptions):
            return dict(hours.exceptions)[on]
        if is_public_holiday(on):
            return hours.on_holidays
        return hours.on_eves if is_eve(on) else None

    def closed(on: date) -> bool:
        by_rule = (is_public_holiday(on) and hours.closed_on_holidays) or (is_eve(on) and hours.closed_on_eves)
        return by_rule if written(on) is None else written(on) == ()

    def begun(on: date) -> tuple[tuple[int, int], ...]:
        periods = written(on)
        return periods if periods is not None else () if closed(on) else hours.week[on.weekday()]

    before = day - timedelta(days=1)
    if any(start <= minute < end for start, end in begun(day)):
        return True
    if day in dict(hours.exceptions) or (closed(day) and written(before) is None):
        return False
    return any(minute + 1440 < end for _start, end in begun(before))


@given(some_hours(), st.integers(-2, 8).map(lambda days: CHRISTMAS + timedelta(days=days)), st.integers(0, 1439))
def test_every_minute_round_christmas_is_open_as_documented(hours: OpeningHours, day: date, minute: int) -> None:
    moment = datetime.combine(day, datetime.min.time()) + minute * MINUTE
    assert hours.is_open(moment) is as_documented(hours, day, minute)


def test_hours_that_the_clock_jumps_over_in_spring_begin_when_it_has_jumped() -> None:
    early = parse_hours({"mon-sun": ["02:30-04:00"]})
    assert early.opens_at(swedish("2026-03-29T01:00")) == swedish("2026-03-29T03:00")
    jumped_over = parse_hours({"mon-sun": ["02:15-02:45"]})
    assert jumped_over.opens_at(swedish("2026-03-29T01:00")) == swedish("2026-03-30T02:15")
    night = parse_hours({"mon-sun": ["20:00-02:30"]})
    assert night.closes_at(swedish("2026-03-29T01:00")) == swedish("2026-03-29T03:00")
    assert night.add_open_time(swedish("2026-03-29T01:00"), 1) == swedish("2026-03-29T03:00")


def test_hours_that_come_twice_in_autumn_are_open_twice() -> None:
    early = parse_hours({"mon-sun": ["02:00-03:00"]})
    assert early.closes_at(swedish("2026-10-25T02:00")) == swedish("2026-10-25T03:00")
    assert early.add_open_time(swedish("2026-10-25T02:00"), 2) == swedish("2026-10-25T03:00")
    short = parse_hours({"mon-sun": ["02:30-02:45"]})
    again = short.opens_at(swedish("2026-10-25T02:50"))
    assert again is not None
    assert (again.hour, again.minute, again.fold) == (2, 30, 1)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 29, 2, 30),  # a time that does not exist
        datetime(2026, 10, 25, 2, 30),
        datetime(2026, 10, 25, 2, 30, fold=1),
        datetime(2026, 6, 1, 12, 0),
    ],
)
def test_one_moment_gets_one_answer_in_whatever_zone_it_is_told(ruleset: Ruleset, moment: datetime) -> None:
    """A naive moment is local time; where that time does not exist, it is the same instant as Python takes it for."""
    hours = parse_hours({"mon-sun": ["02:30-03:15", "12:00-13:00"]})
    instant = moment.replace(tzinfo=SWEDEN).astimezone(UTC)
    told = [
        ruleset.local(each)
        for each in (moment, instant, instant.astimezone(ZoneInfo("Asia/Tokyo")), instant.astimezone(SWEDEN))
    ]
    assert len({(hours.is_open(local), hours.opens_at(local), hours.closes_at(local)) for local in told}) == 1
