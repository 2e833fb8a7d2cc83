"""The whole text of every kind of error, as an editor sees it: the place, the line with a mark, and what to do.

In the folder printed/: after `#` the file, what is written there and what instead; below it what is printed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.unit.triage.mistakes import PRINTED, errors_after, printed


def mistakes() -> Iterator[tuple[str, str, str, str]]:
    for path in sorted(PRINTED.glob("*.txt")):
        for part in f"\n{path.read_text(encoding='utf-8')}".split("\n# ")[1:]:
            what, _, told = part.partition("\n")
            file, _, change = what.partition(": ")
            written, _, instead = change.partition(" → ")
            yield file, ast.literal_eval(written), ast.literal_eval(instead), told.strip("\n")


@pytest.mark.parametrize(("file", "written", "instead", "told"), list(mistakes()))
def test_a_mistake_is_printed_with_its_place_and_what_to_do(file: str, written: str, instead: str, told: str) -> None:
    assert printed(written, instead, file) == told


@pytest.mark.parametrize(("file", "written", "instead", "_told"), list(mistakes()))
def test_a_mark_is_at_least_one_character_wide(file: str, written: str, instead: str, _told: str) -> None:
    assert all(error.end > error.column > 0 for error in errors_after(written, instead, file))


RULE_IF = "topic: housing"
HOURS = '{mon-fri: ["08:00-16:30"]}'
FOUR = "{any: [{when: now}, {when: soon}, {as: private}, {age: 1-2}]}"
AT_THE_EDGE = [
    (RULE_IF, "age: 18-18"),
    (RULE_IF, "age: under 1"),
    (RULE_IF, "age: 120+"),
    (RULE_IF, "any: [{topic: home}, {not: {language: en}}]"),
    (RULE_IF, f"not: {{any: [{', '.join(['{not: ' + FOUR + '}'] * 3)}]}}"),
    (RULE_IF, "not: " + "{not: " * 15 + "{as: private}" + "}" * 15),
    ("source: test", f"source: {'x' * 1500}"),
    ("source: test", "source: test\nvalid: {from: 2026-01-01}"),
    ("source: test", "source: test\nvalid: {to: 2026-01-01}"),
    ("source: test", "source: test\nvalid: {from: 2026-01-01, to: 2026-01-01}"),
    ("source: test", "source: test\nexceptions: [{date: 2026-12-23}, {date: 2026-12-24}]"),
    ("source: test", "source: test\nfallback_when_closed: on-call\nareas: [north]\nlanguages: [so]"),
    ("source: test", "source: test\nclosed_on_holidays: true\nclosed_on_eves: false"),
    (HOURS, '{holidays: ["10:00-14:00"]}\nclosed_on_holidays: false'),
    (HOURS, "{holidays: []}\nclosed_on_holidays: true"),
    (HOURS, "{mon: [" + '"08:00-09:00", ' * 12 + "]}"),
    (HOURS, "always\nclosed_on_eves: true"),
]


@pytest.mark.parametrize(("written", "instead"), AT_THE_EDGE)
def test_what_lies_just_within_the_rules_is_taken(written: str, instead: str) -> None:
    assert printed(written, instead) == ""


@pytest.mark.parametrize(
    ("file", "written", "instead"),
    [
        ("questions.yaml", "value: 14, ages", "value: 0, ages"),
        ("questions.yaml", "value: 14, ages", "value: 17, ages"),
        ("questions.yaml", "value: 70, ages: 65+", "value: 120, ages: 65-120"),
        ("topics/home.yaml", "phrases:\n  sv:\n  - hjälp\n", "subtopics: [{id: fights, label: Bråk}]\n"),
        ("examples/housing.yaml", "first: housing", "danger: []"),
        ("examples/housing.yaml", "first: housing", "urgency: soon"),
        ("examples/housing.yaml", "first: housing", "within_three: housing"),
        ("municipality.yaml", "emergency: 1", "emergency: 0.5"),
        ("municipality.yaml", "emergency: 1", "emergency: 2000"),
    ],
)
def test_so_is_what_other_files_may_say(file: str, written: str, instead: str) -> None:
    assert printed(written, instead, file) == ""
