"""Reading rule files: every error names file, line, what stands there and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from portal.triage.reader import (
    RuleFilesInvalid,
    assemble,
    build,
    content_id,
    read_file,
    read_folder,
    read_source,
    read_sources,
)
from portal.triage.yaml_problems import YamlProblem
from portal.triage.yaml_source import Source, parse
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


def test_explanations_hidden_files_and_the_schema_may_lie_among_the_rule_files(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "README.md").write_text("# Hej", encoding="utf-8")
    (tmp_path / "services/.housing.yaml.swp").write_text("half written", encoding="utf-8")
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema/service.schema.json").write_text("{}", encoding="utf-8")
    assert read_folder(tmp_path).services


def test_a_byte_order_mark_and_line_ends_of_another_system_are_read_past(tmp_path: Path) -> None:
    write_folder(tmp_path)
    path = tmp_path / "services/housing.yaml"
    before = read_folder(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + HOUSING.replace("\n", "\r\n").encode())
    assert read_folder(tmp_path).id == before.id


def test_one_file_can_be_read_anew_while_the_others_are_kept(tmp_path: Path) -> None:
    write_folder(tmp_path)
    files = {name: read_file(name, source) for name, source in read_sources(tmp_path).items()}
    changed = HOUSING.replace("order: 20", "order: 5")
    name = "services/housing.yaml"
    rules = assemble(files | {name: read_file(name, read_source(name, changed.encode()))})
    assert list(rules.services)[2] == "housing"
    assert rules.id != assemble(files).id


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
    sources = {name: Source(data) for name, data in small_content().items()}
    try:
        sources["services/housing.yaml"] = parse(changed)
        build(sources)
        said = "sound"
    except (YamlProblem, RuleFilesInvalid) as refused:
        said = str(refused)
    assert said
