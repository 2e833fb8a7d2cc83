"""A portal that really runs, on a free port with a database of its own, and a browser to walk through it.

The bot is not there: everything but the conversation with it must work without. Every page that is opened is
watched: a request to anywhere else, or a script or style that the content policy refuses, fails the test.
"""

import base64
import os
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import waitress
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, sync_playwright
from sqlalchemy import text

from portal import clock
from portal.app import create_app
from portal.current import EXTENSION, Parts
from portal.desk import accounts, work
from portal.desk.follow_up import open_with_code
from portal.desk.rulesets import publish
from portal.records.migrations import upgrade
from portal.settings import ROOT, Settings
from portal.triage.reader import content_of, read_sources

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
EXIT_HOST = "www.smhi.se"
PHONE = {"width": 360, "height": 740}
STAFF_NAME = "journey.agent"
STAFF_ROLE = "Socialsekreterare"


@dataclass(frozen=True)
class Portal:
    """The running portal. `password` belongs to the staff account STAFF_NAME, who may answer and administer."""

    url: str
    parts: Parts
    database_file: Path
    staff_id: Any
    staff_name: str
    password: str

    def count(self, table: str) -> int:
        with self.parts.database.session(writes=False) as session:
            return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    def staff_answers(self, code: str, words: str) -> None:
        """A member of staff takes the request and answers it."""
        with self.parts.database.session() as session:
            opened = open_with_code(session, code=code, code_key=self.parts.code_key, now=clock.now())
            whose = {"request_id": opened.request_id, "staff_id": self.staff_id, "now": clock.now()}
            work.claim(session, **whose)
            work.answer(session, keys=self.parts.content_keys, body=words, language="sv", **whose)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Somebody else holds the database's write lock, longer than the portal waits."""
        holder = sqlite3.connect(self.database_file, isolation_level=None)
        try:
            holder.execute("BEGIN IMMEDIATE")
            yield
        finally:
            holder.close()


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("portal")
    database_file = folder / "portal.db"
    settings = Settings(
        secret_key=secrets.token_hex(32),
        content_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        bot_secret=secrets.token_hex(32),
        database_url=f"sqlite:///{database_file}",
        bot_url="http://127.0.0.1:9",  # nobody listens there
        staff_second_factor=False,
        rules_folder=ROOT / "triage_rules",
        var_folder=folder,
    )
    upgrade(settings.database_url)
    app = create_app(settings)
    parts: Parts = app.extensions[EXTENSION]
    password = secrets.token_urlsafe(12)
    with parts.database.session() as session:
        publish(session, content=content_of(read_sources(settings.rules_folder)), by="test", now=clock.now())
        member = accounts.add_staff(
            session,
            username=STAFF_NAME,
            display_role=STAFF_ROLE,
            roles=["agent", "administrator"],
            password=password,
            now=clock.now(),
        )
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.effective_port}"
    yield Portal(url, parts, database_file, member.id, STAFF_NAME, password)
    server.close()
    thread.join(timeout=5)
    parts.database.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a context asked for elsewhere, and what its pages were refused."""

    home: str
    strangers: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        host = urlsplit(request.url).netloc
        if host not in (self.home, EXIT_HOST) or (host == EXIT_HOST and not request.is_navigation_request()):
            self.strangers.append(request.url)

    def console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.refused.append(message.text)


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(portal: Portal, browser: Browser) -> Iterator[NewContext]:
    """Makes browser contexts: a phone of one's own, with no memory. The harmless page is played by a stand-in."""
    watch = Watch(urlsplit(portal.url).netloc)
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": PHONE, "base_url": portal.url, "locale": "sv-SE", **options})
        context.set_default_timeout(15_000)
        context.on("request", watch.request)
        context.on("console", watch.console)
        context.route(f"https://{EXIT_HOST}/**", _harmless)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    assert watch.strangers == [], "a page asked a third party for something"
    assert watch.refused == [], "a page held a script or style that the content policy refuses"


def _harmless(route: Route) -> None:
    route.fulfill(content_type="text/html", body="<!doctype html><title>Väder</title><h1>Väder</h1>")


@pytest.fixture(params=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, new_context: NewContext) -> Page:
    """A page on a phone, once with JavaScript and once without."""
    return new_context(java_script_enabled=request.param == "with scripts").new_page()


@pytest.fixture
def scripted(new_context: NewContext) -> Page:
    """A page with JavaScript."""
    return new_context().new_page()


@pytest.fixture
def unscripted(new_context: NewContext) -> Page:
    """A page without JavaScript."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def check_accessible() -> Callable[[Page], None]:
    """Fails when axe finds anything wrong with the page. Its context needs bypass_csp=True."""
    axe = Axe()

    def check(page: Page) -> None:
        found = axe.run(page)
        wrong = [f"{v['id']}: {v['nodes'][0]['html']}" for v in found.response["violations"]]
        assert wrong == [], f"{page.url}\n" + "\n".join(wrong)

    return check
