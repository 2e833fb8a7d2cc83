"""Reading rule files: every error names file, line, what stands there and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from portal.triage.reader import RuleFilesInvalid, build, content_id, read_folder
from portal.triage.yaml_source import Source, YamlProblem, parse
from tests.unit.triage.conftest import small_content

HOUSING = """\
service: housing
kind: service
name: Bostad
order: 20
summary: Vi hjälper.
about: Vi hjälper.
for: För alla.
assessment_required: no
channels:
  - {kind: phone, number: "031-390 06 00"}
hours: {mon-fri: ["08:00-16:30"]}
source: test
rules:
  - id: housing-any
    if: {topic: housing}
    suggest: good
    because: Därför.
"""
MISTAKES = [
    # what is written wrong, line, what the error says
    ("suggest: good", "sugest: good", 16, "did you mean 'suggest'"),
    ("suggest: good", "suggest: goood", 16, "did you mean 'good'"),
    ("topic: housing", "topic: housign", 15, "did you mean 'housing'"),
    ("topic: housing", "topik: housing", 15, "'topik' is not a condition"),
    ("topic: housing", "age: teen", 15, "10-25"),
    ("order: 20", "order: twenty", 4, "integer"),
    ("id: housing-any", "id: call-112", 14, "stands already in"),
    ("08:00-16:30", "8 to 5", 11, "08:00-16:30"),
    ("kind: phone", "kind: fone", 10, "did you mean 'phone'"),
    ("assessment_required: no", "assessment_required: maybe", 8, "allowed: no, mixed, yes"),
    ("service: housing", "service: house", 1, "make them the same"),
    ("source: test", "source: test\nsource: twice", 13, "stands twice"),
    ("for: För alla.", "", 1, "'for' is missing"),
    ("rules:", "rules: [", 14, ""),
]


@pytest.mark.parametrize(("written", "instead", "line", "says"), MISTAKES)
def test_a_mistake_is_named_by_file_line_and_remedy(
    tmp_path: Path, written: str, instead: str, line: int, says: str
) -> None:
    write_folder(tmp_path)
    assert written in HOUSING
    (tmp_path / "services/housing.yaml").write_text(HOUSING.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(RuleFilesInvalid) as caught:
        read_folder(tmp_path)
    error = next(error for error in caught.value.errors if says in error.message)
    assert error.file == "services/housing.yaml" or says == "stands already in"
    if says != "stands already in":
        assert error.line == line


def write_folder(folder: Path) -> None:
    for name, data in small_content().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (folder / "services/housing.yaml").write_text(HOUSING, encoding="utf-8")


def test_a_sound_folder_is_read(tmp_path: Path) -> None:
    write_folder(tmp_path)
    rules = read_folder(tmp_path)
    assert list(rules.services) == ["emergency-112", "on-call", "housing", "youth", "unit", "reception"]


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "questions.yaml").unlink()
    with pytest.raises(RuleFilesInvalid, match=r"questions\.yaml"):
        read_folder(tmp_path)


def test_a_danger_card_must_begin_with_112(
    content: dict[str, Any], build_rules: Callable[[dict[str, Any]], object]
) -> None:
    line = {"slug": "bris", "name": "Bris", "number": "116 111", "for": "Unga.", "source": "test"}
    content["municipality.yaml"]["helplines"].append(line)
    content["danger/violence-now.yaml"]["card"]["helplines"] = ["bris", "emergency-112"]
    with pytest.raises(RuleFilesInvalid, match="starts with 112"):
        build_rules(content)


def test_the_same_content_has_the_same_id_whatever_the_order(content: dict[str, Any]) -> None:
    backwards = dict(reversed(content.items()))
    assert content_id(content) == content_id(backwards)
    before = content_id(content)
    content["areas.yaml"]["areas"][0]["name"] = "Annat"
    assert content_id(content) != before


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    line = 1
    try:
        parse(text)
    except YamlProblem as problem:
        line = problem.line
    assert line >= 1


@given(st.integers(0, len(HOUSING) - 1), st.sampled_from(list("{}[]:-#&*!|>'\"%@`\t\n x0")))
def test_a_file_with_one_character_changed_never_ends_in_a_traceback(place: int, character: str) -> None:
    changed = HOUSING[:place] + character + HOUSING[place + 1 :]
    sources = {name: Source(data, {}) for name, data in small_content().items()}
    try:
        sources["services/housing.yaml"] = parse(changed)
        build(sources)
        said = "sound"
    except (YamlProblem, RuleFilesInvalid) as refused:
        said = str(refused)
    assert said
