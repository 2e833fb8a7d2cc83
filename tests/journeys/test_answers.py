"""The way of a question that others may read: looked for, asked, and followed with its code."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.desk.public_answers import take_in
from portal.settings import ROOT
from portal.triage.public_answers import EditorialAnswers
from portal.triage.reader import read_beside
from tests.journeys.walking import press

QUESTION = "Vad händer när jag anmäler oro för ett barn?"


@pytest.mark.parametrize(("language", "scripts"), [("sv", False), ("ar", True)])
def test_a_question_is_looked_for_asked_and_followed_with_its_code(
    portal: Any,
    new_context: Callable[..., BrowserContext],
    check_accessible: Callable[[Page], None],
    language: str,
    scripts: bool,
) -> None:
    shape = read_beside(ROOT / "triage_rules", "answers.yaml")
    assert isinstance(shape, EditorialAnswers)
    with portal.parts.database.session() as session:
        take_in(session, shape.answers, today=shape.answers[0].reviewed)
    page = new_context(
        viewport={"width": 320, "height": 568}, java_script_enabled=scripts, bypass_csp=scripts
    ).new_page()
    page.goto(f"/{language}/answers")
    page.fill("#q", "anmält oro")
    press(page, "#search .button")
    assert page.url.endswith(f"/{language}/answers")
    assert page.locator("#results li").count() > 0
    press(page, "#results li a")
    expect(page.locator("article")).to_contain_text("14 dagar")
    press(page, "main .actions .button")
    page.fill("#question", QUESTION)
    page.check("#publish")
    press(page, "#public-question .actions .button")
    expect(page.locator("#question")).to_have_value(QUESTION)
    assert page.locator("[aria-labelledby=similar] li").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if scripts:
        check_accessible(page)
    press(page, "#public-question .actions .button >> nth=0")
    expect(page).to_have_url(re.compile("/ask/sent$"))
    code = page.inner_text(".code")
    page.goto(f"/{language}/follow-up")
    page.fill("#code", code)
    press(page, "main .actions .button")
    expect(page.locator(".said-by-person")).to_contain_text(QUESTION)
    press(page, "form[action$='/withdraw'] button")
    expect(page.locator("form[action$='/withdraw']")).to_have_count(0)
