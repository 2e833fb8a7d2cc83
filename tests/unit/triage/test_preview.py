"""What a change of rules would do: the same situations judged by both sides."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from portal.triage.facts import from_codes
from portal.triage.preview import (
    Situation,
    by_day,
    by_night,
    compare,
    describe,
    example_situations,
    outcome,
    preview,
)
from portal.triage.ruleset import Ruleset

Build = Callable[[dict[str, Any]], Ruleset]
MONDAY = datetime(2026, 3, 9, 10, 0)
EVICTED = {"topics": ["housing.eviction"]}
HIT = {"topics": ["danger.hit"]}


def changed(content: dict[str, Any], build_rules: Build, change: Callable[[dict[str, Any]], object]) -> Ruleset:
    other = deepcopy(content)
    change(other)
    return build_rules(other)


def situation(codes: dict[str, Any], count: int = 1, name: str = "") -> Situation:
    return Situation(from_codes(codes), MONDAY, name, count)


def drop_housing(content: dict[str, Any]) -> None:
    del content["services/housing.yaml"]
    content["examples/housing.yaml"]["examples"][0]["expect"] = {"first": "reception"}


def cut_button(content: dict[str, Any]) -> None:
    content["danger/violence-now.yaml"]["topics"] = []


def make_emergency(content: dict[str, Any]) -> None:
    content["services/housing.yaml"]["rules"][1]["urgency"] = "emergency"


def test_the_same_rules_move_nobody(ruleset: Ruleset) -> None:
    seen = preview(ruleset, ruleset, [situation(EVICTED), situation(HIT)])
    assert seen.judged == 2
    assert seen.moves == ()


def test_it_counts_requests_that_go_elsewhere(content: dict[str, Any], build_rules: Build, ruleset: Ruleset) -> None:
    new = changed(content, build_rules, drop_housing)
    seen = preview(ruleset, new, [situation(EVICTED, 37), situation({"topics": ["home"]}, 375)])
    assert (seen.elsewhere, seen.judged) == (37, 412)
    assert seen.other_urgency == 37
    assert seen.danger_lost == ()


def test_ways_are_added_up_and_the_commonest_comes_first(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    new = changed(content, build_rules, drop_housing)
    rent = {"topics": ["housing.rent"]}
    seen = preview(ruleset, new, [situation(rent, 2), situation(EVICTED, 3), situation({**EVICTED, "age": 40}, 4)])
    told = [(before.first, before.urgency, after.first, count) for (before, after), count in seen.ways()]
    assert told == [("housing", "soon", "reception", 7), ("housing", "planned", "reception", 2)]


def test_another_urgency_alone_is_a_move_but_not_elsewhere(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    seen = preview(ruleset, changed(content, build_rules, make_emergency), [situation(EVICTED)])
    assert (seen.elsewhere, seen.other_urgency) == (0, 1)


def test_an_emergency_that_is_none_any_more_is_a_lost_danger(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    old = changed(content, build_rules, make_emergency)
    assert len(preview(old, ruleset, [situation(EVICTED)]).danger_lost) == 1
    assert preview(ruleset, old, [situation(EVICTED)]).danger_lost == ()


def test_a_danger_card_that_is_missing_is_a_lost_danger_even_when_it_stays_an_emergency(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    def urgent_all_the_same(other: dict[str, Any]) -> None:
        cut_button(other)
        other["services/emergency-112.yaml"]["rules"][0]["urgency"] = "emergency"

    (lost,) = preview(ruleset, changed(content, build_rules, urgent_all_the_same), [situation(HIT)]).danger_lost
    assert lost.after.urgency == "emergency"
    assert lost.lost_signals == {"violence-now"}


def test_a_signal_that_no_longer_exists_is_lost(content: dict[str, Any], build_rules: Build, ruleset: Ruleset) -> None:
    def rename(other: dict[str, Any]) -> None:
        other["danger/violence.yaml"] = {**other.pop("danger/violence-now.yaml"), "signal": "violence"}

    seen = preview(ruleset, changed(content, build_rules, rename), [situation({"signals": ["violence-now"]})])
    assert len(seen.danger_lost) == 1


def test_the_danger_of_a_button_is_judged_by_the_button_not_by_the_signal_that_was_stored_with_it(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    """A stored request holds the signals it was given; taken as known facts, they would hide a cut button."""
    stored = [({**HIT, "signals": ["violence-now"]}, 5)]
    lost = compare(ruleset, changed(content, build_rules, cut_button), stored, MONDAY).danger_lost
    assert {move.situation.count for move in lost} == {5}
    assert len(lost) == 2  # by day and by night


def test_stored_requests_are_judged_by_day_and_by_night(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    def silence_on_call(other: dict[str, Any]) -> None:
        other["services/on-call.yaml"]["rules"][0]["if"] = {"topic": "home"}

    comparison = compare(ruleset, changed(content, build_rules, silence_on_call), [({}, 7)], MONDAY)
    moved = {name: part.elsewhere for name, part in comparison.groups}
    assert moved == {"examples": 0, "stored requests, by day": 0, "stored requests, by night": 7}


def test_stored_requests_that_move_are_told_in_words(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    """Also where nothing is known, and where some of what was stored means nothing any more."""

    def drop_everybody(other: dict[str, Any]) -> None:
        drop_housing(other)
        for slug in ("on-call", "reception", "youth"):
            other[f"services/{slug}.yaml"]["rules"][0]["if"] = {"topic": "danger"}

    new = changed(content, build_rules, drop_everybody)
    _examples, by_day, _by_night = compare(ruleset, new, [({"colour": "red", **EVICTED}, 2), ({}, 3)], MONDAY).groups
    assert [move.situation.name for move in by_day[1].moves] == ["Vräkt", "nothing known"]
    assert [(move.before.first, move.after.first) for move in by_day[1].moves] == [
        ("housing", None),
        ("reception", None),
    ]


def test_ways_that_as_many_go_stand_in_the_order_of_their_services(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    def lead_all_to_youth(other: dict[str, Any]) -> None:
        other["services/youth.yaml"]["rules"][0] |= {"if": {}, "urgency": "soon"}

    new = changed(content, build_rules, lead_all_to_youth)
    asked = [situation({}), situation({"topics": ["home"], "as": "professional"}), situation({"topics": ["housing"]})]
    for situations in (asked, asked[::-1]):
        ways = preview(ruleset, new, situations).ways()
        assert [before.first for (before, _after), _count in ways] == ["housing", "reception", "unit"]


def test_an_example_of_one_side_alone_is_compared_too(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    def another(other: dict[str, Any]) -> None:
        other["examples/housing.yaml"]["examples"][0] = {
            "name": "Våld",
            "facts": HIT,
            "expect": {"danger": ["violence-now"]},
        }

    ((_name, seen), *_rest) = compare(ruleset, changed(content, build_rules, another), [], MONDAY).groups
    assert seen.judged == 2


def test_by_day_is_a_noon_when_the_contact_centre_opens_and_by_night_the_midnight_before(ruleset: Ruleset) -> None:
    saturday = datetime(2026, 3, 14, 15, 0)
    assert by_day(ruleset, saturday) == datetime(2026, 3, 16, 12, 0)
    assert by_night(ruleset, saturday) == datetime(2026, 3, 16, 0, 0)
    for hour in (7, 10, 20):
        assert by_day(ruleset, datetime(2026, 3, 9, hour, 30)) == datetime(2026, 3, 9, 12, 0)


def test_codes_that_nobody_knows_any_more_are_unknown_facts(ruleset: Ruleset) -> None:
    old_codes = {"topics": ["housing.eviction", "gone.topic"], "colour": "red", "when": "yesterday", "area": "south"}
    comparison = compare(ruleset, ruleset, [(old_codes, 3)], MONDAY)
    assert [part.judged for _name, part in comparison.groups] == [1, 3, 3]
    assert comparison.danger_lost == ()


def test_examples_of_both_sides_are_judged_once_each(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    def add_one(other: dict[str, Any]) -> None:
        other["examples/housing.yaml"]["examples"].append(
            {"name": "Våld", "facts": HIT, "expect": {"danger": ["violence-now"]}}
        )

    both = example_situations(ruleset, changed(content, build_rules, add_one))
    assert [found.name for found in both] == ["Någon blir vräkt", "Våld"]


def test_professionals_are_led_where_only_staff_can_turn_and_others_are_not(ruleset: Ruleset) -> None:
    assert outcome(ruleset, situation({"topics": ["home"], "as": "professional"})).first == "unit"
    assert outcome(ruleset, situation({"topics": ["home"]})).first != "unit"


@pytest.mark.parametrize("age", [12, 14, 16])
def test_a_stored_situation_is_told_no_closer_than_the_answers_people_choose_among(ruleset: Ruleset, age: int) -> None:
    told = describe(ruleset, from_codes({**EVICTED, "age": age, "signals": ["violence-now"]}))
    assert told == "Våld, Vräkt, Ung"
