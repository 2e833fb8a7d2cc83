"""The clock that tests stop."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from portal import clock

MOMENT = datetime(2026, 3, 10, 15, 0, tzinfo=timezone(timedelta(hours=1)))


def test_now_is_aware_and_in_utc():
    before = datetime.now(UTC)

    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().utcoffset() == timedelta(0)


def test_a_frozen_clock_stands_still_until_it_is_moved():
    with clock.freeze(MOMENT) as frozen:
        assert clock.now() == clock.now() == MOMENT
        assert clock.now().tzinfo is UTC
        frozen.move(timedelta(minutes=15))
        assert clock.now() == MOMENT + timedelta(minutes=15)

    assert clock.now() > datetime(2025, 1, 1, tzinfo=UTC)
    assert clock.now() != MOMENT + timedelta(minutes=15)


def test_freezing_within_freezing_gives_the_outer_moment_back():
    with clock.freeze(MOMENT):
        with clock.freeze(MOMENT + timedelta(days=1)):
            pass

        assert clock.now() == MOMENT


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"), clock.freeze(datetime(2026, 3, 10)):
        pass
