"""How well the bot understands messages it has not learnt from, in Swedish, English and Arabic.

held_out.jsonl was written apart from the training sentences. The bounds lie under what was measured, with room for
chance: 40 sentences a language give about ±12 points.
"""

import json
from typing import Any

import pytest

from tests.bot.running_bot import ROOT, RunningBot

HELD_OUT = [json.loads(line) for line in (ROOT / "tests/bot/held_out.jsonl").read_text(encoding="utf-8").splitlines()]
SURE = 0.45  # the portal takes up a topic from here on without asking


def topic(name: str) -> str:
    return name.split(".")[0]


@pytest.fixture(scope="module")
def readings(bot: RunningBot) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(message, bot.parse(message["text"])) for message in HELD_OUT]


Readings = list[tuple[dict[str, Any], dict[str, Any]]]


def share(found: list[bool]) -> float:
    assert len(found) >= 6, "too few messages to say anything"
    return sum(found) / len(found)


def ours(readings: Readings, language: str | None = None) -> Readings:
    return [pair for pair in readings if "accept" in pair[0] and language in (None, pair[0]["language"])]


def topics_found(pair: tuple[dict[str, Any], dict[str, Any]], among: int) -> bool:
    wanted = {topic(name) for name in pair[0]["accept"]}
    return bool(wanted & {topic(found["id"]) for found in pair[1]["topics"][:among]})


@pytest.mark.parametrize(("language", "first", "among_three"), [("sv", 0.6, 0.75), ("en", 0.7, 0.8), ("ar", 0.35, 0.6)])
def test_the_topic_is_found(readings: Readings, language: str, first: float, among_three: float) -> None:
    assert share([topics_found(pair, 1) for pair in ours(readings, language)]) >= first
    assert share([topics_found(pair, 3) for pair in ours(readings, language)]) >= among_three


def test_what_the_bot_is_sure_of_is_mostly_right(readings: Readings) -> None:
    sure = [pair for pair in ours(readings) if pair[1]["topics"] and pair[1]["topics"][0]["confidence"] >= SURE]
    assert share([topics_found(pair, 1) for pair in sure]) >= 0.75


def test_danger_is_asked_about(readings: Readings) -> None:
    danger = [pair for pair in ours(readings) if any(topic(name) == "danger-now" for name in pair[0]["accept"])]
    assert share([found["safety"]["possible_danger"] for _, found in danger]) >= 0.8


def test_danger_is_not_asked_about_everywhere(readings: Readings) -> None:
    """Of messages outside danger-now about every other one is about violence, weapons or abuse all the same. Missing
    somebody in danger costs more than a gentle question too many: docs/understanding.md has the figures."""
    calm = [
        found for message, found in readings if not any(topic(n) == "danger-now" for n in message.get("accept", []))
    ]
    assert share([found["safety"]["possible_danger"] for found in calm]) <= 0.4


def test_outside_matters_are_recognised(readings: Readings) -> None:
    outside = [found for message, found in readings if message.get("outside")]
    assert share([found["outside"]["matter"] is not None for found in outside]) >= 0.65


def test_hardly_anybody_is_sent_away(readings: Readings) -> None:
    assert share([found["outside"]["matter"] is not None for _, found in ours(readings)]) <= 0.05
