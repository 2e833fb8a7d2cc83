"""The person's way from the first page to the receipt, with and without scripts, and everything that can go wrong."""

import gzip
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

WORDS = "Jag orkar inte med skolan längre"
DANGER = "han slår mig nu"
MOST_QUESTIONS = 6
FIRST_VISIT = ("app.css", "leave.js", "draft.js", "favicon.svg")


def tell(page: Page, words: str = WORDS, topic: str | None = "home", language: str = "sv") -> None:
    page.goto(f"/{language}/ask")
    page.fill("#words", words)
    if topic:
        page.check(f"input[value={topic}]")
    page.click("main .actions .button")


def answer_all(page: Page, choice: int = 0) -> int:
    """Answer every question and return how many there were."""
    for asked in range(MOST_QUESTIONS):
        if "/ask/question" not in page.url:
            return asked
        page.check(f"input[name=answer] >> nth={choice}")
        page.click("main .actions .button")
    raise AssertionError("the questions do not end")


def to_send_page(page: Page, language: str = "sv") -> None:
    tell(page, language=language)
    answer_all(page)
    page.click("a.button[href$='/ask/send']")


def receipt(page: Page) -> str:
    return page.inner_text(".code").replace(" ", "")


def test_from_the_first_page_to_a_receipt(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/sv/$"))
    page.fill("#words", WORDS)
    page.click(".tile[value=home]")
    assert 1 <= answer_all(page) <= 4
    expect(page).to_have_url(re.compile("/sv/ask/result$"))
    assert page.locator(".service").count() >= 3
    expect(page.locator(".service .why").first).to_be_visible()
    page.click("a.button[href$='/ask/send']")
    expect(page.locator("#message")).to_have_value(WORDS)
    expect(page.locator(".seen")).to_contain_text("Svenska")
    page.click("main .actions .button")
    expect(page).to_have_url(re.compile("/sv/ask/sent$"))
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", page.inner_text(".code"))
    expect(page.locator("main")).to_contain_text(re.compile(r"FL-\w{4}-\w{4}"))
    expect(page.locator(".due")).to_contain_text(re.compile(r"\d\d:\d\d"))
    page.click("button[name=saved]")
    expect(page.locator("#saved [role=status]")).to_be_visible()
    expect(page.locator(".code")).to_be_visible()


def test_somebody_who_declines_every_question_still_gets_help(page: Page) -> None:
    tell(page, topic="worried-about-someone")
    for _ in range(MOST_QUESTIONS):
        if "/ask/question" not in page.url:
            break
        page.check("input[value=decline]")
        page.click("main .actions .button")
    expect(page).to_have_url(re.compile("/ask/result$"))
    assert page.locator(".service").count() >= 3


def test_something_is_open_at_every_hour(page: Page) -> None:
    tell(page)
    answer_all(page)
    expect(page.locator(".badge-open").first).to_be_visible()


def test_danger_words_lead_to_112_before_anything_else(page: Page) -> None:
    tell(page, DANGER, topic=None)
    expect(page).to_have_url(re.compile("/ask/result$"))
    card = page.locator(".danger").first
    expect(card.locator("a").first).to_have_attribute("href", "tel:112")
    assert page.locator(".danger").first.bounding_box()["y"] < page.locator(".service").first.bounding_box()["y"]
    page.click("a.button[href$='/ask/send']")
    page.click("main .actions .button")
    expect(page.locator(".code")).to_be_visible()
    expect(page.locator(".danger").first).to_be_visible()


def test_danger_words_show_the_card_even_when_the_form_is_not_sound(page: Page) -> None:
    tell(page, DANGER + " " + "a" * 6000, topic=None)
    expect(page.locator(".danger a").first).to_have_attribute("href", "tel:112")
    expect(page.locator(".error-summary")).to_be_visible()


@pytest.mark.parametrize("language", ["sv", "en", "ar"])
def test_the_numbers_are_seen_on_the_smallest_phone_without_scrolling(
    language: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport={"width": 320, "height": 568}).new_page()
    page.goto(f"/{language}/")
    bar = page.locator(".exit").bounding_box()["y"]
    for number in page.locator("main .number-digits").all():
        box = number.bounding_box()
        assert box["y"] + box["height"] <= bar
    assert page.locator("main .number-digits").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["/sv/", "/ar/ask", "/sv/services", "/ar/about", "/sv/follow-up"])
def test_no_page_is_wider_than_the_smallest_phone(path: str, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(viewport={"width": 320, "height": 568}).new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


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


def test_an_answer_can_be_changed_and_struck_from_the_result(page: Page) -> None:
    tell(page)
    answer_all(page)
    page.locator(".told a[href*='fact=']").first.click()
    expect(page.locator("input[name=answer]:checked")).to_have_count(1)
    page.check("input[name=answer] >> nth=1")
    page.click("main .actions .button")
    answer_all(page)
    lines = page.locator(".told li").count()
    page.locator(".told button[name=strike]").first.click()
    expect(page.locator(".told li")).to_have_count(lines - 1)


def test_a_struck_line_is_not_sent(portal: Any, page: Page) -> None:
    to_send_page(page)
    struck = page.locator("input[name=kept]").last
    key = struck.get_attribute("value")
    struck.uncheck()
    page.click("main .actions .button")
    expect(page.locator(".code")).to_be_visible()
    facts, topics = _newest(portal, "facts"), _newest(portal, "topics")
    assert key not in facts
    assert key.removeprefix("topics:") not in topics


def test_a_language_change_keeps_what_was_written(page: Page) -> None:
    page.goto("/sv/")
    page.fill("#words", WORDS)
    page.click(".languages [lang=ar]")
    expect(page).to_have_url(re.compile("/ar/ask$"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#words")).to_have_value(WORDS)
    page.click(".languages [lang=en]")
    expect(page.locator("#words")).to_have_value(WORDS)


def test_a_language_change_keeps_the_message_and_the_choices(page: Page) -> None:
    to_send_page(page)
    page.fill("#message", "Ett annat meddelande")
    page.check("#named-1")
    page.fill("#name", "Ett namn")
    page.click(".languages [lang=en]")
    expect(page).to_have_url(re.compile("/en/ask/send$"))
    expect(page.locator("#message")).to_have_value("Ett annat meddelande")
    expect(page.locator("#name")).to_have_value("Ett namn")
    expect(page.locator("#named-1")).to_be_checked()


def test_the_back_button_keeps_what_was_written(page: Page) -> None:
    tell(page)
    page.go_back()
    expect(page.locator("#words")).to_have_value(WORDS)
    expect(page.locator("input[value=home]")).to_be_checked()


def test_what_was_not_yet_sent_is_kept_when_the_page_is_left(portal: Any, scripted: Page) -> None:
    before = portal.count("visit")
    scripted.goto("/sv/")
    scripted.fill("#words", "Halvskrivet")
    scripted.click(".ways a[href$='/services']")
    expect(scripted).to_have_url(re.compile("/services$"))
    for _ in range(50):  # it is kept behind the next page
        if portal.count("visit") > before:
            break
        scripted.wait_for_timeout(100)
    other = scripted.context.new_page()
    other.goto("/sv/ask")
    expect(other.locator("#words")).to_have_value("Halvskrivet")


def test_enter_in_a_field_sends_the_form_and_does_not_change_the_language(page: Page) -> None:
    page.goto("/sv/follow-up")
    page.fill("#code", "1234")
    page.press("#code", "Enter")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page).to_have_url(re.compile("/sv/follow-up$"))


def test_a_telephone_number_in_an_anonymous_text_gives_a_hint_but_no_hindrance(page: Page) -> None:
    to_send_page(page)
    page.fill("#message", "Ring mig på 070-174 06 33")
    page.click("main .actions .button")
    expect(page.locator(".notice[role=alert]")).to_contain_text("070-174 06 33")
    page.click("main .actions .button")
    expect(page.locator(".code")).to_be_visible()


def test_with_a_name_a_safe_way_is_asked_for(page: Page) -> None:
    to_send_page(page)
    page.check("#named-1")
    page.check("#channel-1")
    page.click("main .actions .button")
    expect(page.locator(".error-summary")).to_contain_text("Skriv vad du heter")
    expect(page.locator(".error-summary")).to_contain_text("Skriv ett telefonnummer")
    page.fill("#name", "Ett namn")
    page.fill("#address", "070-174 06 33")
    page.click("main .actions .button")
    expect(page.locator(".code")).to_be_visible()


def test_two_presses_file_one_request(portal: Any, page: Page) -> None:
    to_send_page(page)
    before = portal.count("help_request")
    values = _form_values(page, "#send")
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


def test_after_sending_another_request_begins_empty_and_the_receipt_stays(page: Page) -> None:
    to_send_page(page)
    page.click("main .actions .button")
    code = receipt(page)
    page.goto("/sv/ask")
    expect(page.locator("#words")).to_have_value("")
    page.fill("#words", "Något annat")
    page.check("input[value=money]")
    page.click("main .actions .button")
    answer_all(page)
    page.click("a.button[href$='/ask/send']")
    expect(page.locator("#message")).to_have_value("Något annat")
    page.goto("/sv/ask/sent")
    assert receipt(page) == code


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


def test_the_professional_entrance_has_its_own_topics_and_words(page: Page) -> None:
    page.goto("/sv/")
    page.click(".ways a[href*='entrance=professional']")
    expect(page.locator("main .notice").first).to_contain_text("råd utan att skriva namn")
    expect(page.locator("input[value=work-with-us]")).to_have_count(1)
    expect(page.locator("input[value=home]")).to_have_count(0)
    page.check("input[value=work-with-us]")
    page.click("main .actions .button")
    answer_all(page)
    page.click("a.button[href$='/ask/send']")
    expect(page.locator("main")).to_contain_text("Det här formuläret är ingen anmälan.")


def test_too_many_sendings_keep_the_text(portal: Any, unscripted: Page) -> None:
    for number in range(7):
        tell(unscripted, f"Nummer {number}")
        answer_all(unscripted)
        unscripted.goto("/sv/ask/send")
        unscripted.click("main .actions .button")
    expect(unscripted.locator(".error-summary")).to_contain_text("Det du skrev finns kvar")
    expect(unscripted.locator(".error-summary a[href='tel:112']")).to_be_visible()
    expect(unscripted.locator("#message")).to_have_value("Nummer 6")


def test_everything_can_be_removed_and_begun_again(page: Page) -> None:
    tell(page)
    answer_all(page)
    page.click("form[action$='/start-over'] button")
    expect(page).to_have_url(re.compile("/sv/$"))
    expect(page.locator("#words")).to_have_value("")


def test_the_reminder_gives_nothing_away(unscripted: Page) -> None:
    to_send_page(unscripted)
    unscripted.click("main .actions .button")
    answer = unscripted.context.request.get("/sv/ask/sent/reminder.ics")
    text = answer.text()
    assert text.startswith("BEGIN:VCALENDAR")
    assert "SUMMARY:Lämna tillbaka biblioteksbok" in text
    assert not any(word in text for word in ("hjälp", "kommun", "127.0.0.1", WORDS))


def test_every_page_has_the_same_neutral_title(page: Page) -> None:
    titles = set()
    for path in ("/sv/", "/sv/ask", "/sv/services", "/sv/services/outreach", "/sv/about", "/sv/follow-up"):
        page.goto(path)
        titles.add(page.title())
    assert titles == {"Information"}


def test_the_first_page_fits_into_fourteen_kilobytes(portal: Any) -> None:
    sizes = {}
    for path in ("/sv/", *(f"/static/{name}" for name in FIRST_VISIT)):
        answer = requests.get(portal.url + path, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=30)
        raw = answer.raw.read(decode_content=False)
        sizes[path] = len(raw) if answer.headers.get("Content-Encoding") == "gzip" else len(gzip.compress(raw))
    assert sum(sizes.values()) < 14 * 1024, sizes


def test_answers_are_kept_private_by_their_headers(portal: Any) -> None:
    answer = requests.get(f"{portal.url}/sv/", timeout=30)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", answer.text)
    cookie = answer.headers["Set-Cookie"]
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie
    assert "HttpOnly" in cookie


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_every_page_of_the_way_is_accessible(
    language: str, new_context: Callable[..., BrowserContext], check_accessible: Callable[[Page], None]
) -> None:
    page = new_context(bypass_csp=True).new_page()
    page.goto(f"/{language}/")
    check_accessible(page)
    tell(page, "", topic=None, language=language)
    check_accessible(page)
    tell(page, language=language)
    check_accessible(page)
    page.click("main .actions .button")
    check_accessible(page)
    answer_all(page)
    page.click("details.more > summary")
    check_accessible(page)
    page.click("a.button[href$='/ask/send']")
    page.fill("#message", "Ring 070-174 06 33")
    page.click("main .actions .button")
    page.check("#named-1")
    page.check("#channel-1")
    check_accessible(page)
    page.click("main .actions .button")
    check_accessible(page)
    page.check("#named-0")
    page.click("main .actions .button")
    check_accessible(page)
    tell(page, DANGER, topic=None, language=language)
    check_accessible(page)
    page.goto(f"/{language}/about")
    page.click(".exit summary")
    check_accessible(page)
    page.goto("/xx/ask")
    check_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_contrast_in_light_and_dark(
    scheme: str, new_context: Callable[..., BrowserContext], check_accessible: Callable[[Page], None]
) -> None:
    page = new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": 1280, "height": 900}).new_page()
    page.goto("/sv/")
    check_accessible(page)
    tell(page, DANGER, topic="home")
    check_accessible(page)


def _form_values(page: Page, form: str) -> list[tuple[str, str]]:
    """What the browser would send, read without scripts."""
    values = []
    for element in page.locator(f"{form} :is(input, textarea)").all():
        kind, name = element.get_attribute("type"), element.get_attribute("name")
        if name and (kind not in ("radio", "checkbox") or element.is_checked()):
            values.append((name, element.input_value()))
    return values


def _newest(portal: Any, column: str) -> str:
    from sqlalchemy import text

    with portal.parts.database.session(writes=False) as session:
        query = text(f"SELECT {column} FROM help_request ORDER BY created_at DESC LIMIT 1")
        return str(session.execute(query).scalar_one())
