"""Leaving the page in a hurry: by button, by key, without scripts; and nothing comes back."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

HARMLESS = re.compile(r"https://www\.smhi\.se/")
SECRET = "Ingen får se det här"


def write(page: Page) -> None:
    page.goto("/sv/ask")
    page.fill("#words", SECRET)
    page.check("input[value=home]")
    page.click("main .actions .button")
    page.goto("/sv/ask")
    expect(page.locator("#words")).to_have_value(SECRET)


def has_cookie(page: Page) -> bool:
    return any(cookie["name"] == "s" for cookie in page.context.cookies())


def wait_until_gone(portal: Any, before: int) -> None:
    """The draft is destroyed behind the harmless page; that takes a moment."""
    deadline = time.monotonic() + 5
    while portal.count("visit") > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert portal.count("visit") == before


def test_the_button_leaves_destroys_the_draft_and_lets_go_of_the_cookie(portal: Any, page: Page) -> None:
    before = portal.count("visit")
    write(page)
    assert portal.count("visit") == before + 1
    page.click(".exit-button")
    expect(page).to_have_url(HARMLESS)
    wait_until_gone(portal, before)
    assert not has_cookie(page)


def test_back_does_not_return_to_what_was_written(portal: Any, page: Page) -> None:
    before = portal.count("visit")
    write(page)
    page.click(".exit-button")
    expect(page).to_have_url(HARMLESS)
    wait_until_gone(portal, before)
    for _ in range(4):
        if page.go_back() is None:
            break
        assert SECRET not in page.content()
        if page.locator("#words").count():
            expect(page.locator("#words")).to_have_value("")


def test_with_scripts_the_page_gives_up_its_place_in_the_history(scripted: Page) -> None:
    scripted.goto("/sv/")
    scripted.goto("/sv/about")
    length = scripted.evaluate("history.length")
    scripted.click(".exit-button")
    expect(scripted).to_have_url(HARMLESS)
    assert scripted.evaluate("history.length") == length
    scripted.go_back()
    expect(scripted).to_have_url(re.compile("/sv/$"))


def test_shift_three_times_leaves(portal: Any, scripted: Page) -> None:
    before = portal.count("visit")
    write(scripted)
    for _ in range(3):
        scripted.keyboard.press("Shift")
    expect(scripted).to_have_url(HARMLESS)
    wait_until_gone(portal, before)


def test_each_press_of_shift_is_said_aloud(scripted: Page) -> None:
    scripted.goto("/sv/")
    status = scripted.locator("#exit-status")
    expect(status).to_have_attribute("role", "status")
    scripted.keyboard.press("Shift")
    expect(status).to_have_text(re.compile("två gånger till"))
    scripted.keyboard.press("Shift")
    expect(status).to_have_text(re.compile("en gång till"))


def test_writing_with_capitals_does_not_leave(scripted: Page) -> None:
    scripted.goto("/sv/ask")
    scripted.focus("#words")
    for letter in "HEJDU":
        scripted.keyboard.press(f"Shift+{letter}")
    scripted.keyboard.press("Shift")
    scripted.keyboard.press("a")
    scripted.keyboard.press("Shift")
    scripted.keyboard.press("Shift")
    expect(scripted).to_have_url(re.compile("/sv/ask$"))


def test_escape_does_not_leave(scripted: Page) -> None:
    scripted.goto("/sv/")
    for _ in range(3):
        scripted.keyboard.press("Escape")
    expect(scripted).to_have_url(re.compile("/sv/$"))


def test_a_draft_that_is_still_being_written_is_not_kept_on_leaving(portal: Any, scripted: Page) -> None:
    before = portal.count("visit")
    scripted.goto("/sv/ask")
    scripted.fill("#words", SECRET)
    scripted.click(".exit-button")
    expect(scripted).to_have_url(HARMLESS)
    time.sleep(0.5)
    assert portal.count("visit") == before


def test_a_locked_database_keeps_nobody_here(portal: Any, unscripted: Page) -> None:
    write(unscripted)
    with portal.locked():
        started = time.monotonic()
        unscripted.click(".exit-button")
        expect(unscripted).to_have_url(HARMLESS)
        assert time.monotonic() - started < 3
    assert not has_cookie(unscripted)


def test_a_page_that_is_too_old_still_lets_one_leave(unscripted: Page) -> None:
    write(unscripted)
    unscripted.context.clear_cookies()
    unscripted.click(".exit-button")
    expect(unscripted).to_have_url(HARMLESS)


@pytest.mark.parametrize(
    "path", ["/sv/", "/ar/ask", "/sv/services", "/sv/services/outreach", "/ar/follow-up", "/xx/ask"]
)
@pytest.mark.parametrize("size", [(320, 568), (1280, 900)])
def test_the_way_out_is_in_view_on_every_page(path: str, size: tuple[int, int], new_context: Any) -> None:
    width, height = size
    page = new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(path)
    for where in (0, 10_000):
        page.mouse.wheel(0, where)
        page.wait_for_timeout(50)
        box = page.locator(".exit-button").bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        assert box["height"] >= 48


def test_what_leaving_cannot_erase_is_said_beside_the_button(page: Page) -> None:
    page.goto("/sv/")
    page.click(".exit summary")
    expect(page.locator(".exit details")).to_contain_text("historik")
    expect(page.locator(".exit details")).to_contain_text("telefonräkningen")
