"""The route that the bot calls back on: Rasa's action protocol, answered by the triage engine.

A small application of its own on loopback with its own threads (see `portal.serve`); it knows neither sessions nor
the database's requests, only the rules in use. What the bot must send is written in bot/README.md.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any, Final

from flask import Flask, Response, abort, jsonify, make_response, request

from portal import clock
from portal.current import Parts
from portal.triage.facts import Facts, UnknownFact, from_codes
from portal.triage.questions import next_question
from portal.triage.ruleset import Ruleset
from portal.understanding.reading import Reading, add_reading

PATH: Final = "/internal/bot/actions"
TRIAGE: Final = "action_triage"
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
    """One turn of the talk: take up the topics understood, then ask what matters most or show the result."""
    latest = tracker.get("latest_message") or {}
    metadata = latest.get("metadata") or {}
    facts = _known_facts(ruleset, metadata)
    reading = _reading(ruleset, latest)
    grown = add_reading(facts, reading)
    if grown == facts and not facts.topics and reading.offered_topics():
        return _turn(facts, "offer_topics", topics=list(reading.offered_topics()))
    question = next_question(ruleset, grown, now, asked=int(metadata.get("asked") or 0))
    if question is not None:
        return _turn(grown, "ask", fact=question.fact)
    return _turn(grown, "result")


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
