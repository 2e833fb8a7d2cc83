"""A decision laid open: what is known in words, which rule did what, and what the others wait for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from portal.triage.facts import from_codes
from portal.triage.ruleset import Ruleset
from portal.triage.trial import Listed, Trial, try_facts

Build = Callable[[dict[str, Any]], Ruleset]
MONDAY = datetime(2026, 3, 9, 10, 0)


def tried(ruleset: Ruleset, codes: dict[str, Any], moment: datetime = MONDAY) -> Trial:
    return try_facts(ruleset, from_codes(codes), moment)


def service(trial: Trial, slug: str) -> Listed:
    return next(listed for listed in trial.services if listed.service == slug)


def test_what_is_known_is_told_in_the_words_of_the_answers(ruleset: Ruleset) -> None:
    codes = {"topics": ["housing.eviction", "home"], "age": 14, "area": "north", "as": "private", "language": "sv"}
    known = tried(ruleset, codes | {"roof-tonight": "yes", "signals": ["violence-now"]}).known
    assert [(fact.fact, fact.value, fact.label) for fact in known] == [
        ("signals", "violence-now", "Våld"),
        ("topics", "home", "Hemma"),
        ("topics", "housing.eviction", "Bostad: Vräkt"),
        ("roof-tonight", "yes", "Ja"),
        ("age", 14, "Ung"),
        ("area", "north", "Norr"),
        ("as", "private", "private"),
        ("language", "sv", "Svenska"),
    ]


def test_an_age_that_no_answer_stands_for_is_told_in_years(ruleset: Ruleset) -> None:
    assert [fact.label for fact in tried(ruleset, {"age": 15}).known] == ["15 år"]


def test_an_answer_that_nobody_is_offered_and_a_language_that_nobody_lists_are_told_by_their_codes(
    content: dict[str, Any], build_rules: Build
) -> None:
    answers = [{"value": "now", "label": "Nu"}, {"value": "today", "label": "I dag"}]
    content["questions.yaml"]["questions"].append({"fact": "when", "ask": "När?", "why": "Då.", "answers": answers})
    known = tried(build_rules(content), {"when": "soon", "language": "fi"}).known
    assert [(fact.fact, fact.label) for fact in known] == [("when", "soon"), ("language", "fi")]


def test_the_rule_that_gave_the_urgency_is_named(ruleset: Ruleset) -> None:
    trial = tried(ruleset, {"topics": ["housing.eviction"], "roof-tonight": "no"})
    assert (trial.urgency, trial.urgency_from) == ("today", ("housing/no-roof",))
    assert tried(ruleset, {"topics": ["housing.rent"]}).urgency_from == ()


def test_danger_is_named_with_its_card_and_is_what_gave_the_urgency(ruleset: Ruleset) -> None:
    trial = tried(ruleset, {"topics": ["danger.hit"]})
    assert trial.urgency_from == ("danger violence-now",)
    assert trial.danger == ({"signal": "violence-now", "card": "Ring 112"},)
    assert ("signals", "Våld") in [(fact.fact, fact.label) for fact in trial.known]
    door = service(trial, "emergency-112")
    assert (door.rules[0].rule, door.rules[0].level, door.rules[0].waits_for) == ("danger-violence-now", None, ())
    assert (door.rules[0].because, door.rules[0].used) == (ruleset.dangers["violence-now"].label, ("Våld",))


def test_each_rule_tells_what_it_used_or_what_it_waits_for(ruleset: Ruleset) -> None:
    housing = service(tried(ruleset, {"topics": ["housing.eviction"], "area": "north"}), "housing")
    told = {rule.rule: (rule.level, rule.urgency, rule.used, rule.waits_for) for rule in housing.rules}
    assert told == {
        "eviction": ("strong", "soon", ("Bostad: Vräkt",), ()),
        "housing-any": ("good", None, ("Bostad: Vräkt",), ()),
        "no-roof": ("strong", "today", ("Bostad: Vräkt",), ("roof-tonight",)),
    }


def with_rules(content: dict[str, Any], build_rules: Build, blocks: dict[str, dict[str, Any]], **more: Any) -> Ruleset:
    """The small rule set with more rules for housing, by id."""
    for rule_id, block in blocks.items():
        rule = {"id": rule_id, "if": block, "suggest": "good", "because": "Då.", **more}
        content["services/housing.yaml"]["rules"].append(rule)
    return build_rules(content)


@pytest.mark.parametrize(
    ("codes", "rule", "waits_for"),
    [
        ({"topics": ["home"], "age": 21}, "youth-home", ("age?",)),
        ({"topics": ["housing"]}, "eviction", ("topics?",)),
        ({"topics": ["housing"], "age": 15}, "nested", ("when", "area")),
        ({"topics": ["housing"]}, "sudden", ("when",)),
        ({"topics": ["housing"], "age": 15}, "young", ("topics?",)),
        ({"topics": ["housing"], "when": "now"}, "nested", ()),
    ],
)
def test_a_rule_waits_for_unknown_facts_first_and_else_for_those_known_only_roughly(
    content: dict[str, Any], build_rules: Build, codes: dict[str, Any], rule: str, waits_for: tuple[str, ...]
) -> None:
    blocks: dict[str, dict[str, Any]] = {
        "nested": {"topic": "housing", "any": [{"when": "now"}, {"not": {"area": "north"}}]},
        "sudden": {"topic": "housing.eviction", "when": "now"},
        "young": {"topic": "housing.eviction", "age": "10-20"},
    }
    trial = tried(with_rules(content, build_rules, blocks), codes)
    waiting = {spoke.rule: spoke.waits_for for listed in trial.services for spoke in listed.rules}
    assert waiting[rule] == waits_for


def test_a_rule_about_one_danger_waits_for_it_while_another_is_known(
    content: dict[str, Any], build_rules: Build
) -> None:
    content["danger/fire.yaml"] = content["danger/violence-now.yaml"] | {"signal": "fire", "order": 2, "topics": []}
    ruleset = with_rules(content, build_rules, {"hit": {"signal": "violence-now", "when": "now"}})
    housing = service(tried(ruleset, {"signals": ["fire"], "when": "now"}), "housing")
    assert [(rule.rule, rule.waits_for) for rule in housing.rules] == [("hit", ("signals?",))]


def test_a_service_is_told_by_its_name_with_what_is_said_of_it(content: dict[str, Any], build_rules: Build) -> None:
    content["services/housing.yaml"]["languages"] = ["sv"]
    trial = tried(build_rules(content), {"topics": ["housing.eviction"], "language": "en"})
    housing, youth = service(trial, "housing"), service(trial, "youth")
    assert (housing.name, housing.level, housing.certain, housing.speaks) == ("Housing", "strong", True, False)
    assert (youth.name, youth.level, youth.certain, youth.speaks) == ("Youth", "possible", False, True)
    assert [rule.because for rule in youth.rules] == ["Därför."]


def test_an_age_of_nought_is_told_although_no_question_is_about_age(
    content: dict[str, Any], build_rules: Build
) -> None:
    questions = content["questions.yaml"]["questions"]
    questions[:] = [question for question in questions if question["fact"] != "age"]
    assert [(fact.fact, fact.value) for fact in tried(build_rules(content), {"age": 0}).known] == [("age", 0)]


def test_a_rule_that_only_waits_gives_no_urgency(content: dict[str, Any], build_rules: Build) -> None:
    ruleset = with_rules(content, build_rules, {"sudden": {"topic": "housing.eviction", "when": "now"}}, urgency="soon")
    assert tried(ruleset, {"topics": ["housing.eviction"]}).urgency_from == ("housing/eviction",)


def test_it_says_until_when_and_from_when_a_service_is_open(ruleset: Ruleset) -> None:
    codes = {"topics": ["housing.eviction"]}
    by_day = service(tried(ruleset, codes), "housing")
    assert (by_day.open_now, by_day.opens_at, by_day.closes_at) == (True, None, "2026-03-09T16:30")
    friday_night = service(tried(ruleset, codes, datetime(2026, 3, 13, 22, 0)), "housing")
    assert (friday_night.open_now, friday_night.opens_at, friday_night.closes_at) == (False, "2026-03-16T08:00", None)


def test_the_next_question_comes_with_its_answers(ruleset: Ruleset) -> None:
    trial = tried(ruleset, {"topics": ["housing.eviction"]})
    assert trial.next_question is not None
    assert (trial.next_question["fact"], trial.next_question["ask"]) == ("roof-tonight", "Tak i natt?")
    assert trial.next_question["answers"] == [{"value": "yes", "label": "Ja"}, {"value": "no", "label": "Nej"}]
    assert tried(ruleset, {"topics": ["danger.hit"]}).next_question is None


def test_it_is_plain_data_with_the_id_of_the_rules(ruleset: Ruleset) -> None:
    plain = json.loads(json.dumps(tried(ruleset, {"topics": ["home"], "as": "professional"}).plain()))
    assert plain["ruleset"] == ruleset.id
    assert plain["moment"] == "2026-03-09T10:00"
    assert [listed["service"] for listed in plain["services"] if listed["staff_only"]] == ["unit"]
