"""Tables of figures as they may be shown, small numbers hidden: one form for page, chart and CSV file."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask_babel import format_decimal, gettext
from markupsafe import Markup

from portal.charts import Chart, Mark, Series, bars
from portal.csv_out import Cell as Written
from portal.staff.figure_counts import Counts
from portal.staff.figure_told import Bounds, Told

Draw = Callable[[Chart], Markup]
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
    charts: tuple[Picture, ...] = field(default=())


def number(value: float) -> Cell:
    return Cell(str(format_decimal(value)), int(value), value)


def hidden() -> Cell:
    """A figure about so few that it would tell about somebody."""
    words = str(gettext("dold"))
    return Cell(words, words)


def nothing() -> Cell:
    """There is nothing to tell: nobody was there."""
    return Cell("–", None)


def told(bounds: Bounds, least: int) -> Cell:
    """What a reader is told of one count."""
    low, high = bounds
    if low == high:
        return number(low)
    if bounds == (1, least - 1):
        words = str(gettext("färre än %(number)s", number=least))
    elif high is not None:
        words = str(gettext("%(low)s till %(high)s", low=format_decimal(low), high=format_decimal(high)))
    elif low > least:
        words = str(gettext("minst %(low)s", low=format_decimal(low)))
    else:
        return hidden()
    return Cell(words, words, low if low > least else None)


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


def share(of: Told, row: int, parts: Collection[int], whole: Collection[int]) -> Cell:
    """How much of the columns `whole` the columns `parts` are: see `share_by`."""
    return share_by(of.sum_of(row, parts), of.sum_of(row, [each for each in whole if each not in parts]))


def share_by(part: Bounds, rest: Bounds) -> Cell:
    """A part of a whole in per cent, by what a table shows and nothing else, so that it tells nothing that is hidden:
    from and to, where numbers are hidden, and hidden itself, where that would say next to nothing."""
    (few, many), (least_rest, most_rest) = part, rest
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
    words = str(gettext("%(low)s till %(high)s", low=low, high=high))
    return Cell(f"{words} %", words, low)


def _per_cent(part: int, whole: int) -> int:
    return math.floor(100 * part / whole + 0.5) if part else 0


def listed(
    found: Counts,
    *,
    what: str,
    title: str,
    meaning: str = "",
    counted: str,
    heading: str,
    rows: Sequence[tuple[str, Bounds]],
    total: Bounds | None,
    draw: Draw | None = bars,
) -> Table:
    """A list of counts. Without `total` the rows overlap, and their sum says nothing."""
    lines = tuple(Line(label, (told(bounds, found.least),)) for label, bounds in rows)
    return Table(
        what=what,
        title=title,
        meaning=meaning,
        counted=counted,
        head=(heading, gettext("Antal")),
        lines=lines,
        total=Line(gettext("Tillsammans"), (told(total, found.least),)) if total is not None else None,
        charts=(drawn(what, title, lines, draw),) if draw and rows else (),
    )


def by_code(
    found: Counts, months: Sequence[Counter[Any]], name_of: Callable[[Any], str], *, of_all: bool = False
) -> tuple[list[tuple[str, Bounds]], Bounds]:
    """Counts by code with their sum, most first. Ordered by what is shown, for an order tells too."""
    codes = sorted({code for month in months for code in month}, key=str)
    known = found.tell.a_list([[month[code] for code in codes] for month in months], of_all=of_all)
    rows = [(name_of(code), known.rows[place][0]) for place, code in enumerate(codes)]
    return sorted(rows, key=most_first), known.total[0]


def most_first(row: tuple[str, Bounds]) -> tuple[int, str]:
    return -row[1][0], row[0]


def drawn(name: str, title: str, lines: Sequence[Line], draw: Draw, *, column: int = 0, top: float = 0) -> Picture:
    """A chart of one column of a table; `top` is the value of the longest bar, where that is given."""
    marks = tuple(Mark(line.cells[column].size, line.cells[column].words) for line in lines)
    chart = Chart(
        name=f"chart-{name}-{column}",
        title=title,
        description=gettext("Samma siffror står i tabellen."),
        labels=tuple(line.label for line in lines),
        series=(Series(title, marks),),
        top=top,
    )
    return Picture(title, draw(chart))
