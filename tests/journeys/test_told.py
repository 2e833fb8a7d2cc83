"""What the words already say stands beside the next question, can be changed there, and is not asked again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.walking import MOST_QUESTIONS, press, tell

WORDS = "Min dotter på 14 vill inte gå till skolan längre"


def test_what_was_understood_is_shown_changed_and_not_asked(page: Page) -> None:
    tell(page, WORDS, topic="school-leisure")
    said = page.locator("#understood ~ .told")
    expect(said).to_contain_text("Mitt barn")
    expect(said).to_contain_text("13–15 år")
    press(page, "a[href$='fact=age']")
    expect(page.locator("input[value='14']")).to_be_checked()
    page.check("input[value='17']")
    press(page, "main .actions .button")
    for _ in range(MOST_QUESTIONS):
        if "/ask/question" not in page.url:
            break
        expect(page.locator("legend h1")).not_to_have_text(re.compile("Vem gäller det|Hur gammal"))
        page.check("input[value=decline]")
        press(page, "main .actions .button")
    expect(page.locator(".told")).to_contain_text("16–17 år")
    expect(page.locator(".told")).to_contain_text("Mitt barn")


@pytest.mark.parametrize(("language", "words"), [("sv", WORDS), ("ar", "بنتي عمرها ١٤ سنة وما بدها تروح على المدرسة")])
def test_what_was_understood_fits_the_smallest_phone(
    language: str, words: str, new_context: Callable[..., BrowserContext], check_accessible: Callable[[Page], None]
) -> None:
    page = new_context(viewport={"width": 320, "height": 568}).new_page()
    tell(page, words, topic="school-leisure", language=language)
    expect(page.locator("#understood ~ .told li")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    check_accessible(page)
