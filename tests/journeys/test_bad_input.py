"""What goes wrong on the person's way: a clear sentence, and what was written stays."""

import re
import threading
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.journeys.walking import DANGER, answer_all, form_values, tell, to_send_page


def test_nothing_written_and_nothing_chosen(page: Page) -> None:
    tell(page, "", topic=None)
    expect(page.locator(".error-summary")).to_contain_text("Skriv några ord, eller välj vad det handlar om.")


def test_emojis_alone_are_kept_and_a_topic_asked_for(page: Page) -> None:
    tell(page, "😭😭😭", topic=None)
    expect(page.locator(".error-summary")).to_contain_text("Välj också vad det handlar om")
    expect(page.locator("#words")).to_have_value("😭😭😭")
    page.check("input[value=feelings]")
    page.click("main .actions .button")
    expect(page).to_have_url(re.compile("/ask/(question|result)$"))


@pytest.mark.parametrize("word", ["hjälp ", "مساعدة "])
def test_fifty_kilobytes_are_kept_and_answered_with_a_clear_sentence(word: str, page: Page) -> None:
    text = (word * (50_000 // len(word.encode()))).strip()
    tell(page, text, topic=None)
    expect(page.locator(".error-summary")).to_contain_text(f"{len(text)} tecken")
    expect(page.locator("#words")).to_have_value(text)


def test_a_question_without_an_answer_says_what_to_do(page: Page) -> None:
    tell(page)
    page.click("main .actions .button")
    expect(page.locator(".error-summary")).to_contain_text("Välj ett av svaren")


def test_danger_words_show_the_card_even_when_the_form_is_not_sound(page: Page) -> None:
    tell(page, DANGER + " " + "a" * 11_000, topic=None)
    expect(page.locator(".danger a").first).to_have_attribute("href", "tel:112")
    expect(page.locator(".error-summary")).to_be_visible()


def test_two_presses_file_one_request(portal: Any, page: Page) -> None:
    to_send_page(page)
    before = portal.count("help_request")
    values = form_values(page, "#send")
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    answers: list[requests.Response] = []

    def press() -> None:
        answers.append(requests.post(page.url, data=values, cookies=cookies, timeout=30, allow_redirects=False))

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert portal.count("help_request") == before + 1
    page.goto("/sv/ask/send")
    expect(page).to_have_url(re.compile("/ask/sent$"))
    expect(page.locator(".code")).to_be_visible()


def test_a_locked_database_keeps_the_text_and_shows_the_numbers(portal: Any, unscripted: Page) -> None:
    to_send_page(unscripted)
    unscripted.fill("#message", "Det här får inte försvinna")
    with portal.locked():
        with unscripted.expect_navigation(timeout=30_000) as navigation:
            unscripted.click("main .actions .button", no_wait_after=True)
        assert navigation.value.status == 503
        expect(unscripted.locator("#message")).to_have_value("Det här får inte försvinna")
        expect(unscripted.locator(".error-summary a[href='tel:112']")).to_be_visible()
    unscripted.click("main .actions .button")
    expect(unscripted.locator(".code")).to_be_visible()


def test_danger_is_seen_even_when_the_database_is_locked(portal: Any, unscripted: Page) -> None:
    unscripted.goto("/sv/ask")
    unscripted.fill("#words", DANGER)
    with portal.locked():
        with unscripted.expect_navigation(timeout=30_000) as navigation:
            unscripted.click("main .actions .button", no_wait_after=True)
        assert navigation.value.status == 503
    expect(unscripted.locator(".danger a").first).to_have_attribute("href", "tel:112")
    expect(unscripted.locator("#words")).to_have_value(DANGER)


@pytest.mark.parametrize(("path", "field"), [("/sv/ask", "words"), ("/sv/ask/send", "message")])
def test_a_missing_token_keeps_the_text(path: str, field: str, portal: Any) -> None:
    answer = requests.post(f"{portal.url}{path}", data={field: "Kvar", "topics": "home"}, timeout=30)
    assert answer.status_code == 400
    assert "Det du skrev finns kvar." in answer.text
    assert re.search(rf'name="{field}"[^>]*>\s*Kvar', answer.text)


def test_a_draft_is_not_kept_for_a_stranger_without_a_token(portal: Any) -> None:
    before = portal.count("visit")
    answer = requests.post(f"{portal.url}/sv/draft/ask", data={"words": "Från en annan sida"}, timeout=30)
    assert answer.status_code == 400
    assert portal.count("visit") == before


def test_an_unknown_language_gets_a_clear_sentence_and_the_languages(page: Page) -> None:
    answer = page.goto("/xx/ask")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text(re.compile("Vi har inte sidan på det språket"))
    page.click("main a[hreflang=ar]")
    expect(page).to_have_url(re.compile("/ar/ask$"))


def test_too_many_sendings_keep_the_text(portal: Any, unscripted: Page) -> None:
    for number in range(7):
        tell(unscripted, f"Nummer {number}")
        answer_all(unscripted)
        unscripted.goto("/sv/ask/send")
        unscripted.click("main .actions .button")
    expect(unscripted.locator(".error-summary")).to_contain_text("Det du skrev finns kvar")
    expect(unscripted.locator(".error-summary a[href='tel:112']")).to_be_visible()
    expect(unscripted.locator("#message")).to_have_value("Nummer 6")
