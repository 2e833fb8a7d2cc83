"""What a reader is told of counts: each number, or between which it lies. The only way from counts to a page.

Small numbers are hidden in each part of a period by itself (`portal.small_cells`); a part is a month, a quarter or a
year, as the municipality has decided. A longer period is the sum of what its parts tell: from and to, where one of
them hides something. So it says nothing that its parts do not say, and there is nothing to take from each other.

Many tables are about the same requests and share their number. In a part so small that one of these tables must hide
it, they all hide everything but zeros: otherwise the rows of one would tell the sum that another hides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from portal.small_cells import SafeTable, Shown, safe_list, safe_table, safe_tables

Bounds = tuple[int, int | None]
"""A number lies between these, both included; None is no upper bound. Two that are alike are the number itself."""

Rows = Sequence[Sequence[int]]


Grid = tuple[tuple[Bounds, ...], ...]
"""A table as a reader may know it; sums stand last, in each row and as a row."""


@dataclass(frozen=True)
class Told:
    """What a reader is told of one table in each part of a period."""

    parts: tuple[Grid, ...]

    @cached_property
    def rows(self) -> Grid:
        """The whole period, cell by cell."""
        return tuple(
            tuple(map(added, zip(*lines, strict=True)))  # each line: the same row of every part
            for lines in zip(*self.parts, strict=True)
        )

    @property
    def total(self) -> tuple[Bounds, ...]:
        return self.rows[-1]

    def sum_of(self, row: int, places: Collection[int]) -> Bounds:
        """Between which numbers the sum of some of a row lies, by themselves and by the row's sum less the others."""
        return added(sum_bounds(part[row][:-1], part[row][-1], places) for part in self.parts)

    def sum_of_list(self, places: Collection[int]) -> Bounds:
        """The same for some rows of a list."""
        return added(sum_bounds([line[0] for line in part[:-1]], part[-1][0], places) for part in self.parts)

    def in_order(self, order: Sequence[int]) -> Told:
        """The rows in another order, the sums still last."""
        return Told(tuple((*(part[row] for row in order), part[-1]) for part in self.parts))


def sum_bounds(parts: Sequence[Bounds], whole: Bounds, places: Collection[int]) -> Bounds:
    """Between which numbers the sum of some `parts` lies, by themselves and by the `whole` less the others."""
    low, high = added([parts[place] for place in places])
    low_others, high_others = added([each for place, each in enumerate(parts) if place not in places])
    if high_others is not None:
        low = max(low, whole[0] - high_others)
    if whole[1] is not None:
        by_rest = whole[1] - low_others
        high = by_rest if high is None else min(high, by_rest)
    return low, high


def added(bounds: Iterable[Bounds]) -> Bounds:
    """Between which numbers a sum lies."""
    lows, highs = zip(*bounds, strict=True) if (bounds := list(bounds)) else ((), ())
    return sum(lows), None if None in highs else sum(highs)


def in_all(tables: Sequence[SafeTable], *, blank: Collection[int] = ()) -> Told:
    """The parts of a period together: tables of the same shape. The `blank` ones tell zeros only."""
    return Told(
        tuple(
            tuple(
                tuple(
                    some(number) if part in blank else table.bounds(row, column) for column, number in enumerate(line)
                )
                for row, line in enumerate(table.numbers)
            )
            for part, table in enumerate(tables)
        )
    )


def some(number: int) -> Bounds:
    """None, or some: nothing else."""
    return (1, None) if number else (0, 0)


@dataclass(slots=True)
class Telling:
    """Hides small numbers part by part. `blank` are the parts whose number of requests some table must hide; one
    that finds such a part sets `found_more`, and what was told before is to be told anew."""

    least: int
    blank: set[int] = field(default_factory=set)
    found_more: bool = False

    def alone(self, parts: Sequence[int]) -> Bounds:
        """A count that adds up to nothing that is shown."""
        return added((1, self.least - 1) if 0 < number < self.least else (number, number) for number in parts)

    def a_list(self, parts: Sequence[Sequence[int]], *, of_all: bool = False) -> Told:
        """Lists with their sum, one for each part. `of_all`: each counts every request once."""
        hidden = [safe_list(values, least=self.least) for values in parts]
        if not of_all:
            return in_all(hidden)
        self._note(hidden)
        return in_all(hidden, blank=self.blank)

    def by_month(self, parts: Sequence[int]) -> Told:
        """How many requests there were in all in each part, with their sum."""
        told = [some(number) if part in self.blank else (number, number) for part, number in enumerate(parts)]
        none: Bounds = (0, 0)
        return Told(
            tuple(
                (*((bounds if row == part else none,) for row in range(len(told))), (bounds,))
                for part, bounds in enumerate(told)
            )
        )

    def a_table(self, parts: Sequence[Rows]) -> Told:
        """Tables with sums of rows and columns, one for each part."""
        return in_all([safe_table(rows, least=self.least) for rows in parts])

    def two_of_all(self, first: Sequence[Rows], second: Sequence[Rows]) -> tuple[Told, Told]:
        """Two tables of all requests in each part, with the same columns."""
        pairs = [safe_tables(one, other, least=self.least) for one, other in zip(first, second, strict=True)]
        ones, others = [one for one, _ in pairs], [other for _, other in pairs]
        self._note(ones)
        return in_all(ones, blank=self.blank), in_all(others, blank=self.blank)

    def _note(self, parts: Sequence[SafeTable]) -> None:
        blank = {part for part, table in enumerate(parts) if table.seen[-1][-1] is not Shown.EXACTLY}
        self.found_more = self.found_more or not blank <= self.blank
        self.blank |= blank
