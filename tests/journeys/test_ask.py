"""The person's way from the first page to the receipt, with and without scripts."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from portal.understanding.bot import Reply, Understood
from tests.journeys.walking import DANGER, MOST_QUESTIONS, WORDS, answer_all, change_language, press, tell, to_send_page


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


def understood(**more: Any) -> Understood:
    """What a bot that is not sure makes of a text."""
    nothing = {"topics": (), "intent": "tell", "outside": None, "outside_probability": 0.0, "possible_danger": False}
    return Understood(**{**nothing, **more})


def test_guesses_are_offered_as_buttons(portal: Any, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    guesses = (("money.food", 0.31), ("housing", 0.22))
    monkeypatch.setattr(portal.parts.bot, "parse", lambda _text, **_: understood(topics=guesses))
    tell(page, topic=None)
    expect(page.locator("h1")).to_have_text("Är det här det handlar om?")
    assert page.locator("input[name=answer]").count() == len(guesses) + 2
    page.check("input[value='money.food']")
    page.click("main .actions .button")
    answer_all(page)
    expect(page.locator(".told form button[value='topics:money.food']")).to_be_visible()


def test_none_of_the_guesses_leads_to_all_topics(portal: Any, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.parts.bot, "parse", lambda _text, **_: understood(topics=(("money", 0.2),)))
    tell(page, topic=None)
    page.check("input[value=something-else]")
    page.click("main .actions .button")
    expect(page.locator("h1")).to_have_text("Vad stämmer bäst?")
    assert page.locator("input[name=answer]").count() > 10


def test_what_the_bot_is_sure_of_is_taken_up(portal: Any, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.parts.bot, "parse", lambda _text, **_: understood(topics=(("money.food", 0.9),)))
    tell(page, topic=None)
    answer_all(page)
    expect(page.locator(".told form button[value='topics:money.food']")).to_be_visible()


def test_an_outside_matter_is_pointed_elsewhere_and_nothing_is_filed(
    portal: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = portal.count("help_request")
    matter = understood(outside="parking", outside_probability=0.95)
    monkeypatch.setattr(portal.parts.bot, "parse", lambda _text, **_: matter)
    tell(page, "Jag har fått en parkeringsbot", topic=None)
    expect(page.locator("main")).to_contain_text("Ingenting är skickat till oss.")
    expect(page.locator(".lead")).to_contain_text("Parkering")
    assert portal.count("help_request") == before
    page.click("main .actions .button")
    expect(page.locator("input[name=answer]").first).to_be_visible()


def test_words_of_the_chat_follow_into_the_form(portal: Any, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.parts.bot, "ready", lambda: True)
    monkeypatch.setattr(portal.parts.bot, "message", lambda *_said: [Reply("offer_send", {})])
    page.goto("/sv/chat")
    page.fill("#text", WORDS)
    page.click("#say-button")
    expect(page.locator(".line-person")).to_contain_text(WORDS)
    page.goto("/sv/ask/send")
    expect(page.locator("#message")).to_have_value(WORDS)


def test_danger_that_only_the_model_sees_shows_the_numbers_gently(
    portal: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        portal.parts.bot,
        "parse",
        lambda _text, **_: understood(possible_danger=True, possible_signals=("violence-now",)),
    )
    tell(page)
    expect(page.locator(".gentle a").first).to_have_attribute("href", "tel:112")
    expect(page.locator("input[name=answer]").first).to_be_visible()


def test_an_answer_can_be_changed_and_struck_from_the_result(page: Page) -> None:
    tell(page)
    answer_all(page)
    page.locator(".told a[href*='fact=']").first.click()
    expect(page.locator("input[name=answer]:checked")).to_have_count(1)
    page.check("input[name=answer] >> nth=1")
    page.click("main .actions .button")
    answer_all(page)
    expect(page.locator(".told li").first).to_be_visible()
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
    change_language(page, "ar")
    expect(page).to_have_url(re.compile("/ar/ask$"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#words")).to_have_value(WORDS)
    change_language(page, "en")
    expect(page.locator("#words")).to_have_value(WORDS)


def test_the_way_to_swedish_from_an_unreviewed_language_keeps_what_was_written(unscripted: Page) -> None:
    unscripted.goto("/ar/ask")
    unscripted.fill("#words", WORDS)
    unscripted.click(".unreviewed button")
    expect(unscripted).to_have_url(re.compile("/sv/ask$"))
    expect(unscripted.locator("#words")).to_have_value(WORDS)


def test_the_language_one_writes_is_offered_and_taking_it_keeps_the_words(unscripted: Page) -> None:
    words = "en tiedä kenelle soittaa, pelkään mennä kotiin"
    tell(unscripted, words)
    expect(unscripted.locator(".language-offer")).to_contain_text("Suomi")
    press(unscripted, ".language-offer :is(a, button)")
    expect(unscripted.locator("html")).to_have_attribute("lang", "fi")
    expect(unscripted.locator(".language-offer")).to_have_count(0)
    unscripted.goto("/fi/ask")
    expect(unscripted.locator("#words")).to_have_value(words)


def test_a_language_change_keeps_the_message_and_the_choices(page: Page) -> None:
    to_send_page(page)
    page.fill("#message", "Ett annat meddelande")
    page.check("#named-1")
    page.fill("#name", "Ett namn")
    change_language(page, "en")
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


def _newest(portal: Any, column: str) -> str:
    with portal.parts.database.session(writes=False) as session:
        query = text(f"SELECT {column} FROM help_request ORDER BY created_at DESC LIMIT 1")
        return str(session.execute(query).scalar_one())
