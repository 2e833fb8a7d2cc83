"""What was told is shown line by line, and a struck line leaves no trace but for danger."""

import pytest

from portal.citizen.told import keep_only, strike, told_lines
from portal.triage.facts import Facts, from_codes
from portal.triage.ruleset import Ruleset

TOLD = {"topics": ["home.violence", "money"], "age": 14, "about": "self", "signals": ["violence-now"]}


def told() -> Facts:
    return from_codes(TOLD)


def test_every_known_fact_has_a_line_and_topics_come_first(ruleset: Ruleset) -> None:
    ids = [line.id for line in told_lines(ruleset, told())]
    assert set(ids[:2]) == {"topics:home.violence", "topics:money"}
    assert set(ids[2:]) == {"about", "age"}


def test_a_struck_topic_is_gone_and_the_others_stay(ruleset: Ruleset) -> None:
    assert strike(ruleset, told(), "topics:money").topics == {"home.violence"}


def test_a_struck_answer_is_gone_and_not_asked_again(ruleset: Ruleset) -> None:
    facts = strike(ruleset, told(), "age")
    assert facts.age is None
    assert "age" in facts.declined


@pytest.mark.parametrize("line", ["topics:nothing", "signals", "declined", "choices", "nothing", ""])
def test_striking_what_is_not_there_changes_nothing(ruleset: Ruleset, line: str) -> None:
    assert strike(ruleset, told(), line) == told()


def test_what_is_not_kept_leaves_no_trace(ruleset: Ruleset) -> None:
    facts = keep_only(ruleset, told(), ["topics:money"])
    assert facts.to_codes() == {"topics": ["money"], "signals": ["violence-now"]}


def test_danger_stays_even_when_every_line_is_struck(ruleset: Ruleset) -> None:
    assert keep_only(ruleset, told(), []).signals == {"violence-now"}
