"""Catalogues are compiled when they are newer than their compiled form, and only then."""

import gettext
import os
from pathlib import Path

import catalogues
import pytest
from catalogues import compile_stale, extract_and_update
from machine import MachineProblem

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

# unreviewed
msgid "Vem gäller det?"
msgstr "Who is it about?"
"""


@pytest.fixture
def english(tmp_path: Path) -> Path:
    po = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(CATALOGUE, "utf-8")
    return po


def test_no_catalogue_is_no_error(tmp_path: Path) -> None:
    assert compile_stale(tmp_path) == 0


def test_an_unreviewed_draft_is_used(tmp_path: Path, english: Path) -> None:
    assert compile_stale(tmp_path) == 1
    assert gettext.translation("messages", tmp_path, ["en"]).gettext("Vem gäller det?") == "Who is it about?"


def test_compiled_once_and_again_after_a_change(tmp_path: Path, english: Path) -> None:
    compile_stale(tmp_path)
    assert compile_stale(tmp_path) == 0
    compiled = english.with_suffix(".mo").stat().st_mtime
    os.utime(english, (compiled + 1, compiled + 1))
    assert compile_stale(tmp_path) == 1


def test_a_catalogue_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, english: Path) -> None:
    english.write_bytes(b'msgid "\xff"\n')
    with pytest.raises(MachineProblem, match="catalogues are unfinished"):
        compile_stale(tmp_path)


@pytest.mark.usefixtures("english")
def test_new_texts_come_in_empty_and_drafts_stay_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "CATALOGUES", tmp_path)
    monkeypatch.setattr(catalogues, "TEMPLATE", tmp_path / "messages.pot")
    extract_and_update()
    entries = (tmp_path / "en" / "LC_MESSAGES" / "messages.po").read_text("utf-8").split("\n\n")
    draft = next(entry for entry in entries if 'msgid "Vem gäller det?"' in entry)
    assert "# unreviewed\n" in draft
    assert 'msgstr "Who is it about?"' in draft
    fresh = [entry for entry in entries[1:] if entry.strip() and entry != draft]
    assert len(fresh) > 100
    assert all(entry.rstrip().endswith('msgstr ""') or 'msgstr[0] ""' in entry for entry in fresh)
