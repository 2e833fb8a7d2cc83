"""Hiding small numbers in tables, and so much beside them that nobody can work them out from the sums.

What a reader knows of a table: every number that is shown; that a *small* one lies between 1 and `least` - 1 (zeros are
shown: an empty group holds nobody to be pointed out); that a *withheld* one is `least` or more, or, where it is a sum,
no zero; and that rows and columns add up to their sums. A table is safe when, by all that, every small number may still
be anything from 1 to `least` - 1. Other numbers are withheld until that holds, the smallest first.

How it is known: cells are edges of a network between rows and columns. A number can be another one exactly when the
difference can flow around the network through cells that are not shown, within their bounds; what can flow is found by
looking for ways along which some of it can still go (Ford and Fulkerson).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Place = tuple[int, int]
"""Row and column; the sums stand in one row and one column more."""


class Shown(StrEnum):
    """What a reader sees of a number."""

    EXACTLY = "exactly"
    SMALL = "small"  # that it is from 1 to least - 1
    WITHHELD = "withheld"  # nothing; it would tell a small one


@dataclass(frozen=True, slots=True)
class SafeTable:
    """A table as it may be shown. `numbers` has the sums last, in each row and as a row."""

    least: int
    numbers: tuple[tuple[int, ...], ...]
    seen: tuple[tuple[Shown, ...], ...]
    has_row_sums: bool

    def bounds(self, row: int, column: int) -> tuple[int, int | None]:
        """Between which numbers this one lies for who reads the table; None is no upper bound."""
        number = self.numbers[row][column]
        is_sum = row == len(self.numbers) - 1 or (self.has_row_sums and column == len(self.numbers[0]) - 1)
        return {
            Shown.EXACTLY: (number, number),
            Shown.SMALL: (1, self.least - 1),
            Shown.WITHHELD: (1 if is_sum else self.least, None),
        }[self.seen[row][column]]


def safe_table(rows: Sequence[Sequence[int]], *, least: int, withheld: Collection[Place] = ()) -> SafeTable:
    """A table of counts with its sums, safe to show. `withheld` are shown nowhere else either."""
    return _shown(_with_sums(rows), _Network(least, has_row_sums=True), withheld)


def safe_list(values: Sequence[int], *, least: int) -> SafeTable:
    """A list of counts with its sum, safe to show: a table of one column, without sums of its rows."""
    numbers = tuple((value,) for value in (*values, sum(values)))
    return _shown(numbers, _Network(least, has_row_sums=False), ())


def _with_sums(rows: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    wide = [(*row, sum(row)) for row in rows]
    return (*wide, tuple(sum(column) for column in zip(*wide, strict=True)))


def _shown(numbers: tuple[tuple[int, ...], ...], network: _Network, withheld: Collection[Place]) -> SafeTable:
    network.rows, network.columns = len(numbers) - 1, len(numbers[0]) - 1
    for row, line in enumerate(numbers):
        for column, number in enumerate(line):
            network.add((row, column), number)
    network.withhold(place for place in withheld if network.numbers[place])
    while (told := network.first_told()) is not None:
        network.withhold([network.best_to_withhold(told)])
    seen = tuple(tuple(network.seen[row, column] for column in range(len(line))) for row, line in enumerate(numbers))
    return SafeTable(least=network.least, numbers=numbers, seen=seen, has_row_sums=network.has_row_sums)


@dataclass
class _Network:
    """The cells of one table as edges from their row to their column. Sums count against the rest of their line.

    Without sums of the rows, all rows are one node: nothing says that one of them adds up.
    """

    least: int
    has_row_sums: bool
    numbers: dict[Place, int] = field(default_factory=dict)
    seen: dict[Place, Shown] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0

    def add(self, place: Place, number: int) -> None:
        is_small = 0 < number < self.least
        self.numbers[place] = number
        self.seen[place] = Shown.EXACTLY if not is_small else Shown.WITHHELD if self._is_sum(place) else Shown.SMALL

    def withhold(self, places: Iterator[Place] | Collection[Place]) -> None:
        for place in places:
            if self.seen[place] is Shown.EXACTLY:
                self.seen[place] = Shown.WITHHELD

    def first_told(self) -> Place | None:
        """A small number of which a reader can work out more than that it is small."""
        for place, seen in self.seen.items():
            if seen is Shown.SMALL and not self._may_be_any_small(place):
                return place
        return None

    def best_to_withhold(self, told: Place) -> Place:
        """The smallest number that is still shown in the same line, or else anywhere; sums only where nothing else
        is left."""
        shown = [place for place, seen in self.seen.items() if seen is Shown.EXACTLY and self.numbers[place]]
        return min(shown, key=lambda place: (not self._beside(place, told), self._is_sum(place), self.numbers[place]))

    def _beside(self, place: Place, other: Place) -> bool:
        return place[1] == other[1] or (self.has_row_sums and place[0] == other[0])

    def _is_sum(self, place: Place) -> bool:
        return place[0] == self.rows or (self.has_row_sums and place[1] == self.columns)

    def _may_be_any_small(self, place: Place) -> bool:
        number = self.numbers[place]
        return self._can_change(place, self.least - 1 - number) and self._can_change(place, 1 - number)

    def _can_change(self, place: Place, change: int) -> bool:
        """Whether this number may be so much more (or less) by what a reader knows of the others."""
        if change == 0:
            return True
        signed = change * self._sign(place)
        row, column = self._nodes(place)
        source, target = (row, column) if signed > 0 else (column, row)
        return self._flow(source, target, abs(signed), without=place) >= abs(signed)

    def _sign(self, place: Place) -> int:
        """Rows and columns add up to nothing when sums are counted against them, and the sum of sums with them."""
        ends = (place[0] == self.rows, self.has_row_sums and place[1] == self.columns)
        return -1 if sum(ends) == 1 else 1

    def _nodes(self, place: Place) -> tuple[str, str]:
        return f"r{place[0]}" if self.has_row_sums else "r", f"c{place[1]}"

    def _flow(self, source: str, target: str, wanted: int, *, without: Place) -> int:
        """How much can be taken out of `source` and put into `target`, no more than `wanted`."""
        changed: dict[Place, int] = {}
        flowing = 0
        while flowing < wanted and (way := self._way(source, target, changed, without)):
            for place, direction in way:
                changed[place] = changed.get(place, 0) + direction
            flowing += 1
        return flowing

    def _way(
        self, source: str, target: str, changed: dict[Place, int], without: Place
    ) -> list[tuple[Place, int]] | None:
        """One way along which one more can flow: each cell on it, with 1 where it grows and -1 where it shrinks."""
        came: dict[str, tuple[str, Place, int] | None] = {source: None}
        waiting = deque([source])
        while waiting and target not in came:
            node = waiting.popleft()
            for place, other, direction in self._steps(node, changed, without):
                if other not in came:
                    came[other] = (node, place, direction)
                    waiting.append(other)
        if target not in came:
            return None
        way, step = [], came[target]
        while step is not None:
            node, place, direction = step
            way.append((place, direction))
            step = came[node]
        return way

    def _steps(self, node: str, changed: dict[Place, int], without: Place) -> Iterator[tuple[Place, str, int]]:
        """From a row to a column a cell gives up one, from a column to a row it takes one; sums the other way."""
        for place, seen in self.seen.items():
            row, column = self._nodes(place)
            if place == without or seen is Shown.EXACTLY or node not in (row, column):
                continue
            direction = (-1 if node == row else 1) * self._sign(place)
            if self._fits(place, self.numbers[place] + changed.get(place, 0) + direction):
                yield place, column if node == row else row, direction

    def _fits(self, place: Place, number: int) -> bool:
        """Whether a number that is not shown may be this, for all that a reader knows."""
        if self.seen[place] is Shown.SMALL:
            return 1 <= number < self.least
        return number >= (1 if self._is_sum(place) else self.least)
