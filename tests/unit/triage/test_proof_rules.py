"""What proofs say of rules: over or not, in the shadow or not, on a common day or not."""

from __future__ import annotations

import pytest

from tests.unit.triage.test_proofs import a_rule, proof, rules_of, sound_content


@pytest.mark.parametrize(("last_day", "over"), [("2026-11-22", True), ("2026-11-23", False)])
@pytest.mark.parametrize("whose", ["rule", "service"])
def test_a_rule_is_over_on_the_day_after_its_last_or_after_that_of_its_service(
    last_day: str, over: bool, whose: str
) -> None:
    content = sound_content()
    service = content["services/unit.yaml"]
    (service if whose == "service" else service["rules"][0])["valid"] = {"to": last_day}
    notices = proof(content, "every-rule-can-fire").notices
    assert notices == (
        ("services/unit.yaml: rule unit-home holds no more: its dates have passed; it can be removed.",) if over else ()
    )


def test_a_rule_in_the_shadow_where_nothing_is_known_is_told_so() -> None:
    content = sound_content()
    rules_of(content, "reception").append(a_rule("also", {}, "possible"))
    assert proof(content, "no-rule-overshadowed").broken == (
        "services/reception.yaml: rule always-reception changes nothing: whenever it is true, such as when nothing is "
        "known, also of the same service suggests it as strongly; remove it, sharpen it, or let it say more.",
        "services/reception.yaml: rule also changes nothing: whenever it is true, such as when nothing is known, "
        "always-reception of the same service suggests it as strongly; remove it, sharpen it, or let it say more.",
    )


def test_a_rule_in_the_shadow_of_several_names_those_that_are_true_with_it_alone() -> None:
    content = sound_content()
    rules_of(content, "housing").append(a_rule("now", {"when": "now"}, "strong", urgency="today"))
    rules_of(content, "housing").append(a_rule("rent-now", {"topic": "housing.rent", "when": "now"}, urgency="today"))
    assert proof(content, "no-rule-overshadowed").broken == (
        "services/housing.yaml: rule rent-now changes nothing: whenever it is true, such as with «Hyra», when: now, "
        "housing-any, now of the same service suggests it as strongly, and housing/now makes it as urgent; remove it, "
        "sharpen it, or let it say more.",
    )


def test_a_rule_that_is_as_strong_as_another_in_part_of_its_situations_is_not_in_the_shadow() -> None:
    content = sound_content()
    rules_of(content, "housing").append(a_rule("now", {"topic": "housing", "when": "now"}, "strong"))
    assert proof(content, "no-rule-overshadowed").holds


def test_a_rule_that_makes_the_matter_a_little_more_urgent_is_not_in_the_shadow_until_another_does() -> None:
    content = sound_content()
    soon = {"topic": "housing.rent", "when": "soon"}
    rules_of(content, "housing").append(a_rule("rent-soon", soon, urgency="soon"))
    rules_of(content, "housing").append(a_rule("rent", {"topic": "housing.rent"}))
    (told,) = proof(content, "no-rule-overshadowed").broken
    assert "rule rent changes nothing" in told
    rules_of(content, "youth").append(a_rule("youth-soon", {"when": "soon"}, urgency="soon"))
    assert len(proof(content, "no-rule-overshadowed").broken) == 2


@pytest.mark.parametrize(("begins", "meet"), [("2027-01-31", True), ("2027-02-01", False)])
def test_the_same_rule_twice_is_found_when_both_hold_on_one_day(begins: str, meet: bool) -> None:
    content = sound_content()
    rules_of(content, "housing")[0]["valid"] = {"to": "2027-01-31"}
    rules_of(content, "housing").append(a_rule("again", {"topic": ["housing"]}, valid={"from": begins}))
    assert proof(content, "no-contradiction").broken == (
        ("services/housing.yaml: rule again says the same as housing-any; remove one of them.",) if meet else ()
    )


def test_a_rule_alike_is_found_also_after_one_that_follows_in_time() -> None:
    content = sound_content()
    rules_of(content, "housing")[0]["valid"] = {"to": "2027-01-31"}
    rules_of(content, "housing").append(a_rule("then", {"topic": ["housing"]}, valid={"from": "2027-02-01"}))
    rules_of(content, "housing").append(a_rule("again", {"any": [{"topic": "housing"}]}, valid={"to": "2026-12-31"}))
    assert proof(content, "no-contradiction").broken == (
        "services/housing.yaml: rule again says the same as housing-any; remove one of them.",
    )


def test_of_three_rules_alike_each_is_compared_with_the_first() -> None:
    content = sound_content()
    rules_of(content, "housing").append(a_rule("again", {"topic": ["housing"]}))
    rules_of(content, "housing").append(a_rule("more", {"any": [{"topic": "housing"}]}, "possible"))
    assert proof(content, "no-contradiction").broken == (
        "services/housing.yaml: rule again says the same as housing-any; remove one of them.",
        "services/housing.yaml: When «Bostad» is all that is known, at any time, and always otherwise too, rule more "
        "says possible, no urgency and housing-any says good, no urgency; they are true in the same situations, so "
        "keep one.",
    )


def test_each_fact_that_a_rule_waits_for_unasked_is_told() -> None:
    content = sound_content()
    content["services/housing.yaml"]["never_ask"] = ["area", "age"]
    block = {"topic": "housing", "area": "north", "age": "18+"}
    rules_of(content, "housing").append(a_rule("grown", block, "strong"))
    told = proof(content, "no-contradiction").notices
    assert [text.split("waits for ")[1].split(",")[0] for text in told] == ["area", "age"]
