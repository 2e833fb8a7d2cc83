"""The directory: every service, with a page each."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect


def test_every_service_stands_in_the_directory_and_has_a_page(portal: Any, unscripted: Page) -> None:
    ruleset = portal.parts.rules.current().ruleset
    unscripted.goto("/sv/services")
    links = unscripted.locator(".directory a")
    assert links.count() == len(ruleset.services)
    for slug, service in ruleset.services.items():
        answer = unscripted.context.request.get(f"/sv/services/{slug}")
        assert answer.status == 200
        assert service.name in unscripted.locator(f".directory a[href$='/{slug}']").inner_text()


def test_a_service_says_how_to_reach_it_and_when(page: Page) -> None:
    page.goto("/sv/services/outreach")
    expect(page.locator("h1")).to_contain_text("Fältarna")
    assert page.locator(".channels a[href^='tel:']").count() >= 1
    expect(page.locator(".week")).to_contain_text("tisdag–lördag")
    expect(page.locator(".badge").first).to_be_visible()


def test_a_service_that_does_not_exist(page: Page) -> None:
    answer = page.goto("/sv/services/nothing-of-the-kind")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_contain_text("Sidan finns inte")
    expect(page.locator("main a[href='tel:112']")).to_be_visible()


@pytest.mark.parametrize("language", ["sv", "ar"])
@pytest.mark.parametrize("path", ["services", "services/outreach", "services/children-youth-unit"])
def test_the_directory_is_accessible(
    path: str, language: str, new_context: Callable[..., BrowserContext], check_accessible: Callable[[Page], None]
) -> None:
    page = new_context(bypass_csp=True).new_page()
    page.goto(f"/{language}/{path}")
    check_accessible(page)
