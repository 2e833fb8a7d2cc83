"""Opening hours: several periods, midnight, exceptions, public holidays, and promises counted in open hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from portal.triage.hours import ALWAYS, DAYS_AHEAD, BadHours, OpeningHours, parse_hours

OFFICE = parse_hours({"mon-fri": ["08:00-12:00", "13:00-16:30"]})
NIGHTS = parse_hours({"mon-sun": ["16:30-08:00"]}, closed_on_holidays=False)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-10T07:59", False),
        ("2026-03-10T08:00", True),
        ("2026-03-10T12:00", False),
        ("2026-03-10T13:00", True),
        ("2026-03-10T16:29", True),
        ("2026-03-10T16:30", False),
        ("2026-03-14T10:00", False),  # Saturday
        ("2026-12-25T10:00", False),  # Christmas Day, a Friday
    ],
)
def test_office_hours(moment: str, is_open: bool) -> None:
    assert OFFICE.is_open(at(moment)) is is_open


@pytest.mark.parametrize("moment", ["2026-03-10T02:10", "2026-03-10T16:30", "2026-03-10T23:59", "2026-12-25T03:00"])
def test_a_period_may_cross_midnight(moment: str) -> None:
    assert NIGHTS.is_open(at(moment))


def test_it_tells_when_it_opens_next() -> None:
    assert OFFICE.opens_at(at("2026-03-10T12:10")) == at("2026-03-10T13:00")
    assert OFFICE.opens_at(at("2026-03-13T17:00")) == at("2026-03-16T08:00")  # over the weekend
    assert OFFICE.opens_at(at("2026-03-10T10:00")) is None


def test_it_tells_when_it_closes_also_across_midnight() -> None:
    assert OFFICE.closes_at(at("2026-03-10T09:00")) == at("2026-03-10T12:00")
    assert NIGHTS.closes_at(at("2026-03-10T23:00")) == at("2026-03-11T08:00")
    assert ALWAYS.closes_at(at("2026-03-10T23:00")) is None


def test_an_exception_outranks_the_week() -> None:
    hours = parse_hours(
        {"mon-fri": ["08:00-16:30"]}, exceptions=[{"date": date(2026, 3, 10), "hours": ["10:00-11:00"]}]
    )
    assert not hours.is_open(at("2026-03-10T09:00"))
    assert hours.is_open(at("2026-03-10T10:30"))


@pytest.mark.parametrize(
    ("written", "merged"),
    [
        (["08:00-12:00", "12:00-16:30"], ((480, 990),)),  # they touch
        (["08:00-13:00", "12:00-16:30"], ((480, 990),)),  # they overlap
        (["13:00-16:30", "08:00-12:00"], ((480, 720), (780, 990))),  # written backwards
        (["08:00-17:00", "09:00-10:00"], ((480, 1020),)),  # one within the other
        (["00:00-24:00"], ((0, 1440),)),
        (["22:00-24:00"], ((1320, 1440),)),
    ],
)
def test_a_days_periods_are_sorted_and_merged(written: list[str], merged: tuple[tuple[int, int], ...]) -> None:
    assert parse_hours({"tue": written}).periods(date(2026, 3, 10)) == merged


def test_the_night_from_sunday_runs_on_into_monday_and_over_the_end_of_the_year() -> None:
    sundays = parse_hours({"sun": ["20:00-06:00"]})
    assert sundays.periods(date(2026, 3, 8)) == ((1200, 1440),)
    assert sundays.periods(date(2026, 3, 9)) == ((0, 360),)
    assert sundays.periods(date(2026, 3, 10)) == ()
    assert NIGHTS.closes_at(at("2026-12-31T23:00")) == at("2027-01-01T08:00")


CHRISTMAS_EVE, CHRISTMAS_DAY = date(2026, 12, 24), date(2026, 12, 25)


def test_a_night_written_in_an_exception_runs_on_also_into_a_holiday() -> None:
    hours = parse_hours({"mon-fri": ["08:00-16:00"]}, exceptions=[{"date": CHRISTMAS_EVE, "hours": ["16:30-08:00"]}])
    assert hours.periods(CHRISTMAS_EVE) == ((990, 1440),)
    assert hours.periods(CHRISTMAS_DAY) == ((0, 480),)


def test_an_exception_says_everything_about_its_own_date() -> None:
    closed_on_the_day = parse_hours(
        {"mon-sun": ["16:30-08:00"]},
        closed_on_holidays=False,
        exceptions=[{"date": CHRISTMAS_EVE, "hours": ["16:30-08:00"]}, {"date": CHRISTMAS_DAY, "hours": []}],
    )
    assert closed_on_the_day.periods(CHRISTMAS_DAY) == ()
    assert closed_on_the_day.periods(date(2026, 12, 26)) == ((990, 1440),), "a night that never began cannot run on"


def test_a_closed_holiday_ends_the_night_at_midnight_and_has_none_of_its_own() -> None:
    nights = parse_hours({"mon-sun": ["16:30-08:00"]})
    assert nights.periods(CHRISTMAS_EVE) == ((0, 480), (990, 1440))
    assert nights.periods(CHRISTMAS_DAY) == nights.periods(date(2026, 12, 26)) == ()
    assert nights.periods(date(2026, 12, 27)) == ((990, 1440),)


def test_an_exception_can_open_on_a_holiday_and_close_a_normal_day_and_what_is_always_open() -> None:
    opened = parse_hours({"mon-fri": ["08:00-16:30"]}, exceptions=[{"date": CHRISTMAS_DAY, "hours": ["10:00-12:00"]}])
    assert opened.periods(CHRISTMAS_DAY) == ((600, 720),)
    tuesday = date(2026, 3, 10)
    assert parse_hours({"mon-fri": ["08:00-16:30"]}, exceptions=[{"date": tuesday}]).periods(tuesday) == ()
    moved_house = parse_hours("always", exceptions=[{"date": CHRISTMAS_DAY, "hours": []}])
    assert not moved_house.is_open(at("2026-12-25T12:00"))
    assert moved_house.is_open(at("2027-01-01T12:00")), "always means holidays too"


def test_it_tells_why_a_day_is_closed_that_is_open_other_weeks() -> None:
    hours = parse_hours({"mon-fri": ["08:00-16:30"]}, closed_on_eves=True, exceptions=[{"date": date(2026, 3, 10)}])
    assert hours.special(CHRISTMAS_DAY) == "holiday"
    assert hours.special(CHRISTMAS_EVE) == "eve"
    assert hours.special(date(2026, 3, 10)) == "exception"
    assert hours.special(date(2026, 3, 11)) is None
    assert hours.special(date(2026, 3, 14)) is None, "closed every Saturday"


def test_after_a_closed_season_it_tells_the_day_it_opens() -> None:
    summer = [{"date": date(2026, 6, 1) + timedelta(days=day)} for day in range(70)]
    closed = parse_hours({"mon-fri": ["08:00-16:30"]}, exceptions=summer)
    assert closed.opens_at(at("2026-06-01T09:00")) == at("2026-08-10T08:00")


@pytest.mark.parametrize("hours", [parse_hours({}), parse_hours(None)])
def test_who_never_opens_tells_so_and_a_promise_counts_every_hour(hours: OpeningHours) -> None:
    assert hours.opens_at(at("2026-03-10T09:00")) is None
    assert hours.add_open_time(at("2026-03-13T16:00"), 16) == at("2026-03-14T08:00")
    assert not hours.known


def test_a_promise_is_made_within_the_year_whatever_the_hours() -> None:
    one_minute_a_week = parse_hours({"mon": ["08:00-08:01"]})
    start = at("2026-03-13T16:00")
    assert start + timedelta(days=360) < one_minute_a_week.add_open_time(start, 1_000_000) < start + timedelta(days=380)
    only_once = parse_hours({}, exceptions=[{"date": date(2026, 3, 20), "hours": ["08:00-09:00"]}])
    assert only_once.add_open_time(start, 0.5) == at("2026-03-20T08:30")
    assert only_once.add_open_time(start, 2) == at("2026-03-20T10:00"), "after the last opening all hours count"
    assert OFFICE.add_open_time(start, 0) == at("2026-03-13T16:00")
    assert OFFICE.add_open_time(start, -1) == start, "no promise lies in the past"
    assert OFFICE.add_open_time(at("2026-03-14T16:00"), 0) == at("2026-03-16T08:00")


def test_a_promise_counts_open_hours_only() -> None:
    week = parse_hours({"mon-fri": ["08:00-16:30"]})
    assert week.add_open_time(at("2026-03-10T10:00"), 4) == at("2026-03-10T14:00")
    assert week.add_open_time(at("2026-03-13T16:00"), 1) == at("2026-03-16T08:30")
    assert week.add_open_time(at("2026-12-24T16:00"), 1) == at("2026-12-28T08:30")  # holidays in between
    assert ALWAYS.add_open_time(at("2026-03-13T16:00"), 1) == at("2026-03-13T17:00")


@pytest.mark.parametrize(
    "hours", [{"monday": ["08:00-16:00"]}, {"fri-mon": ["08:00-16:00"]}, {"mon": ["8-16"]}, {"mon": ["08:00-25:00"]}]
)
def test_hours_that_cannot_be_read_are_refused(hours: dict[str, list[str]]) -> None:
    with pytest.raises(BadHours):
        parse_hours(hours)


@pytest.mark.parametrize("eve", ["2026-06-19", "2027-12-24", "2026-12-31", "2032-06-25"])
def test_an_office_may_be_closed_on_the_three_eves(eve: str) -> None:
    noon = at(f"{eve}T12:30")
    closed_then = parse_hours({"mon-fri": ["08:00-16:30"]}, closed_on_eves=True)
    assert not closed_then.is_open(noon)
    assert parse_hours({"mon-fri": ["08:00-16:30"]}).is_open(noon)
    opened = parse_hours({}, closed_on_eves=True, exceptions=[{"date": noon.date(), "hours": ["12:00-13:00"]}])
    assert opened.is_open(noon), "an exception says more than the rule for eves"


@pytest.mark.parametrize("closed", [True, False])
def test_hours_of_holidays_and_eves_hold_instead_of_the_weekdays_and_of_closing(closed: bool) -> None:
    week = {
        "mon-fri": ["08:00-16:30"],
        "sat-sun": ["09:00-15:00"],
        "holidays": ["10:00-14:00"],
        "eves": ["09:00-11:00"],
    }
    hours = parse_hours(week, closed_on_holidays=closed, closed_on_eves=closed)
    assert hours.periods(date(2026, 12, 23)) == ((480, 990),)
    assert hours.periods(CHRISTMAS_EVE) == ((540, 660),)
    assert hours.periods(CHRISTMAS_DAY) == hours.periods(date(2026, 12, 26)) == ((600, 840),)
    assert hours.periods(date(2026, 12, 27)) == ((540, 900),), "an ordinary Sunday"
    assert hours.opens_at(at("2026-12-24T12:00")) == at("2026-12-25T10:00")
    assert hours.special(CHRISTMAS_DAY) is None


def test_no_hours_on_holidays_and_eves_is_closed_and_tells_why() -> None:
    hours = parse_hours({"mon-sun": ["16:30-08:00"], "holidays": [], "eves": []}, closed_on_holidays=False)
    assert hours.periods(CHRISTMAS_EVE) == hours.periods(CHRISTMAS_DAY) == ()
    assert (hours.special(CHRISTMAS_EVE), hours.special(CHRISTMAS_DAY)) == ("eve", "holiday")
    assert hours.periods(date(2026, 12, 23)) == ((0, 480), (990, 1440)), "the night ends when the eve begins"
    assert hours.periods(date(2026, 12, 27)) == ((990, 1440),), "no night began on Boxing Day"


def test_an_exception_outranks_the_hours_of_holidays() -> None:
    moved = [{"date": CHRISTMAS_DAY, "hours": ["12:00-13:00"]}]
    hours = parse_hours({"mon-fri": ["08:00-16:30"], "holidays": ["20:00-02:00"]}, exceptions=moved)
    assert hours.periods(CHRISTMAS_DAY) == ((720, 780),)
    assert hours.periods(date(2026, 12, 26)) == ((1200, 1440),)
    assert hours.periods(date(2026, 12, 27)) == ((0, 120),)


def test_a_night_runs_on_into_a_holiday_with_hours_of_its_own() -> None:
    hours = parse_hours({"mon-sun": ["21:00-03:00"], "holidays": ["18:00-22:00"]})
    assert hours.periods(CHRISTMAS_DAY) == ((0, 180), (1080, 1320))
    assert hours.periods(date(2026, 12, 26)) == ((1080, 1320),)


def test_a_night_written_for_eves_runs_on_into_the_holiday_though_that_is_closed() -> None:
    for closed in ({}, {"holidays": []}):
        hours = parse_hours({"mon-sun": ["21:00-03:00"], "eves": ["20:00-02:00"], **closed})
        assert hours.periods(CHRISTMAS_EVE) == ((0, 180), (1200, 1440))
        assert hours.periods(CHRISTMAS_DAY) == ((0, 120),)
        assert hours.periods(date(2026, 12, 26)) == ()


def test_a_date_that_is_both_counts_as_a_holiday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.triage.hours.is_eve", lambda _day: True)
    hours = parse_hours({"holidays": ["10:00-14:00"], "eves": ["09:00-11:00"]})
    assert hours.periods(CHRISTMAS_DAY) == ((600, 840),)
    assert not parse_hours({"eves": ["09:00-11:00"]}).is_open(at("2026-12-25T10:00"))


def test_who_opens_on_holidays_only_has_told_hours() -> None:
    assert parse_hours({"holidays": ["10:00-14:00"]}).known
    assert parse_hours({"eves": ["10:00-14:00"]}).known
    assert not parse_hours({"holidays": [], "eves": []}).known


def test_two_exceptions_for_one_date_are_refused_rather_than_one_forgotten() -> None:
    with pytest.raises(BadHours, match="2026-12-24"):
        parse_hours({}, exceptions=[{"date": CHRISTMAS_EVE}, {"date": CHRISTMAS_EVE, "hours": ["10:00-12:00"]}])


@pytest.mark.parametrize("written", ["always", {"mon-sun": ["16:30-08:00"]}])
def test_before_its_first_and_after_its_last_day_nothing_is_open_not_even_a_night(written: Any) -> None:
    first, last = date(2026, 3, 10), date(2026, 3, 12)
    hours = parse_hours(written, closed_on_holidays=False, first=first, last=last)
    open_days = [day for day in range(1, 32) if hours.periods(date(2026, 3, day))]
    assert open_days == [10, 11, 12]
    assert hours.opens_at(at("2026-03-01T12:00")) == at(
        "2026-03-10T00:00" if written == "always" else "2026-03-10T16:30"
    )
    assert hours.closes_at(at("2026-03-12T23:00")) == at("2026-03-13T00:00")
    assert hours.opens_at(at("2026-03-13T12:00")) is None
    assert hours.special(date(2026, 3, 9)) is None


def test_an_exception_opens_nothing_that_does_not_exist() -> None:
    night = [{"date": date(2026, 3, 9), "hours": ["20:00-04:00"]}]
    hours = parse_hours({}, exceptions=night, first=date(2026, 3, 10))
    assert hours.periods(date(2026, 3, 9)) == hours.periods(date(2026, 3, 10)) == ()


def on(days: dict[date, list[str]]) -> OpeningHours:
    """Open on these dates only."""
    return parse_hours({}, exceptions=[{"date": day, "hours": hours} for day, hours in days.items()])


def test_an_opening_is_looked_for_as_far_as_a_year_ahead_and_no_further() -> None:
    moment = at("2026-03-10T12:00")
    a_year_on = date(2026, 3, 10) + timedelta(days=DAYS_AHEAD)
    opens = on({a_year_on: ["08:00-16:30"]}).opens_at(moment)
    assert opens == at("2026-03-10T08:00") + timedelta(days=DAYS_AHEAD)
    assert on({a_year_on + timedelta(days=1): ["08:00-16:30"]}).opens_at(moment) is None


def test_who_is_open_day_and_night_does_not_close() -> None:
    day_and_night = parse_hours({"mon-sun": ["00:00-24:00"]}, closed_on_holidays=False)
    assert day_and_night.closes_at(at("2026-03-10T12:00")) is None


def test_no_answer_is_promised_for_later_than_a_year_ahead() -> None:
    start = at("2026-03-10T16:30")
    last_closing = start + timedelta(days=DAYS_AHEAD)
    hours = on({last_closing.date() + timedelta(days=ahead): ["08:00-16:30"] for ahead in range(3)})
    assert hours.add_open_time(start, 20) == last_closing
