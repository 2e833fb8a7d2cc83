"""Tables of figures as they may be shown, small numbers hidden: one form for page, chart and CSV file."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import format_decimal, gettext
from markupsafe import Markup

from portal.charts import Chart, Mark, Series, bars
from portal.csv_out import Cell as Written
from portal.small_cells import SafeTable, Shown, safe_list

Draw = Callable[[Chart], Markup]
Bounds = tuple[int, int | None]
_HOUR: Final = 3600
_WIDEST: Final = 50  # per cent between from and to


@dataclass(frozen=True, slots=True)
class Cell:
    """One number. `words` is what people read, `written` what a file gets, `size` the length of its bar, or None."""

    words: str
    written: Written
    size: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    title: str
    svg: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One figure. `what` names it in addresses and files; `meaning` says what it tells, `counted` how it is counted."""

    what: str
    title: str
    meaning: str
    counted: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]
    total: Line | None = None
    charts: tuple[Picture, ...] = ()


def number(value: float) -> Cell:
    return Cell(str(format_decimal(value)), int(value), value)


def hidden() -> Cell:
    """A figure about so few that it would tell about somebody."""
    words = str(gettext("dold"))
    return Cell(words, words)


def nothing() -> Cell:
    """There is nothing to tell: nobody was there."""
    return Cell("–", None)


def cell_of(table: SafeTable, row: int, column: int) -> Cell:
    """What is shown of one count."""
    seen = table.seen[row][column]
    if seen is Shown.EXACTLY:
        return number(table.numbers[row][column])
    if seen is Shown.WITHHELD:
        return hidden()
    few = str(gettext("färre än %(number)s", number=table.least))
    return Cell(few, few)


def length(seconds: float) -> Cell:
    """A length of time, in a file as hours."""
    minutes = int(seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        words = gettext("%(days)s d %(hours)s tim", days=days, hours=hours)
    elif hours:
        words = gettext("%(hours)s tim %(minutes)s min", hours=hours, minutes=minutes)
    else:
        words = gettext("%(minutes)s min", minutes=minutes)
    return Cell(str(words), round(seconds / _HOUR, 2), seconds / _HOUR)


def alone(value: int, least: int) -> Cell:
    """A count that adds up to nothing that is shown."""
    return cell_of(safe_list([value, 10 * least], least=least), 0, 0)


def share(table: SafeTable, row: int, parts: Collection[int], whole: Collection[int]) -> Cell:
    """How much of the columns `whole` the columns `parts` are: see `share_by`."""
    last = len(table.numbers[row]) - 1
    if not table.numbers[row][last]:
        return nothing()
    bounds = [table.bounds(row, column) for column in range(last)]
    return share_by(bounds, table.bounds(row, last), parts, whole)


def share_of_list(table: SafeTable, parts: Collection[int]) -> Cell:
    """How much of a list these rows are."""
    last = len(table.numbers) - 1
    if not table.numbers[last][0]:
        return nothing()
    return share_by([table.bounds(row, 0) for row in range(last)], table.bounds(last, 0), parts, range(last))


def share_by(bounds: Sequence[Bounds], total: Bounds, parts: Collection[int], whole: Collection[int]) -> Cell:
    """A part of a whole in per cent, by what a table shows and nothing else, so that it tells nothing that is hidden:
    from and to, where numbers are hidden, and hidden itself, where that would say next to nothing."""
    few, many = _sum_bounds(bounds, total, parts)
    least_rest, most_rest = _sum_bounds(bounds, total, [each for each in whole if each not in parts])
    if many is None or most_rest is None:
        return hidden()
    if many + most_rest == 0:
        return nothing()
    low = _per_cent(few, few + most_rest)
    high = _per_cent(many, many + least_rest)
    if low == high:
        return Cell(f"{low} %", low, low)
    if high - low > _WIDEST:
        return hidden()
    return Cell(f"{low}–{high} %", f"{low}–{high}", low)


def _per_cent(part: int, whole: int) -> int:
    return math.floor(100 * part / whole + 0.5) if part else 0


def _sum_bounds(bounds: Sequence[Bounds], total: Bounds, places: Collection[int]) -> Bounds:
    """Between which numbers the sum of some lies, by themselves and by the total less the others."""
    low, high = _added([bounds[place] for place in places])
    low_others, high_others = _added([each for place, each in enumerate(bounds) if place not in places])
    if high_others is not None:
        low = max(low, total[0] - high_others)
    if total[1] is not None:
        by_rest = total[1] - low_others
        high = by_rest if high is None else min(high, by_rest)
    return low, high


def _added(bounds: Sequence[Bounds]) -> Bounds:
    highs = [high for _, high in bounds if high is not None]
    return sum(low for low, _ in bounds), sum(highs) if len(highs) == len(bounds) else None


def counts(
    *,
    what: str,
    title: str,
    meaning: str,
    counted: str,
    heading: str,
    rows: Sequence[tuple[str, int]],
    least: int,
    draw: Draw | None = bars,
    total: bool = True,
    stays: Collection[int] = (),
) -> Table:
    """A list of counts with its sum. Without `total` the rows overlap and the sum says nothing; it is still taken as
    known when small numbers are hidden, because the rows may overlap very little."""
    safe = safe_list([value for _, value in rows], least=least, stays=stays)
    lines = tuple(Line(label, (cell_of(safe, row, 0),)) for row, (label, _) in enumerate(rows))
    return Table(
        what=what,
        title=title,
        meaning=meaning,
        counted=counted,
        head=(heading, gettext("Antal")),
        lines=lines,
        total=Line(gettext("Tillsammans"), (cell_of(safe, len(rows), 0),)) if total else None,
        charts=(drawn(what, title, lines, draw),) if draw and rows else (),
    )


def list_by_code(
    what: str,
    title: str,
    heading: str,
    counted_by_code: Mapping[str, int],
    name_of: Callable[[str], str],
    *,
    counted: str,
    least: int,
) -> Table:
    """Counts by code, most first."""
    return counts(
        what=what,
        title=title,
        meaning="",
        counted=counted,
        heading=heading,
        rows=[(name_of(code), number) for code, number in sorted(counted_by_code.items(), key=_most_first)],
        least=least,
    )


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def drawn(name: str, title: str, lines: Sequence[Line], draw: Draw, *, column: int = 0) -> Picture:
    """A chart of one column of a table."""
    return _picture(f"{name}-{column}", title, lines, [(title, column)], draw)


def drawn_together(name: str, title: str, lines: Sequence[Line], heads: Sequence[str], draw: Draw) -> Picture:
    """A chart of the first columns of a table, one colour each."""
    return _picture(name, title, lines, [(head, column) for column, head in enumerate(heads)], draw)


def _picture(name: str, title: str, lines: Sequence[Line], columns: Sequence[tuple[str, int]], draw: Draw) -> Picture:
    series = tuple(
        Series(head, tuple(Mark(line.cells[column].size, line.cells[column].words) for line in lines))
        for head, column in columns
    )
    chart = Chart(
        name=f"chart-{name}",
        title=title,
        description=gettext("Samma siffror står i tabellen."),
        labels=tuple(line.label for line in lines),
        series=series,
    )
    return Picture(title, draw(chart))
