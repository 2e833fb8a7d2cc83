"""Danger first: wherever words or buttons come in, their card is shown, whatever else goes wrong."""

from __future__ import annotations

import html
import threading
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.records.database import DatabaseBusy
from portal.records.help_request import HelpRequest
from portal.understanding.bot import BotSilent
from tests.pages.conftest import MakeApp, StandInBot, parts_of, token_on
from tests.pages.talking import send

WORDS = "han slår mig nu"
BUTTON = "danger-now.hit-now"
CARD = 'id="danger-violence-now"'
CHAT = "/sv/chat"


def page_of(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def post(client: FlaskClient, address: str, **fields: Any) -> str:
    return page_of(client.post(address, data={"csrf_token": token_on(client, address), **fields}))


def locked(*_: object, **__: object) -> None:
    raise DatabaseBusy("locked")


def filed(app: Flask) -> list[HelpRequest]:
    with parts_of(app).database.session(writes=False) as session:
        return list(session.scalars(select(HelpRequest)))


def test_a_danger_button_shows_its_card_although_the_answer_cannot_be_kept(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/sv/ask", data={"csrf_token": token_on(client, "/sv/ask"), "topics": "danger-now"})
    token = token_on(client, "/sv/ask/question?fact=topics")
    fields = {"csrf_token": token, "fact": "topics", "answer": BUTTON}
    with monkeypatch.context() as broken:
        broken.setattr("portal.desk.visits.save", locked)
        answer = client.post("/sv/ask/question", data=fields)
        assert (answer.status_code, CARD in page_of(answer)) == (503, True)
    with monkeypatch.context() as broken:
        broken.setattr("portal.desk.visits.load", locked)
        answer = client.post("/sv/ask/question", data=fields)
        assert (answer.status_code, CARD in page_of(answer)) == (503, True)
    answer = client.post("/sv/ask/question", data={**fields, "csrf_token": "old"})
    assert (answer.status_code, CARD in page_of(answer)) == (400, True)


def test_a_danger_button_shows_its_card_although_the_visit_is_gone(client: FlaskClient) -> None:
    answer = client.post("/sv/ask/question", data={"fact": "topics", "answer": BUTTON})
    assert CARD in page_of(answer)


def test_danger_words_keep_their_card_when_the_language_is_changed(client: FlaskClient) -> None:
    fields = {"csrf_token": token_on(client, "/sv/ask"), "words": WORDS, "switch_to": "en"}
    page = page_of(client.post("/sv/ask", data=fields, follow_redirects=True))
    assert '<html lang="en"' in page
    assert WORDS in page
    assert CARD in page


def test_a_chosen_danger_topic_shows_its_card_although_the_page_was_too_old(client: FlaskClient) -> None:
    answer = client.post("/sv/ask", data={"csrf_token": "old", "topics": BUTTON})
    assert (answer.status_code, CARD in page_of(answer)) == (400, True)


@pytest.mark.parametrize("field", ["message", "best_times", "never_contact"])
def test_danger_words_beside_the_message_count_too(client: FlaskClient, field: str) -> None:
    client.post("/sv/ask", data={"csrf_token": token_on(client, "/sv/ask"), "topics": "home"})
    assert CARD in post(client, "/sv/ask/send", **{"message": "hej", "named": "yes", field: WORDS})


@pytest.mark.parametrize("gone", [True, False])
def test_words_under_a_conversation_that_is_no_longer_open_are_kept_with_their_card(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    if not gone:
        token_on(client, "/sv/ask/send")
        monkeypatch.setattr("portal.desk.visits.load", locked)
    page = page_of(client.post("/sv/follow-up/conversation", data={"body": f"jag skriver igen, {WORDS}"}))
    assert CARD in page
    assert f"jag skriver igen, {WORDS}" in page
    assert 'name="code"' in page


def test_words_beside_a_pressed_button_are_read_for_danger(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("offer_human", {}))
    post(client, CHAT, text=WORDS, choice="want_human:")
    page = page_of(client.get(CHAT))
    assert CARD in page
    assert f"{WORDS}</textarea>" in page


def test_a_danger_button_of_the_talk_shows_its_card_although_the_page_was_too_old_or_a_limit_reached(
    make_app: MakeApp, bot: StandInBot
) -> None:
    client = make_app(rate_limits=True).test_client()
    bot.says(("not_understood", {}))
    token = token_on(client, CHAT)
    for choice in (f"topic:{BUTTON}", f"answer:topics:{BUTTON}"):
        answer = client.post(CHAT, data={"csrf_token": "old", "choice": choice})
        assert (answer.status_code, CARD in page_of(answer)) == (400, True)
    for _ in range(31):
        client.post(CHAT, data={"csrf_token": token, "text": "hej"})
    answer = client.post(CHAT, data={"csrf_token": token, "choice": f"topic:{BUTTON}"})
    assert (answer.status_code, CARD in page_of(answer)) == (429, True)


def test_a_danger_that_the_model_understood_is_asked_about_in_the_talk_with_its_numbers(
    client: FlaskClient, bot: StandInBot
) -> None:
    bot.says(("result", {"facts": {"topics": [BUTTON]}}))
    post(client, CHAT, text="nu är han på mig igen")
    page = page_of(client.get(CHAT))
    assert "Är det farligt för dig eller någon annan just nu?" in page
    assert 'href="tel:112"' in page.partition('class="gentle"')[2].partition("</section>")[0]
    post(client, CHAT, choice="is-danger:")
    assert CARD in page_of(client.get(CHAT))


def test_a_talk_whose_danger_the_rules_no_longer_know_can_still_be_sent(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(client, CHAT, text=WORDS)
    ruleset = parts_of(app).rules.current().ruleset
    left = {signal: danger for signal, danger in ruleset.dangers.items() if signal != "violence-now"}
    object.__setattr__(ruleset, "dangers", left)
    try:
        send(client)
    finally:
        monkeypatch.undo()
        from portal import rules_in_use

        rules_in_use._latest = None
    assert len(filed(app)) == 1


def test_the_safe_word_counts_on_a_page_for_problems_too(make_app: MakeApp, bot: StandInBot) -> None:
    client = make_app(rate_limits=True).test_client()
    bot.says(("not_understood", {}))
    token = token_on(client, CHAT)
    for _ in range(31):
        client.post(CHAT, data={"csrf_token": token, "text": "hej"})
    answer = client.post(CHAT, data={"csrf_token": token, "text": "HJÄLP", "extra": "annat"})
    assert (answer.status_code, CARD in page_of(answer)) == (429, True)


@pytest.mark.parametrize("body", [{"message": WORDS}, {"message": "hej", "contact": {"never_contact": WORDS}}])
def test_danger_words_anywhere_in_a_filed_call_make_it_an_emergency(
    app: Flask, client: FlaskClient, body: dict[str, Any]
) -> None:
    answer = client.post("/api/v1/requests", json=body)
    assert [card["signal"] for card in answer.get_json()["danger"]] == ["violence-now"]
    assert filed(app)[0].urgency == "emergency"


@pytest.mark.parametrize(
    "body",
    [
        {"text": WORDS, "facts": {"colour": "red"}},
        {"text": WORDS, "colour": "red"},
        {"text": WORDS, "language": "xx"},
        {"text": WORDS + " x" * 20_000},
        {"text": "", "words": [{"inside": WORDS}]},
        {"facts": {"topics": [BUTTON], "age": "old"}},
    ],
)
@pytest.mark.parametrize("address", ["/api/v1/triage", "/api/v1/requests"])
def test_a_call_that_cannot_be_used_still_gets_its_cards(
    client: FlaskClient, address: str, body: dict[str, Any]
) -> None:
    answer = client.post(address, json=body)
    assert answer.status_code == 400
    danger = answer.get_json()["error"]["danger"]
    assert [card["signal"] for card in danger] == ["violence-now"]
    assert danger[0]["card"]["helplines"][0]["number"] == "112"


def test_neither_limit_nor_database_hides_the_cards_of_a_call(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_app(rate_limits=True).test_client()
    with monkeypatch.context() as broken:
        broken.setattr("portal.api.routes.file_request", locked)
        answer = client.post("/api/v1/requests", json={"message": WORDS})
        assert (answer.status_code, len(answer.get_json()["error"]["danger"])) == (503, 1)
    monkeypatch.setitem(__import__("portal.limits").limits.LIMITS, "api-triage", ("1 per hour", "1 per hour"))
    for _ in range(2):
        answer = client.post("/api/v1/triage", json={"text": WORDS})
    assert (answer.status_code, len(answer.get_json()["error"]["danger"])) == (429, 1)


def test_a_database_that_answers_nobody_holds_up_one_page_and_not_all(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = parts_of(app).rules
    in_use = keeper.current()
    looking, answered = threading.Event(), threading.Event()

    def wait_for_the_database() -> None:
        looking.set()
        answered.wait(10)

    monkeypatch.setattr(keeper, "_published", wait_for_the_database)
    monkeypatch.setattr(keeper, "_looked", float("-inf"))
    one = threading.Thread(target=keeper.current)
    one.start()
    assert looking.wait(10)
    started = time.monotonic()
    assert keeper.current() is in_use
    assert time.monotonic() - started < 1
    answered.set()
    one.join()


def test_a_hanging_bot_holds_up_a_danger_card_no_longer_than_a_moment(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience: list[float] = []

    def hang(_bot: object, _method: str, path: str, _body: object, seconds: float) -> None:
        if path == "parse":
            patience.append(seconds)
        raise BotSilent("hangs")

    monkeypatch.setattr("portal.understanding.bot.Bot._call", hang)
    for words in ("vi bråkar mest", WORDS):
        client.post("/sv/ask", data={"csrf_token": token_on(client, "/sv/ask"), "words": words})
    assert patience[0] > 1 > patience[1]
