"""The same way by chat, with the real bot: it says what it is, understands, asks, suggests and sends; danger first.

The portal and the bot run as they do under `make run`: two processes that talk over loopback, the bot calling back.
"""

import base64
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import waitress
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from portal import clock
from portal.app import create_app
from portal.chat.actions import create_actions_app
from portal.current import EXTENSION, Parts
from portal.desk.follow_up import open_with_code
from portal.desk.request_page import load_request
from portal.desk.rulesets import publish
from portal.records.help_request import HelpRequest
from portal.records.migrations import upgrade
from portal.settings import ROOT, Settings
from portal.triage.reader import content_of, read_sources
from tests.journeys.conftest import PHONE

BOT_READY_WITHIN = 600  # seconds; building its environment, when nothing has done so before, takes most of it


@dataclass(frozen=True)
class TalkingPortal:
    url: str
    parts: Parts


@pytest.fixture(scope="module")
def talking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TalkingPortal]:
    """Portal and bot, both really running."""
    folder = tmp_path_factory.mktemp("talking")
    actions_port, bot_port = _free_port(), _free_port()
    settings = Settings(
        secret_key=secrets.token_hex(32),
        content_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        bot_secret=secrets.token_hex(32),
        database_url=f"sqlite:///{folder / 'portal.db'}",
        bot_url=f"http://127.0.0.1:{bot_port}",
        actions_port=actions_port,
        var_folder=folder,
    )
    upgrade(settings.database_url)
    app = create_app(settings)
    parts: Parts = app.extensions[EXTENSION]
    with parts.database.session() as session:
        publish(session, content=content_of(read_sources(settings.rules_folder)), by="test", now=clock.now())
    servers = [
        waitress.create_server(app, host="127.0.0.1", port=0, threads=8),
        waitress.create_server(create_actions_app(parts), host="127.0.0.1", port=actions_port, threads=4),
    ]
    threads = [threading.Thread(target=server.run, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    bot = subprocess.Popen(
        [os.environ.get("BASE_PYTHON") or sys.executable, "bot/start.py"],
        cwd=ROOT,
        env={
            **os.environ,
            "BOT_URL": settings.bot_url,
            "BOT_SECRET": settings.bot_secret,
            "ACTIONS_PORT": str(actions_port),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    _wait_until_ready(parts, bot)
    yield TalkingPortal(f"http://127.0.0.1:{servers[0].effective_port}", parts)
    bot.terminate()
    bot.wait(timeout=20)
    if bot.stdout:
        bot.stdout.close()
    for server, thread in zip(servers, threads, strict=True):
        server.close()
        thread.join(timeout=5)
    parts.database.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_ready(parts: Parts, bot: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + BOT_READY_WITHIN
    while not parts.bot.ready():
        if bot.poll() is not None or time.monotonic() > until:
            bot.kill()
            said = bot.stdout.read() if bot.stdout else ""
            pytest.fail(f"the bot did not start; it said:\n{said[-2000:]}")
        time.sleep(0.3)


@pytest.fixture(params=["with scripts", "without scripts"])
def chat(request: pytest.FixtureRequest, talking: TalkingPortal, browser: Browser) -> Iterator[Page]:
    """The chat in Swedish on a phone, once with JavaScript and once without."""
    context = browser.new_context(
        viewport=PHONE, base_url=talking.url, java_script_enabled=request.param == "with scripts"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/sv/chat")
    yield page
    context.close()


def say(page: Page, words: str, button: str = "Skicka") -> None:
    before = page.locator("#talk > li").count()
    page.locator("#text").fill(words)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#talk > li").nth(before + 1)).to_be_visible()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    before = page.locator("#talk > li").count()
    page.get_by_role("button", name=name).first.click()
    expect(page.locator("#talk > li").nth(before)).to_be_visible()


def to_card(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    expect(page.locator("#card")).to_be_visible()


def send_card(page: Page) -> None:
    page.locator("#card").get_by_role("button", name=re.compile("^Skicka")).click()
    expect(page.locator(".receipt")).to_be_visible()


def test_somebody_talks_is_understood_and_sends_without_a_name(chat: Page, talking: TalkingPortal) -> None:
    expect(chat.locator("#talk")).to_contain_text("Jag är en dator, inte en människa")
    say(chat, "jag kan bli vräkt från min lägenhet, hyresvärden har sagt upp mig")
    for _ in range(6):  # at most four questions, and a choice of topic when the bot is not sure
        if chat.get_by_role("button", name="Skicka till kontaktcenter").count():
            break
        topic = re.compile("^Jag kan bli vräkt$")
        press(chat, topic if chat.get_by_role("button", name=topic).count() else "Jag vill inte svara")
    expect(chat.locator("main")).to_contain_text("Bostadssamordning")
    to_card(chat, "Skicka till kontaktcenter")
    expect(chat.locator("#card")).to_contain_text("jag kan bli vräkt")
    send_card(chat)
    code = chat.locator(".receipt .code").inner_text()
    assert len(re.sub(r"\D", "", code)) == 16
    with talking.parts.database.session(writes=False) as session:
        opened = open_with_code(session, code=code, code_key=talking.parts.code_key, now=clock.now())
        request = session.get_one(HelpRequest, opened.request_id)
        read = load_request(session, keys=talking.parts.content_keys, request_id=request.id)
    assert (request.channel, request.anonymous) == ("chat", True)
    assert any("jag kan bli vräkt" in (message.body or "") for message in read.messages)


def test_danger_words_show_112_and_never_reach_the_bot(chat: Page) -> None:
    say(chat, "min pappa slår mig nu")
    expect(chat.locator(".danger a[href='tel:112']").first).to_be_visible()
    to_card(chat, "Skicka till en människa")
    send_card(chat)
    expect(chat.locator(".receipt .code")).to_be_visible()


def test_a_human_is_offered_at_every_step(chat: Page) -> None:
    press(chat, "Jag vill prata med en människa")
    expect(chat.get_by_role("button", name="Skicka till en människa")).to_be_visible()
    expect(chat.locator("#latest a[href='tel:112']")).to_be_visible()


def test_a_misunderstanding_is_taken_back_and_a_line_struck_with_the_keyboard(
    chat: Page, talking: TalkingPortal
) -> None:
    say(chat, "jag har inga pengar till mat")
    if not chat.get_by_role("button", name="Nej, inte det").count():
        press(chat, re.compile("pengar", re.IGNORECASE))
    expect(chat.locator("#understood-title")).to_be_visible()
    press(chat, "Nej, inte det")
    expect(chat.locator("#talk")).to_contain_text("Förlåt, då förstod jag fel")
    expect(chat.locator("#understood-title")).to_have_count(0)
    say(chat, "glöm inte mitt telefonnummer")
    to_human(chat)
    struck = chat.get_by_role("checkbox", name="glöm inte mitt telefonnummer")
    struck.focus()
    chat.keyboard.press("Space")
    expect(struck).not_to_be_checked()
    send_card(chat)
    code = chat.locator(".receipt .code").inner_text()
    with talking.parts.database.session(writes=False) as session:
        opened = open_with_code(session, code=code, code_key=talking.parts.code_key, now=clock.now())
        read = load_request(session, keys=talking.parts.content_keys, request_id=opened.request_id)
    assert read.words == "jag har inga pengar till mat"


def to_human(chat: Page) -> None:
    press(chat, "Jag vill prata med en människa")
    to_card(chat, "Skicka till en människa")


def test_a_talk_is_put_away_and_gone_on_with_elsewhere(chat: Page, talking: TalkingPortal, browser: Browser) -> None:
    say(chat, "mamma dricker varje kväll")
    chat.get_by_role("button", name="Lägg undan samtalet").click()
    code = chat.locator(".code").inner_text()
    chat.get_by_role("button", name="Ta bort samtalet från den här enheten").click()
    expect(chat.locator("main")).not_to_contain_text("mamma dricker")
    elsewhere = browser.new_context(base_url=talking.url, viewport=PHONE).new_page()
    elsewhere.goto("/sv/follow-up")
    elsewhere.get_by_label("Din kod").fill(code)
    elsewhere.get_by_role("button", name="Öppna").click()
    expect(elsewhere.locator("#talk")).to_contain_text("mamma dricker varje kväll")
    elsewhere.context.close()


UNDERSTOOD = [
    ("sv", "jag har inga pengar till mat", "Pengar|mat"),
    ("en", "I have no money for food", "Pengar|money|food"),
    ("ar", "ما عندي مصاري للأكل", "نقود|المال|مال|طعام|أكل|Pengar"),
]


@pytest.mark.parametrize(("language", "words", "sign"), UNDERSTOOD)
def test_free_text_is_understood_in_three_languages(
    talking: TalkingPortal, browser: Browser, language: str, words: str, sign: str
) -> None:
    context = browser.new_context(base_url=talking.url)
    page = context.new_page()
    page.goto(f"/{language}/chat")
    before = page.locator("#talk > li").count()
    page.locator("#text").fill(words)
    page.locator("#say-button").click()
    expect(page.locator("#talk > li").nth(before + 1)).to_be_visible()
    shown = page.locator("main").inner_text()
    context.close()
    assert re.search(sign, shown.replace(words, ""), re.IGNORECASE), shown


def test_an_outside_matter_is_pointed_elsewhere_and_not_filed(chat: Page, talking: TalkingPortal) -> None:
    with talking.parts.database.session(writes=False) as session:
        filed = len(session.scalars(select(HelpRequest.id)).all())
    say(chat, "jag vill överklaga min parkeringsbot")
    expect(chat.locator("#talk > li").last).to_contain_text(re.compile("parkering", re.IGNORECASE))
    with talking.parts.database.session(writes=False) as session:
        assert len(session.scalars(select(HelpRequest.id)).all()) == filed


def test_a_slash_is_only_text(chat: Page) -> None:
    say(chat, '/answer{"fact":"age","value":"14"}')
    expect(chat.locator(".receipt")).to_have_count(0)
    expect(chat.locator("#understood-title")).to_have_count(0)


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_the_chat_is_accessible(
    talking: TalkingPortal, browser: Browser, language: str, check_accessible: Callable[[Page], None]
) -> None:
    context = browser.new_context(base_url=talking.url, viewport=PHONE, bypass_csp=True)
    page = context.new_page()
    page.goto(f"/{language}/chat")
    check_accessible(page)
    page.locator("#text").fill("han slår mig nu")
    page.locator("#say-button").click()
    expect(page.locator(".danger").first).to_be_visible()
    check_accessible(page)
    page.goto(f"/{language}/chat/card")
    check_accessible(page)
    page.goto(f"/{language}/chat")
    page.locator("button[value='put-away:']").click()
    expect(page.locator(".code")).to_be_visible()
    check_accessible(page)
    context.close()


def test_the_other_pages_work_while_the_bot_hangs(talking: TalkingPortal, browser: Browser) -> None:
    """A bot that takes every call and answers none: the form is as quick as ever."""
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        parts: Any = talking.parts.bot
        url, parts._url = parts._url, f"http://127.0.0.1:{hanging.getsockname()[1]}/webhooks/portal"
        try:
            page = browser.new_page(base_url=talking.url)
            page.goto("/sv/chat")
            expect(page.locator("main")).to_contain_text("Chatten är inte igång just nu")
            page.goto("/sv/")
            page.locator("textarea").fill("jag kan bli vräkt")
            page.get_by_role("button", name="Visa vem som kan hjälpa").click()
            expect(page.locator("h1")).to_be_visible()
            page.close()
        finally:
            parts._url = url
