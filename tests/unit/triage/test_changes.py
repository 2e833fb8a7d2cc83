"""What stands otherwise in one set of rule files than in another, in the words of the files."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from portal.triage.changes import changes
from portal.triage.ruleset import Ruleset

Build = Callable[[dict[str, Any]], Ruleset]


def told(ruleset: Ruleset, other: Ruleset) -> list[str]:
    return [f"{change.sign} {change.kind} {change.what} {change.how}".strip() for change in changes(ruleset, other)]


def test_the_same_files_differ_in_nothing(ruleset: Ruleset) -> None:
    assert changes(ruleset, ruleset) == []


def test_rules_are_told_by_id_with_what_changed_in_them(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    rules = content["services/housing.yaml"]["rules"]
    rules[1] |= {"urgency": "today", "suggest": "good", "if": {"topic": "housing.eviction", "when": ["now", "today"]}}
    rules[2]["id"] = "nowhere-to-sleep"
    del rules[0]
    assert told(ruleset, build_rules(content)) == [
        "- rule housing/housing-any",
        "- rule housing/no-roof",
        "~ rule housing/eviction if {topic: housing.eviction} → {topic: housing.eviction, when: [now, today]}; "
        "suggest strong → good; urgency soon → today",
        "+ rule housing/nowhere-to-sleep",
    ]


def test_services_topics_numbers_and_areas_are_told_by_their_slugs(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    content["services/youth.yaml"] |= {"order": 35, "about": "En annan text. " * 20}
    content["topics/housing.yaml"]["subtopics"].append({"id": "shared", "label": "Delat boende"})
    content["municipality.yaml"]["helplines"][0]["number"] = "113"
    content["areas.yaml"]["areas"].append({"slug": "east", "name": "Öster", "source": "test"})
    assert told(ruleset, build_rules(content)) == [
        "~ number emergency-112 number 112 → 113",
        "+ area east",
        "+ topic housing.shared",
        "~ service youth order 30 → 35; about differs",
    ]


def test_phrases_are_counted_not_listed(content: dict[str, Any], build_rules: Build, ruleset: Ruleset) -> None:
    content["danger/violence-now.yaml"]["phrases"] = {"sv": ["slår mig", "slår mig nu genast"], "en": ["hits me"]}
    other = build_rules(content)
    assert told(ruleset, other) == ["~ danger violence-now phrases en +1 -0, sv +2 -1"]
    assert told(other, ruleset) == ["~ danger violence-now phrases en +0 -1, sv +1 -2"]


def test_phrases_that_only_change_places_are_told_so(content: dict[str, Any], build_rules: Build) -> None:
    phrases = content["danger/violence-now.yaml"]["phrases"]
    phrases["sv"] = ["slår mig nu", "hotar mig nu"]
    before = build_rules(content)
    phrases["sv"].reverse()
    assert told(before, build_rules(content)) == ["~ danger violence-now phrases in another order"]


def test_what_is_changed_is_told_also_after_something_new(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    areas = content["areas.yaml"]["areas"]
    areas[1]["name"] = "Söderut"
    areas.insert(0, {"slug": "east", "name": "Öster", "source": "test"})
    assert told(ruleset, build_rules(content)) == ["+ area east", "~ area south name Söder → Söderut"]


def test_a_text_of_a_line_is_shown_and_a_longer_one_only_differs(
    content: dict[str, Any], build_rules: Build, ruleset: Ruleset
) -> None:
    content["services/youth.yaml"]["about"] = "a" * 90
    assert told(ruleset, build_rules(content)) == [f"~ service youth about Vi hjälper. → {'a' * 90}"]
    content["services/youth.yaml"]["about"] = "a" * 91
    assert told(ruleset, build_rules(content)) == ["~ service youth about differs"]


def test_a_text_of_several_lines_is_shown_on_one(content: dict[str, Any], build_rules: Build, ruleset: Ruleset) -> None:
    content["services/youth.yaml"]["about"] = "Vi hjälper\n  alla."
    assert told(ruleset, build_rules(content)) == ["~ service youth about Vi hjälper. → Vi hjälper alla."]


def test_nothing_is_said_beside_the_changes(ruleset: Ruleset) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert changes(ruleset, ruleset) == []


def test_what_one_side_leaves_out_is_said(content: dict[str, Any], build_rules: Build, ruleset: Ruleset) -> None:
    other = deepcopy(content)
    other["services/youth.yaml"]["fee"] = "may-apply"
    assert told(ruleset, build_rules(other)) == ["~ service youth fee (not written) → may-apply"]
    assert told(build_rules(other), ruleset) == ["~ service youth fee may-apply → (not written)"]
