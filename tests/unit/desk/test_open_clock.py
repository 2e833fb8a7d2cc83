"""Opening time between two moments is what the promise to the person counts, also over nights, weekends and when the
clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.desk.open_clock import OpenClock
from portal.triage.hours import parse_hours

ZONE = ZoneInfo("Europe/Stockholm")
HOURS = parse_hours({"mon-fri": ["08:00-12:00", "13:00-16:30"], "sat": ["22:00-24:00"], "sun": ["00:00-04:00"]})
FIRST, LAST = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 20, tzinfo=UTC)  # Easter, and summer time begins
CLOCK = OpenClock(HOURS, ZONE, first=FIRST, last=LAST)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


def test_nights_and_breaks_do_not_count() -> None:
    assert CLOCK.seconds_between(at("2026-03-23T11:00"), at("2026-03-23T14:00")) == 2 * 3600
    assert CLOCK.seconds_between(at("2026-03-23T16:00"), at("2026-03-24T08:30")) == 3600
    assert CLOCK.seconds_between(at("2026-04-03T09:00"), at("2026-04-03T15:00")) == 0  # Good Friday


def test_the_night_that_is_an_hour_shorter_is_shorter() -> None:
    assert CLOCK.seconds_between(at("2026-03-28T22:00"), at("2026-03-29T04:00")) == 5 * 3600


def test_it_is_known_whether_it_was_open() -> None:
    assert CLOCK.is_open(at("2026-03-23T08:00"))
    assert not CLOCK.is_open(at("2026-03-23T16:30"))
    assert not CLOCK.is_open(at("2026-03-23T12:30"))


@settings(max_examples=80, deadline=None)
@given(minutes=st.integers(0, 20 * 24 * 60), hours=st.sampled_from([0.5, 1, 4, 16]))
def test_a_promise_is_kept_to_the_second_at_its_own_moment(minutes: int, hours: float) -> None:
    start = (FIRST + timedelta(minutes=minutes)).astimezone(ZONE)
    due = HOURS.add_open_time(start, hours).timestamp()
    if due <= LAST.timestamp():
        assert CLOCK.seconds_between(start.timestamp(), due) == pytest.approx(hours * 3600)
