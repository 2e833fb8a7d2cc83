"""Whatever breaks, and whatever is written: nothing is lost, nothing written becomes more than text."""

from __future__ import annotations

import html
import re
import socket
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.chat.talk import LONGEST_TEXT
from portal.understanding import bot as way_to_bot
from tests.pages.conftest import StandInBot, parts_of
from tests.pages.talking import CHAT, card_of, filed, post, send

FORM = "/sv/ask"


def form_text(client: FlaskClient) -> str:
    """What stands in the form's text box."""
    page = html.unescape(client.get(FORM).get_data(as_text=True))
    found = re.search(r'<textarea id="words"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_a_bot_that_dies_in_mid_talk_leaves_form_numbers_and_every_word(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("not_understood", {}))
    post(client, text="jag kan inte betala hyran")
    bot.silent = True
    page = post(client, text="och räkningarna ligger på hög")
    assert "jag kan inte betala hyran" in page
    assert "och räkningarna ligger på hög" in page
    assert 'href="/sv/ask">Fortsätt i formuläret' in page
    assert 'href="tel:112"' in page
    assert form_text(client) == "jag kan inte betala hyran\n\noch räkningarna ligger på hög"


def test_the_talk_goes_on_when_the_bot_is_back(client: FlaskClient, bot: StandInBot) -> None:
    bot.says()
    post(client, text="hej")
    bot.says(("result", {"facts": {"topics": ["money.food"]}}))
    page = post(client, text="jag har inga pengar till mat")
    assert "De här kan hjälpa dig" in page
    assert "hej" in page


def test_a_bot_that_hangs_is_waited_for_ten_seconds_and_then_the_form_holds_what_was_said(
    app: Flask, client: FlaskClient, bot: StandInBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert way_to_bot.ANSWER_SECONDS == 10
    monkeypatch.setattr(way_to_bot, "ANSWER_SECONDS", 0.3)
    bot.says(("not_understood", {}))
    post(client, text="hej")
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        monkeypatch.setattr(parts_of(app).bot, "_url", f"http://127.0.0.1:{hanging.getsockname()[1]}")
        began = time.monotonic()
        page = post(client, text="jag är skyldig en massa pengar")
        assert time.monotonic() - began < 5
    assert "Formuläret och telefonen fungerar" in page
    assert form_text(client) == "hej\n\njag är skyldig en massa pengar"


def test_what_somebody_wrote_in_the_form_is_not_written_over(client: FlaskClient, bot: StandInBot) -> None:
    bot.says()
    post(client, text="ett")
    assert form_text(client) == "ett"
    post(client, text="två")
    assert form_text(client) == "ett\n\ntvå"
    client.post("/sv/draft/ask", data={"csrf_token": _token(client), "words": "mitt eget"})
    post(client, text="tre")
    assert form_text(client) == "mitt eget"


def test_ten_thousand_characters_are_kept_whole_and_read_for_danger_to_the_end(
    app: Flask, client: FlaskClient, bot: StandInBot
) -> None:
    text = ("jag skriver om allt som har hänt " * 400)[: LONGEST_TEXT - 30] + " men han slår mig nu"
    page = post(client, text=text)
    assert 'id="danger-violence-now"' in page
    send(client)
    assert filed(app)[1].words == text


def test_of_a_long_text_the_bot_hears_beginning_and_end(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("not_understood", {}))
    text = "jag blir vräkt. " + "och så vidare " * 690 + "jag behöver en bostad"
    assert 9_000 < len(text) <= LONGEST_TEXT
    page = post(client, text=text)
    heard = bot.asked[-1][1]["text"]
    assert len(heard) <= 2000
    assert heard.startswith("jag blir vräkt.")
    assert heard.endswith("jag behöver en bostad")
    assert text in page


INJECTED = ['/send_request{"x":1}', "<script>alert(1)</script>", "{{7*7}}", "{% raw %}", "%(moment)s", "/forget_me"]


@pytest.mark.parametrize("text", INJECTED)
def test_what_looks_like_a_command_is_only_text(app: Flask, client: FlaskClient, bot: StandInBot, text: str) -> None:
    bot.says(("not_understood", {}))
    page = client.post(CHAT, data={"csrf_token": _token(client), "text": text}, follow_redirects=True)
    assert f'<p dir="auto">{html.escape(text, quote=False)}</p>' in page.get_data(as_text=True).replace("&#34;", '"')
    assert bot.asked[-1][1]["text"] == text
    assert "intent" not in bot.asked[-1][1]
    assert text in card_of(client)
    send(client)
    assert filed(app)[1].words == text


STEERING = {
    "override": ("hej \u202egnitne\u202c", "hej gnitne"),
    "isolates": ("\u2067hej\u2069 du", "hej du"),
    "zero width": ("han s\u200blår mig\ufeff", "han slår mig"),
    "tags": ("hej\U000e0041\U000e0042", "hej"),
    "control": ("hej\x00\x07 du", "hej du"),
}


@pytest.mark.parametrize("kind", STEERING)
def test_characters_that_only_steer_are_taken_away(app: Flask, client: FlaskClient, bot: StandInBot, kind: str) -> None:
    written, meant = STEERING[kind]
    bot.says(("not_understood", {}))
    page = post(client, text=written)
    assert f'<p dir="auto">{meant}</p>' in page
    send(client)
    assert filed(app)[1].words == meant


@pytest.mark.parametrize("text", ["می‌خواهم حرف بزنم", "👨‍👩‍👧 hej", "rad ett\nrad två"])
def test_characters_that_words_are_spelt_with_stay(client: FlaskClient, bot: StandInBot, text: str) -> None:
    bot.says(("not_understood", {}))
    assert text in post(client, text=text)


def test_every_line_of_the_persons_own_finds_its_own_direction() -> None:
    """Text of one direction cannot turn the page around it: each line and box is a direction of its own."""
    templates = Path(__file__).parents[2] / "portal/templates/chat"
    assert 'line.own_words %} dir="auto"' in (templates / "chat.html").read_text()
    assert 'class="own-words" dir="auto"' in (templates / "card.html").read_text()


def test_swearing_is_answered_like_any_other_word(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("result", {"facts": {"topics": ["housing.eviction"]}}))
    page = post(client, text="fan, den jävla hyresvärden vill vräka mig")
    assert "De här kan hjälpa dig" in page
    assert "remove:topics:housing.eviction" in page


def _token(client: FlaskClient) -> str:
    found = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(CHAT).get_data(as_text=True))
    return str(found[-1])
