"""flask rules prove: what an editor sees when all holds, and when it does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from portal.settings import ROOT
from portal.triage.reader import read_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped rule files, to be spoilt."""
    copy = tmp_path / "rules"
    shutil.copytree(ROOT / "triage_rules", copy)
    return copy


def prove(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["rules", "prove", "--from", "2026-11-23", *arguments])
    return result.exit_code, result.output


def spoil(path: Path, written: str, instead: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, instead), encoding="utf-8")


def test_each_proof_has_a_line_that_says_what_holds_and_how_long_it_took(app: Flask) -> None:
    code, said = prove(app)
    assert code == 0
    assert said.count("holds  ") == 8
    assert "holds  something-open: Whatever is known, and at every moment, somebody who is suggested is open. " in said
    assert "All 8 proofs hold, for every combination of facts from 2026-11-23 on for three years; " in said


def test_a_hole_ends_with_status_1_the_line_to_mend_and_an_example_to_keep(app: Flask, folder: Path) -> None:
    spoil(folder / "services/on-call.yaml", 'eves: ["00:00-24:00"]', 'eves: ["00:00-12:00"]')
    code, said = prove(app, "--folder", str(folder))
    assert code == 1
    assert "FAILS  something-open: " in said
    assert "  ERROR  services/" in said
    assert "When nothing is known, on Thursday 24 December 2026 at 12:00, everybody who is suggested is closed" in said
    assert "at: 2026-12-24T12:00" in said
    assert "1 of 8 proofs fail" in said


def test_the_situations_are_written_as_an_example_file_that_the_rules_can_hold(app: Flask, folder: Path) -> None:
    spoil(folder / "services/outreach.yaml", "urgency: soon", "urgency: emergency")
    target = folder / "examples/proven.yaml"
    code, said = prove(app, "--folder", str(folder), "--write", str(target))
    assert code == 1
    assert "it is an emergency, but 112 is not suggested." in said
    assert f"were written to {target}" in said
    kept = [example for file, example in read_folder(folder).examples if file == "examples/proven.yaml"]
    assert kept
    assert {example.expect.first for example in kept} == {"emergency-112"}


def test_no_file_is_written_over(app: Flask, folder: Path) -> None:
    spoil(folder / "services/outreach.yaml", "urgency: soon", "urgency: emergency")
    target = folder / "examples/outreach.yaml"
    before = target.read_text(encoding="utf-8")
    code, said = prove(app, "--folder", str(folder), "--write", str(target))
    assert (code, "exists already; name a new file" in said) == (1, True)
    assert target.read_text(encoding="utf-8") == before
