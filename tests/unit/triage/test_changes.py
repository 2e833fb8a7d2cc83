"""What stands otherwise in one set of rule files than in another, in the words of the files."""

from __future__ import annotations

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
    assert told(ruleset, build_rules(content)) == ["~ danger violence-now phrases en +1 -0, sv +2 -1"]


def test_what_one_side_leaves_out_is_said(content: dict[str, Any], build_rules: Build, ruleset: Ruleset) -> None:
    other = deepcopy(content)
    other["services/youth.yaml"]["fee"] = "may-apply"
    assert told(ruleset, build_rules(other)) == ["~ service youth fee (not written) → may-apply"]
    assert told(build_rules(other), ruleset) == ["~ service youth fee may-apply → (not written)"]
