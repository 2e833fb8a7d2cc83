"""One turn of the talk as the bot asks the portal for it: what is taken up, what is only offered, what is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.chat.actions import confirms_topics, triage_turn
from portal.triage.reader import read_content
from portal.triage.ruleset import Ruleset
from tests.pages.conftest import StandInBot
from tests.pages.talking import post

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)


@pytest.fixture(scope="session")
def rules(rules_content: dict[str, Any]) -> Ruleset:
    """The shipped rules; in English, topics are always asked about."""
    shipped = read_content(rules_content)
    careful = shipped.languages["en"].model_copy(update={"confirm_topics": True})
    return replace(shipped, languages={**shipped.languages, "en": careful})


def turn(
    rules: Ruleset, *topics: tuple[str, float], intent: str = "topic_home", also: str = "", **metadata: Any
) -> tuple[str, dict[str, Any]]:
    """The key and arguments that one message leads to."""
    latest = {
        "intent": {"name": intent},
        "intent_ranking": [{"name": intent, "confidence": 0.9}, {"name": also, "confidence": 0.9}],
        "topics": [{"id": topic, "confidence": confidence} for topic, confidence in topics],
        "metadata": {"language": "sv", **metadata},
    }
    [response] = triage_turn(rules, {"latest_message": latest}, NOW)["responses"]
    return response["custom"]["key"], response["custom"]["args"]


def test_a_sure_topic_is_taken_up(rules: Ruleset) -> None:
    key, said = turn(rules, ("home.fights", 0.8))
    assert key in ("ask", "result")
    assert said["facts"]["topics"] == ["home.fights"]


def test_an_unsure_topic_is_offered(rules: Ruleset) -> None:
    key, said = turn(rules, ("home.fights", 0.3), ("money.food", 0.2))
    assert (key, said["topics"], said["facts"]) == ("offer_topics", ["home.fights", "money.food"], {})


def test_in_a_language_that_is_not_sure_enough_even_a_sure_topic_is_only_offered(rules: Ruleset) -> None:
    key, said = turn(rules, ("home.fights", 0.99), language="en")
    assert (key, said["topics"], said["facts"]) == ("offer_topics", ["home.fights"], {})


def test_a_further_topic_in_such_a_language_is_offered_too(rules: Ruleset) -> None:
    known = {"topics": ["home.fights"]}
    key, said = turn(rules, ("home.fights", 0.9), ("money.food", 0.9), language="en", facts=known)
    assert (key, said["topics"], said["facts"]) == ("offer_topics", ["money.food"], known)


def test_what_was_confirmed_in_such_a_language_is_not_asked_about_again(rules: Ruleset) -> None:
    key, _ = turn(rules, ("home.fights", 0.9), language="en", facts={"topics": ["home.fights"]})
    assert key in ("ask", "result")


def test_which_languages_are_asked_about_stands_in_the_rule_files(rules: Ruleset) -> None:
    assert {tag for tag in rules.languages if confirms_topics(rules, tag)} == {"so", "ti", "ckb", "ku", "en"}
    assert not confirms_topics(rules, "tlh")


def test_the_language_of_the_message_decides_and_not_the_page(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("thanks", {}))
    post(client, text="ma haysto lacag aan ku iibsado cunto caawa, caruurtayduna way gaajoonayaan")
    assert bot.asked[-1][1]["metadata"]["language"] == "so"
    post(client, choice="who_sees_this:")
    assert bot.asked[-1][1]["metadata"]["language"] == "sv"


def test_a_topic_taken_back_is_offered_and_not_taken_up(rules: Ruleset) -> None:
    key, said = turn(rules, ("home.fights", 0.9), taken_back=["topics:home.fights"])
    assert (key, said["topics"], said["facts"]) == ("offer_topics", ["home.fights"], {})


def test_all_topics_heard_are_told_so_that_the_next_best_can_be_offered(rules: Ruleset) -> None:
    _, said = turn(rules, ("home.fights", 0.9), ("money.food", 0.11))
    assert said["heard"] == ["home.fights", "money.food"]


def test_a_message_that_also_corrects_us_says_so(rules: Ruleset) -> None:
    assert turn(rules, ("money.debt", 0.9), also="correct_you")[1]["corrected"] is True
    assert "corrected" not in turn(rules, ("money.debt", 0.9), also="greet")[1]


def test_a_question_refused_in_words_is_not_asked_again(rules: Ruleset) -> None:
    key, said = turn(rules, ("home.fights", 0.9))
    assert key == "ask"
    asking = said["fact"]
    _, then = turn(rules, intent="will_not_answer", asking=asking, facts={"topics": ["home.fights"]})
    assert then["declined"] == asking
    assert then.get("fact") != asking
    assert "declined" not in turn(rules, intent="will_not_answer", asking="signals")[1]


def test_a_danger_that_a_model_reads_does_not_end_the_questions(rules: Ruleset) -> None:
    calm, _ = turn(rules, ("home.fights", 0.9))
    assert turn(rules, ("home.fights", 0.9), ("danger-now.hit-now", 0.9))[0] == calm == "ask"
