"""A worry about a place goes from a resident to a supervisor and back, with and without scripts, in sv and ar."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal import clock
from portal.desk.accounts import add_staff
from tests.journeys.walking import press

SMALL = {"width": 320, "height": 640}
SEND = "main form .actions .button >> nth=-1"


@pytest.mark.parametrize(
    ("language", "scripts"), [("sv", True), ("ar", False)], ids=["sv, with scripts", "ar, without scripts"]
)
def test_a_place_is_told_of_read_passed_on_and_told_back(
    portal: Any,
    new_context: Callable[..., BrowserContext],
    check_accessible: Callable[[Page], None],
    language: str,
    scripts: bool,
) -> None:
    def check(page: Page) -> None:
        if scripts:
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            check_accessible(page)

    person = new_context(java_script_enabled=scripts, bypass_csp=True, viewport=SMALL).new_page()
    person.goto(f"/{language}/places")
    check(person)
    for name in ("area", "category"):
        person.check(f"input[name={name}] >> nth=1")
    person.select_option("#how_often", "weekly")
    person.select_option("#source", "property-owner")
    person.fill("#words", "ahmed slår sönder lamporna")
    press(person, SEND)
    expect(person.locator("#stopped")).to_be_visible()
    expect(person.locator("#words")).to_have_value("ahmed slår sönder lamporna")
    check(person)
    person.fill("#words", "Lamporna i tunneln är sönderslagna.")
    press(person, SEND)
    code = person.locator(".code").inner_text()

    staff = new_context(
        java_script_enabled=scripts, bypass_csp=True, viewport={"width": 1280, "height": 900}
    ).new_page()
    sign_in_supervisor(portal, staff)
    staff.locator("section[aria-labelledby=waiting] .week-list a").first.click()
    press(staff, "form[action$='/verify'] .button")
    check(staff)
    staff.check("#sure")
    press(staff, "form[action$='/verify'] .button")
    staff.check("#to-property-owners")
    press(staff, "form[action$='/pass-on'] .button")
    staff.select_option("#told", "changed")
    press(staff, "form[action$='/tell'] .button")
    check(staff)

    person.goto(f"/{language}/places/follow-up")
    person.fill("#code", code)
    press(person, "#code-form .actions .button")
    expect(person.locator(".due")).to_be_visible()
    check(person)
    if scripts:
        for window, address in ((staff, "/staff/week"), (person, "/ar/places"), (person, "/ar/places/follow-up")):
            window.goto(address)
            check(window)


def sign_in_supervisor(portal: Any, page: Page) -> None:
    name, password = f"supervisor.{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    with portal.parts.database.session() as session:
        add_staff(
            session, username=name, display_role="Gruppledare", roles=["supervisor"], password=password, now=clock.now()
        )
    page.goto("/staff/week")
    page.fill("#username", name)
    page.fill("#password", password)
    press(page, "main button")
    page.goto("/staff/week")
