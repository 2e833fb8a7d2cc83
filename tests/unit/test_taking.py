"""Translations that come from outside are taken in only where they fit, and never over what a speaker has read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.i18n.reviews import catalogue_state, read_catalogue
from portal.i18n.taking import take

CATALOGUE = """
msgid ""
msgstr ""
"Language: so\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

#: portal/a.html
msgid "Språk"
msgstr ""

#: portal/a.html
#, python-format
msgid "Du får svar senast %(moment)s."
msgstr ""

msgid "Ring 112 eller 116 111."
msgstr ""

#, python-format
msgid "%(num)s dag"
msgid_plural "%(num)s dagar"
msgstr[0] ""
msgstr[1] ""

msgid "Läst av en människa"
msgstr "Qof baa akhriyay"

# unreviewed
msgid "Inte läst"
msgstr "Hore"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    po = tmp_path / "so" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(CATALOGUE, "utf-8")
    return po


def text_of(catalogue: Path, source: str) -> Any:
    message = read_catalogue(catalogue).get(source)
    assert message is not None
    return message.string


def test_empty_entries_are_filled_and_marked_as_unreviewed(catalogue: Path) -> None:
    done = take(catalogue, {"Språk": "Luqad", "Du får svar senast %(moment)s.": "Jawaab: %(moment)s."})
    assert (done.taken, done.kept, done.refused) == (2, 0, ())
    assert text_of(catalogue, "Språk") == "Luqad"
    state = catalogue_state(catalogue.parents[2], "so")
    assert state.unreviewed == ("Språk", "Du får svar senast %(moment)s.", "Inte läst")
    assert state.missing == ("Ring 112 eller 116 111.", "%(num)s dag")
    assert "#: portal/a.html" in catalogue.read_text("utf-8")


def test_what_a_speaker_has_read_always_stays_and_a_draft_only_gives_way_when_asked(catalogue: Path) -> None:
    given = {"Läst av en människa": "x", "Inte läst": "Cusub"}
    assert take(catalogue, given).kept == 2
    assert text_of(catalogue, "Inte läst") == "Hore"
    assert take(catalogue, given, replace_unreviewed=True).taken == 1
    assert text_of(catalogue, "Inte läst") == "Cusub"
    assert text_of(catalogue, "Läst av en människa") == "Qof baa akhriyay"
    assert catalogue.read_text("utf-8").count("# unreviewed") == 1


def test_a_plural_needs_all_its_forms(catalogue: Path) -> None:
    assert take(catalogue, {"%(num)s dag": "x"}).refused == (("%(num)s dag", "is a plural: give a list of 2 forms"),)
    assert take(catalogue, {"%(num)s dag": ["%(num)s maalin", "%(num)s maalmood"]}).taken == 1
    assert text_of(catalogue, "%(num)s dag") == ("%(num)s maalin", "%(num)s maalmood")


@pytest.mark.parametrize(
    ("source", "translation", "reason"),
    [
        ("Finns inte", "x", "no such text"),
        ("Språk", "", "is empty or no text"),
        ("Språk", 7, "is empty or no text"),
        ("Du får svar senast %(moment)s.", "Jawaab", "placeholders differ"),
        ("Du får svar senast %(moment)s.", "Jawaab %(moment)s %(x)s", "placeholders differ"),
        ("Du får svar senast %(moment)s.", "100 % %(moment)s", "a percent sign too many or too few"),
        ("Språk", "<b>Luqad</b>", "holds signs of HTML"),
        ("Språk", "Lu\u202eqad", "holds signs that cannot be seen"),
        ("Språk", "Lu\ufdd0qad", "holds signs that cannot be seen"),
        ("Ring 112 eller 116 111.", "Wac 112.", "a number is missing"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(
    catalogue: Path, source: str, translation: object, reason: str
) -> None:
    before = catalogue.read_bytes()
    assert take(catalogue, {source: translation}).refused == ((source, reason),)
    assert catalogue.read_bytes() == before


def test_a_number_may_be_written_in_other_digits(catalogue: Path) -> None:
    assert take(catalogue, {"Ring 112 eller 116 111.": "زنگ ۱۱۲ یا ۱۱۶ ۱۱۱"}).taken == 1


def test_a_language_without_a_catalogue_is_no_language_here(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        take(tmp_path / "xx" / "messages.po", {"Språk": "x"})
