"""A human takes the chat, seen from both sides: two browsers, with scripts and without, and what crosses."""

import base64
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
import waitress
from playwright.sync_api import Browser, Page, expect

from portal import clock
from portal.app import create_app
from portal.current import EXTENSION, Parts
from portal.desk.accounts import add_staff
from portal.desk.rulesets import publish
from portal.records.migrations import upgrade
from portal.settings import ROOT, Settings
from portal.triage.reader import content_of, read_sources
from tests.journeys.conftest import PHONE
from tests.pages.conftest import BOT_SECRET, StandInBot, _handler

DESK = {"width": 1280, "height": 900}
PATIENCE = 5000  # milliseconds; how fast it is, is printed and not judged: this machine may have other work
NAME, PASSWORD, ROLE = "journey.agent", secrets.token_urlsafe(12), "Socialsekreterare"


@dataclass(frozen=True)
class ChatPortal:
    url: str
    bot: StandInBot


@pytest.fixture(scope="module")
def chatting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatPortal]:
    """A portal that really runs, with a bot that answers what it is told to."""
    folder = tmp_path_factory.mktemp("chatting")
    bot = StandInBot()
    bot_server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(bot))
    settings = Settings(
        secret_key=secrets.token_hex(32),
        content_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        bot_secret=BOT_SECRET,
        database_url=f"sqlite:///{folder / 'portal.db'}",
        bot_url=f"http://127.0.0.1:{bot_server.server_port}",
        staff_second_factor=False,
        var_folder=folder,
    )
    upgrade(settings.database_url)
    app = create_app(settings)
    parts: Parts = app.extensions[EXTENSION]
    with parts.database.session() as session:
        publish(session, content=content_of(read_sources(ROOT / "triage_rules")), by="test", now=clock.now())
        add_staff(session, username=NAME, display_role=ROLE, roles=["agent"], password=PASSWORD, now=clock.now())
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
    threads = [
        threading.Thread(target=bot_server.serve_forever, kwargs={"poll_interval": 0.05}),
        threading.Thread(target=server.run, daemon=True),
    ]
    for thread in threads:
        thread.start()
    yield ChatPortal(f"http://127.0.0.1:{server.effective_port}", bot)
    server.close()
    bot_server.shutdown()
    bot_server.server_close()
    for thread in threads:
        thread.join(timeout=5)
    parts.database.close()


@pytest.fixture(params=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "with scripts")


Open = Callable[..., Page]


@pytest.fixture
def open_page(chatting: ChatPortal, browser: Browser, scripts: bool) -> Iterator[Open]:
    """A browser of one's own."""
    contexts = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(base_url=chatting.url, java_script_enabled=scripts, locale="sv-SE", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def person(open_page: Open, chatting: ChatPortal) -> Page:
    """Somebody who has told something in the chat."""
    chatting.bot.says(("who_sees_this", {}))
    page = open_page(viewport=PHONE)
    page.goto("/sv/chat")
    write(page, "vi blir vräkta på fredag")
    expect(page.locator("#talk")).to_contain_text("Ingen läser det här nu")
    expect(page.locator("#talk > li", has_text="Jag är en dator")).to_have_count(1)
    return page


@pytest.fixture
def staff(open_page: Open) -> Page:
    """A member of staff at the queue."""
    page = open_page(viewport=DESK)
    page.goto("/staff/sign-in")
    page.fill("#username", NAME)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.goto("/staff/queue")
    return page


def write(page: Page, words: str) -> None:
    page.fill("#text", words)
    page.get_by_role("button", name="Skicka", exact=True).click()
    expect(page.locator("#talk")).to_contain_text(words)


def answer(page: Page, words: str) -> None:
    page.fill("#answer", words)
    page.get_by_role("button", name="Skicka till personen").click()
    expect(page.locator("#talk")).to_contain_text(words)


def ask_for_human(page: Page) -> None:
    page.get_by_role("button", name="Jag vill prata med en människa").click()
    page.get_by_role("button", name="Skicka till en människa").click()
    page.get_by_role("button", name="Skicka, och vänta på en människa i chatten").click()
    expect(page.locator("#live")).to_contain_text("Du väntar på en människa")


def sees(page: Page, words: str, scripts: bool, within: str = "#talk") -> float:
    """Wait until these words have crossed, or load the page again where nothing does it by itself; seconds."""
    begun = time.monotonic()
    if not scripts:
        page.locator("[data-reload] a").click()
    expect(page.locator(within)).to_contain_text(words, timeout=PATIENCE)
    return time.monotonic() - begun


def test_a_talk_crosses_to_a_human_and_back_to_the_bot(
    person: Page, staff: Page, chatting: ChatPortal, scripts: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    ask_for_human(person)

    if not scripts:
        staff.reload()
    expect(staff.locator("#chats")).to_contain_text("väntar på en människa i chatten", timeout=PATIENCE)
    staff.get_by_role("button", name="Svara i chatten").first.click()
    expect(staff.locator("#talk")).to_contain_text("vi blir vräkta på fredag")
    took = {"takeover": sees(person, f"Nu svarar en människa: \u2068{ROLE}", scripts)}
    expect(person.locator("#live summary")).to_have_text("Din kod")
    expect(person.get_by_role("button", name="Glöm allt")).to_have_count(0)

    asked = len(chatting.bot.asked)
    answer(staff, "Hej, jag är en människa.")
    took["answer"] = sees(person, "Hej, jag är en människa.", scripts)
    write(person, "vad skönt")
    took["person's words"] = sees(staff, "vad skönt", scripts)
    write(person, "han slår mig nu")
    expect(person.locator("#talk .danger").first).to_be_visible()
    took["danger"] = sees(staff, "Fara:", scripts, within="#danger")
    assert len(chatting.bot.asked) == asked, "the bot is mute"

    staff.get_by_role("button", name="Lämna tillbaka till boten").click()
    took["given back"] = sees(person, "Nu svarar datorn igen", scripts)
    expect(person.get_by_role("button", name="Glöm allt")).to_be_visible()
    write(person, "hej igen")
    assert len(chatting.bot.asked) == asked + 1
    with capsys.disabled():
        print("\n" + ", ".join(f"{what} {seconds:.2f} s" for what, seconds in took.items()))


@pytest.mark.parametrize("scripts", ["with scripts"], indirect=True)
def test_what_is_being_written_is_left_alone_when_an_answer_comes(person: Page, staff: Page) -> None:
    ask_for_human(person)
    expect(staff.locator("#chats button").first).to_be_visible(timeout=PATIENCE)
    staff.locator("#chats button").first.click()
    person.fill("#text", "halvskrivet")
    person.locator("#text").focus()
    answer(staff, "Är du kvar?")
    expect(person.locator("#talk")).to_contain_text("Är du kvar?", timeout=PATIENCE)
    assert person.locator("#text").input_value() == "halvskrivet"
    expect(person.locator("#text")).to_be_focused()
    assert person.locator("#talk > li", has_text="Är du kvar?").count() == 1
    expect(person.locator("[data-reload]")).to_be_hidden()
