"""Every condition answers true, false or unknown; unknown is not false."""

from __future__ import annotations

from typing import Any

import pytest

from portal.triage.conditions import FALSE, TRUE, UNKNOWN, AgeRange, BadCondition, compile_block, parse_age
from portal.triage.facts import from_codes

TABLE = [
    # block, facts, truth
    ({}, {}, TRUE),
    ({"topic": "home"}, {}, UNKNOWN),
    ({"topic": "home"}, {"topics": ["home"]}, TRUE),
    ({"topic": "home"}, {"topics": ["home.fights"]}, TRUE),
    ({"topic": "home"}, {"topics": ["money"]}, FALSE),
    ({"topic": "home.fights"}, {"topics": ["home"]}, UNKNOWN),
    ({"topic": "home.fights"}, {"topics": ["home.violence"]}, FALSE),
    ({"topic": ["money", "home.fights"]}, {"topics": ["home.fights", "school"]}, TRUE),
    ({"age": "10-25"}, {}, UNKNOWN),
    ({"age": "10-25"}, {"age": 10}, TRUE),
    ({"age": "10-25"}, {"age": 25}, TRUE),
    ({"age": "10-25"}, {"age": 26}, FALSE),
    ({"age": "about 10-25"}, {"age": 27}, UNKNOWN),
    ({"age": "about 10-25"}, {"age": 28}, FALSE),
    ({"age": "about 10-25"}, {"age": 8}, UNKNOWN),
    ({"age": "about 10-25"}, {"age": 7}, FALSE),
    ({"age": "10-25"}, {"age": 9}, FALSE),
    ({"age": "10-10"}, {"age": 10}, TRUE),
    ({"age": "about under 18"}, {"age": 18}, UNKNOWN),
    ({"age": "about 65+"}, {"age": 63}, UNKNOWN),
    ({"age": "under 18"}, {"age": 0}, TRUE),
    ({"age": "18+"}, {"age": 17}, FALSE),
    ({"age": "18+"}, {"age": 120}, TRUE),
    ({"age": ["under 10", "18+"]}, {"age": 40}, TRUE),
    ({"age": ["under 10", "18+"]}, {"age": 12}, FALSE),
    ({"age": "under 18"}, {"age": 17}, TRUE),
    ({"age": "under 18"}, {"age": 18}, FALSE),
    ({"age": "18+"}, {"age": 18}, TRUE),
    ({"about": ["self", "sibling"]}, {"about": "self"}, TRUE),
    ({"about": ["self", "sibling"]}, {"about": "friend"}, FALSE),
    ({"about": "self"}, {}, UNKNOWN),
    ({"roof-tonight": "no"}, {"roof-tonight": "no"}, TRUE),
    ({"roof-tonight": "no"}, {"roof-tonight": True}, FALSE),
    ({"as": "professional"}, {"as": "private"}, FALSE),
    ({"area": "north"}, {"area": "north"}, TRUE),
    ({"language": "sv"}, {}, UNKNOWN),
    ({"signal": "violence"}, {"signals": ["violence"]}, TRUE),
    ({"signal": "violence"}, {}, UNKNOWN),
    ({"signal": "violence"}, {"signals": ["overdose"]}, UNKNOWN),  # another danger does not rule this one out
    ({"not": {"topic": "home"}}, {"topics": ["money", "home"]}, FALSE),  # one too many
    ({"not": {"topic": "home"}}, {"topics": ["money", "school"]}, TRUE),
    ({"not": {"topic": "home", "age": "18+"}}, {"topics": ["home"], "age": 40}, FALSE),
    ({"not": {"topic": "home", "age": "18+"}}, {"topics": ["home"], "age": 4}, TRUE),
    ({"not": {"topic": "home", "age": "18+"}}, {"topics": ["home"]}, UNKNOWN),
    ({"not": {"any": [{"topic": "home"}, {"age": "18+"}]}}, {"topics": ["money"], "age": 40}, FALSE),
    ({"not": {"any": [{"topic": "home"}, {"age": "18+"}]}}, {"topics": ["money"], "age": 4}, TRUE),
    ({"not": {"not": {"age": "18+"}}}, {"age": 40}, TRUE),
    ({"not": {}}, {"age": 40}, FALSE),
    ({"any": {"age": "18+"}}, {"age": 40}, TRUE),
    ({"any": []}, {"age": 40}, FALSE),
    ({"not": {"age": "18+"}}, {"age": 12}, TRUE),
    ({"not": {"age": "18+"}}, {}, UNKNOWN),
    ({"not": {"age": "18+"}}, {"age": 40}, FALSE),
    ({"any": [{"age": "18+"}, {"about": "self"}]}, {"about": "self"}, TRUE),
    ({"any": [{"age": "18+"}, {"about": "self"}]}, {"about": "friend"}, UNKNOWN),
    ({"any": [{"age": "18+"}, {"about": "self"}]}, {"about": "friend", "age": 3}, FALSE),
    ({"topic": "home", "age": "18+"}, {"topics": ["home"]}, UNKNOWN),
    ({"topic": "home", "age": "18+"}, {"age": 3}, FALSE),  # one false is enough, whatever is unknown
    ({"topic": "home", "age": "18+"}, {"topics": ["home"], "age": 30}, TRUE),
]


@pytest.mark.parametrize(("block", "facts", "truth"), TABLE)
def test_a_condition_answers_with_three_values(block: dict[str, Any], facts: dict[str, Any], truth: int) -> None:
    assert compile_block(block).truth(from_codes(facts)) == truth


def test_a_condition_names_the_facts_it_reads() -> None:
    block = {"topic": "home", "any": [{"age": "18+"}, {"not": {"area": "north"}}]}
    assert compile_block(block).reads == {"topics", "age", "area"}


READ = [
    ("10-25", AgeRange(10, 25)),
    ("about 10-25", AgeRange(10, 25, soft=True)),
    ("under 18", AgeRange(0, 17)),
    ("about under 18", AgeRange(0, 17, soft=True)),
    (" 18+ ", AgeRange(18, 999)),
    ("about 65+", AgeRange(65, 999, soft=True)),
]


@pytest.mark.parametrize(("text", "years"), READ)
def test_an_age_is_read_as_the_years_it_means(text: str, years: AgeRange) -> None:
    assert parse_age(text) == years


def test_the_lower_age_comes_first() -> None:
    with pytest.raises(BadCondition) as caught:
        parse_age("25-10")
    assert (caught.value.key, caught.value.value) == ("age", "25-10")
    assert caught.value.allowed == "the lower age first, as in 10-25"


def test_a_word_that_a_fact_cannot_be_is_refused_with_those_it_can() -> None:
    with pytest.raises(BadCondition) as caught:
        compile_block({"topic": "home", "roof-tonight": ["no", "maybe"]})
    assert (caught.value.key, caught.value.value, caught.value.allowed) == ("roof-tonight", "maybe", "yes, no")
    assert str(caught.value) == "roof-tonight: 'maybe' is not understood; allowed: yes, no"


def test_a_rule_may_have_64_alternatives_and_not_one_more() -> None:
    by_age = [{"age": f"{age}-{age}"} for age in range(9)]
    eight_that_must_not_all_hold = {
        "topic": "home",
        "area": "north",
        "language": "sv",
        "signal": "violence",
        "about": "self",
        "when": "now",
        "roof-tonight": "no",
        "as": "private",
    }
    assert len(compile_block({"any": by_age[:8], "not": eight_that_must_not_all_hold}).alternatives) == 64
    with pytest.raises(BadCondition) as caught:
        compile_block({"any": by_age, "not": eight_that_must_not_all_hold})
    assert (caught.value.key, caught.value.value) == ("any", "…")
    assert caught.value.allowed == "at most 64 alternatives in one rule; write several rules"


def test_an_alternative_written_twice_counts_once() -> None:
    condition = compile_block({"any": [{"age": "18+"}, {"age": "18+"}, {"area": "north"}]})
    assert len(condition.alternatives) == 2


@pytest.mark.parametrize("text", ["", "teen", "25-10", "about", "18-", "-5", "under x"])
def test_an_age_that_cannot_be_read_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(BadCondition) as caught:
        parse_age(text)
    assert "10-25" in caught.value.allowed
