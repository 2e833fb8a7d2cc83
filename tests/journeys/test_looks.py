"""Every page of the person's way is light, private, neutral, and readable for everybody."""

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page

from tests.journeys.walking import DANGER, answer_all, tell

FIRST_VISIT = ("app.css", "leave.js", "draft.js", "favicon.svg")


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


@pytest.mark.parametrize(
    "path",
    ["/sv/", "/ar/ask", "/sv/services", "/ar/about", "/sv/follow-up", "/ckb/", "/ti/ask", "/fi/services/outreach"],
)
def test_no_page_is_wider_than_the_smallest_phone(path: str, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(viewport={"width": 320, "height": 568}).new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("language", ["sv", "ckb"])
def test_sixteen_languages_can_be_chosen_on_the_smallest_phone_without_scripts(
    language: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(viewport={"width": 320, "height": 568}, java_script_enabled=False).new_page()
    page.goto(f"/{language}/services")
    page.click(".languages summary")
    names = page.locator(".languages li > *").all()
    assert len(names) == 16
    for name in names:
        box = name.bounding_box()
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
    page.click(".languages li [lang=ti]")
    assert page.url.endswith("/ti/services")


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


def test_an_open_menu_and_texts_in_two_languages_are_accessible(
    new_context: Callable[..., BrowserContext], check_accessible: Callable[[Page], None]
) -> None:
    page = new_context(bypass_csp=True).new_page()
    page.goto("/ckb/")
    page.click(".languages summary")
    check_accessible(page)


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
    page.goto(f"/{language}/answers")
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
