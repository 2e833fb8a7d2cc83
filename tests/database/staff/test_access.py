"""Who may open which staff page, and for how long after signing in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.event import listen

from portal import clock
from portal.desk.roster import find_account, switch_off
from portal.desk.submit import Submitted
from portal.limits import LIMITS
from portal.records.database import Database
from portal.records.staff_account import Role, StaffAccount
from tests.database.staff.browsing import (
    PASSWORD,
    Client,
    press,
    standing,
    text,
    token,
)


def test_an_administrator_is_told_why_the_queue_is_closed_to_them(signed_in: Client) -> None:
    answer = signed_in("admin").get("/staff/queue")
    assert answer.status_code == 403
    assert "Din roll läser inga frågor." in text(answer)


def test_a_route_without_a_line_in_the_table_is_refused(
    app: Flask, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.staff import sign_in

    monkeypatch.delitem(sign_in._needs, "staff.queue")
    assert signed_in("agent1").get("/staff/queue").status_code == 403


def test_home_leads_to_where_one_works(signed_in: Client) -> None:
    assert signed_in("agent1").get("/staff/").location == "/staff/queue"
    assert signed_in("admin").get("/staff/").location == "/staff/accounts"


def test_unknown_name_and_wrong_password_get_the_same_answer(app: Flask) -> None:
    client = app.test_client()
    wrong = press(client, "/staff/sign-in", username="agent1", password="not the password")
    unknown = press(client, "/staff/sign-in", username="agentX", password="not the password")
    assert wrong.status_code == unknown.status_code == 401
    same = text(unknown).replace("agentX", "agent1")
    proof = r'name="csrf_token" value="[^"]+"'
    assert re.sub(proof, "", text(wrong)) == re.sub(proof, "", same)


def test_nobody_can_lock_a_colleague_out_and_the_page_says_so_from_the_start(
    app: Flask, signed_in: Client, stopped: clock.FrozenClock
) -> None:
    colleague, stranger = signed_in("agent1"), app.test_client()
    press(colleague, "/staff/sign-out")
    for _ in range(10):
        answer = press(stranger, "/staff/sign-in", username="agent1", password="not the password")
        assert "Efter 10 fel måste man vänta 5 minuter i en webbläsare där ingen har loggat in" in text(answer)
    assert press(stranger, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    assert press(colleague, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 303
    stopped.move(timedelta(minutes=5, seconds=1))
    assert press(stranger, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 303


def test_too_many_tries_from_one_browser_are_stopped(make_app: Callable[..., Flask], app: Flask) -> None:
    client = make_app(rate_limits=True).test_client()
    answers = [press(client, "/staff/sign-in", username="x", password="y") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert "Vänta tio minuter" in text(answers[-1])


def test_strangers_who_use_up_what_all_may_try_shut_no_colleague_out(
    make_app: Callable[..., Flask], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "sign-in", ("20 per minute", "4 per minute"))
    app = make_app(rate_limits=True)
    colleague = app.test_client()
    assert press(colleague, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 303
    press(colleague, "/staff/sign-out")
    strangers = [press(app.test_client(), "/staff/sign-in", username="x", password="y") for _ in range(4)]
    assert [answer.status_code for answer in strangers] == [401, 401, 401, 429]
    assert press(colleague, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 303


def test_signing_in_leads_back_to_the_page_that_was_asked_for_and_nowhere_else(app: Flask) -> None:
    client = app.test_client()
    asked = client.get("/staff/queue?show=mine")
    assert asked.location == "/staff/sign-in?next=/staff/queue?show%3Dmine"
    to = press(client, "/staff/sign-in", username="agent1", password=PASSWORD, next="/staff/queue?show=mine")
    assert to.location == "/staff/queue?show=mine"
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/staff/", "/staff/\\elsewhere", "/sv/"):
        client = app.test_client()
        to = press(client, "/staff/sign-in", username="agent1", password=PASSWORD, next=elsewhere)
        assert to.location == "/staff/"


def test_half_an_hour_without_a_sign_of_life_ends_the_sign_in(signed_in: Client, stopped: clock.FrozenClock) -> None:
    client = signed_in("agent1")
    for _ in range(3):
        stopped.move(timedelta(minutes=29))
        assert client.get("/staff/queue").status_code == 200
    stopped.move(timedelta(minutes=31))
    assert standing(client.get("/staff/queue")) == "to sign-in"
    assert "borta mer än 30 minuter" in text(client.get("/staff/sign-in"))


@pytest.mark.parametrize("asked", ["queue/news", "queue/chats", "requests/{reference}/talk"])
def test_a_script_that_asks_for_news_does_not_keep_an_empty_chair_signed_in(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock, asked: str
) -> None:
    address = f"/staff/{asked.format(reference=filed(channel='chat').reference)}"
    client = signed_in("agent1")
    for _ in range(4):
        stopped.move(timedelta(minutes=9))
        client.get(address)
    assert standing(client.get("/staff/queue")) == "to sign-in"


def test_a_working_day_ends_the_sign_in_in_any_case(signed_in: Client, stopped: clock.FrozenClock) -> None:
    client = signed_in("agent1")
    for _ in range(12 * 60 // 20):
        stopped.move(timedelta(minutes=20))
        assert client.get("/staff/queue").status_code == 200
    stopped.move(timedelta(minutes=20))
    assert standing(client.get("/staff/queue")) == "to sign-in"


def test_signing_out_ends_it_and_a_copied_cookie_is_worth_nothing_afterwards(app: Flask, signed_in: Client) -> None:
    client = signed_in("agent1")
    kept = client.get_cookie("staff", path="/staff")
    assert kept is not None
    thief = app.test_client()
    thief.set_cookie("staff", kept.value, path="/staff")
    assert thief.get("/staff/queue").status_code == 200
    assert press(client, "/staff/sign-out").status_code == 303
    assert standing(client.get("/staff/queue")) == "to sign-in"
    assert standing(thief.get("/staff/queue")) == "to sign-in"


def test_the_persons_pages_never_see_who_works_here_and_their_quick_exit_signs_nobody_out(signed_in: Client) -> None:
    client = signed_in("agent1")
    for name in ("staff", "staff-browser"):
        cookie = client.get_cookie(name, path="/staff")
        assert cookie is not None
        assert (cookie.path, cookie.http_only, cookie.same_site) == ("/staff", True, "Lax")
    client.post("/leave")
    assert client.get("/staff/queue").status_code == 200


def test_a_sign_in_is_written_to_once_a_minute_and_not_with_every_click(
    database: Database, signed_in: Client, stopped: clock.FrozenClock
) -> None:
    client = signed_in("admin")
    written: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *call: written.append(call[2]))
    for seconds in (1, 57, 1, 1):
        stopped.move(timedelta(seconds=seconds))
        assert client.get("/staff/accounts").status_code == 200
    assert sum(statement.startswith("UPDATE staff_session") for statement in written) == 1


def test_a_new_password_ends_what_was_signed_in_elsewhere_and_the_old_one(app: Flask, signed_in: Client) -> None:
    here, elsewhere = signed_in("agent1"), signed_in("agent1")
    new = "four other quiet words"
    answer = press(here, "/staff/password", password=PASSWORD, new_password=new, repeated=new)
    assert answer.status_code == 303
    assert here.get("/staff/queue").status_code == 200
    assert standing(elsewhere.get("/staff/queue")) == "to sign-in"
    client = app.test_client()
    assert press(client, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    assert press(client, "/staff/sign-in", username="agent1", password=new).status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"password": "wrong password", "new_password": "n" * 12, "repeated": "n" * 12}, "du har nu stämmer inte"),
        ({"password": PASSWORD, "new_password": "short", "repeated": "short"}, "minst 12 tecken"),
        ({"password": PASSWORD, "new_password": "n" * 12, "repeated": "m" * 12}, "inte lika"),
        ({}, "Skriv lösenordet du har nu."),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(signed_in: Client, fields: dict[str, str], sentence: str) -> None:
    answer = press(signed_in("agent1"), "/staff/password", **fields)
    assert answer.status_code == 400
    assert sentence in text(answer)


def test_an_account_that_was_switched_off_ends_at_once_and_stays_ended(
    app: Flask, database: Database, signed_in: Client
) -> None:
    client = signed_in("agent1")
    with database.session() as session:
        account = find_account(session, username="agent1")
        switch_off(session, staff_id=account.id, now=clock.now())
    kept = client.get_cookie("staff", path="/staff")
    assert kept is not None
    assert standing(client.get("/staff/queue")) == "to sign-in"
    with database.session() as session:
        session.get_one(StaffAccount, account.id).active = True
    thief = app.test_client()
    thief.set_cookie("staff", kept.value, path="/staff")
    assert standing(thief.get("/staff/queue")) == "to sign-in"


NUMBER = "9" * 30
NOT_OURS = (
    "/staff/requests/FL%00",
    "/staff/queue?reference=%00",
    "/staff/log?subject=%00",
    f"/staff/log?before={NUMBER}",
    f"/staff/erasures?before={NUMBER}",
    f"/staff/answers/{NUMBER}",
    "/staff/replies/%00",
    "/staff/area-signals/%00",
    "/staff/week?week=9999-W52",
    "/staff/week.md?week=0001-W01",
    f"/sv/answers?page={NUMBER}",
    f"/sv/answers/{NUMBER}",
)
"""Addresses that no page of ours leads to."""


def test_addresses_that_nobody_was_given_are_answered_with_a_sentence(
    hired: Callable[..., None], signed_in: Client
) -> None:
    hired("every", *(role for role in Role if role != Role.TRAINEE))
    client = signed_in("every")
    for address in NOT_OURS:
        answer = client.get(address)
        assert answer.status_code in (200, 400, 404), (address, answer.status)
        assert "Något fungerar inte" not in text(answer), address


def test_forms_with_what_no_page_of_ours_sends_are_answered_with_a_sentence(
    hired: Callable[..., None], signed_in: Client, filed: Callable[..., Submitted]
) -> None:
    hired("every", *(role for role in Role if role != Role.TRAINEE))
    client, reference = signed_in("every"), filed().reference
    own = f"/staff/requests/{reference}"
    press(client, f"{own}/claim")
    sent: list[tuple[str, dict[str, str | list[str]]]] = [
        ("/staff/sign-in", {"username": "a\0b", "password": PASSWORD}),
        ("/staff/sign-in/passkey", {"credential": "[" * 9000}),
        ("/staff/passkeys/add", {"credential": '{"a":' * 3000, "name": "n"}),
        (f"{own}/interpreter", {"spoken": "ar", "mode": "phone", "wished": "0001-01-01T00:00"}),
        (f"{own}/link", {"other": "\0", "kind": "duplicate"}),
        (f"/staff/requests/{'%20' * 80}{reference}/hold", {"reason": "court"}),
        ("/staff/queue/take", {"chosen": ["\0"]}),
        ("/staff/queue/close", {"chosen": [reference], "seen": [f"{reference}:²"], "reason": "test"}),
        ("/staff/accounts/add", {"username": "a\0", "display_role": "b", "roles": ["agent"], "units": []}),
        ("/staff/replies/new", {"slug": "abc", "label": "a\0", "text": "b\0", "version": "0"}),
    ]
    proof = token(client)
    for address in (f"{own}/note", "/staff/sign-in"):
        as_file = {"csrf_token": proof, "note": (io.BytesIO(b"x"), "f.txt"), "username": (io.BytesIO(b"x"), "f.txt")}
        assert client.post(address, data=as_file).status_code == 400
        assert client.post(address, json={"csrf_token": proof, "note": {"a": 1}, "username": ["a"]}).status_code == 400
    assert client.post(f"{own}/disclosure", data=b"\xff=", content_type="text/plain").status_code == 400
    for address, fields in sent:
        answer = press(client, address, **fields)
        assert answer.status_code < 500, (address, answer.status)
        assert "Något fungerar inte" not in text(client.get("/staff/queue") if answer.location else answer), address
    kept = client.get("/staff/replies/abc")
    assert kept.status_code == 200
    assert "\0" not in text(kept), "nobody sees it, so it is left out"
