"""What all pages together tell: whoever reads every month and every longer period of them still cannot work out a small
number. The attack knows nothing of how the hiding is done: it tries every set of numbers."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.staff.figure_period import chosen, offered, period_of
from portal.staff.figure_told import Bounds, Grid, Telling, Told, added, sum_bounds

LEAST = 3
TODAY = date(2026, 3, 10)
few = st.integers(0, 7)
outcomes = st.tuples(few, few)


def page(*months: tuple[int, ...]) -> Told:
    return Telling(LEAST).a_list(months)


def fits(rows: Grid, values: tuple[int, ...]) -> bool:
    """Whether a reader of these bounds may believe in these numbers."""
    return all(
        low <= value and (high is None or value <= high)
        for ((low, high),), value in zip(rows, (*values, sum(values)), strict=True)
    )


def test_months_and_their_quarter_together_tell_no_small_number() -> None:
    """Every two months of two rows, and every two that a reader of all three pages may believe in instead."""
    pages = {values: page(values) for values in product(range(5), repeat=2)}
    guesses = {told: [each for each in product(range(9), repeat=2) if fits(told.rows, each)] for told in pages.values()}
    said: dict[tuple[Told, Told], Grid] = {}
    for first, second in product(pages, repeat=2):
        quarter = page(first, second).rows
        assert said.setdefault((pages[first], pages[second]), quarter) == quarter  # it says nothing of its own
    for (first_page, second_page), quarter in said.items():
        believed = [
            (one, other)
            for one, other in product(guesses[first_page], guesses[second_page])
            if fits(quarter, tuple(map(sum, zip(one, other, strict=True))))
        ]
        for month, told in enumerate((first_page, second_page)):
            for row in (0, 1):
                if told.rows[row][0] == (1, LEAST - 1):
                    assert {each[month][row] for each in believed} == set(range(1, LEAST))


def test_a_longer_period_is_told_from_to_by_what_its_months_hide() -> None:
    told = Telling(5).a_list([[30, 2, 8], [10, 0, 0], [9, 6, 7]])
    assert [row[0] for row in told.rows] == [(49, 49), (7, 10), (12, None), (72, 72)]


@settings(max_examples=80, deadline=None)
@given(st.lists(outcomes, min_size=1, max_size=3), st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_how_many_there_were_is_hidden_in_all_tables_or_in_none(rows: list[tuple[int, int]], values: list[int]) -> None:
    """Tables of the same requests share their sum: what one of them must hide, another may not tell."""
    number = sum(map(sum, rows))
    values[-1] = max(0, number - sum(values[:-1]))
    if sum(values) != number:
        return
    telling = Telling(LEAST)
    while True:
        telling.found_more = False
        first, second = telling.two_of_all([rows], [[tuple(map(sum, zip(*rows, strict=True)))]])
        third, fourth = telling.a_list([values], of_all=True), telling.by_month([number])
        if not telling.found_more:
            break
    sums = {first.total[-1], second.total[-1], third.total[0], fourth.total[0]}
    assert sums in ({(number, number)}, {(1, None)})
    assert [a == b for a, b in first.total] == [a == b for a, b in second.total]
    if sums == {(1, None)}:
        assert {bounds for told in (first, second, third) for row in told.rows for bounds in row} <= {(0, 0), (1, None)}


@given(st.lists(st.tuples(few, few), min_size=1, max_size=4), st.data())
def test_what_is_said_of_a_part_is_true(numbers: list[tuple[int, int]], data: st.DataObject) -> None:
    parts: list[Bounds] = [(low, low + more) for low, more in numbers]
    real = [data.draw(st.integers(*part)) for part in parts]  # type: ignore[arg-type]
    places = data.draw(st.sets(st.sampled_from(range(len(parts)))))
    low, high = sum_bounds(parts, (sum(real), sum(real)), places)
    assert high is not None
    assert low <= sum(real[place] for place in places) <= high
    assert added(parts)[0] <= sum(real)


def test_only_months_that_have_ended_are_shown_and_longer_periods_are_made_of_them() -> None:
    assert chosen("2026-02", by="month", today=TODAY).parts == (date(2026, 2, 1),)
    autumn = chosen("2025-Q4", by="month", today=TODAY)
    assert autumn.parts == (date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1))
    year = chosen("2025", by="quarter", today=TODAY)
    assert (year.first, year.last, len(year.parts)) == (date(2025, 1, 1), date(2025, 12, 31), 4)
    for not_ended in ("2026-03", "2026-Q1", "2026", "2026-13", "2026-00", "2026-02-01", "", "9999-99", "x"):
        assert chosen(not_ended, by="month", today=TODAY).code == "2026-02"
    assert all(period.has_ended(TODAY) for kind in offered("month", TODAY).values() for period in kind)


def test_nothing_shorter_is_shown_than_the_municipality_has_decided() -> None:
    for too_short in ("2025-10", "2025-Q3", "x"):
        assert chosen(too_short, by="year", today=TODAY).code == "2025"
    assert chosen("2025-10", by="quarter", today=TODAY).code == "2025-Q4"
    assert (list(offered("quarter", TODAY)), list(offered("year", TODAY))) == (["quarter", "year"], ["year"])


@pytest.mark.parametrize("kind", ["month", "quarter", "year"])
def test_every_day_is_in_one_period_of_each_kind_and_addresses_come_back(kind: str) -> None:
    period = period_of(kind, date(2024, 2, 29), "month")
    assert period.before().last < period.first <= date(2024, 2, 29) <= period.last < period.after().first
    assert (period.after().first - period.last).days == (period.first - period.before().last).days == 1
    assert chosen(period.code, by="month", today=TODAY) == period
