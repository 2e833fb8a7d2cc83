"""Publishing under way: every process follows in time, and no answer is ever made of two versions of the rules."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock, rules_in_use
from portal.app import create_app
from portal.current import EXTENSION
from portal.desk import rulesets
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.settings import ROOT, Settings
from portal.triage.reader import Content, content_of, read_sources
from portal.understanding.bot import BotSilent, Understood

PROMISED = 2.0
"""Seconds within which running processes follow a publication."""
MARGIN = 2.0
"""Seconds that a busy machine may take on top: to start a thread, to compile, to answer."""
STARTS_WITHIN = 90.0

DANGER = {"text": "han slår mig nu"}
EVICTED = {"facts": {"topics": ["housing.eviction"]}}


@pytest.fixture(scope="module")
def shipped() -> Content:
    return content_of(read_sources(ROOT / "triage_rules"))


def renamed(content: Content, mark: str) -> Content:
    """The same rules with a mark on every sentence that an answer is made of: a mixed answer would show both."""
    other = deepcopy(content)
    for name, data in other.items():
        if name.startswith("services/"):
            data["name"] += mark
            for rule in data["rules"]:
                rule["because"] += mark
        if name.startswith("danger/") and "card" in data:
            data["card"]["title"] += mark
    for question in other["questions.yaml"]["questions"]:
        question["ask"] += mark
    return other


def put_in_force(database: Database, content: Content) -> str:
    with database.session() as session:
        return rulesets.publish(session, content=content, by="test", now=clock.now())


def settings_for(url: str, var: Path, **more: Any) -> Settings:
    return Settings(
        secret_key="s" * 40,
        content_key=base64.b64encode(b"k" * 32).decode(),
        bot_secret="b" * 40,
        database_url=url,
        bot_url=f"http://127.0.0.1:{free_port()}",
        var_folder=var,
        rate_limits=False,
        **more,
    )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Web:
    """A web process of its own."""

    def __init__(self, url: str, var: Path) -> None:
        settings = settings_for(url, var)
        self.port = free_port()
        environment = {
            **os.environ,
            "SECRET_KEY": settings.secret_key,
            "CONTENT_KEY": settings.content_key,
            "BOT_SECRET": settings.bot_secret,
            "DATABASE_URL": url,
            "BOT_URL": settings.bot_url,
            "VAR_FOLDER": str(var),
            "RATE_LIMITS": "off",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "ACTIONS_PORT": str(free_port()),
        }
        command = [sys.executable, "-m", "portal.serve"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)

    def ruleset(self) -> str:
        """The id that its answers carry."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/triage",
            json.dumps(EVICTED).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return str(json.load(answer)["ruleset"])

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.ruleset()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the web process did not come up")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def two_webs(database: Database, url: str, tmp_path: Path, shipped: Content) -> Iterator[list[Web]]:
    put_in_force(database, shipped)
    webs = [Web(url, tmp_path) for _ in range(2)]
    try:
        for web in webs:
            web.wait_until_it_answers()
        yield webs
    finally:
        for web in webs:
            web.stop()


def seconds_until_all_answer_by(webs: list[Web], ruleset: str) -> list[float]:
    """For each process, the seconds until it first answers by these rules; at most PROMISED and MARGIN."""
    started = time.monotonic()

    def seconds(web: Web) -> float:
        while web.ruleset() != ruleset and time.monotonic() - started < PROMISED + MARGIN:
            time.sleep(0.05)
        return time.monotonic() - started

    with ThreadPoolExecutor(len(webs)) as asking:
        took = list(asking.map(seconds, webs))
    print("followed after", *(f"{second:.2f} s" for second in took))
    return took


def test_every_running_process_follows_a_publication_and_a_rollback_without_a_restart(
    database: Database, two_webs: list[Web], shipped: Content
) -> None:
    first = two_webs[0].ruleset()
    second = put_in_force(database, renamed(shipped, " (nytt)"))
    assert max(seconds_until_all_answer_by(two_webs, second)) < PROMISED + MARGIN

    with database.session() as session:
        rulesets.rollback(session, to=first, by="test", now=clock.now())
    assert max(seconds_until_all_answer_by(two_webs, first)) < PROMISED + MARGIN


@dataclass
class SilentBot:
    """A bot that says nothing; while it is asked, something may happen."""

    meanwhile: Callable[[], object] = field(default=lambda: None)

    def parse(self, _text: str, *, patience: float) -> Understood:
        self.meanwhile()
        raise BotSilent


@dataclass(frozen=True)
class Portal:
    """The application, which looks for new rules whenever it is asked, at a moment that stands still."""

    app: Flask
    bot: SilentBot

    def ask(self, body: dict[str, Any], address: str = "/api/v1/triage") -> dict[str, Any]:
        answer = self.app.test_client().post(address, json=body)
        assert answer.status_code in (200, 201)
        return dict(answer.get_json())


@pytest.fixture
def portal(database: Database, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    monkeypatch.setattr(rules_in_use, "LOOK_AGAIN", 0.0)
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    app = create_app(settings_for(url, tmp_path))
    bot = SilentBot()
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], bot=bot)
    yield Portal(app, bot)
    app.extensions[EXTENSION].database.close()


def test_an_answer_is_made_of_the_rules_it_began_with(database: Database, portal: Portal, shipped: Content) -> None:
    put_in_force(database, shipped)
    expected = portal.ask(DANGER | EVICTED)
    other = renamed(shipped, " (nytt)")

    portal.bot.meanwhile = lambda: put_in_force(database, other)
    assert portal.ask(DANGER | EVICTED) == expected

    portal.bot.meanwhile = lambda: None
    assert portal.ask(DANGER | EVICTED)["services"][0]["name"].endswith(" (nytt)")


def test_a_filed_request_names_the_rules_that_judged_it(database: Database, portal: Portal, shipped: Content) -> None:
    """Also when others come into force between the reading of the words and the filing."""
    first = put_in_force(database, shipped)
    other = deepcopy(shipped)
    for rule in other["services/housing-coordination.yaml"]["rules"]:
        rule["urgency"] = "today"

    portal.bot.meanwhile = lambda: put_in_force(database, other)
    portal.ask({**EVICTED, "text": "vi blir vräkta"}, "/api/v1/requests")
    portal.bot.meanwhile = lambda: None
    portal.ask({**EVICTED, "text": "vi skriver en gång till"}, "/api/v1/requests")

    with database.session(writes=False) as session:
        stored = session.execute(select(HelpRequest.ruleset_id == first, HelpRequest.urgency)).all()
    assert sorted(map(tuple, stored)) == [(False, "today"), (True, "soon")]


def test_no_answer_is_made_of_two_versions_while_rules_change_under_it(
    database: Database, portal: Portal, shipped: Content
) -> None:
    versions = [shipped, renamed(shipped, " (nytt)")]
    whole: dict[str, list[dict[str, Any]]] = {}
    for content in versions:
        ruleset = put_in_force(database, content)
        whole[ruleset] = [portal.ask(DANGER), portal.ask(EVICTED)]
        assert {answer["ruleset"] for answer in whole[ruleset]} == {ruleset}
    portal.bot.meanwhile = lambda: time.sleep(0.05)
    given: list[dict[str, Any]] = []
    over = threading.Event()

    def keep_asking() -> None:
        while not over.is_set():
            given.extend([portal.ask(DANGER), portal.ask(EVICTED)])

    people = [threading.Thread(target=keep_asking) for _ in range(3)]
    for person in people:
        person.start()
    for number in range(12):
        put_in_force(database, versions[number % 2])
        time.sleep(0.15)
    over.set()
    for person in people:
        person.join()

    assert [answer for answer in given if answer not in whole[answer["ruleset"]]] == []
    assert {answer["ruleset"] for answer in given} == set(whole)
