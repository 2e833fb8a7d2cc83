"""A passkey in a real browser, with an authenticator that Chromium plays."""

import secrets
from typing import Any

from playwright.sync_api import Browser, Page, expect

from portal import clock
from portal.desk.accounts import add_staff


def plug_in(page: Page) -> tuple[Any, str]:
    """Give the browser a key that knows its user; returns the way to it and its name there."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return wire, wire.send("WebAuthn.addVirtualAuthenticator", {"options": key})["authenticatorId"]


def test_somebody_adds_a_passkey_signs_in_with_it_alone_and_is_refused_when_it_is_removed_or_not_verified(
    portal: Any, browser: Browser
) -> None:
    name, password = f"key.{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    with portal.parts.database.session() as session:
        account = {"display_role": "Rådgivare", "roles": ["content-editor"], "password": password, "now": clock.now()}
        add_staff(session, username=name, **account)
    context = browser.new_context(base_url=portal.url.replace("127.0.0.1", "localhost"), locale="sv-SE")
    page = context.new_page()
    page.goto(f"{portal.url}/staff/sign-in")
    expect(page.get_by_role("link", name="Öppna sidan som localhost")).to_be_visible()  # no passkeys on a number

    wire, key = plug_in(page)
    page.goto("/staff/sign-in")
    page.fill("#username", name)
    page.fill("#password", password)
    page.get_by_role("button", name="Logga in", exact=True).click()
    page.goto("/staff/second-factor")
    page.get_by_role("button", name="Lägg till en nyckel").click()
    expect(page.locator("#name-error")).to_contain_text("Ge nyckeln ett namn")
    page.fill("#name", "Min <b>telefon</b>")
    page.get_by_role("button", name="Lägg till en nyckel").click()
    expect(page.locator(".staff-account-name")).to_have_text("Min <b>telefon</b>")

    def with_passkey() -> None:
        page.goto("/staff/sign-in")
        page.get_by_role("button", name="Logga in med nyckel (passkey)").click()

    page.get_by_role("button", name="Logga ut").click()
    with_passkey()
    menu = page.get_by_role("navigation", name="Personalens sidor")
    expect(menu).to_contain_text(name)

    page.get_by_role("button", name="Logga ut").click()
    wire.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    with_passkey()
    expect(page.locator(".staff-passkey .error-line")).to_contain_text("Nyckeln kom inte fram")

    wire.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    with_passkey()
    expect(menu).to_be_visible()
    page.goto("/staff/second-factor")
    page.get_by_role("button", name="Ta bort Min <b>telefon</b>").click()
    expect(page.locator("main .notice")).to_contain_text("Nyckeln är borttagen.")
    page.get_by_role("button", name="Logga ut").click()
    with_passkey()
    expect(page.locator("main .error-summary")).to_contain_text("Nyckeln hör inte till något konto här.")
    context.close()
