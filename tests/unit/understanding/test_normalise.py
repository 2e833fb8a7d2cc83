import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.understanding.normalise import normalise


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("HJÄÄÄLP!!!", "hjalp"),
        ("han slår mig", "han slar mej"),
        ("don't", "don’t"),
        ("don´t", "do not"),
        ("I'm at home", "i am at home"),
        ("ikväll", "i kväll"),
        ("Hot-tar", "hot tar"),
        ("sja\u0308lv", "själv"),
        ("slår\u200bmig", "slårmig"),
        ("\u202eslår\u202c", "slår"),
        ("İstanbul ılık", "istanbul ilik"),
        ("يَضْرِبُنِي", "يضربني"),
        ("يضـــربني", "يضربني"),
        ("أُمّي", "امي"),
        ("إلى المدرسة", "الي المدرسه"),
        ("يظربني", "يضربني"),
        ("كثير", "كتير"),
        ("هلأ", "هسه"),
        ("مسدساً", "مسدس"),
        ("گال", "كال"),
        ("عمري ١٤", "عمري 14"),
        ("😭 hjälp 😭 mig", "hjälp mig"),
        ("ＨＪÄＬＰ", "hjälp"),
    ],
)
def test_two_ways_of_writing_become_one(written: str, same: str) -> None:
    assert normalise(written) == normalise(same) != []


@pytest.mark.parametrize(
    ("one", "other"), [("slår mig", "slår dig"), ("112", "12"), ("vill dö", "vill inte dö"), ("ابي", "امي")]
)
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize("text", ["", "   ", "?!…", "😭", "\u200b", "'", "ـ"])
def test_a_text_without_letters_has_no_words(text: str) -> None:
    assert normalise(text) == []


@given(st.text())
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(" ".join(once)) == once


@given(st.text(), st.text())
def test_texts_side_by_side_keep_their_words(one: str, other: str) -> None:
    assert normalise(f"{one}\n{other}") == normalise(one) + normalise(other)
