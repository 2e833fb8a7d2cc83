"""An interview tells only what is asked for, as the person of the example would."""

from __future__ import annotations

from typing import Any

from portal.triage.interviews import Interview, interview, interview_all, summarise
from portal.triage.ruleset import Ruleset
from tests.unit.triage.conftest import a_service, build_content, small_content, yes_no


def with_example(content: dict[str, Any], facts: dict[str, Any], **more: Any) -> Ruleset:
    example = {"name": "Någon", "facts": facts, "expect": {"urgency": "planned"}, **more}
    content["examples/housing.yaml"]["examples"] = [example]
    return build_content(content)


def interviewed(content: dict[str, Any], facts: dict[str, Any], **more: Any) -> Interview:
    rules = with_example(content, facts, **more)
    return interview(rules, *rules.examples[0])


def test_what_the_example_knows_is_told_when_asked() -> None:
    found = interviewed(small_content(), {"topics": ["housing.eviction"], "roof-tonight": "no", "about": "self"})
    assert found == Interview(
        "examples/housing.yaml",
        "Någon",
        asked=("topics", "roof-tonight"),
        expected=("housing", "today"),
        found=("housing", "today"),
    )


def test_a_number_is_told_as_it_is() -> None:
    found = interviewed(small_content(), {"topics": ["home"], "age": 12})
    assert (found.asked, found.found) == (("topics", "age"), ("youth", "planned"))


def test_nobody_is_asked_for_more_than_four_facts() -> None:
    content = small_content()
    for fact in ("children-present", "tried-before"):
        content["questions.yaml"]["questions"].append(
            {"fact": fact, "ask": "Så?", "why": "Då vet vi.", "answers": yes_no()}
        )
    blocks = [
        {"roof-tonight": "no"},
        {"age": "18+"},
        {"area": "north"},
        {"children-present": "yes"},
        {"tried-before": "yes"},
    ]
    for number, block in enumerate(blocks):
        rule = {"id": f"matters-{number}", "if": {"topic": "home", **block}, "suggest": "strong"}
        content[f"services/matters-{number}.yaml"] = a_service(f"matters-{number}", 50 + number, [rule])
    content["services/youth.yaml"]["rules"][0]["if"] = {"topic": "housing"}
    assert len(interviewed(content, {"topics": ["home"]}).asked) == 4


def test_a_professional_comes_by_the_page_for_professionals() -> None:
    content = small_content()
    content["topics/housing.yaml"]["entrance"] = ["professional"]
    evicted = {"topics": ["housing.eviction"]}
    assert interviewed(content, {**evicted, "as": "professional"}).found == ("housing", "soon")
    assert interviewed(content, evicted).found == ("reception", "planned")  # not offered on the page for everybody


def test_the_language_is_known_from_the_page() -> None:
    content = small_content()
    for slug, order, language in (("svenska", 21, "sv"), ("english", 22, "en")):
        rule = {"id": f"{slug}-home", "if": {"topic": "home"}, "suggest": "strong"}
        content[f"services/{slug}.yaml"] = a_service(slug, order, [rule], languages=[language])
    assert interviewed(content, {"topics": ["home"], "language": "en"}).found == ("english", "planned")


def test_an_example_is_asked_at_its_own_moment() -> None:
    found = interviewed(small_content(), {"about": "self"}, at="2026-03-10T02:10")
    assert found.expected == found.found == ("on-call", "planned")


def test_who_has_told_what_it_is_about_is_not_asked_for_it() -> None:
    rules = with_example(small_content(), {"topics": ["housing.eviction"], "roof-tonight": "no"})
    assert [each.asked for each in interview_all(rules)] == [("topics", "roof-tonight")]
    assert [each.asked for each in interview_all(rules, topics_told=True)] == [("roof-tonight",)]


def test_a_topic_that_is_not_offered_is_not_told() -> None:
    found = interviewed(small_content(), {"declined": ["area"]})
    assert found.asked == ("topics",)
    assert found.same


def test_what_it_is_about_stays_unknown_when_nobody_knows() -> None:
    content = small_content()
    rule = {"id": "not-home", "if": {"not": {"topic": "home"}}, "suggest": "strong"}
    content["services/other.yaml"] = a_service("other", 50, [rule])
    assert interviewed(content, {"about": "self"}).found == ("reception", "planned")


def test_the_summary_counts_the_median_and_the_most_questions() -> None:
    def asked(number: int, found: str) -> Interview:
        return Interview("a", "b", tuple(map(str, range(number))), ("housing", "soon"), (found, "soon"))

    summary = summarise([asked(1, "housing"), asked(1, "housing"), asked(4, "reception")])
    assert (summary.interviews, summary.same, summary.median_questions, summary.most_questions) == (3, 2, 1, 4)
    assert summary.share == 2 / 3
    nothing = summarise([])
    assert (nothing.interviews, nothing.same, nothing.median_questions, nothing.most_questions) == (0, 0, 0, 0)
