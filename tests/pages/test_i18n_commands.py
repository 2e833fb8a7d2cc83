"""What translators see: how far each language has come, what it lacks, and what of theirs was taken."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from portal.settings import ROOT

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Språk"
msgstr ""

# unreviewed
msgid "Startsidan"
msgstr "Bogga hore"
"""


@pytest.fixture
def runner(make_app: Callable[..., Flask], tmp_path: Path) -> FlaskCliRunner:
    """Commands on a folder with a Somali catalogue only, and without tables: nothing need be published.

    Somali is partial there, whatever translators have done with the shipped one.
    """
    rules = shutil.copytree(ROOT / "triage_rules", tmp_path / "rules")
    languages = rules / "languages.yaml"
    languages.write_text(re.sub(r"(tag: so,.*status: )\w+", r"\1partial", languages.read_text("utf-8")), "utf-8")
    po = tmp_path / "so" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(CATALOGUE, "utf-8")
    return make_app(
        rules_folder=rules, translations_folder=tmp_path, database_url=f"sqlite:///{tmp_path}/empty.db"
    ).test_cli_runner()


def test_each_language_tells_how_many_texts_it_lacks_and_how_many_nobody_has_read(runner: FlaskCliRunner) -> None:
    lines = runner.invoke(args=["i18n", "status", "--list"]).output.splitlines()
    assert "so: 1 of 2 texts translated, 1 missing, 1 not reviewed" in lines
    assert lines[lines.index("so: 1 of 2 texts translated, 1 missing, 1 not reviewed") + 1] == "    Startsidan"
    assert "ti: no catalogue; pages show Swedish and English" in lines
    assert not [line for line in lines if line.startswith("sv:")]


def test_what_a_language_lacks_is_listed_by_its_swedish_text(runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["i18n", "missing", "so"])
    assert done.output.splitlines() == ["so: 1 texts are shown in Swedish and English", "    Språk"]
    unknown = runner.invoke(args=["i18n", "missing", "xx"])
    assert unknown.exit_code == 1
    assert "There is no language xx. Write one of: sv, en," in unknown.output


def test_translations_are_taken_from_a_file_and_the_status_is_told(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "so.json"
    file.write_text(json.dumps({"Språk": "Luqad", "Finns inte": "x"}), "utf-8")
    done = runner.invoke(args=["i18n", "take", "so", str(file)])
    assert done.output.splitlines() == [
        "so: 1 taken, 0 had a translation, 1 refused",
        "    no such text: Finns inte",
    ]
    assert done.exit_code == 1
    file.write_text(json.dumps({"Språk": "Luqad"}), "utf-8")
    assert runner.invoke(args=["i18n", "take", "so", str(file)]).exit_code == 0
    told = runner.invoke(args=["i18n", "status"]).output
    assert "everything is translated: its status in languages.yaml can be draft" in told


@pytest.mark.parametrize(("content", "said"), [("{", "is no JSON"), ("[1]", "holds no JSON object")])
def test_a_file_that_holds_no_translations_is_told(
    runner: FlaskCliRunner, tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "so.json"
    file.write_text(content, "utf-8")
    done = runner.invoke(args=["i18n", "take", "so", str(file)])
    assert done.exit_code == 1
    assert said in done.output


def test_a_language_without_a_catalogue_is_told_how_to_start_one(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "ti.json"
    file.write_text("{}", "utf-8")
    assert "make catalogues NEW=ti" in runner.invoke(args=["i18n", "take", "ti", str(file)]).output
