"""All rules judged at once say the same as each rule judged by itself."""

from __future__ import annotations

import tracemalloc
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.triage.conditions import FALSE, TRUE, UNKNOWN, compile_block
from portal.triage.facts import from_codes
from portal.triage.grammar import Validity
from portal.triage.index import BIT, CompiledRule, RuleIndex, bits, fact_bits, fact_names
from tests.unit.triage.strategies import AREAS, LANGUAGES, SIGNALS, TOPICS, blocks, situations

WORDS = {"topics": TOPICS, "signals": SIGNALS, "area": AREAS, "language": LANGUAGES}


def a_rule(number: int, block: dict[str, Any]) -> CompiledRule:
    condition = compile_block(block)
    reads = fact_bits(condition.reads)
    return CompiledRule(f"rule-{number}", "service", condition, 2, None, "Därför.", Validity(), reads)


def an_index(*written: dict[str, Any]) -> RuleIndex:
    return RuleIndex([a_rule(number, block) for number, block in enumerate(written)], WORDS)


def truths(index: RuleIndex, codes: dict[str, Any], rules: int) -> list[int]:
    true, possible, _ = index.judge(from_codes(codes))
    assert true & ~possible == 0, "what is true is possible"
    return [(true >> i & 1) + (possible >> i & 1) for i in range(rules)]


@settings(max_examples=4 * settings.default.max_examples)
@given(st.lists(blocks, min_size=1, max_size=6), situations)
def test_the_index_answers_as_each_condition_does_by_itself(
    written: list[dict[str, Any]], codes: dict[str, Any]
) -> None:
    facts = from_codes(codes)
    assert truths(an_index(*written), codes, len(written)) == [compile_block(block).truth(facts) for block in written]


@given(st.lists(blocks, min_size=1, max_size=4), situations)
def test_the_order_of_rules_does_not_matter(written: list[dict[str, Any]], codes: dict[str, Any]) -> None:
    forward = truths(an_index(*written), codes, len(written))
    backward = truths(an_index(*reversed(written)), codes, len(written))
    assert forward == backward[::-1]


@given(st.lists(blocks, min_size=1, max_size=4), situations)
def test_an_unrelated_rule_changes_nothing(written: list[dict[str, Any]], codes: dict[str, Any]) -> None:
    alone = truths(an_index(*written), codes, len(written))
    unrelated = {"any": [{"topic": "school"}, {"age": "under 3"}, {"not": {"area": "south"}}]}
    assert truths(an_index(*written, unrelated), codes, len(written)) == alone


@given(blocks, situations)
def test_learning_an_unknown_fact_never_overturns_what_was_settled(
    block: dict[str, Any], codes: dict[str, Any]
) -> None:
    condition = compile_block(block)
    settled = condition.truth(from_codes(codes))
    for key in codes:
        less = {known: value for known, value in codes.items() if known != key}
        before = condition.truth(from_codes(less))
        assert before in (UNKNOWN, settled)


@given(blocks)
def test_unknown_is_never_false(block: dict[str, Any]) -> None:
    """With nothing known, a condition is false only when it is false whatever the facts are."""
    condition = compile_block(block)
    if condition.truth(from_codes({})) == FALSE:
        assert condition.alternatives == ()
    assert (condition.truth(from_codes({})) == TRUE) == any(not literals for literals in condition.alternatives)


def test_what_can_never_hold_does_not_and_leaves_the_others_alone() -> None:
    index = an_index({}, {"any": []}, {"topic": "home"}, {"not": {}}, {"age": "18+"})
    assert truths(index, {}, 5) == [TRUE, FALSE, UNKNOWN, FALSE, UNKNOWN]
    assert truths(index, {"topics": ["home"], "age": 40}, 5) == [TRUE, FALSE, TRUE, FALSE, TRUE]


def test_a_value_that_one_rule_names_is_no_news_to_the_others() -> None:
    by_area = an_index({"area": "south"}, {"not": {"area": "north"}}, {"area": ["north", "south"]})
    assert truths(by_area, {"area": "north"}, 3) == [FALSE, FALSE, TRUE]
    assert truths(by_area, {"area": "south"}, 3) == [TRUE, TRUE, TRUE]
    assert truths(by_area, {"area": "elsewhere"}, 3) == [FALSE, TRUE, FALSE]
    by_topic = an_index({"topic": "money"}, {"topic": "home.fights"}, {"not": {"topic": "home"}})
    assert truths(by_topic, {"topics": ["home"]}, 3) == [FALSE, UNKNOWN, FALSE]
    assert truths(by_topic, {"topics": ["home.fights"]}, 3) == [FALSE, TRUE, FALSE]
    assert truths(by_topic, {"topics": ["money"]}, 3) == [TRUE, FALSE, TRUE]


def test_facts_stand_for_bits_and_bits_for_facts() -> None:
    assert fact_bits([]) == 0
    assert fact_names(fact_bits(["topics", "age"])) == ("age", "topics")


def test_it_tells_which_facts_are_known_and_which_rules_may_speak() -> None:
    index = an_index({"topic": "home"}, {"age": "18+"}, {"as": "professional"}, {})
    _, _, known = index.judge(from_codes({"age": 30, "as": "professional"}))
    assert fact_names(known) == ("age", "as")
    assert list(bits(index.speaking(known))) == [1]  # `as` tells of the talk, not of what has happened
    assert list(bits(index.reading("topics"))) == [0]


def test_a_reason_names_the_known_facts_that_its_rule_used_and_is_made_once() -> None:
    index = an_index({"topic": "home", "age": "18+"}, {"area": "north"})
    known = BIT["topics"] | BIT["language"]
    reason = index.reasons(known, certain=False)[0]
    assert (reason.rule, reason.because, reason.facts, reason.certain) == ("rule-0", "Därför.", ("topics",), False)
    assert index.reasons(known, certain=False)[0] is reason
    assert index.reasons(known, certain=True)[0].certain


def test_only_so_many_sets_of_known_facts_are_kept() -> None:
    index = an_index({"topic": "home"})
    for known in range(2 ** len(BIT)):
        index.speaking(known)
    assert len(index._of_known) <= 512
    assert truths(index, {"topics": ["home"]}, 1) == [TRUE]


def test_more_rules_cost_a_decision_bits_and_not_objects() -> None:
    small, large = (
        an_index(*({"topic": "money.debt", "age": f"{i % 90}-{i % 90 + 3}"} for i in range(rules)))
        for rules in (100, 1100)
    )
    bytes_a_rule = (peak_bytes(large) - peak_bytes(small)) / 1000
    assert bytes_a_rule < 4  # an object would take at least 16


def peak_bytes(index: RuleIndex) -> int:
    facts = from_codes({"topics": ["home"], "age": 40, "about": "self"})
    index.judge(facts)
    tracemalloc.start()
    index.judge(facts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
