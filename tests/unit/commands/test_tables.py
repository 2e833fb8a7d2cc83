"""Tables and paragraphs for a terminal: never wider than it, in any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.commands.tables import columns_of, cut, paragraph, table


def test_a_table_has_a_line_under_its_headings_and_no_blanks_at_the_end() -> None:
    assert table(["Service", "Open"], [["Mottagningen", "until 16:30"], ["112", "always"]], columns=80) == [
        "Service       Open",
        "------------  -----------",
        "Mottagningen  until 16:30",
        "112           always",
    ]


def test_the_widest_column_gives_way_first() -> None:
    rows = [["Fältarna (uppsökande verksamhet)", "outreach"]]
    assert table(["Service", "Slug"], rows, columns=30)[2] == "Fältarna (uppsökand…  outreach"


def test_a_column_that_is_empty_everywhere_is_left_out() -> None:
    assert table(["A", "Note"], [["1", ""], ["2", ""]], columns=80) == ["A", "-", "1", "2"]


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80)), min_size=1, max_size=5))
def test_no_line_of_a_table_is_too_wide(rows: list[tuple[str, str]]) -> None:
    assert max(map(columns_of, table(["Sentence", "Topics"], rows, columns=40))) <= 40


@pytest.mark.parametrize(("text", "columns"), [("räksmörgås", 10), ("ra\u0308ka", 4), ("مَرْحَبًا", 5), ("日本", 4)])
def test_marks_over_letters_take_no_column_and_wide_letters_take_two(text: str, columns: int) -> None:
    assert columns_of(text) == columns


def test_what_is_cut_off_leaves_an_ellipsis() -> None:
    assert cut("Bostadssamordningen", 8) == "Bostads…"
    assert cut("två   rader\nblir en", 20) == "två rader blir en"


def test_a_paragraph_goes_on_below_its_text() -> None:
    assert paragraph("ett två tre", first="- ", indent=2, columns=24) == "  - ett två tre"
    assert paragraph("ord " * 8, first="Known  ", columns=27).splitlines() == [
        "Known  ord ord ord ord ord",
        "       ord ord ord",
    ]
