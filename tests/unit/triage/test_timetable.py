"""The timetable knows at every minute what the opening hours and the dates of rules say."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.triage.hours import parse_hours
from portal.triage.index import bits
from portal.triage.timetable import MOST_DAYS, Timetable
from tests.unit.triage.conftest import build_content, small_content

HOURS = [
    parse_hours({"mon-fri": ["08:00-12:00", "13:00-16:30"]}),
    parse_hours("always"),
    parse_hours({"mon-sun": ["16:30-08:00"]}, closed_on_holidays=False),
    parse_hours(None),
]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_a_service_is_open_when_its_hours_say_so(moment: datetime) -> None:
    _, is_open = Timetable(HOURS, lambda _day: 0).at(moment)
    assert sorted(bits(is_open)) == [place for place, hours in enumerate(HOURS) if hours.is_open(moment)]


def test_a_service_opens_and_closes_on_the_minute() -> None:
    timetable = Timetable(
        [parse_hours({"mon-fri": ["08:00-16:30"]}), parse_hours({"tue": ["00:01-24:00"]})], lambda _: 0
    )

    def open_at(hour: int, minute: int) -> list[int]:
        return sorted(bits(timetable.at(datetime(2026, 3, 10, hour, minute))[1]))

    times = [(0, 0), (0, 1), (7, 59), (8, 0), (16, 29), (16, 30), (23, 59)]
    assert [open_at(*clock) for clock in times] == [[], [1], [1], [0, 1], [0, 1], [1], [1]]


def test_rules_hold_from_their_first_day_to_their_last_and_within_their_services_days() -> None:
    content = small_content()
    housing = content["services/housing.yaml"]
    housing["valid"] = {"from": "2026-03-01", "to": "2026-03-31"}
    housing["rules"][1]["valid"] = {"from": "2026-03-10"}
    judging = build_content(content).judging

    def holding(day: date) -> set[str]:
        rules, _ = judging.timetable.at(datetime(day.year, day.month, day.day, 12))
        return {judging.rules[bit].id for bit in bits(rules) if judging.rules[bit].service == "housing"}

    assert holding(date(2026, 2, 28)) == set()
    assert holding(date(2026, 3, 1)) == holding(date(2026, 3, 9)) == {"housing-any", "no-roof"}
    assert holding(date(2026, 3, 10)) == holding(date(2026, 3, 31)) == {"housing-any", "eviction", "no-roof"}
    assert holding(date(2026, 4, 1)) == set()


def test_a_day_is_worked_out_once_and_only_so_many_are_kept() -> None:
    asked: list[date] = []
    timetable = Timetable(HOURS, lambda day: len(asked.append(day) or asked))
    first = datetime(2026, 1, 1, 9)
    assert timetable.at(first)[0] == timetable.at(first + timedelta(hours=5))[0] == 1
    for ahead in range(MOST_DAYS + 1):
        timetable.at(first + timedelta(days=ahead))
    assert len(timetable._days) <= MOST_DAYS
    assert timetable.at(first + timedelta(days=MOST_DAYS))[0] == len(asked)
