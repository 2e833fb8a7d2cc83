"""decide(): danger first, no dead ends, a total order, and reasons for everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.triage.engine import Decision, decide, outcome
from portal.triage.explain import describe_facts, explain
from portal.triage.facts import ABOUT, WHEN, from_codes
from portal.triage.index import Reason
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


@pytest.mark.parametrize("of", [decide, outcome])
def test_a_moment_with_a_zone_is_judged_in_the_municipalitys_own_time(of: Callable[..., Any]) -> None:
    at_half_past_eight = datetime(2026, 7, 7, 6, 30, tzinfo=UTC)  # a Tuesday in summer
    assert of(RULES, from_codes({}), at_half_past_eight) == of(RULES, from_codes({}), datetime(2026, 7, 7, 8, 30))
    assert of(RULES, from_codes({}), at_half_past_eight) != of(RULES, from_codes({}), datetime(2026, 7, 7, 6, 30))


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


def test_the_reasons_go_from_the_strongest_rule_to_the_one_that_waits() -> None:
    housing = decide(RULES, from_codes({"topics": ["housing.eviction"], "age": 40}), MORNING).doors[0]
    assert [(reason.rule, reason.facts, reason.certain) for reason in housing.reasons] == [
        ("eviction", ("topics",), True),
        ("housing-any", ("topics",), True),
        ("no-roof", ("topics",), False),
    ]


def test_a_reason_names_no_fact_that_its_rule_did_not_read() -> None:
    facts = from_codes({"topics": ["housing.eviction"], "about": "self", "age": 40, "area": "north", "as": "private"})
    assert decide(RULES, facts, MORNING).doors[0].reasons[0].facts == ("topics",)


def test_in_danger_the_danger_is_told_in_the_words_of_its_file() -> None:
    for door in decide(RULES, from_codes({"signals": ["violence-now"]}), MORNING).doors[:2]:
        assert door.reasons[0] == Reason("danger-violence-now", "Våld", ("signals",), certain=True)


def test_every_danger_is_a_reason_in_the_order_of_the_cards() -> None:
    content = small_content()
    content["danger/arson.yaml"] = {**content["danger/violence-now.yaml"], "signal": "arson", "order": 2, "topics": []}
    decision = decide(build_content(content), from_codes({"signals": ["arson", "violence-now"]}), MORNING)
    assert decision.signals == ("violence-now", "arson")
    assert [reason.because for reason in decision.doors[0].reasons] == ["Våld", "Våld"]
    assert [reason.rule for reason in decision.doors[0].reasons] == ["danger-violence-now", "danger-arson"]


def test_a_decision_names_its_rule_set() -> None:
    assert decide(RULES, from_codes({}), MORNING).ruleset == RULES.id


@pytest.mark.parametrize(
    ("valid", "speaks"),
    [
        ({"from": "2026-03-11"}, False),
        ({"to": "2026-03-09"}, False),
        ({"from": "2026-03-10"}, True),
        ({"to": "2026-03-10"}, True),
    ],
)
@pytest.mark.parametrize("dated", ["rule", "service", "both"])
def test_a_rule_speaks_within_its_own_days_and_those_of_its_service(
    valid: dict[str, str], speaks: bool, dated: str
) -> None:
    content = small_content()
    youth = content["services/youth.yaml"]
    for part in {"rule": [youth["rules"][0]], "service": [youth], "both": [youth["rules"][0], youth]}[dated]:
        part["valid"] = valid
    doors = decide(build_content(content), from_codes({"topics": ["home"], "age": 14}), MORNING).doors
    assert ("youth" in [door.service for door in doors]) == speaks


def test_a_rule_outside_its_dates_does_not_even_wait_for_facts() -> None:
    content = small_content()
    content["services/youth.yaml"]["rules"][0]["valid"] = {"from": "2027-01-01"}
    doors = decide(build_content(content), from_codes({"topics": ["home"]}), MORNING).doors
    assert [door.service for door in doors] == ["reception", "on-call"]


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
