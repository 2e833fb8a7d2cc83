"""next_question(): only what matters, never what a service forbids, at most four."""

from __future__ import annotations

from datetime import datetime

from portal.triage.facts import from_codes
from portal.triage.questions import MOST_QUESTIONS, next_question, with_answer
from portal.triage.ruleset import Ruleset

MORNING = datetime(2026, 3, 10, 10, 0)


def asked(ruleset: Ruleset, **codes: object) -> str | None:
    question = next_question(ruleset, from_codes(codes), MORNING)
    return question.fact if question else None


def test_with_nothing_known_it_asks_what_it_is_about(ruleset: Ruleset) -> None:
    assert asked(ruleset) == "topics"


def test_it_asks_for_the_fact_that_changes_the_urgency(ruleset: Ruleset) -> None:
    assert asked(ruleset, topics=["housing.eviction"]) == "roof-tonight"


def test_it_asks_for_the_fact_that_changes_the_first_service(ruleset: Ruleset) -> None:
    assert asked(ruleset, topics=["home"]) == "age"


def test_it_stops_when_no_answer_could_change_the_result(ruleset: Ruleset) -> None:
    assert asked(ruleset, topics=["home"], age=14) is None


def test_a_topic_known_without_its_part_is_narrowed_down(ruleset: Ruleset) -> None:
    question = next_question(ruleset, from_codes({"topics": ["housing"], "roof-tonight": "no", "age": 50}), MORNING)
    assert question is None or question.fact != "topics"  # no part of it could outrank what is known
    narrowed = next_question(ruleset, from_codes({"topics": ["housing"], "roof-tonight": "yes", "age": 50}), MORNING)
    assert narrowed is not None
    assert [value for value, _ in narrowed.answers] == ["housing.eviction", "housing.rent"]


def test_what_was_declined_is_not_asked_again(ruleset: Ruleset) -> None:
    facts = from_codes({"topics": ["home"]}).decline("age")
    assert next_question(ruleset, facts, MORNING) is None


def test_what_a_service_at_the_top_forbids_is_never_asked(ruleset: Ruleset) -> None:
    facts = from_codes({"topics": ["housing"]})
    for _ in range(MOST_QUESTIONS):
        question = next_question(ruleset, facts, MORNING)
        if question is None:
            break
        assert question.fact != "area"
        facts = facts.decline(question.fact)


def test_there_are_at_most_four_questions(ruleset: Ruleset) -> None:
    assert next_question(ruleset, from_codes({}), MORNING, asked=MOST_QUESTIONS) is None


def test_nothing_is_asked_of_somebody_in_danger(ruleset: Ruleset) -> None:
    assert asked(ruleset, topics=["home"], signals=["violence-now"]) is None


def test_an_answer_with_a_part_takes_the_place_of_its_topic() -> None:
    facts = with_answer(from_codes({"topics": ["housing", "home"]}), "topics", "housing.rent")
    assert facts.topics == {"home", "housing.rent"}
