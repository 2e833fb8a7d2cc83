"""Small numbers are hidden, and nobody can work them out from what is shown. The attacks here know nothing of how
the hiding is done: they try every table that fits what a reader sees."""

from collections.abc import Iterator, Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.small_cells import SafeTable, Shown, safe_list, safe_table, safe_tables

LEAST = 4
counts = st.one_of(st.integers(0, LEAST + 1), st.integers(0, 12))


def small_places(table: SafeTable) -> list[tuple[int, int]]:
    return [
        (row, column) for row, line in enumerate(table.seen) for column, seen in enumerate(line) if seen is Shown.SMALL
    ]


def numbers_of(table: SafeTable) -> dict[tuple[int, int], int]:
    return {(row, column): number for row, line in enumerate(table.numbers) for column, number in enumerate(line)}


def could_be(table: SafeTable, row: int, column: int, body: Sequence[Sequence[int]]) -> bool:
    low, high = table.bounds(row, column)
    return low <= body[row][column] and (high is None or body[row][column] <= high)


def every_table(table: SafeTable, rows: int, columns: int, *, row_sums: bool, roof: int) -> Iterator[list[list[int]]]:
    """Every table of numbers up to `roof` that agrees with all that is shown."""
    cells = []
    for row, column in product(range(rows), range(columns)):
        low, high = table.bounds(row, column)
        cells.append(range(low, (roof if high is None else high) + 1))
    for values in product(*cells):
        body = [list(values[row * columns : (row + 1) * columns]) for row in range(rows)]
        if row_sums:
            body = [[*line, sum(line)] for line in body]
        body.append([sum(column) for column in zip(*body, strict=True)])
        width = columns + row_sums
        if all(could_be(table, row, column, body) for row in range(rows + 1) for column in range(width)):
            yield body


def assert_nothing_is_told(table: SafeTable, rows: int, columns: int, *, row_sums: bool) -> None:
    small = small_places(table)
    sums = [place for place, number in numbers_of(table).items() if 0 < number < LEAST and place not in small]
    assert all(table.seen[row][column] is Shown.WITHHELD for row, column in sums)
    seen: dict[tuple[int, int], set[int]] = {place: set() for place in sums}
    missing = {(place, value) for place in small for value in range(1, LEAST)}
    roof = max(max(line) for line in table.numbers) + 2 * LEAST
    for body in every_table(table, rows, columns, row_sums=row_sums, roof=min(roof, 18)):
        missing -= {(place, body[place[0]][place[1]]) for place in small}
        for row, column in sums:
            seen[row, column].add(body[row][column])
        if not missing and all(len(values) > 1 for values in seen.values()):
            return
    assert not missing
    assert all(len(values) > 1 for values in seen.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(counts, min_size=1, max_size=4))
def test_in_a_list_every_small_number_may_be_any_small_number(values: list[int]) -> None:
    assert_nothing_is_told(safe_list(values, least=LEAST), len(values), 1, row_sums=False)


@settings(max_examples=120, deadline=None)
@given(st.tuples(*[st.tuples(counts, counts)] * 2))
def test_in_a_table_with_sums_every_small_number_may_be_any_small_number(rows: list[list[int]]) -> None:
    assert_nothing_is_told(safe_table(rows, least=LEAST), 2, 2, row_sums=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=9))
def test_no_hidden_number_follows_from_one_line_of_a_larger_table(rows: list[tuple[int, ...]]) -> None:
    """The oldest attack: a sum less all that is shown beside it, again and again."""
    table = safe_table(rows, least=5)
    height, width = len(table.numbers), len(table.numbers[0])
    known = {
        (row, column): table.numbers[row][column]
        for row, column in product(range(height), range(width))
        if table.seen[row][column] is Shown.EXACTLY
    }
    lines = [[(row, column) for column in range(width)] for row in range(height)]
    lines += [[(row, column) for row in range(height)] for column in range(width)]
    again = True
    while again:
        again = False
        for line in lines:
            unknown = [place for place in line if place not in known]
            if len(unknown) == 1:
                *parts, whole = line
                inside = sum(known.get(place, 0) for place in parts)
                known[unknown[0]] = inside if unknown[0] == whole else known[whole] - inside
                again = True
    assert not {place for place in known if 0 < numbers_of(table)[place] < 5}


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[st.tuples(*[st.integers(0, 5)] * 2)] * 4))
def test_two_tables_of_the_same_things_tell_no_small_number_together(deep: tuple[tuple[int, int], ...]) -> None:
    """By language and by priority, say: each of four groups is in one row of either table."""
    one, other, third, fourth = deep
    added = [
        [[a + b for a, b in zip(*pair, strict=True)] for pair in pairs]
        for pairs in (((one, other), (third, fourth)), ((one, third), (other, fourth)))
    ]
    tables = safe_tables(added[0], added[1], least=3)
    if tables[0].seen[-1][-1] is not Shown.EXACTLY:
        return  # so few that even their number is hidden: portal.staff.figure_told shows nothing of them
    missing = {(side, place, value) for side in (0, 1) for place in small_places(tables[side]) for value in (1, 2)}
    for first in every_table(tables[0], 2, 2, row_sums=True, roof=16):
        if not missing:
            return
        needed = {each for each in missing if each[0] == 1 or first[each[1][0]][each[1][1]] == each[2]}
        for cells in product(*(range(sum_ + 1) for sum_ in first[2][:2])) if needed else ():
            second = [[*cells, sum(cells)], [first[2][0] - cells[0], first[2][1] - cells[1]]]
            second[1].append(sum(second[1]))
            second.append(first[2])
            if all(could_be(tables[1], row, column, second) for row in range(3) for column in range(3)):
                bodies = (first, second)
                missing -= {each for each in missing if bodies[each[0]][each[1][0]][each[1][1]] == each[2]}
    assert not missing


def test_zero_and_large_numbers_are_shown_as_they_are() -> None:
    table = safe_table([[0, 9], [7, 0]], least=5)
    assert {seen for line in table.seen for seen in line} == {Shown.EXACTLY}
    assert table.numbers == ((0, 9, 9), (7, 0, 7), (7, 9, 16))


def test_one_small_number_takes_the_smallest_other_with_it_and_leaves_the_sum() -> None:
    table = safe_list([30, 2, 8, 50], least=5)
    assert [line[0] for line in table.seen] == [
        Shown.EXACTLY,
        Shown.SMALL,
        Shown.WITHHELD,
        Shown.EXACTLY,
        Shown.EXACTLY,
    ]
    assert (table.bounds(1, 0), table.bounds(2, 0), table.bounds(3, 0)) == ((1, 4), (5, None), (50, 50))


def test_two_ones_are_not_told_by_their_sum() -> None:
    """Two hidden numbers that add up to two can only be one and one: hiding both is not enough."""
    assert [line[0] for line in safe_list([1, 1, 20], least=5).seen][:3] == [Shown.SMALL, Shown.SMALL, Shown.WITHHELD]
