"""An example fails with a sentence that says what was expected and what came out instead."""

from __future__ import annotations

from typing import Any

import pytest

from portal.triage.examples import judge, shortfalls
from portal.triage.grammar import Example
from tests.unit.triage.conftest import build_content, small_content

RULES = build_content(small_content())
EVICTED = {"topics": ["housing.eviction"]}
HOME = {"topics": ["home"]}
HIT = {"signals": ["violence-now"]}
AT_WORK = {**HOME, "as": "professional"}


def example(facts: dict[str, Any], expect: dict[str, Any], **more: Any) -> Example:
    return Example.model_validate({"name": "Exempel", "facts": facts, "expect": expect, **more})


HELD: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (EVICTED, {"first": "housing", "within_three": "reception", "urgency": "soon", "danger": []}),
    (HIT, {"first": "emergency-112", "urgency": "emergency", "danger": ["violence-now"]}),
    (HOME, {"first": "reception"}),
    (AT_WORK, {"first": "unit"}),
]


@pytest.mark.parametrize(("facts", "expect"), HELD)
def test_an_example_that_holds_has_no_shortfall(facts: dict[str, Any], expect: dict[str, Any]) -> None:
    assert shortfalls(RULES, example(facts, expect)) == []


MISSED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (EVICTED, {"first": "youth"}, "expected youth first, got housing, reception, on-call"),
    (EVICTED, {"within_three": "youth"}, "expected youth within three, got housing, reception, on-call"),
    (EVICTED, {"urgency": "today"}, "expected urgency today, got soon"),
    (EVICTED, {"danger": ["violence-now"]}, "expected danger violence-now, got none"),
    (HIT, {"danger": []}, "expected danger none, got violence-now"),
    (HOME, {"first": "unit"}, "expected unit first, got reception, on-call, youth"),
    (AT_WORK, {"first": "reception"}, "expected reception first, got unit, reception, on-call"),
]


@pytest.mark.parametrize(("facts", "expect", "told"), MISSED)
def test_what_came_out_otherwise_is_told(facts: dict[str, Any], expect: dict[str, Any], told: str) -> None:
    assert shortfalls(RULES, example(facts, expect)) == [told]


def test_an_example_may_have_several_shortfalls() -> None:
    assert len(shortfalls(RULES, example(EVICTED, {"first": "youth", "urgency": "today"}))) == 2


def test_more_than_one_danger_is_listed_with_commas() -> None:
    content = small_content()
    content["danger/arson.yaml"] = {**content["danger/violence-now.yaml"], "signal": "arson", "order": 2}
    rules = build_content(content)
    both = {"signals": ["violence-now", "arson"]}
    assert shortfalls(rules, example(both, {"danger": []})) == ["expected danger none, got violence-now, arson"]
    assert shortfalls(rules, example({}, {"danger": ["arson", "violence-now"]})) == [
        "expected danger arson, violence-now, got none"
    ]
    assert shortfalls(rules, example(both, {"danger": ["arson", "violence-now"]})) == []


def test_an_example_is_judged_on_an_ordinary_morning_unless_it_names_a_moment() -> None:
    assert judge(RULES, example({}, {"urgency": "planned"})).doors[0].service == "reception"
    at_night = example({}, {"urgency": "planned"}, at="2026-03-10T02:10")
    assert judge(RULES, at_night).doors[0].service == "on-call"
