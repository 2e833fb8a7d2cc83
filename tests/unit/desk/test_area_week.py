"""No hidden count of a weekly picture can be worked out from what is shown, by anybody who knows the rule."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest

from portal.desk.area_week import Place, publish

PLACES = (Place("a", "A", None), Place(None, None, None), Place("b", "B", None))


@pytest.mark.parametrize(
    ("places", "kinds", "hide_below", "most"), [(2, 2, 5, 8), (2, 3, 3, 3), (3, 2, 3, 3), (3, 1, 5, 6), (2, 2, 4, 9)]
)
def test_each_hidden_count_could_be_another_one(places: int, kinds: int, hide_below: int, most: int) -> None:
    """Every possible week is published; weeks that look the same must differ in each number that is hidden."""
    names = [str(number) for number in range(kinds)]
    looks_like = defaultdict(list)
    for numbers in product(range(most + 1), repeat=places * kinds):
        rows = [numbers[number * kinds : (number + 1) * kinds] for number in range(places)]
        counts = {place: dict(zip(names, row, strict=True)) for place, row in zip(PLACES, rows, strict=False)}
        looks_like[publish(counts, PLACES[:places], names, hide_below)].append(numbers)
    hidden = 0
    for published, weeks in looks_like.items():
        cells = [cell for row in published.cells for cell in row]
        for position, cell in enumerate(cells):
            if cell.hidden:
                hidden += 1
                assert len({week[position] for week in weeks}) > 1, (published, weeks)
            else:
                assert {week[position] for week in weeks} == {cell.number}
    assert hidden > 100


def test_totals_are_exact_where_that_tells_of_nobody_and_else_the_least_they_can_be() -> None:
    names = ["damage", "selling", "other"]
    week = {PLACES[0]: {"damage": 12, "selling": 3, "other": 2}, PLACES[1]: {"damage": 1}}
    published = publish(week, PLACES, names, 5)
    assert [[cell.number for cell in row] for row in published.cells] == [[12, None, None], [None, 0, 0], [0, 0, 0]]
    assert [(total.number, total.exact) for total in published.totals] == [(17, True), (1, False), (0, True)]
    assert [(column.number, column.exact) for column in published.columns] == [(13, False), (1, False), (1, False)]
    assert (published.total.number, published.total.exact) == (18, False)
    more = publish({**week, PLACES[2]: {"other": 2}}, PLACES, names, 5)
    assert (more.total.number, more.total.exact) == (20, True)
