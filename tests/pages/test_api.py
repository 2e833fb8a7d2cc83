"""The API: one engine, danger first, codes only after the commit, and errors that say what to change."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from portal.desk import follow_up
from portal.triage.engine import decide
from portal.triage.facts import from_codes
from tests.pages.conftest import StandInBot, parts_of

EVICTION: dict[str, Any] = {"topics": ["housing.eviction"], "about": "self", "age": 34}


def triage(client: FlaskClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/triage", json=body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def test_facts_are_judged_as_the_engine_judges_them(app: Flask, client: FlaskClient) -> None:
    answer = triage(client, facts=EVICTION)
    ruleset = parts_of(app).rules.current().ruleset
    from portal import clock

    decision = decide(ruleset, from_codes({**EVICTION, "language": answer["language"]}), clock.now())
    assert [service["slug"] for service in answer["services"]] == [door.service for door in decision.doors]
    assert (answer["urgency"], answer["ruleset"]) == (decision.urgency, ruleset.id)
    assert answer["services"][0]["because"]


def test_danger_words_show_their_card_and_112_first(client: FlaskClient) -> None:
    answer = triage(client, text="han slår mig nu")
    assert answer["urgency"] == "emergency"
    assert answer["danger"][0]["card"]["helplines"][0]["number"] == "112"
    assert [service["slug"] for service in answer["services"]][:2] == ["emergency-112", "on-call"]


def test_danger_words_are_found_with_the_bot_stopped(client: FlaskClient, bot: StandInBot) -> None:
    bot.silent = True
    answer = triage(client, text="he is hitting me right now", language="en")
    assert answer["danger"]
    assert answer["understood"] is False


def test_the_bot_may_raise_but_never_lower(client: FlaskClient, bot: StandInBot) -> None:
    bot.understands(outside={"matter": "parking", "probability": 0.99})
    assert triage(client, text="han slår mig nu")["outside"] is False


def test_topics_from_the_text_lead_to_services(client: FlaskClient, bot: StandInBot) -> None:
    bot.understands(topics=[{"id": "housing.eviction", "confidence": 0.9}])
    answer = triage(client, text="vi måste flytta på fredag")
    assert answer["topics"] == [{"id": "housing.eviction", "confidence": 0.9}]
    assert answer["services"][0]["slug"] == "housing-coordination"


def test_an_outside_matter_has_no_services_and_a_sentence_on_where_to_turn(
    client: FlaskClient, bot: StandInBot
) -> None:
    bot.understands(outside={"matter": "parking", "probability": 0.9})
    answer = triage(client, text="jag har fått p-böter")
    assert answer["services"] == []
    assert answer["outside"] is True
    assert answer["turn_to"]


def test_texts_come_in_the_language_asked_for(client: FlaskClient) -> None:
    assert triage(client, language="ar", facts=EVICTION)["language"] == "ar"


def test_the_next_question_is_asked_and_may_be_null(client: FlaskClient) -> None:
    assert triage(client)["next_question"]["fact"] == "topics"
    assert triage(client, facts={"signals": ["violence-now"]})["next_question"] is None


def test_after_four_questions_no_more_is_asked(client: FlaskClient) -> None:
    assert triage(client, asked=3)["next_question"]
    assert triage(client, asked=4)["next_question"] is None
    assert client.post("/api/v1/triage", json={"asked": -1}).status_code == 400


BROKEN = [
    (b"{", None),
    (b"[1]", None),
    (b'"text"', None),
    (b"[" * 100_000, None),
    (b'{"facts": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", None),
    (b"\xff\xfe", None),
    (json.dumps({"text": 5}).encode(), "text"),
    (json.dumps({"texxt": "hej"}).encode(), "texxt"),
    (json.dumps({"facts": {"colour": "red"}}).encode(), "facts.colour"),
    (json.dumps({"facts": {"age": "old"}}).encode(), "facts.age"),
    (json.dumps({"facts": {"topics": ["nothing"]}}).encode(), "facts.topics"),
    (json.dumps({"facts": {"topics": [1]}}).encode(), "facts.topics"),
    (json.dumps({"language": "xx"}).encode(), "language"),
    (json.dumps({"facts": []}).encode(), "facts"),
]


@pytest.mark.parametrize(("body", "field"), BROKEN)
@pytest.mark.parametrize("address", ["/api/v1/triage", "/api/v1/requests"])
def test_a_call_that_cannot_be_used_is_told_why(
    client: FlaskClient, address: str, body: bytes, field: str | None
) -> None:
    answer = client.post(address, data=body, content_type="application/json")
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert error["message"]
    assert error.get("field") == field


def test_a_filed_request_can_be_opened_with_its_code(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/api/v1/requests", json={"message": "Vi blir vräkta", "facts": EVICTION})
    assert answer.status_code == 201
    filed = answer.get_json()
    parts = parts_of(app)
    from portal import clock

    with parts.database.session() as session:
        opened = follow_up.open_with_code(session, code=filed["receipt_code"], code_key=parts.code_key, now=clock.now())
    assert opened.reference == filed["reference"]
    assert filed["answer_due_at"]


def test_the_same_key_files_once(client: FlaskClient) -> None:
    call = {"message": "hej", "facts": EVICTION, "idempotency_key": "k" * 30}
    first, second = (client.post("/api/v1/requests", json=call).get_json() for _ in range(2))
    assert (first["reference"], first["receipt_code"]) == (second["reference"], second["receipt_code"])


def test_the_same_key_files_once_although_the_bot_falls_silent_in_between(client: FlaskClient, bot: StandInBot) -> None:
    bot.understands(topics=[{"id": "housing.eviction", "confidence": 0.9}])
    call = {"text": "vi blir vräkta", "idempotency_key": "k" * 30}
    first = client.post("/api/v1/requests", json=call).get_json()
    bot.silent = True
    second = client.post("/api/v1/requests", json=call).get_json()
    assert (first["reference"], first["receipt_code"]) == (second["reference"], second["receipt_code"])
    third = client.post("/api/v1/requests", json={**call, "facts": {"age": 34}}).get_json()
    assert third["reference"] != first["reference"]


def test_nothing_to_read_is_not_filed(client: FlaskClient) -> None:
    answer = client.post("/api/v1/requests", json={"message": "  "})
    assert answer.status_code == 400
    assert answer.get_json()["error"]["field"] == "message"


def test_no_code_is_given_when_the_request_cannot_be_stored(client: FlaskClient, tmp_path: Path, app: Flask) -> None:
    parts_of(app).rules.current()
    other = sqlite3.connect(tmp_path / "portal.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    parts_of(app).database.engine.dispose()
    try:
        answer = client.post("/api/v1/requests", json={"message": "hej", "facts": EVICTION})
    finally:
        other.rollback()
        other.close()
    assert answer.status_code == 503
    assert "receipt_code" not in answer.get_data(as_text=True)


def test_what_was_written_lies_sealed_in_the_database(client: FlaskClient, app: Flask, tmp_path: Path) -> None:
    answer = client.post("/api/v1/requests", json={"message": "hemlighetsfull mening", "facts": EVICTION})
    digits = answer.get_json()["receipt_code"].replace(" ", "")
    parts_of(app).database.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("portal.db*"))
    assert b"hemlighetsfull" not in stored
    assert digits.encode() not in stored


def test_health_and_readiness_tell_each_part(client: FlaskClient, bot: StandInBot) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["parts"]) == (200, {"database": "ok", "rules": "ok", "bot": "ok"})
    bot.silent = True
    without = client.get("/readyz")
    assert (without.status_code, without.get_json()["ready"]) == (200, True)
    assert without.get_json()["parts"]["bot"] == "down"


def test_the_served_description_is_valid_and_tells_every_route(app: Flask, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    validate(document)
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert set(document["paths"]) == routes - {"/api/v1/openapi.json"}


def test_answers_have_the_described_shape(client: FlaskClient) -> None:
    from portal.api import shapes

    shapes.TriageAnswer.model_validate(triage(client, text="han slår mig nu", facts=EVICTION))


def test_an_unsure_text_is_answered_with_the_likeliest_topic_and_the_next_ones_beside_it(
    client: FlaskClient, bot: StandInBot
) -> None:
    bot.understands(
        topics=[{"id": "housing.eviction", "confidence": 0.3}, {"id": "feelings.lonely", "confidence": 0.2}]
    )
    answer = triage(client, text="det är så mycket just nu")
    assert answer["facts"]["topics"] == ["housing.eviction"]
    lonely = triage(client, facts={"topics": ["feelings.lonely"]})["services"][0]["slug"]
    assert [service["slug"] for service in answer["services"]][:2] == ["housing-coordination", lonely]


def test_what_a_model_thinks_possible_costs_one_gentle_question_and_shows_the_numbers(
    client: FlaskClient, bot: StandInBot
) -> None:
    bot.understands(safety={"score": 0.8, "possible_danger": True, "signals": ["suicidal-thoughts", "no-such"]})
    (danger,) = triage(client, text="det är så mycket just nu")["danger"]
    assert (danger["signal"], danger["level"]) == ("suicidal-thoughts", "possible")
    assert danger["card"]["title"].endswith("?")
    assert danger["card"]["helplines"][0]["number"] == "112"


def test_what_is_certain_is_not_also_asked_about(client: FlaskClient, bot: StandInBot) -> None:
    bot.understands(safety={"score": 0.8, "possible_danger": True, "signals": ["suicidal-thoughts"]})
    assert {found["level"] for found in triage(client, text="han slår mig nu")["danger"]} == {"certain"}


def test_a_danger_that_only_a_model_reads_is_asked_about_and_never_certain(
    client: FlaskClient, bot: StandInBot
) -> None:
    bot.understands(topics=[{"id": "danger-now.hit-now", "confidence": 0.95}, {"id": "home.fights", "confidence": 0.3}])
    answer = triage(client, text="det är så mycket just nu")
    assert [(danger["signal"], danger["level"]) for danger in answer["danger"]] == [("violence-now", "possible")]
    assert answer["urgency"] != "emergency"
    assert answer["facts"]["topics"] == ["home.fights"]


def test_the_same_topic_pressed_as_a_button_is_certain(client: FlaskClient) -> None:
    answer = triage(client, facts={"topics": ["danger-now.hit-now"]})
    assert (answer["danger"][0]["level"], answer["urgency"]) == ("certain", "emergency")


def test_possible_danger_is_asked_about_beside_an_outside_matter_too(client: FlaskClient, bot: StandInBot) -> None:
    bot.understands(
        outside={"matter": "parking", "probability": 0.9},
        safety={"score": 0.8, "possible_danger": True, "signals": ["suicidal-thoughts"]},
    )
    answer = triage(client, text="det är så mycket just nu")
    assert (answer["outside"], answer["danger"][0]["level"]) == (True, "possible")
