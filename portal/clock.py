"""The time of day. Everything that needs the present moment asks here, so that tests can stop it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_frozen: "FrozenClock | None" = None


class FrozenClock:
    """A stopped clock that a test moves by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = _aware(moment)

    def move(self, step: timedelta) -> datetime:
        """Move the clock by `step` and return the new moment."""
        self.moment += step
        return self.moment


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.moment if _frozen is not None else datetime.now(UTC)


@contextmanager
def freeze(moment: datetime) -> Iterator[FrozenClock]:
    """Stop the clock at an aware `moment`, for every thread, until the block ends."""
    global _frozen
    before, _frozen = _frozen, FrozenClock(moment)
    try:
        yield _frozen
    finally:
        _frozen = before


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
