"""What a message says by itself is not asked for again; what it says twice over, or not for sure, it does not say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.triage.facts import Facts, from_codes
from portal.understanding.told_facts import FactPhrases, add_told, compile_fact_phrases

READER = compile_fact_phrases(
    [
        FactPhrases("sv", "age", None, ["jag är <age>", "jag _ <age> år"], of="self"),
        FactPhrases(
            "sv", "age", None, ["min (son|dotter) (på|är) <age>", "min <age> åriga (son|dotter)"], of="my-child"
        ),
        FactPhrases("sv", "age", None, ["<age> år gammal", "<age> åring", "عمره <age>"]),
        FactPhrases("sv", "age", None, ["<age> minuter"], of="nobody"),
        FactPhrases("tr", "age", None, ["ben <age> yaşındayım"], of="self"),
        FactPhrases("ru", "age", None, ["мне <age>"], of="self"),
        FactPhrases("sv", "about", "my-child", ["min (son|dotter)", "mitt barn"]),
        FactPhrases("sv", "about", "partner", ["min (man|fru|sambo)"]),
        FactPhrases("sv", "about", "self", ["jag (mår|känner|orkar)"]),
        FactPhrases("sv", "when", "now", ["just nu"]),
        FactPhrases("sv", "when", "today", ["i dag", "i natt"]),
        FactPhrases("sv", "when", "soon", ["på fredag"]),
        FactPhrases("sv", "when", None, ["inte i (dag|natt)"]),
        FactPhrases("sv", "roof-tonight", "no", ["ingenstans att sova"]),
    ],
    numbers={"sv": {"fjorton": 14, "ett": 1}, "tr": {"on": 10}, "ru": {"двадцать": 20, "три": 3}},
    areas={"hageby": ["Hageby", "i Hagan"], "city": ["City"]},
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Min dotter på 14 vill inte gå hem", {"about": "my-child", "age": 14}),
        ("min dotter är fjorton", {"about": "my-child", "age": 14}),
        ("min 14-åriga son", {"about": "my-child", "age": 14}),
        ("Jag är 15", {"about": "self", "age": 15}),
        ("jag är 34 och min son på 12 skolkar", {"about": "my-child", "age": 12}),
        ("jag är 34 och har problem med min son", {"about": "my-child"}),  # 34 is not the son's age
        ("en 14-åring behöver hjälp", {"age": 14}),
        ("عمره ١٥", {"age": 15}),
        ("jag mår dåligt och min son är 12", {"about": "my-child", "age": 12}),
        ("min man slår min son", {}),  # two people: whom it concerns must be asked
        ("en 14-åring och en 16-åring", {}),
        ("min son är 200 år gammal", {"about": "my-child"}),
        ("vi behöver hjälp just nu, i natt", {"when": "now"}),
        ("i dag eller på fredag", {}),
        ("inte i dag", {}),
        ("inte i dag men på fredag", {"when": "soon"}),
        ("jag har ingenstans att sova i natt", {"roof-tonight": "no", "when": "today"}),
        ("vi bor i hageby", {"area": "hageby"}),
        ("mellan Hageby och City", {}),
        ("ring 0701740620, lägenhet 14", {}),
        ("", {}),
    ],
)
def test_a_message_says_what_it_says_for_sure(text: str, said: dict[str, Any]) -> None:
    assert READER.read(text).to_codes() == said


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("jag är femton", None),  # not among the words given here
        ("jag är 35", 35),
        ("jag är on", None),  # ten, but not in Swedish
        ("ben on yaşındayım", 10),
        ("мне двадцать три", 23),
        ("мне двадцать", 20),
        ("jag är 15 minuter sen", None),
        ("jag är 3", None),
    ],
)
def test_a_number_is_an_age_only_where_it_is_one(text: str, age: int | None) -> None:
    assert READER.read(text).age == age


def test_an_area_is_known_by_the_longest_name_that_stands_there() -> None:
    reader = compile_fact_phrases([], numbers={}, areas={"hageby": ["Hageby centrum"], "city": ["centrum"]})
    assert reader.read("nära Hageby centrum").area == "hageby"
    assert reader.read("i Centrum").area == "city"


def test_what_a_person_answered_stays_whatever_the_words_say() -> None:
    known = from_codes({"about": "self", "when": "soon", "declined": ["area"]})
    told = from_codes({"about": "my-child", "age": 14, "when": "now", "area": "city", "roof-tonight": "no"})
    assert add_told(known, told) == known.with_fact("roof-tonight", "no")
    assert add_told(Facts(), told) == told


@given(st.text(max_size=300))
def test_any_text_may_be_read(text: str) -> None:
    READER.read(text)


def test_a_phrase_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="before the star"):
        compile_fact_phrases([FactPhrases("sv", "when", "now", ["nu*"])], numbers={}, areas={})
