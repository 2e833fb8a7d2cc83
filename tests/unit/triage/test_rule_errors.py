"""How an error is shown: its place, the line, and a mark under what is meant."""

from __future__ import annotations

from typing import Any

import pytest

from portal.triage.grammar import Service
from portal.triage.rule_errors import RuleError, nearest, suggest
from portal.triage.shape_errors import yaml_words
from portal.triage.shapes import Shape, needed

LINE = "x" * 60 + "wrong" + "y" * 45


def test_an_error_about_a_whole_file_has_a_line_and_no_column() -> None:
    error = RuleError("areas.yaml", 1, 0, "this file is missing", remedy="Write it", source_line="areas:")
    assert str(error) == "areas.yaml, line 1: this file is missing.\n   Write it."


def test_an_empty_line_is_not_shown() -> None:
    assert str(RuleError("areas.yaml", 1, 1, "the file is empty", end=1, source_line="  ")) == (
        "areas.yaml, line 1, column 1: the file is empty."
    )


@pytest.mark.parametrize(
    ("line", "shown", "mark"),
    [
        (LINE, LINE, " " * 60 + "^^^^^"),
        (LINE + "z", "…" + "x" * 55 + "wrong" + "y" * 45 + "z", " " * 56 + "^^^^^"),
        (LINE + "z" * 60, "…" + "x" * 55 + "wrong" + "y" * 45 + "z" * 5 + "…", " " * 56 + "^^^^^"),
    ],
)
def test_a_line_is_shown_whole_or_cut_around_the_place(line: str, shown: str, mark: str) -> None:
    error = RuleError("areas.yaml", 3, 61, "x", end=66, source_line=line)
    assert str(error).splitlines()[1:] == [f"    3 | {shown}", f"      | {mark}"]


@pytest.mark.parametrize(
    ("example", "written"),
    [
        (True, "true"),
        (20, "20"),
        ("Bris", "Bris"),
        ("116 111", '"116 111"'),
        ("a", "a"),
        ("a1", "a1"),
        ("XX", "XX"),
        ("Ring: nu", '"Ring: nu"'),
        ("ett, två", '"ett, två"'),
        ("a }", '"a }"'),
        ({"a": ["b", "c"], "d": False}, "{a: [b, c], d: false}"),
    ],
)
def test_an_example_of_a_missing_key_is_written_as_a_file_would_have_it(example: Any, written: str) -> None:
    class Page(Shape):
        title: Any = needed("The heading.", example)

    assert yaml_words(Page.model_fields["title"]) == written


def test_a_key_without_an_example_shows_a_gap() -> None:
    assert yaml_words(Service.model_fields["fee"]) == "…"


@pytest.mark.parametrize(
    ("word", "allowed", "meant"),
    [
        ("ROOF TONIGHT", ["roof-tonight"], "roof-tonight"),
        ("roof_tonight", ["roof-tonight"], "roof-tonight"),
        (" Europe/Stokholm ", ["Asia/Tokyo", "Europe/Stockholm"], "Europe/Stockholm"),
        ("america/new york", ["America/New_York", "America/Newark"], "America/New_York"),
        (True, ["yes", "no"], "yes"),
        (False, ["yes", "no"], "no"),
        (True, ["true"], "true"),
        (True, ["yes", "maybe"], ""),
        ("xyzzy", ["yes", "no"], ""),
    ],
)
def test_the_word_that_was_probably_meant_is_the_nearest_one(word: Any, allowed: list[str], meant: str) -> None:
    assert nearest(word, allowed) == meant


def test_for_a_sentence_the_nearest_word_comes_before_what_is_allowed() -> None:
    assert suggest("hosing", ["housing", "money"]) == "did you mean 'housing'? allowed: housing, money"
    assert suggest("xyzzy", ["housing", "money"]) == "allowed: housing, money"
