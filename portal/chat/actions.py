"""The route that the bot calls back on: Rasa's action protocol, answered by the triage engine.

A small application of its own on loopback with its own threads (see `portal.serve`); it knows neither sessions nor
the database's requests, only the rules in use. What the bot must send is written in bot/README.md.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from flask import Flask, Response, abort, jsonify, make_response, request

from portal import clock
from portal.current import Parts
from portal.triage.facts import ASKABLE, Facts, UnknownFact, from_codes
from portal.triage.questions import next_question
from portal.triage.ruleset import Ruleset
from portal.understanding.reading import SURE_ENOUGH, Reading, add_reading

PATH: Final = "/internal/bot/actions"
TRIAGE: Final = "action_triage"
CORRECTION: Final = "correct_you"
REFUSAL: Final = "will_not_answer"
LARGEST_BODY: Final = 2 * 1024 * 1024
"""Bytes. A tracker grows by about 5 kB a turn."""


def create_actions_app(parts: Parts) -> Flask:
    app = Flask("portal.actions")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    expected = f"Bearer {parts.settings.bot_secret}".encode()

    @app.post(PATH)
    def act() -> Response:
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected):
            abort(401)
        call = request.get_json(silent=True)
        if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict):
            abort(400)
        if call.get("next_action") != TRIAGE:
            problem = {"action_name": call.get("next_action"), "error": "there is no such action"}
            return make_response(jsonify(problem), 404)
        return jsonify(triage_turn(parts.rules.current().ruleset, call["tracker"], clock.now()))

    return app


def triage_turn(ruleset: Ruleset, tracker: dict[str, Any], now: datetime) -> dict[str, Any]:
    """One turn of the talk: take up the topics understood, then ask what matters most or show the result.

    Topics that the person took back, that are not sure, or that are said in a language in which we are not sure
    enough, are offered as buttons and never taken up silently.
    """
    latest = tracker.get("latest_message") or {}
    metadata = latest.get("metadata") or {}
    facts = _known_facts(ruleset, metadata)
    reading = _reading(ruleset, latest)
    more = _noticed(latest, reading)
    if declined := more.get("declined"):
        facts = facts.decline(declined)
    taken_back = [str(code) for code in metadata.get("taken_back") or []]
    offered = [topic for topic in reading.offered_topics() if f"topics:{topic}" not in taken_back]
    if confirms_topics(ruleset, str(metadata.get("language"))):
        new = [topic for topic in offered if topic not in facts.topics]
        grown = facts
    else:
        grown = _without_new(add_reading(facts, reading), facts, taken_back)
        new = [] if grown != facts or facts.topics else list(reading.offered_topics())
    if new:
        return _turn(facts, "offer_topics", topics=new, **more)
    calm = _without_danger(ruleset, grown, facts)
    question = next_question(ruleset, calm, now, asked=int(metadata.get("asked") or 0))
    if question is not None:
        return _turn(grown, "ask", fact=question.fact, **more)
    return _turn(grown, "result", **more)


def confirms_topics(ruleset: Ruleset, language: str) -> bool:
    """Whether topics read in this language are always asked about, because reading it is not sure enough."""
    entry = ruleset.languages.get(language)
    return entry is not None and entry.confirm_topics


def _noticed(latest: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """What the message says beside its topics: that an answer is refused, or, as in "no, not that: it is money", that
    we were wrong. `heard` are the topics that it may be about, best first."""
    noticed: dict[str, Any] = {"heard": [topic for topic, _ in reading.topics]} if reading.topics else {}
    intent = (latest.get("intent") or {}).get("name")
    asking = (latest.get("metadata") or {}).get("asking")
    if intent == REFUSAL and asking in ASKABLE:
        noticed["declined"] = asking
    ranking = latest.get("intent_ranking") or []
    sure = {str(found.get("name")): float(found.get("confidence") or 0) for found in ranking}
    if intent != CORRECTION and sure.get(CORRECTION, 0.0) >= SURE_ENOUGH:
        noticed["corrected"] = True
    return noticed


def _without_new(grown: Facts, before: Facts, taken_back: list[str]) -> Facts:
    """What has grown, less topics that the person took back earlier."""
    refused = {code.removeprefix("topics:") for code in taken_back} - before.topics
    return replace(grown, topics=grown.topics - refused)


def _without_danger(ruleset: Ruleset, grown: Facts, before: Facts) -> Facts:
    """For the next question: a danger that a model reads is asked about, and does not end the questions."""
    danger = {topic for topic in grown.topics - before.topics if topic in ruleset.topic_signals}
    return replace(grown, topics=grown.topics - danger)


def _known_facts(ruleset: Ruleset, metadata: dict[str, Any]) -> Facts:
    try:
        return ruleset.forget_unknown(from_codes(metadata.get("facts") or {}))
    except UnknownFact:
        return Facts()


def _reading(ruleset: Ruleset, latest: dict[str, Any]) -> Reading:
    """The topics the bot's classifier attached to the message, as far as this rule set has them."""
    found = latest.get("topics") or []
    topics = ((str(topic["id"]), float(topic["confidence"])) for topic in found)
    return Reading(topics=tuple(pair for pair in topics if ruleset.topic_label(pair[0]) is not None))


def _turn(facts: Facts, key: str, **args: Any) -> dict[str, Any]:
    codes = facts.to_codes()
    return {
        "events": [{"event": "slot", "name": "facts", "value": codes, "timestamp": None}],
        "responses": [{"custom": {"key": key, "args": {**args, "facts": codes}}}],
    }
