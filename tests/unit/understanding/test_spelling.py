"""One slip of the hand in a long word is forgiven; a short word is left alone, for it is too often another word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.understanding.danger import compile_phrases
from portal.understanding.spelling import Spellings

KNOWN = Spellings(["misshandlar", "självmord", "herself", "knife", "hota"])
PHRASES = {
    "violence-now": {"sv": ["(han|hon) misshandlar mig", "kniv"]},
    "suicidal-thoughts": {"sv": ["självmordstankar"]},
}
MATCHER = compile_phrases(PHRASES, calm={"sv": ["på film"]})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("misshendlar", "misshandlar"),  # a wrong letter
        ("misshandar", "misshandlar"),  # one missing
        ("misshantdlar", "misshandlar"),  # one too many
        ("misshnadlar", "misshandlar"),  # two exchanged
        ("misshandla", "misshandlar"),  # the last one missing
        ("misshandlarr", "misshandlar"),
        ("självmrd", "självmord"),  # seven letters for nine would be two slips; eight for nine is one
        ("hersefl", "herself"),  # too short for a wrong letter, but not for an exchange
    ],
)
def test_one_slip_in_a_word_leads_to_the_word_that_is_meant(written: str, meant: str) -> None:
    assert KNOWN.meant_by(written) == (meant,)


def test_letters_that_make_the_root_of_a_word_are_not_exchanged() -> None:
    assert Spellings(["مشرده"]).meant_by("مرشده") == ()


@pytest.mark.parametrize(
    "written",
    [
        "isshandlar",  # the first letter is never the slip
        "bisshandlar",
        "mishendlar",  # two slips
        "herselg",  # short words take exchanged letters only
        "kinfe",
        "hoat",  # and very short ones nothing
        "misshandlar1",
        "",
    ],
)
def test_more_than_one_slip_or_a_short_word_is_left_alone(written: str) -> None:
    assert KNOWN.meant_by(written) == ()


@given(st.text(max_size=40))
def test_any_text_may_be_looked_up(written: str) -> None:
    assert set(KNOWN.meant_by(written)) <= {"misshandlar", "självmord", "herself", "knife"}


@pytest.mark.parametrize(
    "text", ["han misshandlarr mig", "han msishandlar mig nu", "har sjalvmordstanakr", "SJÄLVMORDSTNAKAR"]
)
def test_danger_is_found_in_spite_of_a_slip(text: str) -> None:
    assert MATCHER.find(text)


@pytest.mark.parametrize("text", ["han behandlar mig", "knivsta", "en kniva", "filmen handlar om mord"])
def test_another_word_is_not_taken_for_a_misspelt_one(text: str) -> None:
    assert MATCHER.find(text) == ()
