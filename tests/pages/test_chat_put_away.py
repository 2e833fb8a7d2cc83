"""A talk can be put away and gone on with on another device, with a code that forgetting and leaving destroy."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from tests.pages.conftest import MakeApp, StandInBot, parts_of, token_on
from tests.pages.talking import CHAT, post

FOLLOW_UP = "/sv/follow-up"
SAID = "jag kan inte betala hyran"


@pytest.fixture
def code(client: FlaskClient, bot: StandInBot) -> str:
    """Somebody has written and put it away."""
    bot.says(("result", {"facts": {"topics": ["money.rent"]}}))
    post(client, text=SAID)
    page = post(client, choice="put-away:")
    [code] = re.findall(r"\d{4} \d{4} \d{4} \d{4}", page)
    return str(code)


def enter(client: FlaskClient, code: str) -> str:
    data = {"csrf_token": token_on(client, FOLLOW_UP), "code": code}
    return html.unescape(client.post(FOLLOW_UP, data=data, follow_redirects=True).get_data(as_text=True))


def test_the_talk_goes_on_on_another_device(app: Flask, code: str, bot: StandInBot) -> None:
    elsewhere = app.test_client()
    page = enter(elsewhere, code)
    assert SAID in page
    bot.says(("thanks", {}))
    assert SAID in post(elsewhere, text="nu är jag tillbaka")


def test_the_page_says_plainly_how_long_and_what_ends_it(client: FlaskClient, code: str) -> None:
    page = html.unescape(client.get(f"{CHAT}/put-away").get_data(as_text=True))
    assert code in page
    assert "24 timmar" in page
    assert "Ingenting är skickat" in page
    assert "Knappen Lämna sidan och knappen Glöm allt tar bort samtalet helt" in page


def test_this_device_can_let_go_of_it(app: Flask, client: FlaskClient, code: str) -> None:
    away = f"{CHAT}/put-away"
    answer = client.post(away, data={"csrf_token": token_on(client, away)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sv/")
    assert SAID not in client.get(CHAT).get_data(as_text=True)
    assert SAID in enter(app.test_client(), code)


def test_an_old_page_does_not_let_go(client: FlaskClient, code: str) -> None:
    assert client.post(f"{CHAT}/put-away", data={"csrf_token": "old"}).status_code == 400
    assert SAID in client.get(CHAT).get_data(as_text=True)


@pytest.mark.parametrize("way", ["leave", "forget by button", "forget in words", "start over"])
def test_leaving_and_forgetting_destroy_the_code(
    app: Flask, client: FlaskClient, bot: StandInBot, code: str, way: str
) -> None:
    bot.says(("forgotten", {}))
    if way == "leave":
        client.post("/leave").close()
    elif way == "start over":
        client.post("/sv/ask/start-over", data={"csrf_token": token_on(client, CHAT)})
    else:
        post(client, **({"choice": "forget_me:"} if way == "forget by button" else {"text": "glöm allt"}))
    page = enter(app.test_client(), code)
    assert SAID not in page
    assert "Vi hittar ingen sådan kod" in page


def test_forgetting_on_one_device_forgets_on_the_other(app: Flask, client: FlaskClient, code: str) -> None:
    elsewhere = app.test_client()
    enter(elsewhere, code)
    post(client, choice="forget_me:")
    assert SAID not in elsewhere.get(CHAT).get_data(as_text=True)


def test_after_a_day_the_code_opens_nothing(app: Flask, code: str) -> None:
    with clock.freeze(clock.now() + timedelta(hours=25)):
        page = enter(app.test_client(), code)
    assert SAID not in page
    assert "Den koden går inte att använda längre" in page


def test_a_wrong_code_gets_a_kind_sentence(app: Flask, code: str) -> None:
    page = enter(app.test_client(), "1234 5678 9012 3456")
    assert "Vi hittar ingen sådan kod. Se efter om någon siffra har blivit fel." in page


def test_guessing_is_limited(make_app: MakeApp) -> None:
    client = make_app(rate_limits=True).test_client()
    pages = [enter(client, f"{number:016d}") for number in range(21)]
    assert "Vänta tio minuter" in pages[-1]
    assert "Vänta tio minuter" not in pages[0]


def test_what_was_begun_on_the_other_device_makes_room(app: Flask, code: str, bot: StandInBot) -> None:
    elsewhere = app.test_client()
    bot.says(("thanks", {}))
    post(elsewhere, text="något annat")
    page = enter(elsewhere, code)
    assert SAID in page
    assert "något annat" not in page
    with parts_of(app).database.session(writes=False) as session:
        from portal.records.visit import Visit

        assert session.query(Visit).count() == 1


def test_it_is_offered_once_something_is_said(client: FlaskClient, bot: StandInBot) -> None:
    assert "put-away:" not in client.get(CHAT).get_data(as_text=True)
    bot.says(("thanks", {}))
    assert "put-away:" in post(client, text="hej")


def test_the_follow_up_page_says_that_the_code_goes_there(client: FlaskClient) -> None:
    assert "Har du lagt undan ett samtal?" in client.get(FOLLOW_UP).get_data(as_text=True)
