"""What in a question may tell who or where it is about is suggested, and the text itself is never lost."""

from __future__ import annotations

import time

import pytest

from portal.settings import ROOT
from portal.staff.naming import find_naming, pieces, without_naming
from portal.triage.reader import read_folder
from portal.triage.ruleset import Ruleset

SIGNS = {"name": "[namn]", "place": "[plats]", "number": "[nummer]"}


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return read_folder(ROOT / "triage_rules")


@pytest.mark.parametrize(
    ("written", "scrubbed"),
    [
        (
            "Vår son Noel är ledsen. Noels lärare bryr sig inte.",
            "Vår son [namn] är ledsen. [namn] lärare bryr sig inte.",
        ),
        ("jag heter kim och bor i hageby", "jag heter [namn] och bor i [plats]"),
        ("Ring 070-174 06 33 eller kim.a@example.org.", "Ring [nummer] eller [nummer]."),
        ("Vi bor på Storgatan 12 i Norrköping.", "Vi bor på [plats] i [plats]."),
        (
            "Hej! Får jag byta skola? Bris sa att jag kan fråga er.",
            "Hej! Får jag byta skola? Bris sa att jag kan fråga er.",
        ),
        ("Hon är 14 år och går i åttan.", "Hon är 14 år och går i åttan."),
    ],
)
def test_names_places_and_numbers_are_suggested(ruleset: Ruleset, written: str, scrubbed: str) -> None:
    found = find_naming(ruleset, written)
    assert without_naming(written, found, SIGNS) == scrubbed
    assert "".join(words for words, _ in pieces(written, found)) == written


def test_the_longest_text_full_of_names_is_read_in_a_moment(ruleset: Ruleset) -> None:
    began = time.perf_counter()
    find_naming(ruleset, "Bo Al Ed 070-174 06 33 " * 430)
    assert time.perf_counter() - began < 2
