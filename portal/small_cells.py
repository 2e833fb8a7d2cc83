"""Hiding small numbers in tables, and so much beside them that nobody can work them out from the sums.

What a reader knows of a table: every number that is shown; that a *small* one lies between 1 and `least` - 1 (zeros are
shown: an empty group holds nobody to be pointed out); that a *withheld* one is `least` or more, or, where it is a sum,
no zero; and that rows and columns add up to their sums. A table is safe when, by all that, every small number may still
be anything from 1 to `least` - 1. Other numbers are withheld until that holds, the smallest first.

How it is known: a table is a network in which what flows into a point flows out of it. A number is a pipe: from its row
to its column, or, where it is a sum, into its row or out of its column. It can be another number exactly when the
difference can flow back through pipes that are not shown, within their bounds; what can flow is found by looking for
ways along which some of it can still go (Ford and Fulkerson). Two tables of the same things with the same columns hang
together in their sums, and are one network.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Rows = Sequence[Sequence[int]]
Node = str


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


def safe_table(rows: Rows, *, least: int) -> SafeTable:
    """A table of counts with its sums, safe to show."""
    network = _Network(least)
    first, _ = _two_sides(network, rows, ())
    network.hide()
    return network.table(first, has_row_sums=True)


def safe_tables(rows: Rows, others: Rows, *, least: int) -> tuple[SafeTable, SafeTable]:
    """Two tables of the same things with the same columns, safe to show beside each other."""
    network = _Network(least)
    first, second = _two_sides(network, rows, others)
    network.hide()
    return network.table(first, has_row_sums=True), network.table(second, has_row_sums=True)


def safe_list(values: Sequence[int], *, least: int) -> SafeTable:
    """A list of counts with its sum, safe to show: a table of one column, without sums of its rows."""
    network = _Network(least)
    cells = [[network.add(value, "all", "column")] for value in values]
    sums = [network.add(sum(values), "column", "all", is_sum=True)]
    network.hide()
    return network.table([*cells, sums], has_row_sums=False)


Grid = list[list[int]]
"""Numbers of pipes as their numbers stand in a table, with the sums last."""


def _two_sides(network: _Network, rows: Rows, others: Rows) -> tuple[Grid, Grid]:
    """From all to the rows, through the cells to the columns; and through the columns of the others back to all."""
    columns = range(len(rows[0]) if rows else 0)
    cells = [
        [network.add(value, f"r{row}", f"c{column}") for column, value in enumerate(line)]
        for row, line in enumerate(rows)
    ]
    for row, line in enumerate(rows):
        cells[row].append(network.add(sum(line), "all", f"r{row}", is_sum=True))
    sums = [
        network.add(sum(line[column] for line in rows), f"c{column}", f"d{column}" if others else "end", is_sum=True)
        for column in columns
    ]
    back = [
        [network.add(value, f"d{column}", f"o{row}") for column, value in enumerate(line)]
        for row, line in enumerate(others)
    ]
    for row, line in enumerate(others):
        back[row].append(network.add(sum(line), f"o{row}", "end", is_sum=True))
    sums.append(network.add(sum(map(sum, rows)), "end", "all", is_sum=True))
    return [*cells, sums], [*back, sums]


@dataclass
class _Network:
    """Numbers as pipes from one point to another."""

    least: int
    numbers: list[int] = field(default_factory=list)
    ends: list[tuple[Node, Node]] = field(default_factory=list)
    sums: list[bool] = field(default_factory=list)
    seen: list[Shown] = field(default_factory=list)
    open: dict[Node, list[int]] = field(default_factory=dict)
    """The pipes at each point whose numbers are not shown."""

    def add(self, number: int, start: Node, end: Node, *, is_sum: bool = False) -> int:
        """Add a pipe; returns which it is."""
        self.numbers.append(number)
        self.ends.append((start, end))
        self.sums.append(is_sum)
        self.seen.append(Shown.EXACTLY)
        pipe = len(self.numbers) - 1
        if 0 < number < self.least:
            self._hide(pipe, Shown.WITHHELD if is_sum else Shown.SMALL)
        return pipe

    def hide(self) -> None:
        """Withhold as many numbers as it takes. What is safe stays so when more is withheld, so each is looked at
        once. Where all that is left is not enough, everything is hidden."""
        for pipe, seen in enumerate(self.seen):
            while seen is Shown.SMALL and not self._may_be_any_small(pipe):
                shown = [each for each, how in enumerate(self.seen) if how is Shown.EXACTLY and self.numbers[each]]
                if not shown:
                    return
                self._hide(min(shown, key=lambda each: self._rank(each, pipe)), Shown.WITHHELD)

    def table(self, grid: Grid, *, has_row_sums: bool) -> SafeTable:
        return SafeTable(
            least=self.least,
            numbers=tuple(tuple(self.numbers[pipe] for pipe in line) for line in grid),
            seen=tuple(tuple(self.seen[pipe] for pipe in line) for line in grid),
            has_row_sums=has_row_sums,
        )

    def _hide(self, pipe: int, seen: Shown) -> None:
        self.seen[pipe] = seen
        for node in self.ends[pipe]:
            self.open.setdefault(node, []).append(pipe)

    def _rank(self, pipe: int, told: int) -> tuple[bool, bool, bool, int, int]:
        """Numbers in the same line go first, of them those between lines where something is hidden already, which
        hide each other, and the smallest; sums last."""
        beside = bool(set(self.ends[pipe]) & set(self.ends[told]))
        between = all(self.open.get(node) for node in self.ends[pipe])
        return not beside, self.sums[pipe], not between, self.numbers[pipe], pipe

    def _may_be_any_small(self, pipe: int) -> bool:
        number, (start, end) = self.numbers[pipe], self.ends[pipe]
        return self._flows(end, start, self.least - 1 - number, pipe) and self._flows(start, end, number - 1, pipe)

    def _flows(self, source: Node, target: Node, wanted: int, without: int) -> bool:
        """Whether so much more can go from `source` to `target` by other ways."""
        changed: dict[int, int] = {}
        for _ in range(wanted):
            way = self._way(source, target, changed, without)
            if way is None:
                return False
            for pipe, direction in way:
                changed[pipe] = changed.get(pipe, 0) + direction
        return True

    def _way(self, source: Node, target: Node, changed: dict[int, int], without: int) -> list[tuple[int, int]] | None:
        """One way along which one more can flow: each pipe on it, with 1 where it grows and -1 where it shrinks."""
        came: dict[Node, tuple[Node, int, int] | None] = {source: None}
        waiting = deque([source])
        while waiting and target not in came:
            node = waiting.popleft()
            for pipe, other, direction in self._steps(node, changed, without):
                if other not in came:
                    came[other] = (node, pipe, direction)
                    waiting.append(other)
        if target not in came:
            return None
        way, step = [], came[target]
        while step is not None:
            node, pipe, direction = step
            way.append((pipe, direction))
            step = came[node]
        return way

    def _steps(self, node: Node, changed: dict[int, int], without: int) -> Iterator[tuple[int, Node, int]]:
        """With the flow a pipe takes one more, against it one less."""
        for pipe in self.open.get(node, ()):
            start, end = self.ends[pipe]
            direction = 1 if node == start else -1
            if pipe != without and self._fits(pipe, self.numbers[pipe] + changed.get(pipe, 0) + direction):
                yield pipe, end if node == start else start, direction

    def _fits(self, pipe: int, number: int) -> bool:
        """Whether a number that is not shown may be this, for all that a reader knows."""
        if self.seen[pipe] is Shown.SMALL:
            return 1 <= number < self.least
        return number >= (1 if self.sums[pipe] else self.least)
