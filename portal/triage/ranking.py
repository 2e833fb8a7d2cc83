"""Which suggestion comes first: worked out once for everybody who asks in the same hour and the same language.

From what weighs most to what weighs least: the head of the list in danger, the level, being certain, a known topic,
open now, the person's language, for the young when a child is concerned, the declared order. The order is total,
because the declared order is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from portal.triage.grammar import Level

NOBODY: Final = -1
AUDIENCES: Final = ("young", "all", "adult")
"""Who goes first among equals when a child is concerned."""


@dataclass(frozen=True, eq=False, slots=True)
class Door:
    """A service as the engine sees it. `place` is its position in the declared order, and its bit among services."""

    slug: str
    place: int
    staff_only: bool
    stands_in: int
    """The place of the service that stands in while this one is closed, or NOBODY."""
    audience: int
    """Position in AUDIENCES."""
    floor: int
    """Its place at the head of the list when there is danger, from 0; for all others the number of such places."""


LEVEL_NAMES: Final[tuple[Level, ...]] = ("possible", "possible", "good", "strong")
"""By number. 0 is possible for want of facts."""
STRONG: Final = 3
POSSIBLE: Final = 1
UNSURE: Final = 0
UNSURE_TOPIC_UNKNOWN: Final = 4
STANDINGS: Final = 5
"""Ways for a service to be suggested: a level for certain (1 to 3), unsure about a known topic, or quite unsure."""

_STEP: Final = 1 << 12
"""More than there are services: rank // _STEP is what weighs more than the declared order."""

_SPAN: Final = 4
"""More than each of the weights before it."""


class Standing(NamedTuple):
    """How a service stands in a list, apart from its reasons. Shared by all decisions where it stands so."""

    service: str
    level: Level
    certain: bool
    open_now: bool
    speaks: bool
    staff_only: bool
    by_danger: bool


Placed = tuple[int, int, Standing]
"""Rank, smallest first and unique; the service's place; its standing."""


class Ranking:
    """All services in all standings, for one set of open services and of those that speak, with or without a child."""

    def __init__(self, doors: Sequence[Door], open_now: int, speakers: int, child: bool) -> None:
        """`open_now` and `speakers` are places as bits."""
        self.placed: tuple[Placed, ...] = tuple(
            _place(door, standing, open_now, speakers, child) for door in doors for standing in range(STANDINGS)
        )
        """At `door.place * STANDINGS + standing`."""
        self.in_danger: tuple[Placed, ...] = tuple(_place_in_danger(door, open_now, speakers) for door in doors)
        """At `door.place`, for the doors that head the list in danger."""
        self.stand_ins: dict[int, int] = {
            door.place: instead
            for door in doors
            if not door.staff_only and (instead := _open_stand_in(doors, door, open_now)) is not None
        }
        """For services that are closed: the place of the one that is open instead."""


def _place(door: Door, standing: int, open_now: int, speakers: int, child: bool) -> Placed:
    level = standing if standing <= STRONG else UNSURE
    is_open, speaks = bool(open_now >> door.place & 1), bool(speakers >> door.place & 1)
    rank = 0
    for weight in (
        STRONG - max(level, 1),
        level == UNSURE,
        standing == UNSURE_TOPIC_UNKNOWN,
        not is_open,
        not speaks,
        door.audience if child else 0,
    ):
        rank = rank * _SPAN + int(weight)
    shown = Standing(door.slug, LEVEL_NAMES[level], level != UNSURE, is_open, speaks, door.staff_only, by_danger=False)
    return rank * _STEP + door.place, door.place, shown


def _place_in_danger(door: Door, open_now: int, speakers: int) -> Placed:
    is_open, speaks = bool(open_now >> door.place & 1), bool(speakers >> door.place & 1)
    shown = Standing(door.slug, "strong", True, is_open, speaks, door.staff_only, by_danger=True)
    return door.floor - _STEP, door.place, shown


def _open_stand_in(doors: Sequence[Door], closed: Door, open_now: int) -> int | None:
    """The first open one on the way from one stand-in to the next; None when that way ends or turns back."""
    passed, door = set[int](), closed
    while not open_now >> door.place & 1:
        passed.add(door.place)
        if door.stands_in in (NOBODY, *passed):
            return None
        door = doors[door.stands_in]
    return door.place if door is not closed else None
