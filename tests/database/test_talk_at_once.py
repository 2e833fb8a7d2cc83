"""Two messages of one talk in the same moment: both are kept, in the order in which they were written."""

from __future__ import annotations

import html
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.current import EXTENSION, Parts
from portal.records.database import Database
from portal.rules_in_use import compile_in_use
from portal.settings import ROOT, Settings
from portal.triage.reader import read_folder
from portal.understanding.bot import Reply

CHAT = "/sv/chat"
WAIT = 10  # seconds, at most


class BotThatWaits:
    """Answers no text before both have arrived, and the text that came first last."""

    def __init__(self) -> None:
        self.both = threading.Barrier(2)
        self.second_is_done = threading.Event()
        self.together = False

    def ready(self) -> bool:
        return True

    def message(self, _conversation: str, said: dict[str, Any], _metadata: dict[str, Any]) -> list[Reply]:
        if self.together and "text" in said:
            self.both.wait(WAIT)
            if said["text"] == "first":
                self.second_is_done.wait(WAIT)
        return [Reply("thanks", {})]


class SettledRules:
    def __init__(self) -> None:
        self._rules = compile_in_use(read_folder(ROOT / "triage_rules"))

    def current(self) -> Any:
        return self._rules


@pytest.fixture
def bot() -> BotThatWaits:
    return BotThatWaits()


@pytest.fixture
def app(url: str, database: Database, tmp_path: Path, bot: BotThatWaits) -> Iterator[Flask]:
    settings = Settings(
        secret_key="s" * 40,
        bot_secret="b" * 40,
        content_key="a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
        database_url=url,
        var_folder=tmp_path,
        rate_limits=False,
    )
    app = create_app(settings)
    parts: Parts = app.extensions[EXTENSION]
    own: Any = {"database": Database(url), "rules": SettledRules(), "bot": bot}
    app.extensions[EXTENSION] = replace(parts, **own)
    yield app
    parts.database.close()
    own["database"].close()


def token(client: FlaskClient) -> str:
    found = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(CHAT).get_data(as_text=True))
    return str(found[-1])


def lines(client: FlaskClient) -> list[str]:
    page = client.get(CHAT).get_data(as_text=True)
    return re.findall(r'<p dir="auto">(.*?)</p>', html.unescape(page))


def test_two_messages_at_once_are_both_kept_in_order(app: Flask, bot: BotThatWaits) -> None:
    one, other = app.test_client(), app.test_client()
    one.post(CHAT, data={"csrf_token": token(one), "text": "before"})
    cookie = one.get_cookie("s")
    assert cookie is not None
    other.set_cookie("s", cookie.value)
    proof = token(one)
    bot.together = True
    answers: dict[str, int] = {}

    def write(client: FlaskClient, text: str) -> None:
        answers[text] = client.post(CHAT, data={"csrf_token": proof, "text": text}).status_code
        if text == "second":
            bot.second_is_done.set()

    first = threading.Thread(target=write, args=(one, "first"))
    second = threading.Thread(target=write, args=(other, "second"))
    first.start()
    time.sleep(0.2)
    second.start()
    for thread in (first, second):
        thread.join(2 * WAIT)
    assert answers == {"first": 303, "second": 303}
    assert bot.second_is_done.is_set()
    bot.together = False
    assert lines(one) == lines(other) == ["before", "first", "second"]


def test_what_is_written_is_kept_before_the_bot_is_waited_for(app: Flask, bot: BotThatWaits) -> None:
    client, other = app.test_client(), app.test_client()
    client.post(CHAT, data={"csrf_token": token(client), "text": "before"})
    cookie = client.get_cookie("s")
    assert cookie is not None
    other.set_cookie("s", cookie.value)
    proof = token(client)
    seen: list[list[str]] = []

    def look(*_: Any) -> list[Reply]:
        elsewhere = threading.Thread(target=lambda: seen.append(lines(other)))  # with nothing of this request at hand
        elsewhere.start()
        elsewhere.join(WAIT)
        return [Reply("thanks", {})]

    bot.message = look  # type: ignore[method-assign]
    client.post(CHAT, data={"csrf_token": proof, "text": "just written"})
    assert seen == [["before", "just written"]]
