"""flask rules: what an editor and an operator meet in the terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from portal.settings import ROOT
from tests.pages.conftest import parts_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped rule files, to be spoilt."""
    copy = tmp_path / "rules"
    shutil.copytree(ROOT / "triage_rules", copy)
    return copy


def rules(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["rules", *arguments])
    return result.exit_code, result.output


def spoil(path: Path, written: str, instead: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, instead, 1), encoding="utf-8")


def test_the_check_lists_what_no_speaker_has_read_and_no_one_verified(app: Flask) -> None:
    code, said = rules(app, "check", "--all")
    assert code == 0
    assert "danger/violence-now.yaml: no speaker has reviewed the ar phrases" in said
    assert "has not been verified" in said
    assert "0 errors" in said
    summary = next(line for line in said.splitlines() if line.startswith("Danger phrases that no speaker has reviewed"))
    assert all(f" {tag} (" in summary for tag in "sv en fi ar so fa fa-AF uk ti ckb ku tr pl es bs ru".split())


@pytest.mark.parametrize(
    ("file", "written", "instead", "says"),
    [
        (
            "topics/home.yaml",
            "label:",
            "lable:",
            "topics/home.yaml, line 2, column 1: 'lable' is not a key here.",
        ),
        ("services/outreach.yaml", "suggest: strong", "suggest: stronk", "Did you mean 'strong'"),
        ("services/outreach.yaml", "service: outreach", "service: outreech", "Make them the same"),
        ("danger/calm.yaml", "    - ", "    - n* ", "danger/calm.yaml, line "),
    ],
)
def test_a_mistake_is_named_and_the_rules_in_force_stay(
    app: Flask, folder: Path, file: str, written: str, instead: str, says: str
) -> None:
    before = parts_of(app).rules.current().ruleset.id
    spoil(folder / file, written, instead)
    code, said = rules(app, "publish", "--folder", str(folder))
    assert code == 1
    assert says in said
    assert "Traceback" not in said
    assert parts_of(app).rules.current().ruleset.id == before


def test_at_start_broken_files_leave_the_rules_in_force(app: Flask, folder: Path) -> None:
    spoil(folder / "topics/home.yaml", "label:", "lable:")
    code, said = rules(app, "publish", "--seed", "--folder", str(folder))
    assert code == 0
    assert "stay" in said


def test_published_rules_are_listed_and_can_be_taken_back(app: Flask, folder: Path) -> None:
    first = parts_of(app).rules.current().ruleset.id
    spoil(folder / "municipality.yaml", "name: Norrköpings kommun", "name: Provstad")
    assert rules(app, "publish", "--folder", str(folder))[0] == 0
    _, listed = rules(app, "list")
    assert listed.splitlines()[1].startswith(first)
    assert rules(app, "rollback", first)[0] == 0
    assert rules(app, "list")[1].splitlines()[0].startswith(first)
    assert rules(app, "rollback", "0" * 64)[0] == 1
