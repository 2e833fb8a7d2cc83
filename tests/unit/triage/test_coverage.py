"""Which rules no example exercises, and the example to begin with for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from portal.triage.coverage import coverage, skeleton, true_rules
from portal.triage.engine import decide
from portal.triage.facts import from_codes
from portal.triage.ruleset import Ruleset

Build = Callable[[dict[str, Any]], Ruleset]


def with_rule(content: dict[str, Any], build_rules: Build, block: dict[str, Any], **more: Any) -> Ruleset:
    rule = {"id": "new", "if": block, "suggest": "good", "because": "Därför.", **more}
    content["services/housing.yaml"]["rules"].append(rule)
    return build_rules(content)


def test_rules_that_are_true_in_no_example_are_named(ruleset: Ruleset) -> None:
    found = coverage(ruleset)
    assert ("housing", "eviction") not in found.rules
    assert set(found.rules) == {
        ("emergency-112", "call-112"),
        ("housing", "no-roof"),
        ("youth", "youth-home"),
        ("unit", "unit-home"),
    }
    assert (found.exercised, found.all_rules) == (4, 8)


def test_a_rule_that_only_waits_for_facts_is_not_exercised(content: dict[str, Any], build_rules: Build) -> None:
    ruleset = with_rule(content, build_rules, {"topic": "housing.eviction", "age": "18+"})
    assert ("housing", "new") in coverage(ruleset).rules


def test_topics_answers_and_signals_that_no_example_uses_are_named(ruleset: Ruleset) -> None:
    found = coverage(ruleset)
    assert found.topics == ("danger", "danger.hit", "home", "housing.rent")  # housing is used through eviction
    assert ("roof-tonight", "Nej") in found.answers
    assert ("area", "Norr") in found.answers
    assert found.signals == ("violence-now",)


def test_what_an_example_uses_is_not_named(content: dict[str, Any], build_rules: Build) -> None:
    facts = {"topics": ["danger.hit"], "age": 15, "roof-tonight": "no", "area": "north"}
    example = {"name": "En ung person blir slagen", "facts": facts, "expect": {"danger": ["violence-now"]}}
    content["examples/housing.yaml"]["examples"].append(example)
    found = coverage(build_rules(content))
    assert "danger.hit" not in found.topics
    assert ("emergency-112", "call-112") not in found.rules
    assert ("housing", "eviction") not in found.rules  # by the example before it
    assert found.signals == ()
    assert [label for fact, label in found.answers if fact == "age"] == ["Vuxen"]  # 15 belongs to the answer 14
    assert [label for fact, label in found.answers if fact == "roof-tonight"] == ["Ja"]


def test_areas_that_no_example_uses_are_named_though_the_question_lists_none(
    content: dict[str, Any], build_rules: Build
) -> None:
    question = next(q for q in content["questions.yaml"]["questions"] if q["fact"] == "area")
    del question["answers"]
    assert {label for fact, label in coverage(build_rules(content)).answers if fact == "area"} == {"Norr", "Söder"}


@pytest.mark.parametrize(
    ("block", "facts"),
    [
        ({"topic": "housing.rent", "age": "18+"}, {"topics": ["housing.rent"], "age": 18}),
        ({"topic": "home", "not": {"as": "professional"}}, {"topics": ["home"], "as": "private"}),
        ({"any": [{"signal": "violence-now"}, {"topic": "home", "age": "10-20"}]}, {"signals": ["violence-now"]}),
        ({"not": {"topic": "home"}, "roof-tonight": "no"}, {"topics": ["danger"], "roof-tonight": "no"}),
        ({"not": {"age": "about 10-25"}}, {"age": 7}),
        ({"not": {"age": "about 0-30"}}, {"age": 33}),
        ({"not": {"age": "10-20"}}, {"age": 9}),
        ({"not": {"age": "0-30"}}, {"age": 31}),
        ({"not": {"age": "10-10"}}, {"age": 9}),
        ({"age": "0-0"}, {"age": 0}),
        (
            {"topic": "home", "age": "110-120", "any": [{"topic": "housing.rent"}]},
            {"topics": ["home", "housing.rent"], "age": 115},
        ),
        ({"not": {"area": "north"}}, {"area": "south"}),
        ({"not": {"language": "sv"}}, {"language": "en"}),
        ({"topic": "home", "any": [{"topic": "housing.rent"}]}, {"topics": ["home", "housing.rent"]}),
        ({"topic": "home", "when": ["now", "today"], "area": "north"}, None),
    ],
)
def test_the_skeleton_has_the_fewest_facts_that_make_the_rule_true(
    content: dict[str, Any], build_rules: Build, block: dict[str, Any], facts: dict[str, Any] | None
) -> None:
    ruleset = with_rule(content, build_rules, block)
    example = skeleton(ruleset, "housing", "new")
    assert example is not None
    assert example["facts"] == (facts or {"topics": ["home"], "when": "now", "area": "north"})
    decision = decide(ruleset, from_codes(example["facts"]), datetime(2026, 3, 10, 10, 0))
    assert ("housing", "new") in true_rules(decision)
    assert example["expect"]["first"] == decision.doors[0].service


def test_a_rule_that_can_never_be_true_has_no_skeleton(content: dict[str, Any], build_rules: Build) -> None:
    """A signal that nobody has named may still be so: "not a danger" is never certain."""
    ruleset = with_rule(content, build_rules, {"not": {"signal": "violence-now"}})
    assert skeleton(ruleset, "housing", "new") is None


def test_the_skeleton_of_a_dated_rule_stands_on_a_day_when_it_holds(
    content: dict[str, Any], build_rules: Build
) -> None:
    ruleset = with_rule(content, build_rules, {"topic": "home"}, valid={"from": "2030-05-01"})
    example = skeleton(ruleset, "housing", "new")
    assert example is not None
    assert example["at"] == "2030-05-01T10:00"


def test_the_skeleton_of_a_rule_whose_time_is_over_stands_on_its_last_day(
    content: dict[str, Any], build_rules: Build
) -> None:
    content["services/housing.yaml"]["valid"] = {"to": "2025-12-31"}
    example = skeleton(with_rule(content, build_rules, {"topic": "home"}), "housing", "new")
    assert example is not None
    assert example["at"] == "2025-12-31T10:00"


def test_the_skeleton_of_a_rule_that_is_always_true_says_what_comes_out_when_nothing_is_known(ruleset: Ruleset) -> None:
    assert skeleton(ruleset, "reception", "always-reception") == {
        "name": "En situation (always-reception)",
        "facts": {},
        "expect": {"first": "reception", "urgency": "planned", "danger": []},
    }


def test_the_skeleton_expects_a_service_for_staff_only_of_those_who_ask_in_their_job(
    content: dict[str, Any], build_rules: Build
) -> None:
    rule = {"id": "unit-job", "if": {"topic": "home", "as": "professional"}, "suggest": "good", "because": "Därför."}
    content["services/unit.yaml"]["rules"].append(rule)
    ruleset = build_rules(content)
    of_job, of_private = (skeleton(ruleset, "unit", rule_id) for rule_id in ("unit-job", "unit-home"))
    assert of_job is not None
    assert of_private is not None
    assert of_job["expect"]["first"] == "unit"
    assert of_private["expect"]["first"] != "unit"


def test_the_skeleton_expects_nobody_where_nobody_is_suggested(content: dict[str, Any], build_rules: Build) -> None:
    for slug in ("on-call", "reception", "youth"):
        content[f"services/{slug}.yaml"]["rules"][0]["if"] = {"when": "now"}
    example = skeleton(build_rules(content), "unit", "unit-home")
    assert example is not None
    assert example["expect"] == {"urgency": "planned", "danger": []}


def test_a_rule_is_given_up_after_so_many_tries(
    monkeypatch: pytest.MonkeyPatch, content: dict[str, Any], build_rules: Build
) -> None:
    ruleset = with_rule(content, build_rules, {"topic": "home", "when": "now"})
    assert skeleton(ruleset, "housing", "new") is not None
    monkeypatch.setattr("portal.triage.coverage.MOST_TRIES", 3)
    assert skeleton(ruleset, "housing", "new") is None


def test_the_skeleton_is_named_in_the_words_of_the_answers(content: dict[str, Any], build_rules: Build) -> None:
    example = skeleton(with_rule(content, build_rules, {"signal": "violence-now", "age": "10-18"}), "housing", "new")
    assert example is not None
    assert example["name"] == "Våld, Ung (new)"
