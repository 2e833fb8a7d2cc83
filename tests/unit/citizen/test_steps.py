"""Where the person goes next, from what the visit holds."""

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.citizen import steps
from portal.citizen.steps import next_step
from portal.triage.facts import Facts, from_codes
from portal.triage.ruleset import Ruleset

TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


class SomeVisit:
    """A visit without a cookie behind it."""

    def __init__(self, facts: dict[str, Any], **data: Any) -> None:
        self.facts: Facts = from_codes(facts)
        self.data = data
        self.asked: list[str] = data.get("asked", [])


def step(ruleset: Ruleset, facts: dict[str, Any], **data: Any) -> steps.Step:
    return next_step(ruleset, SomeVisit(facts, **data), TUESDAY)  # type: ignore[arg-type]


def test_danger_goes_straight_to_the_result(ruleset: Ruleset) -> None:
    assert step(ruleset, {"signals": ["violence-now"]}, outside="parking", offered=["money"]).kind == "result"


def test_an_outside_matter_is_said_before_anything_is_asked(ruleset: Ruleset) -> None:
    found = step(ruleset, {}, outside="parking")
    assert found.kind == "outside"
    assert found.matter is ruleset.outside["parking"]


def test_somebody_who_chose_a_topic_is_not_sent_away(ruleset: Ruleset) -> None:
    assert step(ruleset, {"topics": ["money"]}, outside="parking").kind != "outside"


def test_guesses_are_offered_before_all_topics(ruleset: Ruleset) -> None:
    found = step(ruleset, {}, offered=["money", "housing", "not-a-topic"])
    assert found.kind == "offer"
    assert found.question is not None
    assert [value for value, _label in found.question.answers] == ["money", "housing"]


def test_without_guesses_the_topics_of_the_entrance_are_asked_for_first(ruleset: Ruleset) -> None:
    found = step(ruleset, {"as": "professional"})
    assert found.question is not None
    offered = [value for value, _label in found.question.answers]
    assert offered.index("work-with-us") < offered.index("home")  # those of work first, then what others live through


@pytest.mark.parametrize("topic", ["home", "money", "feelings", "worried-about-someone"])
def test_the_questions_end(topic: str, ruleset: Ruleset) -> None:
    asked = ["topics", "about", "age", "when"]
    assert step(ruleset, {"topics": [topic]}, asked=asked).kind == "result"
