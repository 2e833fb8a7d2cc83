"""Facts: what is known, what is not, and how both are written down and read again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from portal.triage.facts import KEYS, Facts, UnknownFact, from_codes
from tests.unit.triage.strategies import situations

EVERYTHING = {
    "topics": ["home", "money"],
    "signals": ["violence"],
    "age": 14,
    "area": "north",
    "language": "ar",
    "about": "self",
    "when": "now",
    "roof-tonight": "no",
    "children-present": "yes",
    "tried-before": "no",
    "as": "private",
    "declined": ["area"],
}


@given(situations)
def test_codes_read_again_are_the_same_facts(codes: dict[str, Any]) -> None:
    assert from_codes(from_codes(codes).to_codes()) == from_codes(codes)


def test_every_fact_is_written_as_it_was_read_and_only_what_is_known() -> None:
    assert from_codes(EVERYTHING).to_codes() == EVERYTHING
    assert from_codes({}).to_codes() == {}
    assert from_codes(dict.fromkeys(EVERYTHING)) == Facts()  # null is unknown


def test_an_age_of_nought_is_known() -> None:
    newborn = from_codes({"age": 0})
    assert newborn.knows("age")
    assert newborn.to_codes() == {"age": 0}


def test_a_fact_after_an_unknown_one_is_read_too() -> None:
    assert from_codes({"area": None, "age": 3}) == Facts(age=3)


@pytest.mark.parametrize("key", [key for key in EVERYTHING if key != "declined"])
def test_a_fact_is_known_until_it_is_taken_back(key: str) -> None:
    facts = from_codes(EVERYTHING)
    assert facts.knows(key)
    without = facts.without(key)
    assert not without.knows(key)
    assert without.to_codes() == {other: value for other, value in EVERYTHING.items() if other != key}


def test_topics_and_signals_are_added_to_and_other_facts_are_replaced() -> None:
    facts = from_codes(EVERYTHING)
    assert facts.with_fact("topics", {"school"}).topics == {"home", "money", "school"}
    assert facts.with_fact("signals", {"overdose"}).signals == {"violence", "overdose"}
    assert facts.with_fact("area", "south").area == "south"
    replaced = facts.with_fact("about", "friend")
    assert replaced.to_codes() == EVERYTHING | {"about": "friend"}
    assert replaced.without("about") == facts.without("about")


def test_what_is_declined_is_remembered_and_stays_unknown() -> None:
    facts = from_codes({"declined": ["area"]}).decline("age")
    assert facts.declined == {"area", "age"}
    assert not facts.knows("age")


@pytest.mark.parametrize(("told", "code"), [(True, "yes"), (False, "no"), ("yes", "yes")])
def test_yes_and_no_may_be_told_as_true_and_false(told: object, code: str) -> None:
    assert from_codes({"roof-tonight": told}).choice("roof-tonight") == code


def test_true_is_no_answer_to_another_question() -> None:
    with pytest.raises(UnknownFact):
        from_codes({"about": True})


REFUSED: list[tuple[str, object, tuple[str, ...]]] = [
    ("colour", "red", KEYS),
    ("when", "later", ("now", "today", "soon", "no-rush")),
    ("roof-tonight", "maybe", ("yes", "no")),
    ("topics", "home", ("a list of words",)),
    ("topics", 3, ("a list of words",)),
    ("signals", ["violence", 3], ("a list of words",)),
    ("declined", "age", ("a list of words",)),
    ("area", 3, ("a word",)),
    ("language", ["sv"], ("a word",)),
    ("age", True, ("a whole number of years, 0 to 120",)),
    ("age", "14", ("a whole number of years, 0 to 120",)),
    ("age", -1, ("a whole number of years, 0 to 120",)),
    ("age", 121, ("a whole number of years, 0 to 120",)),
]


@pytest.mark.parametrize(("key", "value", "allowed"), REFUSED)
def test_a_fact_that_cannot_be_is_refused_with_what_is_allowed(
    key: str, value: object, allowed: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownFact) as caught:
        from_codes({key: value})
    assert (caught.value.key, caught.value.value, caught.value.allowed) == (key, value, allowed)
    assert str(caught.value) == f"{key}: {value!r} is not one of {', '.join(allowed)}"


@pytest.mark.parametrize("age", [0, 120])
def test_the_youngest_and_the_oldest_are_taken(age: int) -> None:
    assert from_codes({"age": age}).age == age
