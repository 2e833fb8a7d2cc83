"""YAML with the place of everything: what is data, where it stands, and what cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from portal.triage.yaml_problems import YamlProblem, explained, lines_of
from portal.triage.yaml_source import Place, Source, parse

TEXT = """\
# a remark
name: Bostad  # behind it
rules:
  - id: one
    if: {topic: [home, housing], as: private}

  - id: two
    because: >
      Därför
      att.
    # the end of two

last: "x"
"""


@pytest.mark.parametrize(
    ("written", "data"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", "Null"),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("yes", "yes"),
        ("no", "no"),
        ("0", 0),
        ("-7", -7),
        ("007", "007"),
        ("1_000", "1_000"),
        ("123456789012345", 123456789012345),
        ("1234567890123456", "1234567890123456"),
        ("2.50", 2.5),
        ("-0.5", -0.5),
        ("1.", "1."),
        ("1e3", "1e3"),
        (".nan", ".nan"),
        ("2026-02-03", "2026-02-03"),
        ("12:30", "12:30"),
        ('"7"', "7"),
        ("'true'", "true"),
        ("[]", []),
        ("{a: {b: [1, x]}}", {"a": {"b": [1, "x"]}}),
    ],
)
def test_only_words_numbers_true_false_and_null_are_recognised(written: str, data: Any) -> None:
    assert parse(f"key: {written}").data == {"key": data}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), Place(2, 1, 14 + 12, 13)),
        (("name",), Place(2, 7, 13, 2)),
        (("rules",), Place(4, 3, 12, 10)),
        (("rules", 0), Place(4, 5, 12, 5)),
        (("rules", 0, "if"), Place(5, 9, 46, 5)),
        (("rules", 0, "if", "topic"), Place(5, 17, 32, 5)),
        (("rules", 0, "if", "topic", 1), Place(5, 24, 31, 5)),
        (("rules", 1, "because"), Place(8, 14, 15, 10)),
        (("rules", 1), Place(7, 5, 12, 10)),
        (("last",), Place(13, 7, 10, 13)),
    ],
)
def test_every_value_has_its_place(path: tuple[str | int, ...], place: Place) -> None:
    assert parse(TEXT).place(path) == place


def test_a_key_has_a_place_of_its_own_and_what_is_not_there_has_that_of_its_parent() -> None:
    source = parse(TEXT)
    assert source.place(("rules", 1, "because"), key=True) == Place(8, 5, 12, 8)
    assert source.place(("rules", 0, "urgency"), key=True) == source.place(("rules", 0))
    assert source.place(("rules", 0, "id", "x", 3)) == source.place(("rules", 0, "id"))
    assert source.line(("rules", 1, "because")) == 8
    assert source.line(("name",)) == 2
    assert source.line(("rules",)) == 3
    assert Source({}).place(("name",)) == Place(1, 1, 1, 1)
    assert Source({}).line(("name",)) == 1


def test_what_is_nothing_is_shown_at_its_key() -> None:
    source = parse("a: 1\nkey:\nother: ~\n")
    assert source.place(("key",)) == Place(2, 1, 4, 2)
    assert source.place(("other",)) == Place(3, 1, 6, 3)


def test_what_is_written_last_is_found_on_its_last_line() -> None:
    source = parse(TEXT)
    assert source.last_line(source.place(("rules", 1, "because"))) == (10, 7, 11)
    assert source.last_line(source.place(("name",))) == (2, 7, 13)
    assert source.last_line(Place(2, 7, 13, 99)) == (2, 7, 13)
    assert source.last_line(Place(2, 1, 5, len(source.lines))) == (14, 1, 1)


def test_a_block_in_brackets_is_told_from_one_on_lines_of_its_own() -> None:
    source = parse(TEXT)
    assert source.in_brackets(("rules", 0, "if"))
    assert not source.in_brackets(("rules", 0))
    assert not source.in_brackets(("rules", 0, "if", "topic"))
    assert not Source({}).in_brackets(())
    assert parse("{a: 1}").in_brackets(())


def test_lines_are_counted_as_yaml_counts_them() -> None:
    assert lines_of("a\nb\r\nc\rd\x85e\u2028f\u2029g\x0bh") == ["a", "b", "c", "d", "e", "f", "g\x0bh"]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    source = parse("\ufeffa: 1")
    assert (source.lines, source.place(("a",))) == (["a: 1"], Place(1, 4, 5, 1))
    assert parse("a: 1\ufeff").lines == ["a: 1\ufeff"]


def test_a_problem_says_what_and_what_to_do() -> None:
    with pytest.raises(YamlProblem) as caught:
        parse("a: 1\na: 2\n")
    problem = caught.value
    assert str(problem) == "'a' stands twice here, first in line 1. Remove one of them."
    assert (problem.line, problem.column, problem.end) == (2, 1, 2)


@pytest.mark.parametrize("text", ["", "# nothing but a remark\n", "\ufeff", "\n\n"])
def test_an_empty_file_is_told_at_its_beginning(text: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        parse(text)
    problem = caught.value
    assert (problem.line, problem.column, problem.end) == (1, 1, 1)
    assert str(problem) == "the file is empty. Write the keys of this kind of file, or remove the file."


def test_an_error_without_a_place_is_told_at_the_beginning() -> None:
    problem = explained("a: b", yaml.YAMLError("unforeseen"))
    assert (problem.line, problem.column, problem.end) == (1, 1, 1)
    assert str(problem) == "this cannot be read. Compare it with another file of the same kind."


OPEN = "the {} that opens here is not closed. Write {} at its end, and a comma between its parts."
COMMA = "nothing stands before this comma. Remove the comma, or write what is missing."
COLON = 'a colon stands inside a text here. Put the whole text in quotes: "…".'


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("a: [b\nc: d", 1, 4, OPEN.format("[", "]")),
        ("[a, {b: c]", 1, 5, OPEN.format("{", "}")),
        ("[- a]", 1, 1, OPEN.format("[", "]")),
        ("a: [b, ?]", 1, 4, OPEN.format("[", "]")),
        ("a: [[b], {c: d}, - e]", 1, 4, OPEN.format("[", "]")),
        ("a: [X, - e]", 1, 4, OPEN.format("[", "]")),
        ("a: {X: [c], d: - e}", 1, 4, OPEN.format("{", "}")),
        ("a: [\n  [b],\n  [c]\n  , - d]", 1, 4, OPEN.format("[", "]")),
        ("x: 1\ny: 2\na: [\n  [b],\n  - d]", 3, 4, OPEN.format("[", "]")),
        ('a: ["]", - b]', 1, 10, "a bracket is not closed. Close it, or put it in quotes."),
        ('a: ["]", - b]\nc: [', 1, 10, "a bracket is not closed. Close it, or put it in quotes."),
        ("a: [b, ,c]", 1, 8, COMMA),
        ("a: {, b: c}", 1, 5, COMMA),
        ("a: {b: c: d}", 1, 9, COLON),
        ("- a: b: c", 1, 7, COLON),
        (
            "- b c\n  d: e",
            2,
            4,
            "this key stands further in than what is above it. Give it as many spaces as the key above it; "
            "if it belongs to a text above, put that in quotes.",
        ),
    ],
)
def test_of_brackets_commas_and_colons_the_one_to_mend_is_shown(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        parse(text)
    problem = caught.value
    assert (problem.line, problem.column, problem.end, str(problem)) == (line, column, column + 1, says)


@pytest.mark.parametrize("text", ["%YAML 1.2\n", "%YAML 1.2 \n\n  \n"])
def test_what_is_wrong_behind_the_end_is_shown_at_the_end(text: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        parse(text)
    problem = caught.value
    assert (problem.line, problem.column, problem.end) == (1, 10, 11)
    assert str(problem) == "this cannot be read. Compare it with another file of the same kind."


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [b,\n  c]\nd: x\n", Place(1, 4, 7, 2)),
        ('a: "e\n  f"\n', Place(1, 4, 6, 2)),
        ("a:\n  b: 1\n  c: 2", Place(2, 3, 7, 3)),
        ("a: ''", Place(1, 4, 6, 1)),
        ("a: 1\n\n# the end", Place(1, 4, 5, 1)),
    ],
)
def test_a_value_may_span_lines(text: str, place: Place) -> None:
    assert parse(text).place(("a",)) == place


def test_an_item_without_a_value_has_a_place() -> None:
    assert parse("a:\n  -\n  - x").place(("a", 0)) == Place(2, 4, 5, 2)
