"""The weekly picture: how many worries about each area and of each kind, as figures that tell of nobody.

A count from 1 up to `hide_below` is hidden. The total of an area, and of all, is exact only where no hidden count can
be worked out from it; else, and for each kind of worry, it is the least that can be read off what is shown, which
tells nothing new. Earlier weeks are published by the same rule, and a mean only where all its weeks are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk.area_signals import first_day, week_of
from portal.records.area_signal import AreaSignal, SignalState

MEAN_OF: Final = 4
"""Weeks before the chosen one whose mean is usual."""


@dataclass(frozen=True, slots=True)
class Place:
    """An area as it was dated when the worry was handed in; all None for a place outside the list."""

    slug: str | None
    name: str | None
    since: date | None


Counts = Mapping[Place, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number. `number` is exact, or the least it can be when `exact` is false; None: hidden."""

    number: int | None
    exact: bool = True

    @property
    def hidden(self) -> bool:
        return self.number is None


HIDDEN: Final = Figure(None)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same figure before: the week before, the mean of four weeks, the same week a year ago. None: not shown."""

    before: Figure
    mean: float | None
    year_ago: Figure | None


@dataclass(frozen=True, slots=True)
class Row:
    """One area of the picture."""

    place: Place
    cells: tuple[Figure, ...]
    total: Figure
    earlier: Earlier
    earlier_cells: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A week by area and category. `versions` names the lists of areas that its worries were handed in under."""

    week: str
    categories: tuple[str, ...]
    rows: tuple[Row, ...]
    columns: tuple[Figure, ...]
    total: Figure
    earlier: Earlier
    versions: tuple[str, ...]
    last_year_known: bool


def weekly_picture(
    session: Session, *, week: str, places: Sequence[Place], categories: Sequence[str], hide_below: int
) -> Picture:
    """The picture of a week written as 2026-W47. `places` are shown even when nothing came from them."""
    weeks = _weeks_needed(week)
    counted = _count(session, [week, *weeks.before, weeks.year_ago])
    seen = {place for counts in counted.values() for place in counts}
    rows = [*places, *sorted(seen - set(places), key=lambda place: (place.name is None, place.name or ""))]
    kinds = [
        *categories,
        *sorted({kind for c in counted.values() for kinds in c.values() for kind in kinds} - set(categories)),
    ]
    published = {each: publish(counts, rows, kinds, hide_below) for each, counts in counted.items()}
    this, before = published[week], [published[each] for each in weeks.before]
    year_ago = published[weeks.year_ago] if counted[weeks.year_ago] else None
    return Picture(
        week=week,
        categories=tuple(kinds),
        rows=tuple(_row(place, number, this, before, year_ago) for number, place in enumerate(rows)),
        columns=this.columns,
        total=this.total,
        earlier=_earlier([each.total for each in before], year_ago.total if year_ago else None),
        versions=tuple(
            session.scalars(
                select(AreaSignal.areas_version).where(AreaSignal.week == week).distinct().order_by("areas_version")
            )
        ),
        last_year_known=year_ago is not None,
    )


@dataclass(frozen=True, slots=True)
class Published:
    """One week's figures: cells by row and column, totals of rows and columns, and of all."""

    cells: tuple[tuple[Figure, ...], ...]
    totals: tuple[Figure, ...]
    columns: tuple[Figure, ...]
    total: Figure


def publish(counts: Counts, places: Sequence[Place], kinds: Sequence[str], hide_below: int) -> Published:
    """What may be shown of one week's counts."""
    numbers = [[counts.get(place, {}).get(kind, 0) for kind in kinds] for place in places]
    cells = tuple(tuple(_cell(number, hide_below) for number in row) for row in numbers)
    totals = tuple(_total(shown, sum(row), hide_below) for shown, row in zip(cells, numbers, strict=True))
    columns = tuple(_least(column) for column in zip(*cells, strict=True))
    return Published(cells, totals, columns, _total_of_all(cells, totals, sum(map(sum, numbers)), hide_below))


def _cell(number: int, hide_below: int) -> Figure:
    return HIDDEN if 0 < number < hide_below else Figure(number)


def _total(shown: Sequence[Figure], total: int, hide_below: int) -> Figure:
    """A row's total: exact only where every hidden count in it could still be another one, and the sum is not small."""
    hidden = sum(figure.hidden for figure in shown)
    visible = sum(figure.number or 0 for figure in shown)
    if not hidden or _tells_nothing(hidden, visible, total - visible, hide_below):
        return Figure(total)
    return _least(shown)


def _tells_nothing(hidden: int, visible: int, rest: int, hide_below: int) -> bool:
    """Whether a row's exact total leaves each of its `hidden` counts, which make up `rest`, two values or more."""
    return visible + rest >= hide_below and len(_values(hidden, rest, hide_below)) > 1


def _values(hidden: int, rest: int, hide_below: int) -> range:
    """The values that each of so many hidden counts can have when together they make up `rest`."""
    most = hide_below - 1
    return range(max(1, rest - most * (hidden - 1)), min(most, rest - (hidden - 1)) + 1)


def _total_of_all(cells: Sequence[Sequence[Figure]], totals: Sequence[Figure], total: int, hide_below: int) -> Figure:
    """Exact only if, for somebody who knows this rule, it leaves every hidden count two values or more."""
    rows = [_untold_rests(row, hide_below) for row, shown in zip(cells, totals, strict=True) if not shown.exact]
    told = sum(shown.number or 0 for shown in totals if shown.exact)
    visible = sum(
        figure.number or 0 for row, shown in zip(cells, totals, strict=True) if not shown.exact for figure in row
    )
    rest = total - told - visible
    for number, (hidden, rests) in enumerate(rows):
        others = _sums([each for _, each in rows[:number] + rows[number + 1 :]])
        possible = {value for own in rests if rest - own in others for value in _values(hidden, own, hide_below)}
        if len(possible) < 2:
            return _least(totals)
    return Figure(total)


def _untold_rests(row: Sequence[Figure], hide_below: int) -> tuple[int, list[int]]:
    """How many counts of a row are hidden, and what they may make up, given that its total was not told."""
    hidden = sum(figure.hidden for figure in row)
    visible = sum(figure.number or 0 for figure in row)
    rests = range(hidden, (hide_below - 1) * hidden + 1)
    return hidden, [rest for rest in rests if not _tells_nothing(hidden, visible, rest, hide_below)]


def _sums(choices: Sequence[Sequence[int]]) -> set[int]:
    """Every sum of one number out of each."""
    sums = {0}
    for each in choices:
        sums = {one + number for one in sums for number in each}
    return sums


def _least(figures: Iterable[Figure]) -> Figure:
    """The sum of what is shown, and one for each hidden number: it follows from what is shown and tells no more."""
    listed = list(figures)
    number = sum(1 if figure.number is None else figure.number for figure in listed)
    return Figure(number, exact=all(figure.exact and not figure.hidden for figure in listed))


def _row(place: Place, number: int, this: Published, before: Sequence[Published], year_ago: Published | None) -> Row:
    return Row(
        place=place,
        cells=this.cells[number],
        total=this.totals[number],
        earlier=_earlier([each.totals[number] for each in before], year_ago.totals[number] if year_ago else None),
        earlier_cells=tuple(
            _earlier(
                [each.cells[number][column] for each in before], year_ago.cells[number][column] if year_ago else None
            )
            for column in range(len(this.columns))
        ),
    )


def _earlier(before: Sequence[Figure], year_ago: Figure | None) -> Earlier:
    numbers = [figure.number for figure in before if figure.exact and figure.number is not None]
    mean = sum(numbers) / len(before) if len(numbers) == len(before) else None
    return Earlier(before[0], mean, year_ago)


@dataclass(frozen=True, slots=True)
class _Weeks:
    before: tuple[str, ...]
    year_ago: str


def _weeks_needed(week: str) -> _Weeks:
    monday = first_day(week)
    year, number = monday.isocalendar()[:2]
    try:
        last_year = date.fromisocalendar(year - 1, number, 1)
    except ValueError:  # the year before had no week 53
        last_year = date.fromisocalendar(year - 1, 52, 1)
    before = tuple(week_of(monday - timedelta(weeks=back)) for back in range(1, MEAN_OF + 1))
    return _Weeks(before, week_of(last_year))


def _count(session: Session, weeks: Sequence[str]) -> dict[str, dict[Place, dict[str, int]]]:
    """Worries by week, place and category; those that were no worry about a place do not count."""
    key = (AreaSignal.week, AreaSignal.area, AreaSignal.area_name, AreaSignal.area_from, AreaSignal.category)
    counted: dict[str, dict[Place, dict[str, int]]] = {week: {} for week in weeks}
    query = (
        select(*key, func.count())
        .where(AreaSignal.week.in_(weeks), AreaSignal.state != SignalState.NOT_AREA)
        .group_by(*key)
    )
    for week, area, name, since, category, number in session.execute(query):
        counted[week].setdefault(Place(area, name, since), {})[category] = number
    return counted
