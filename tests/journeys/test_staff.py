"""A working day at the contact centre, in a browser with and without scripts."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from portal import clock
from portal.desk.accounts import add_staff
from portal.desk.contact import Contact, ContactChannel
from portal.desk.filing import file_request
from portal.desk.submit import Submitted
from portal.triage.facts import from_codes

NewContext = Callable[..., BrowserContext]
DESK = {"width": 1280, "height": 900}
NOTE = "Ringde skolan utan att säga varför."


@dataclass(frozen=True)
class Account:
    username: str
    password: str
    display_role: str


@pytest.fixture
def hire(portal: Any) -> Callable[..., Account]:
    """Adds an account."""

    def hire(display_role: str, role: str = "agent") -> Account:
        account = Account(f"{role}.{secrets.token_hex(4)}", secrets.token_urlsafe(12), display_role)
        with portal.parts.database.session() as session:
            add_staff(
                session,
                username=account.username,
                display_role=display_role,
                roles=[role],
                password=account.password,
                now=clock.now(),
            )
        return account

    return hire


@pytest.fixture
def filed(portal: Any) -> Callable[..., Submitted]:
    """Files a request as the form does."""

    def file(words: str = "Pappa slår mig när han är full.", **codes: Any) -> Submitted:
        facts = from_codes(codes or {"topics": ["home.violence"], "about": "self", "age": 14})
        with portal.parts.database.session() as session:
            return file_request(
                session,
                keys=portal.parts.content_keys,
                code_key=portal.parts.code_key,
                ruleset=portal.parts.rules.current().ruleset,
                facts=facts,
                words=words,
                language="sv",
                channel="form",
                now=clock.now(),
                contact=Contact(
                    channel=ContactChannel.SMS, address="070-174 06 05", code_word="blåbär", never_contact="pappa"
                ),
            )

    return file


def sign_in(page: Page, account: Account, to: str = "/staff/") -> None:
    page.goto(to)
    page.fill("#username", account.username)
    page.fill("#password", account.password)
    page.click("main button")
    expect(page.get_by_role("navigation", name="Personalens sidor")).to_be_visible()


def open_from_queue(page: Page, request: Submitted) -> None:
    page.goto("/staff/queue")
    page.locator("#q-rows").get_by_role("link", name=request.reference).click()
    expect(page).to_have_url(re.compile(f"/staff/requests/{request.reference}$"))


def test_a_request_is_taken_noted_answered_and_closed_and_the_person_reads_only_the_answer(
    page: Page, new_context: NewContext, hire: Callable[..., Account], filed: Callable[..., Submitted]
) -> None:
    request = filed()
    sign_in(page, hire("Socialsekreterare"))
    open_from_queue(page, request)
    expect(page.locator(".staff-words")).to_have_text("Pappa slår mig när han är full.")
    expect(page.locator(".staff-contact")).to_contain_text("blåbär")
    expect(page.locator("#answer")).to_have_count(0)
    page.get_by_role("button", name="Ta hand om frågan").click()
    expect(page.locator("main .notice")).to_have_text("Du har tagit hand om frågan.")
    page.fill("#note", NOTE)
    page.get_by_role("button", name="Spara anteckningen för oss").click()
    expect(page.locator(".staff-note")).to_contain_text(NOTE)
    page.fill("#answer", "Du kan komma till oss i morgon klockan tio.")
    page.get_by_role("button", name="Skicka till personen").click()
    expect(page.locator(".staff-said-staff")).to_contain_text("i morgon klockan tio")

    person = new_context(java_script_enabled=False).new_page()
    person.goto("/sv/follow-up")
    person.fill("#code", request.code)
    person.click("main .actions .button")
    expect(person.locator(".said-by-staff")).to_contain_text("i morgon klockan tio")
    assert NOTE not in person.content()

    page.reload()
    expect(page.locator(".staff-said-staff")).to_contain_text("Läst av personen")
    page.select_option("#reason", "booked")
    page.get_by_role("button", name="Stäng", exact=True).click()
    expect(page.locator(".staff-next")).to_contain_text("Tid bokad")
    page.goto("/staff/queue?show=closed")
    expect(page.get_by_role("link", name=request.reference)).to_be_visible()


def test_the_one_who_came_second_sees_who_was_first(
    page: Page, new_context: NewContext, hire: Callable[..., Account], filed: Callable[..., Submitted]
) -> None:
    request = filed()
    first, second = new_context().new_page(), page
    sign_in(first, hire("Rådgivare"))
    sign_in(second, hire("Socialsekreterare"))
    open_from_queue(first, request)
    open_from_queue(second, request)
    for window in (first, second):
        window.get_by_role("button", name="Ta hand om frågan").click()
    expect(second.locator("main .error-summary")).to_contain_text("Rådgivare har redan tagit hand om frågan")
    expect(second.locator(".staff-next")).to_contain_text("Rådgivare arbetar med frågan sedan")
    expect(second.locator("#answer")).to_have_count(0)


def test_an_answer_survives_a_locked_database(
    portal: Any, page: Page, hire: Callable[..., Account], filed: Callable[..., Submitted]
) -> None:
    request = filed()
    sign_in(page, hire("Socialsekreterare"), f"/staff/requests/{request.reference}")
    page.get_by_role("button", name="Ta hand om frågan").click()
    page.fill("#answer", "Ett svar som tog lång tid.")
    with portal.locked():
        page.get_by_role("button", name="Skicka till personen").click()
        expect(page.locator("main .error-summary")).to_contain_text("upptaget just nu")
    expect(page.locator("#answer")).to_have_value("Ett svar som tog lång tid.")
    page.get_by_role("button", name="Skicka till personen").click()
    expect(page.locator(".staff-said-staff")).to_contain_text("Ett svar som tog lång tid.")


def test_the_box_for_notes_looks_like_nothing_the_person_reads(
    page: Page, hire: Callable[..., Account], filed: Callable[..., Submitted]
) -> None:
    request = filed()
    sign_in(page, hire("Socialsekreterare"), f"/staff/requests/{request.reference}")
    page.get_by_role("button", name="Ta hand om frågan").click()
    inside, answer = page.locator(".staff-inside"), page.locator(".staff-answer")
    expect(inside).to_contain_text("Syns aldrig för personen")
    expect(answer).to_contain_text("Personen läser det här.")
    assert inside.locator("#answer").count() == answer.locator("#note").count() == 0


def test_everything_can_be_done_from_the_keyboard(
    scripted: Page, hire: Callable[..., Account], filed: Callable[..., Submitted]
) -> None:
    request, account = filed(), hire("Socialsekreterare")
    scripted.goto(f"/staff/requests/{request.reference}")
    for _ in range(12):
        scripted.keyboard.press("Tab")
        if scripted.evaluate("document.activeElement.id") == "username":
            break
    scripted.keyboard.type(account.username)
    scripted.keyboard.press("Tab")
    scripted.keyboard.type(account.password)
    scripted.keyboard.press("Enter")
    expect(scripted).to_have_url(re.compile(f"{request.reference}$"))
    for _ in range(20):
        scripted.keyboard.press("Tab")
        if "Ta hand om frågan" in scripted.evaluate("document.activeElement.textContent"):
            break
    scripted.keyboard.press("Enter")
    expect(scripted.locator("#answer")).to_be_visible()


def test_a_text_that_was_not_sent_is_not_left_behind_unasked(
    scripted: Page, hire: Callable[..., Account], filed: Callable[..., Submitted]
) -> None:
    request = filed()
    sign_in(scripted, hire("Socialsekreterare"), f"/staff/requests/{request.reference}")
    scripted.get_by_role("button", name="Ta hand om frågan").click()
    scripted.locator("#answer").press_sequentially("Halv")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    scripted.on("dialog", stay)
    scripted.get_by_role("link", name="Kön").click()
    expect(scripted.locator("#answer")).to_have_value("Halv")
    assert asked == ["beforeunload"]


def test_an_administrator_adds_an_account_and_reads_no_requests(
    page: Page, hire: Callable[..., Account], new_context: NewContext
) -> None:
    sign_in(page, hire("Administratör", "administrator"))
    expect(page).to_have_url(re.compile("/staff/accounts$"))
    name = f"ny.{secrets.token_hex(3)}"
    page.fill("#username", name)
    page.fill("#display_role", "Kurator")
    page.check("input[name=roles][value=agent]")
    page.get_by_role("button", name="Lägg till").click()
    expect(page.locator("main code")).to_have_count(0)
    second = new_context(java_script_enabled=False).new_page()
    sign_in(second, hire("Arbetsledare", "supervisor"), "/staff/agreements")
    second.locator("li", has_text=name).get_by_role("button", name="Godkänn och visa koden").click()
    colleague = new_context(java_script_enabled=False).new_page()
    colleague.goto("/staff/sign-in")
    colleague.get_by_role("link", name="Jag har fått en kod av en kollega").click()
    own = secrets.token_urlsafe(12)
    for field, typed in (("code", second.inner_text("main code")), ("new_password", own), ("repeated", own)):
        colleague.fill(f"#{field}", typed)
    colleague.click("main button")
    sign_in(colleague, Account(name, own, "Kurator"))
    expect(colleague).to_have_url(re.compile("/staff/queue$"))
    page.goto("/staff/queue")
    expect(page.locator("h1")).to_contain_text("läser inga frågor")


@pytest.mark.parametrize(
    ("size", "scheme"), [({"width": 320, "height": 640}, "dark"), (DESK, "light")], ids=["phone, dark", "desk, light"]
)
def test_every_staff_page_is_accessible_and_fits(
    size: dict[str, int],
    scheme: str,
    new_context: NewContext,
    hire: Callable[..., Account],
    filed: Callable[..., Submitted],
    check_accessible: Callable[[Page], None],
) -> None:
    def window() -> Page:
        return new_context(viewport=size, color_scheme=scheme, bypass_csp=True).new_page()

    def check(page: Page) -> None:
        check_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], f"{page.url} is {wide} pixels wide"

    request = filed(words="Ettlångtordutanmellanrum" * 20, topics=["danger-now.hit-now"], age=14, about="self")
    agent, admin = window(), window()
    agent.goto("/staff/sign-in")
    check(agent)
    agent.click("main button")
    check(agent)
    sign_in(agent, hire("Socialsekreterare"))
    check(agent)
    open_from_queue(agent, request)
    check(agent)
    agent.get_by_role("button", name="Ta hand om frågan").click()
    agent.fill("#note", NOTE)
    agent.get_by_role("button", name="Spara anteckningen för oss").click()
    check(agent)
    agent.get_by_role("button", name="Stäng", exact=True).click()
    expect(agent.locator("#reason-error")).to_be_visible()
    check(agent)
    agent.goto("/staff/password")
    check(agent)
    agent.goto("/staff/accounts")
    check(agent)
    agent.goto("/staff/second-factor")
    check(agent)
    sign_in(admin, hire("Administratör", "administrator"))
    check(admin)
    admin.get_by_role("link", name="Öppna").last.click()
    check(admin)
    admin.goto("/staff/agreements")
    check(admin)
