"""Every condition answers true, false or unknown; unknown is not false."""

from __future__ import annotations

from typing import Any

import pytest

from portal.triage.conditions import FALSE, TRUE, UNKNOWN, BadCondition, compile_block, parse_age
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


@pytest.mark.parametrize("text", ["", "teen", "25-10", "about", "18-", "-5", "under x"])
def test_an_age_that_cannot_be_read_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(BadCondition) as caught:
        parse_age(text)
    assert "10-25" in caught.value.allowed
