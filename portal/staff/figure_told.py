"""What a reader is told of counts: each number, or between which it lies. The only way from counts to a page.

Small numbers are hidden in each month by itself (`portal.small_cells`), and a longer period is the sum of what its
months tell: from and to, where one of them hides something. So a quarter says nothing that its months do not say, and
there is nothing to take from each other.

Many tables are about the same requests and share their number. In a month so small that one of these tables must hide
it, they all hide everything but zeros: otherwise the rows of one would tell the sum that another hides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from portal.small_cells import SafeTable, Shown, safe_list, safe_table, safe_tables

Bounds = tuple[int, int | None]
"""A number lies between these, both included; None is no upper bound. Two that are alike are the number itself."""

Rows = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Told:
    """A table as a reader may know it; sums stand last, in each row and as a row."""

    rows: tuple[tuple[Bounds, ...], ...]

    @property
    def total(self) -> tuple[Bounds, ...]:
        return self.rows[-1]

    def sum_of(self, row: int, places: Collection[int]) -> Bounds:
        """Between which numbers the sum of some of a row lies, by themselves and by the row's sum less the others."""
        *parts, whole = self.rows[row]
        return sum_bounds(parts, whole, places)


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


def in_all(months: Sequence[SafeTable], *, blank: Collection[int] = ()) -> Told:
    """The months of a period together: tables of the same shape, cell by cell. The `blank` ones tell zeros only."""
    shape = months[0].numbers

    def cell(row: int, column: int) -> Bounds:
        return added(
            some(table.numbers[row][column]) if month in blank else table.bounds(row, column)
            for month, table in enumerate(months)
        )

    return Told(tuple(tuple(cell(row, column) for column in range(len(line))) for row, line in enumerate(shape)))


def some(number: int) -> Bounds:
    """None, or some: nothing else."""
    return (1, None) if number else (0, 0)


@dataclass(slots=True)
class Telling:
    """Hides small numbers month by month. `blank` are the months whose number of requests some table must hide; one
    that finds such a month sets `found_more`, and what was told before is to be told anew."""

    least: int
    blank: set[int] = field(default_factory=set)
    found_more: bool = False

    def alone(self, months: Sequence[int]) -> Bounds:
        """A count that adds up to nothing that is shown."""
        return added((1, self.least - 1) if 0 < number < self.least else (number, number) for number in months)

    def a_list(self, months: Sequence[Sequence[int]], *, of_all: bool = False) -> Told:
        """Lists with their sum, one for each month. `of_all`: each counts every request once."""
        hidden = [safe_list(values, least=self.least) for values in months]
        if not of_all:
            return in_all(hidden)
        self._note(hidden)
        return in_all(hidden, blank=self.blank)

    def by_month(self, months: Sequence[int]) -> Told:
        """How many requests there were in all in each month, with their sum."""
        parts = [some(number) if month in self.blank else (number, number) for month, number in enumerate(months)]
        return Told((*((part,) for part in parts), (added(parts),)))

    def a_table(self, months: Sequence[Rows]) -> Told:
        """Tables with sums of rows and columns, one for each month."""
        return in_all([safe_table(rows, least=self.least) for rows in months])

    def two_of_all(self, first: Sequence[Rows], second: Sequence[Rows]) -> tuple[Told, Told]:
        """Two tables of all requests in each month, with the same columns."""
        pairs = [safe_tables(one, other, least=self.least) for one, other in zip(first, second, strict=True)]
        ones, others = [one for one, _ in pairs], [other for _, other in pairs]
        self._note(ones)
        return in_all(ones, blank=self.blank), in_all(others, blank=self.blank)

    def _note(self, months: Sequence[SafeTable]) -> None:
        blank = {month for month, table in enumerate(months) if table.seen[-1][-1] is not Shown.EXACTLY}
        self.found_more = self.found_more or not blank <= self.blank
        self.blank |= blank
