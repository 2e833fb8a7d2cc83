"""Opening hours: several periods, midnight, exceptions, public holidays, and promises counted in open hours."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from portal.triage.hours import ALWAYS, BadHours, parse_hours

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
