"""Coming back with the code: the answer is read, more is written; codes that are wrong get a clear sentence."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text

from portal import clock
from portal.records.receipt_code import keyed_hash
from tests.journeys.walking import change_language

ANSWER = "Hej! Du kan komma till oss i morgon klockan tio."
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.fixture
def code(new_context: Callable[..., BrowserContext]) -> str:
    """The code of a request that somebody sent from another phone."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/sv/ask")
    page.fill("#words", "Jag behöver prata med någon")
    page.check("input[value=feelings]")
    page.click("main .actions .button")
    page.goto("/sv/ask/send")
    page.click("main .actions .button")
    return page.inner_text(".code").replace(" ", "")


def enter(page: Page, typed: str, language: str = "sv") -> None:
    page.goto(f"/{language}/follow-up")
    page.fill("#code", typed)
    page.click("main .actions .button")


def test_the_answer_is_read_and_more_is_written(portal: Any, page: Page, code: str) -> None:
    enter(page, code)
    expect(page.locator(".said-by-person")).to_contain_text("Jag behöver prata med någon")
    expect(page.locator("main .notice")).to_contain_text("Du får svar senast")
    portal.staff_answers(code, ANSWER)
    page.reload()
    expect(page.locator(".said-by-staff")).to_contain_text(ANSWER)
    expect(page.locator(".said-by-staff")).to_contain_text("Svar från Socialsekreterare")
    page.fill("#body", "Tack, då kommer jag")
    page.click("main .actions .button")
    expect(page.locator(".said-by-person").last).to_contain_text("Tack, då kommer jag")
    expect(page.locator("#body")).to_have_value("")
    page.click("button[name=close]")
    expect(page).to_have_url(re.compile("/follow-up$"))
    page.goto("/sv/follow-up/conversation")
    expect(page).to_have_url(re.compile("/follow-up$"))


@pytest.mark.parametrize("shape", ["hyphens", "spaces", "arabic"])
def test_the_code_may_be_typed_in_many_ways(shape: str, page: Page, code: str) -> None:
    groups = [code[start : start + 4] for start in range(0, 16, 4)]
    typed = {"hyphens": "-".join(groups), "spaces": "  ".join(groups), "arabic": code.translate(ARABIC_DIGITS)}[shape]
    enter(page, typed)
    expect(page).to_have_url(re.compile("/conversation$"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Skriv koden"),
        ("1234 5678", "Koden har 16 siffror, men du skrev 8."),
        ("1234 5678 9012 345O", "Koden har bara siffror."),
        ("0000 0000 0000 0000", "Vi hittar ingen sådan kod."),
    ],
)
def test_a_wrong_code_says_what_is_wrong_and_stays_in_the_field(typed: str, sentence: str, page: Page) -> None:
    enter(page, typed)
    expect(page.locator(".error-summary")).to_contain_text(sentence)
    expect(page.locator("#code")).to_have_value(typed)


def test_a_code_whose_time_is_over_says_so(portal: Any, page: Page, code: str) -> None:
    with portal.parts.database.session() as session:
        over = clock.now() - timedelta(days=1)
        session.execute(
            text("UPDATE help_request SET state = 'closed', code_expires_at = :over WHERE code_hash = :hash"),
            {"over": over.replace(tzinfo=None), "hash": _hash(portal, code)},
        )
    enter(page, code)
    expect(page.locator(".error-summary")).to_contain_text("går inte att använda längre")


def test_many_wrong_codes_are_stopped_for_a_while(portal: Any) -> None:
    visitor = requests.Session()
    page = visitor.get(f"{portal.url}/sv/follow-up", timeout=30).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    statuses = [
        visitor.post(
            f"{portal.url}/sv/follow-up", data={"csrf_token": token[1], "code": f"{number:016d}"}, timeout=30
        ).status_code
        for number in range(21)
    ]
    assert statuses == [400] * 20 + [429]


def test_danger_words_in_a_later_message_raise_the_request(portal: Any, page: Page, code: str) -> None:
    enter(page, code)
    page.fill("#body", "han slår mig nu")
    page.click("main .actions .button")
    expect(page.locator(".danger a").first).to_have_attribute("href", "tel:112")
    with portal.parts.database.session(writes=False) as session:
        urgency = session.execute(
            text("SELECT urgency FROM help_request WHERE code_hash = :hash"), {"hash": _hash(portal, code)}
        ).scalar_one()
    assert urgency == "emergency"


def test_a_language_change_keeps_the_half_written_reply(page: Page, code: str) -> None:
    enter(page, code)
    page.fill("#body", "Halvskrivet svar")
    change_language(page, "ar")
    expect(page).to_have_url(re.compile("/ar/follow-up/conversation$"))
    expect(page.locator("#body")).to_have_value("Halvskrivet svar")


def test_an_empty_reply_says_what_to_do(page: Page, code: str) -> None:
    enter(page, code)
    page.click("main .actions .button")
    expect(page.locator(".error-summary")).to_contain_text("Skriv något först.")


def test_a_locked_database_keeps_the_reply(portal: Any, unscripted: Page, code: str) -> None:
    enter(unscripted, code)
    unscripted.fill("#body", "Det här får inte försvinna")
    with portal.locked():
        with unscripted.expect_navigation(timeout=30_000) as navigation:
            unscripted.click("main .actions .button", no_wait_after=True)
        assert navigation.value.status == 503
    expect(unscripted.locator("#body")).to_have_value("Det här får inte försvinna")
    expect(unscripted.locator(".error-summary a[href='tel:112']")).to_be_visible()


def test_a_promise_that_was_not_kept_is_admitted(portal: Any, page: Page, code: str) -> None:
    with portal.parts.database.session() as session:
        session.execute(
            text("UPDATE help_request SET answer_due_at = :past WHERE code_hash = :hash"),
            {"past": (clock.now() - timedelta(hours=1)).replace(tzinfo=None), "hash": _hash(portal, code)},
        )
    enter(page, code)
    expect(page.locator(".gentle")).to_contain_text("Förlåt att du får vänta.")


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_the_pages_of_coming_back_are_accessible(
    language: str,
    portal: Any,
    code: str,
    new_context: Callable[..., BrowserContext],
    check_accessible: Callable[[Page], None],
) -> None:
    page = new_context(bypass_csp=True).new_page()
    enter(page, "12", language)
    check_accessible(page)
    portal.staff_answers(code, ANSWER)
    enter(page, code, language)
    expect(page.locator(".said-by-staff")).to_be_visible()
    check_accessible(page)


def _hash(portal: Any, code: str) -> str:
    return keyed_hash(code, portal.parts.code_key)
