"""What keeps sound rules from being published, and what the operator is told about them."""

from __future__ import annotations

from typing import Any

from portal.triage.checks import Finding, check, unreviewed_danger
from tests.unit.triage.conftest import build_content, small_content

ENOUGH = {"sv": ["hjälp"] * 8, "en": ["help"] * 5, "ar": ["مساعدة"] * 5}


def ready_content() -> dict[str, Any]:
    """A rule set that every check finds in order."""
    content = small_content()
    content["municipality.yaml"]["helplines"][0]["verified"] = "2026-01-31"
    for topic in ("danger", "home", "housing"):
        content[f"topics/{topic}.yaml"]["phrases"] = dict(ENOUGH)
    danger = content["danger/violence-now.yaml"]
    danger["phrases"] = {"sv": ["slår mig nu"], "en": ["hits me now"]}
    danger["reviewed"] = {"sv": "2026-01-31", "en": "2026-01-31"}
    content["examples/housing.yaml"]["examples"] = [example(number) for number in range(3)]
    for slug in ("emergency-112", "on-call", "reception", "youth", "unit"):
        content[f"examples/{slug}.yaml"] = {"examples": [example(f"{slug} {number}") for number in range(3)]}
    return content


def example(name: object, **expected: Any) -> dict[str, Any]:
    expect = {"first": "housing"} | expected
    return {"name": f"Någon blir vräkt {name}", "facts": {"topics": ["housing.eviction"]}, "expect": expect}


def found(content: dict[str, Any]) -> list[Finding]:
    return check(build_content(content))


def test_rules_that_are_ready_have_no_findings() -> None:
    assert found(ready_content()) == []


def test_a_topic_with_too_few_phrases_in_a_language_cannot_be_published() -> None:
    content = ready_content()
    content["topics/home.yaml"]["phrases"] = {"sv": ["hjälp"] * 7, "en": ["help"] * 5}
    assert found(content) == [
        Finding("error", "topics/home.yaml", "has 7 phrases in sv; at least 8 are needed"),
        Finding("error", "topics/home.yaml", "has 0 phrases in ar; at least 5 are needed"),
    ]


def test_the_phrases_of_subtopics_count_for_their_topic() -> None:
    content = ready_content()
    housing = content["topics/housing.yaml"]
    housing["phrases"] = {"sv": ["hjälp"] * 5, "en": ["help"] * 5, "ar": ["مساعدة"] * 4}
    housing["subtopics"][0]["phrases"] = {"sv": ["vräkt"] * 2, "ar": ["إخلاء"]}
    housing["subtopics"][1]["phrases"] = {"sv": ["hyra"]}
    assert found(content) == []
    housing["subtopics"][1]["phrases"] = {}
    assert found(content) == [Finding("error", "topics/housing.yaml", "has 7 phrases in sv; at least 8 are needed")]


def test_a_service_with_too_few_examples_cannot_be_published() -> None:
    content = ready_content()
    content["examples/youth.yaml"]["examples"].pop()
    del content["examples/unit.yaml"]
    content["examples/more.yaml"] = {"examples": [example("till")]}
    assert found(content) == [
        Finding("error", "examples/unit.yaml", "has 0 example situations; at least 3 are needed"),
        Finding("error", "examples/youth.yaml", "has 2 example situations; at least 3 are needed"),
    ]


def test_an_example_that_comes_out_otherwise_stops_publishing() -> None:
    content = ready_content()
    content["examples/youth.yaml"]["examples"][1] = example("igen", urgency="today")
    assert found(content) == [
        Finding("error", "examples/youth.yaml", "«Någon blir vräkt igen»: expected urgency today, got soon")
    ]


def test_a_danger_has_phrases_in_every_language_of_the_portal() -> None:
    content = ready_content()
    content["danger/violence-now.yaml"]["phrases"] = {"sv": ["slår mig nu"]}
    assert found(content) == [Finding("error", "danger/violence-now.yaml", "has no danger phrases in en")]


def test_unreviewed_danger_phrases_are_counted_for_every_language_in_the_files() -> None:
    content = ready_content()
    danger = content["danger/violence-now.yaml"]
    danger["phrases"] |= {"so": ["wuu i garaacayaa"], "ti": []}
    danger["reviewed"] = {"sv": "2026-01-31"}
    assert unreviewed_danger(build_content(content)) == {"en": 1, "so": 1}
    assert Finding("notice", "danger/violence-now.yaml", "no speaker has reviewed the so phrases") in found(content)


def test_phrases_that_no_speaker_has_read_and_numbers_that_nobody_has_called_are_told_after_the_errors() -> None:
    content = ready_content()
    content["danger/violence-now.yaml"]["reviewed"] = {"sv": "2026-01-31", "en": None}
    content["topics/home.yaml"]["phrases"]["en"] = ["help"]
    content["municipality.yaml"]["helplines"][0]["verified"] = None
    assert found(content) == [
        Finding("error", "topics/home.yaml", "has 1 phrases in en; at least 5 are needed"),
        Finding("notice", "danger/violence-now.yaml", "no speaker has reviewed the en phrases"),
        Finding("notice", "municipality.yaml", "SOS (112) has not been verified"),
    ]
