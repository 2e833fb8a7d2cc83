"""With the bot stopped, text still routes: in the form, through the API, and by topic buttons in the chat."""

from __future__ import annotations

import html

import pytest
from flask.testing import FlaskClient

from tests.pages.conftest import StandInBot, token_on

EVICTION = "Vi blir vräkta på fredag, hyresvärden har fått nog och hyran är inte betald"
PARKING = "jag har fått en parkeringsbot, hur överklagar man parkeringsböter för fel parkering"


@pytest.fixture(autouse=True)
def bot_stopped(bot: StandInBot) -> None:
    bot.silent = True


def ask(client: FlaskClient, words: str) -> str:
    answer = client.post(
        "/sv/ask", data={"csrf_token": token_on(client, "/sv/ask"), "words": words}, follow_redirects=True
    )
    return html.unescape(answer.get_data(as_text=True))


def test_the_api_routes_from_the_text(client: FlaskClient) -> None:
    answer = client.post("/api/v1/triage", json={"text": EVICTION}).get_json()
    assert answer["understood"] is False
    assert answer["topics"][0]["id"] == "housing.eviction"
    assert "housing-coordination" in [service["slug"] for service in answer["services"]][:3]
    assert answer["facts"]["when"] == "soon"


def test_the_api_tells_an_outside_matter_unless_there_is_danger(client: FlaskClient) -> None:
    assert client.post("/api/v1/triage", json={"text": PARKING}).get_json()["outside"] is True
    answer = client.post("/api/v1/triage", json={"text": f"{PARKING}, och han slår mig nu"}).get_json()
    assert (answer["outside"], answer["urgency"]) == (False, "emergency")


def test_the_form_takes_up_or_offers_what_the_text_is_about(client: FlaskClient) -> None:
    page = ask(client, EVICTION)
    assert "Vad handlar det om?" not in page
    assert "Bostadssamordning" in html.unescape(client.get("/sv/ask/result").get_data(as_text=True))


def test_the_form_tells_where_to_turn_with_what_is_not_ours(client: FlaskClient) -> None:
    assert "parkeringsböter sköter inte vi" in ask(client, PARKING)


def test_the_chat_offers_topics_and_still_shows_form_and_numbers(client: FlaskClient, bot: StandInBot) -> None:
    token = token_on(client, "/sv/ask")
    fields = {"csrf_token": token, "text": EVICTION}
    page = html.unescape(client.post("/sv/chat", data=fields, follow_redirects=True).get_data(as_text=True))
    assert "topic:housing.eviction" in page
    assert "Fortsätt i formuläret" in page
    assert 'href="tel:112"' in page
    client.post("/sv/chat", data={"csrf_token": token, "choice": "topic:housing.eviction"})
    assert "Bostadssamordning" in html.unescape(client.get("/sv/ask/result").get_data(as_text=True))
