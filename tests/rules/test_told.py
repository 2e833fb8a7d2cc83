"""What messages say by themselves is read right: rather nothing than something wrong, in each language."""

from __future__ import annotations

from collections import Counter

import measure_told
import pytest

from portal.settings import ROOT
from portal.triage.reader import read_folder
from portal.understanding.told_facts import FactReader
from portal.understanding.told_rules import fact_reader_for

RIGHT = 0.95
"""Of what is read in a language, at least this share is right."""
FOUND = 0.85
"""Of what its messages say, at least this share is read."""
FEWEST = 40
VICTIMS = [
    "min man slår mig",
    "min sambo hotar mig och barnen",
    "my husband hits me",
    "mi marido me pega",
    "мій чоловік мене б'є",
    "mój mąż mnie bije",
    "муж меня бьет",
    "muž me tuče",
    "زوجي يضربني",
    "شوهرم منو می‌زنه",
    "kocam beni dövüyor",
    "mieheni lyö minua",
    "mêrê min li min dixe",
    "ninkaygu wuu i garaacaa",
    "ሰብኣየይ ይወቅዓኒ",
]


RULES = read_folder(ROOT / "triage_rules")


@pytest.fixture(scope="module")
def reader() -> FactReader:
    return fact_reader_for(RULES)


def test_every_language_of_the_portal_is_measured() -> None:
    assert set(RULES.understood) == set(measure_told.languages())
    assert set(RULES.languages) <= set(RULES.understood)


@pytest.mark.parametrize("language", measure_told.languages())
def test_what_is_read_is_right_and_most_is_read(reader: FactReader, language: str) -> None:
    count = measure_told.measure(language, reader)
    assert len(list(measure_told.messages(language))) >= FEWEST
    assert count.precision() >= RIGHT, count.mistakes
    assert count.found() >= FOUND, count.mistakes


@pytest.mark.parametrize("fact", measure_told.FACTS)
def test_each_fact_is_read_right_over_all_languages(reader: FactReader, fact: str) -> None:
    right: Counter[str] = Counter()
    for language in measure_told.languages():
        count = measure_told.measure(language, reader)
        right.update(read=count.read[fact], right=count.right[fact])
    assert right["right"] >= 0.97 * right["read"], right


@pytest.mark.parametrize("text", VICTIMS)
def test_who_is_beaten_by_a_partner_is_not_taken_for_one_who_asks_about_the_partner(
    reader: FactReader, text: str
) -> None:
    assert reader.read(text).choice("about") in (None, "self")


@pytest.mark.parametrize(
    "text",
    [
        "jag är 15 minuter sen till mötet",
        "jag har varit gift i 15 år",
        "vad händer nu?",
        "jag mår bra just nu",
        "jag var hemlös förr",
        "min kompis sover ute på gatan",
        "what happens now?",
        "I am 20 minutes late",
        "I used to sleep in my car",
    ],
)
def test_what_only_looks_like_a_fact_is_not_read(reader: FactReader, text: str) -> None:
    facts = reader.read(text)
    assert (facts.age, facts.choice("when"), facts.choice("roof-tonight")) == (None, None, None)
