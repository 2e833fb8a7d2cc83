"""The whole application on SQLite with the shipped rules, and a bot: a real HTTP server saying what a test wants."""

from __future__ import annotations

import base64
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache

from portal import clock
from portal.app import create_app, put_together
from portal.current import EXTENSION, Parts
from portal.desk import rulesets
from portal.limits import limiter
from portal.records.database import Database
from portal.records.migrations import upgrade
from portal.settings import ROOT, Settings
from portal.triage.reader import content_of, read_sources

BOT_SECRET = "b" * 40


@dataclass
class StandInBot:
    """What the bot answers next, and what it was asked. `silent` closes every connection without an answer."""

    url: str = ""
    parse: dict[str, Any] = field(default_factory=dict)
    replies: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    silent: bool = False

    def understands(self, **changes: Any) -> None:
        self.parse = {
            "topics": [],
            "intent": {"name": "none", "confidence": 0.0},
            "outside": {"matter": None, "probability": 0.0},
            "safety": {"score": 0.0, "possible_danger": False, "signals": []},
            **changes,
        }

    def says(self, *replies: tuple[str, dict[str, Any]]) -> None:
        self.replies = [{"key": key, "args": args} for key, args in replies]


def _handler(bot: StandInBot) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._give({"ready": True, "model": "stand-in"})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            bot.asked.append((self.path.rsplit("/", 1)[-1], body))
            self._give(bot.parse if self.path.endswith("/parse") else {"replies": bot.replies})

        def _give(self, answer: dict[str, Any]) -> None:
            if bot.silent or self.headers.get("Authorization") != f"Bearer {BOT_SECRET}":
                self.send_error(503)
                return
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


@pytest.fixture
def bot() -> Iterator[StandInBot]:
    stand_in = StandInBot()
    stand_in.understands()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stand_in))
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield stand_in
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def rules_content() -> dict[str, Any]:
    return content_of(read_sources(ROOT / "triage_rules"))


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, rules_content: dict[str, Any]) -> Path:
    """A migrated database file with the shipped rules in force, copied by each test."""
    path = tmp_path_factory.mktemp("seeded") / "portal.db"
    upgrade(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    with database.session() as session:
        rulesets.publish(session, content=rules_content, by="test", now=clock.now())
    database.close()
    return path


MakeApp = Callable[..., Flask]


@pytest.fixture(scope="session")
def built() -> dict[str, Flask]:
    """The application as it is without changes, built once. All that it works with is in its parts, and those are new
    in each test."""
    return {}


@pytest.fixture
def make_app(
    built: dict[str, Flask], tmp_path: Path, seeded: Path, bot: StandInBot, compiled_templates: BytecodeCache
) -> Iterator[MakeApp]:
    opened: list[Database] = []

    def make(**changes: Any) -> Flask:
        path = tmp_path / "portal.db"
        if not path.exists():
            shutil.copy(seeded, path)
        settings = Settings(
            **{
                "secret_key": "s" * 40,
                "content_key": base64.b64encode(b"k" * 32).decode(),
                "bot_secret": BOT_SECRET,
                "database_url": f"sqlite:///{path}",
                "bot_url": bot.url,
                "var_folder": tmp_path,
                "rate_limits": False,
                "staff_second_factor": False,
                **changes,
            }
        )
        app = None if changes else built.get("unchanged")
        if app is None:
            app = create_app(settings)
            app.jinja_env.bytecode_cache = compiled_templates
        else:
            put_together(app, settings)
        if not changes:
            built["unchanged"] = app
        limiter.enabled = settings.rate_limits  # there is one for all applications
        opened.append(parts_of(app).database)
        return app

    yield make
    for database in opened:
        database.close()


def parts_of(app: Flask) -> Parts:
    parts: Parts = app.extensions[EXTENSION]
    return parts


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def token_on(client: FlaskClient, address: str) -> str:
    """The CSRF token of the page's own form."""
    found = _TOKEN.findall(client.get(address).get_data(as_text=True))
    assert found, f"no form on {address}"
    return str(found[-1])
