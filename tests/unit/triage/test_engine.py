"""decide(): danger first, no dead ends, a total order, and reasons for everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.triage.engine import Decision, decide
from portal.triage.explain import describe_facts, explain
from portal.triage.facts import ABOUT, WHEN, from_codes
from portal.triage.ruleset import Ruleset
from tests.unit.triage.conftest import build_content, small_content

MORNING = datetime(2026, 3, 10, 10, 0)  # a Tuesday
NIGHT = datetime(2026, 3, 10, 2, 10)
RULES = build_content(small_content())

situations = st.fixed_dictionaries(
    {},
    optional={
        "topics": st.lists(
            st.sampled_from(["home", "housing", "housing.eviction", "housing.rent", "danger"]), max_size=3
        ),
        "age": st.integers(0, 99),
        "about": st.sampled_from(ABOUT),
        "when": st.sampled_from(WHEN),
        "roof-tonight": st.sampled_from(["yes", "no"]),
        "area": st.just("north"),
    },
)
moments = st.datetimes(datetime(2025, 7, 1), datetime(2028, 1, 1))


def services(facts: dict[str, Any], moment: datetime = MORNING) -> list[str]:
    return [door.service for door in decide(RULES, from_codes(facts), moment).doors]


def test_the_strongest_certain_rule_comes_first() -> None:
    assert services({"topics": ["housing.eviction"]})[0] == "housing"


def test_a_rule_that_lacks_a_fact_is_a_possible_suggestion() -> None:
    decision = decide(RULES, from_codes({"topics": ["home"]}), MORNING)
    youth = next(door for door in decision.doors if door.service == "youth")
    assert (youth.level, youth.certain) == ("possible", False)


def test_a_rule_of_which_nothing_is_known_suggests_nothing() -> None:
    assert services({}) == ["reception", "on-call"]
    assert "housing" not in services({"signals": ["violence-now"]})


def test_what_is_only_possible_is_not_stated_as_a_reason() -> None:
    facts = from_codes({"topics": ["home"]})
    youth = next(door for door in decide(RULES, facts, MORNING).doors if door.service == "youth")
    assert explain(RULES, facts, youth).because == ()
    certain = facts.with_fact("age", 14)
    youth = decide(RULES, certain, MORNING).doors[0]
    assert (youth.service, explain(RULES, certain, youth).because) == ("youth", ("Därför.",))


@pytest.mark.parametrize(("age", "label"), [(0, "Ung"), (17, "Ung"), (18, "Vuxen"), (34, "Vuxen"), (120, "Vuxen")])
def test_an_age_is_told_by_the_answer_that_means_it(age: int, label: str) -> None:
    assert describe_facts(RULES, from_codes({"age": age})) == [("age", label)]


def test_the_highest_urgency_of_the_true_rules_counts() -> None:
    facts = {"topics": ["housing.eviction"], "roof-tonight": "no"}
    assert decide(RULES, from_codes(facts), MORNING).urgency == "today"


def test_an_unknown_rule_does_not_raise_the_urgency() -> None:
    assert decide(RULES, from_codes({"topics": ["housing.rent"]}), MORNING).urgency == "planned"


def test_what_is_open_now_goes_before_what_is_closed() -> None:
    assert services({}, MORNING)[0] == "reception"
    assert services({}, NIGHT)[0] == "on-call"


def test_a_danger_button_is_a_signal() -> None:
    decision = decide(RULES, from_codes({"topics": ["danger.hit"]}), MORNING)
    assert decision.signals == ("violence-now",)
    assert decision.urgency == "emergency"


def test_staff_only_services_are_no_door_for_the_person() -> None:
    decision = decide(RULES, from_codes({"topics": ["home"]}), MORNING)
    assert "unit" in [suggestion.service for suggestion in decision.suggestions]
    assert "unit" not in [door.service for door in decision.doors]


def test_every_suggestion_says_which_rules_spoke_and_which_facts_they_used() -> None:
    decision = decide(RULES, from_codes({"topics": ["housing.eviction"]}), MORNING)
    reason = decision.doors[0].reasons[0]
    assert (reason.rule, reason.facts, reason.certain) == ("eviction", ("topics",), True)


def test_a_rule_outside_its_dates_does_not_speak(
    content: dict[str, Any], build_rules: Callable[[dict[str, Any]], Ruleset]
) -> None:
    content["services/housing.yaml"]["rules"][1]["valid"] = {"from": "2027-01-01"}
    rules = build_rules(content)
    eviction = from_codes({"topics": ["housing.eviction"]})
    assert decide(rules, eviction, datetime(2026, 12, 31)).urgency == "planned"
    assert decide(rules, eviction, datetime(2027, 1, 1)).urgency == "soon"


@given(situations, moments)
def test_no_situation_is_a_dead_end(facts: dict[str, Any], moment: datetime) -> None:
    decision = decide(RULES, from_codes(facts), moment)
    assert decision.doors
    assert {"reception", "on-call"} <= {door.service for door in decision.doors}


@given(situations, moments)
def test_any_danger_signal_gives_emergency_and_112_first_whatever_else_is_known(
    facts: dict[str, Any], moment: datetime
) -> None:
    decision = decide(RULES, from_codes({**facts, "signals": ["violence-now"]}), moment)
    assert decision.urgency == "emergency"
    assert decision.signals == ("violence-now",)
    assert [door.service for door in decision.doors[:2]] == ["emergency-112", "on-call"]


@given(situations, moments)
def test_the_order_in_which_facts_are_told_does_not_matter(facts: dict[str, Any], moment: datetime) -> None:
    backwards = dict(reversed(facts.items()))
    assert decide(RULES, from_codes(facts), moment) == decide(RULES, from_codes(backwards), moment)


def test_the_order_of_files_does_not_matter(content: dict[str, Any]) -> None:
    backwards = build_content(dict(reversed(content.items())))
    facts = from_codes({"topics": ["housing"], "age": 14})
    assert told(decide(backwards, facts, MORNING)) == told(decide(RULES, facts, MORNING))


def told(decision: Decision) -> list[object]:
    """What a decision says, without the rule set that it came from."""
    said: list[object] = [decision.urgency, decision.signals]
    return said + [(s.service, s.level, s.certain, s.open_now, s.speaks, s.reasons) for s in decision.suggestions]


@pytest.mark.parametrize("facts", [{"topics": ["nowhere"]}, {"area": "south-pole"}, {"signals": ["x"]}])
def test_facts_that_do_not_exist_are_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is not one of"):
        RULES.check_facts(from_codes(facts))
