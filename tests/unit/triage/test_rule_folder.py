"""The rule folder as a whole: files that are missing, cannot be read or lie in the wrong place, and stored content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from portal.triage.reader import (
    LONGEST_FILE,
    RuleError,
    RuleFilesInvalid,
    content_id,
    content_of,
    read_content,
    read_file,
    read_folder,
    read_source,
    read_sources,
    shape_of,
)
from portal.triage.rule_errors import error_at
from portal.triage.yaml_source import Source
from tests.unit.triage.conftest import small_content
from tests.unit.triage.test_reader import HOUSING, write_folder


def errors_in(folder: Path) -> list[str]:
    with pytest.raises(RuleFilesInvalid) as caught:
        read_folder(folder)
    told = [str(error) for error in caught.value.errors]
    assert str(caught.value) == "\n".join(told)
    assert None not in [error.column for error in caught.value.errors]
    return told


def test_every_missing_part_is_named_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    write_folder(folder)
    (folder / "areas.yaml").unlink()
    (folder / "topics/home.yaml").unlink()
    for path in (folder / "outside").iterdir():
        path.unlink()
    remedy = "Write it; the rules in rules cannot be used without it."
    assert errors_in(folder) == [
        f"areas.yaml, line 1: this file is missing.\n   {remedy}",
        f"outside/, line 1: this folder is missing or empty.\n   {remedy}",
    ]


def test_what_messages_say_by_themselves_may_be_left_out(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "understood/sv.yaml").unlink()
    assert not read_folder(tmp_path).understood


def test_a_part_that_is_there_but_wrong_is_not_also_missing(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "areas.yaml").write_text("areas: [", encoding="utf-8")
    (tmp_path / "danger/calm.yaml").write_bytes(b"\xff")
    assert errors_in(tmp_path) == [
        "areas.yaml, line 1, column 8: the [ that opens here is not closed.\n"
        "    1 | areas: [\n"
        "      |        ^\n"
        "   Write ] at its end, and a comma between its parts.",
        "danger/calm.yaml, line 1: this is not UTF-8 text.\n   Save the file as UTF-8 in your editor.",
    ]


def test_a_file_that_the_system_does_not_give_is_told_in_its_words(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "topics/lost.yaml").symlink_to(tmp_path / "nowhere.yaml")
    assert errors_in(tmp_path) == [
        "topics/lost.yaml, line 1: the file cannot be read.\n   The system says: No such file or directory"
    ]


def test_a_file_may_be_as_long_as_said_and_no_longer(tmp_path: Path) -> None:
    write_folder(tmp_path)
    path = tmp_path / "services/housing.yaml"
    text = f"{HOUSING}# ".encode()
    path.write_bytes(text + b"x" * (LONGEST_FILE - len(text)))
    assert read_folder(tmp_path).services["housing"].order == 20
    path.write_bytes(text + b"x" * (LONGEST_FILE - len(text) + 1))
    assert errors_in(tmp_path) == [
        "services/housing.yaml, line 1: the file has 1,000,001 bytes.\n   At most 1,000,000 are allowed; divide it."
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("topics/home.yml", "topics/home.yaml"),
        ("topics/home.yaml.bak", "topics/home.yaml"),
        ("question.yaml", "questions.yaml"),
        ("areas.txt", "areas.yaml"),
        ("topics/old/home.yaml", ""),
        ("old/areas.yaml", ""),
        ("xyzzy.yaml", ""),
    ],
)
def test_a_name_that_no_rule_file_has_is_refused(name: str, meant: str) -> None:
    with pytest.raises(RuleFilesInvalid) as caught:
        shape_of(name)
    allowed = (
        "municipality.yaml, areas.yaml, languages.yaml, questions.yaml, replies.yaml, topics/<name>.yaml, "
        "danger/<name>.yaml, outside/<name>.yaml, understood/<name>.yaml, services/<name>.yaml, examples/<name>.yaml, "
        "answers.yaml"
    )
    remedy = "Rename it, or move it out of the folder"
    assert caught.value.errors == [RuleError(name, 1, 0, "this is not the name of a rule file", meant, remedy, allowed)]


def test_a_file_without_a_name_is_refused_too() -> None:
    with pytest.raises(RuleFilesInvalid):
        shape_of("topics/.yaml")


def test_a_service_among_the_topics_is_told_where_it_belongs(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "topics/housing.yaml").write_text(HOUSING, encoding="utf-8")
    assert errors_in(tmp_path) == [
        "topics/housing.yaml, line 1, column 1: this file is a service: it begins with 'service'.\n"
        "    1 | service: housing\n"
        "      | ^^^^^^^\n"
        "   Move it to the folder services/."
    ]


def test_an_error_in_yaml_has_its_place_and_its_line() -> None:
    with pytest.raises(RuleFilesInvalid) as caught:
        read_source("areas.yaml", "\ufeffareas: [".encode())
    remedy = "Write ] at its end, and a comma between its parts"
    assert caught.value.errors == [
        RuleError("areas.yaml", 1, 8, "the [ that opens here is not closed", "", remedy, "", 9, "areas: [")
    ]


def test_the_line_of_a_file_that_is_not_utf_8_is_told() -> None:
    with pytest.raises(RuleFilesInvalid) as caught:
        read_source("areas.yaml", b"a: 1\nb: 2\nc: \xe5\n")
    remedy = "Save the file as UTF-8 in your editor"
    assert caught.value.errors == [RuleError("areas.yaml", 3, 0, "this is not UTF-8 text", remedy=remedy)]


def test_stored_content_gives_the_same_rule_set_as_its_files(tmp_path: Path) -> None:
    write_folder(tmp_path)
    read = read_folder(tmp_path)
    content = content_of(read_sources(tmp_path))
    assert list(content) == sorted(content)
    assert read_content(content).id == read.id == content_id(content)
    assert read_content(content).services == read.services


def test_an_error_in_stored_content_has_no_column() -> None:
    content = small_content()
    content["areas.yaml"]["areas"][1]["slug"] = "north"
    content["questions.yaml"]["questions"].pop()
    with pytest.raises(RuleFilesInvalid) as caught:
        read_content(content)
    assert [str(error) for error in caught.value.errors] == [
        "areas.yaml, line 1: the area 'north' stands already in areas.yaml.\n   Give one of them another."
    ]


def test_a_mistake_that_others_find_is_shown_at_its_place() -> None:
    source = read_source("calm.yaml", b"phrases:\n  sv: [film]\n")
    error = error_at("calm.yaml", source, ("phrases", "sv", 0), "this is too short.", "Write more.")
    assert error == RuleError("calm.yaml", 2, 8, "this is too short", "", "Write more", "", 12, "  sv: [film]")
    assert error_at("calm.yaml", source, ("phrases",), "this is too short").remedy == ""
    assert read_file("danger/calm.yaml", source).name == "danger/calm.yaml"


def test_the_id_is_that_of_the_canonical_json() -> None:
    canonical = '{"a.yaml":{"b":"å","c":[1,2]},"d.yaml":{}}'
    content = {"d.yaml": {}, "a.yaml": {"c": [1, 2], "b": "å"}}
    assert content_id(content) == hashlib.sha256(canonical.encode()).hexdigest()
    assert content_of({name: Source(data) for name, data in content.items()}) == content
