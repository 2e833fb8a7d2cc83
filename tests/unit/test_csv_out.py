"""A CSV file opens right in a Swedish table program, and nothing in it is run there."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.csv_out import csv_answer, write_csv


def read_back(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_it_opens_in_a_swedish_table_program() -> None:
    file = write_csv(["Språk", "Antal"], [["Svenska", 12], ["العربية", 3.5]])
    assert file == b"\xef\xbb\xbf" + "Språk;Antal\r\nSvenska;12\r\nالعربية;3,5\r\n".encode()


def test_a_browser_keeps_it_as_a_file_by_its_name() -> None:
    answer = csv_answer("ages-2026-Q1.csv", ["År"], [["13 till 15"]])
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ages-2026-Q1.csv"'
    assert answer.data == write_csv(["År"], [["13 till 15"]])


def test_numbers_stay_numbers_and_nothing_stays_nothing() -> None:
    assert read_back(write_csv(["a"], [[-5, -0.25, None, date(2026, 3, 1)]]))[1] == ["-5", "-0,25", "", "2026-03-01"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "\u00a0@x", "＝1"])
def test_a_formula_is_shown_and_not_run(formula: str) -> None:
    for row in read_back(write_csv([formula], [[formula]])):
        assert row == [f"'{formula}"]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4), max_size=4))
def test_whatever_was_written_no_cell_begins_a_formula_and_no_text_is_lost(rows: list[list[str]]) -> None:
    found = read_back(write_csv(["x", "y"], rows))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    for row in found:
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))
            assert not cell.startswith(("\t", "\r", "\n"))
