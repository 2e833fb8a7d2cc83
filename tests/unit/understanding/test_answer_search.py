"""Search across published answers: forgiving about endings and slips, honest about what it does not find, fast."""

from __future__ import annotations

import random
import time

import pytest

from portal.understanding.answer_search import AnswerIndex, stem
from portal.understanding.normalise import normalise

TEXTS = [
    (1, "Jag är orolig för ett barn. Måste jag säga vad jag heter?", "Nej. Du kan anmäla utan namn."),
    (2, "Kan jag bli vräkt om jag inte har betalat hyran?", "Ring oss genast. Hyresvärden måste vänta."),
    (3, "Vad kostar förskolan?", "Det beror på vad ni tjänar. Fråga om pengar och hyran också."),
]


@pytest.fixture(scope="module")
def index() -> AnswerIndex:
    return AnswerIndex(TEXTS)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("hyra", [2, 3]),  # a word of the question weighs more than one of the answer
        ("oroliga barnen", [1]),
        ("anmälningar", [1]),
        ("förskloa", [3]),
        ("VRÄKNING!", [2]),
        ("hur är det med hyran", [2, 3]),
        ("cirkusartister", []),
        ("hyran cirkus zebra", []),
        ("", []),
        ("jag och du", []),
    ],
)
def test_what_is_searched_for_is_found(index: AnswerIndex, wanted: str, found: list[int]) -> None:
    assert index.search(wanted) == found


def test_a_similar_question_has_more_than_one_word_in_common(index: AnswerIndex) -> None:
    assert index.similar("Min grannes barn har det svårt och jag är orolig. Syns mitt namn om jag anmäler?") == [1]
    assert index.similar("Finns det barn i er simskola som lär sig segla, dansa eller rida på somrarna?") == []


@pytest.mark.parametrize(
    "forms",
    ["anmälan anmäla anmäler anmälningar", "skola skolan skolor skolorna", "socialtjänst socialtjänsten", "hyra hyran"],
)
def test_forms_of_one_word_have_one_stem(forms: str) -> None:
    assert len({stem(word) for word in normalise(forms)}) == 1


def test_five_thousand_answers_are_searched_in_a_moment() -> None:
    lot = random.Random(5)
    words = ["".join(lot.choices("abdefgiklmnoprstuv", k=lot.randint(4, 9))) for _ in range(3000)]
    made = AnswerIndex(
        (number, " ".join(lot.choices(words, k=8)), " ".join(lot.choices(words, k=25))) for number in range(5000)
    )
    began = time.perf_counter()
    for _ in range(20):
        made.search(" ".join(lot.choices(words, k=3)))
    assert (time.perf_counter() - began) / 20 < 0.05
