"""Persons in a text about a place are found; the place itself is left alone."""

import pytest

from portal.understanding.person_data import certain, find_persons

PLACES = ("Hageby", "Hageby centrum", "Navestad", "ringdansen", "City")


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("ring 070-174 06 33 om ni ser dem", "number", "070-174 06 33"),
        ("han är född 20100101-2380", "number", "20100101-2380"),
        ("skriv till namn.efternamn@exempel.se", "number", "namn.efternamn@exempel.se"),
        ("bilen ABC 123 står där varje kväll", "plate", "ABC 123"),
        ("bilen abc12d står där", "plate", "abc12d"),
        ("de säljer från lägenhet 1102", "door", "lägenhet 1102"),
        ("lgh 1203 har fest", "door", "lgh 1203"),
        ("det är han på 3 tr", "door", "3 tr"),
        ("flat 12 is the problem", "door", "flat 12"),
        ("يبيعون من الشقة 12", "door", "الشقة 12"),
        ("hans konto är @vem.som.helst", "account", "@vem.som.helst"),
        ("en kille som heter Xerxo säljer", "name", "Xerxo"),
        ("a boy called Zyx sells there", "name", "Zyx"),
        ("ولد اسمه زكسو يبيع", "name", "زكسو"),
        ("ahmed säljer i parken", "name", "ahmed"),
        ("det är Ahmeds bror", "name", "Ahmeds"),
        ("ANNA SKRIKER VARJE KVÄLL", "name", "ANNA"),
        ("Fatima-Zahra sitter där", "name", "Fatima-Zahra"),
        ("محمد يبيع في الحديقة", "name", "محمد"),
        ("رأيت فاطمة ومحمد هناك", "name", "ومحمد"),
        ("там Сергей продаёт", "name", "Сергей"),
    ],
)
def test_what_tells_who_somebody_is_must_be_rewritten(text: str, kind: str, words: str) -> None:
    assert (kind, words) in [(found.kind, found.words) for found in certain(find_persons(text, PLACES))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("det är Kvistlund som säljer", "Kvistlund"),
        ("de bor på Storgatan 12 B", "Storgatan 12 B"),
    ],
)
def test_what_may_be_a_person_is_asked_about(text: str, words: str) -> None:
    found = find_persons(text, PLACES)
    assert [(each.words, each.certain) for each in found] == [(words, False)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Det är mörkt vid Hageby centrum. Lamporna är trasiga sedan 2026-03-10.",
        "Vid Ringdansen samlas många efter klockan 22. De kastar flaskor.",
        "Rutan är krossad vid busshållplatsen. Buss 115 stannar inte längre där.",
        "DET ÄR KLOTTER ÖVERALLT I TUNNELN",
        "Någon bränner papperskorgar i Navestad. Det har hänt 12 gånger sedan i maj.",
        "De tog 500 kronor av några barn. Polisen kom efter 20 minuter.",
        "الإضاءة معطلة في الحديقة كل ليلة",
        "The lamps are broken and people feel unsafe after 21.30.",
    ],
)
def test_a_place_and_what_happens_there_is_left_alone(text: str) -> None:
    assert find_persons(text, PLACES) == []


def test_a_name_of_a_place_is_no_name_of_a_person() -> None:
    assert certain(find_persons("vid Annas torg är det mörkt")) != []
    assert find_persons("vid Annas torg är det mörkt", ("Annas torg",)) == []
