"""The second factor: led to it, asked for it, and what cannot be done with or without it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.current import EXTENSION
from portal.desk.accounts import add_staff
from portal.desk.audit import Act
from portal.desk.entrusted import holding, let_hold
from portal.desk.roster import id_of
from portal.records.audit_entry import AuditEntry
from portal.records.database import Database
from portal.records.staff_account import StaffAccount
from portal.records.staff_factor import StaffTotp
from tests.database.staff.browsing import PASSWORD, press, standing, text
from tests.database.staff.conftest import SettledRules

Enter = Callable[..., FlaskClient]


@pytest.fixture
def app(make_app: Callable[..., Flask], database: Database) -> Flask:
    """The portal as it comes: with the second factor on."""
    app = make_app(staff_second_factor=True)
    with database.session() as session:
        for username, role in (("agent1", "agent"), ("editor", "content-editor"), ("admin", "administrator")):
            details = {"display_role": "Kollega", "roles": [role], "password": PASSWORD, "now": clock.now()}
            add_staff(session, username=username, **details)
    return app


@pytest.fixture
def enter(app: Flask) -> Enter:
    """A browser in which the password was given, and nothing else yet."""

    def enter(username: str, client: FlaskClient | None = None) -> FlaskClient:
        client = client or app.test_client()
        assert press(client, "/staff/sign-in", username=username, password=PASSWORD).status_code == 303
        return client

    return enter


def secret_on(client: FlaskClient) -> str:
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", client.get("/staff/second-factor").get_data(as_text=True))
    assert shown is not None
    return shown[1].replace(" ", "")


def code_of(secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


def set_up(client: FlaskClient) -> str:
    secret = secret_on(client)
    assert press(client, "/staff/second-factor/app", code=code_of(secret)).status_code == 303
    return secret


def kept_acts(database: Database) -> list[tuple[str, dict[str, object]]]:
    with database.session(writes=False) as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
        return [(row.act, row.detail) for row in rows]


def test_who_reads_requests_sets_it_up_before_anything_opens_and_is_asked_for_it_from_then_on(
    app: Flask, database: Database, enter: Enter, stopped: clock.FrozenClock
) -> None:
    client = enter("agent1")
    assert client.get("/staff/queue").location == "/staff/second-factor?next=/staff/queue"
    assert client.post("/staff/password").status_code == 401
    page = text(client.get("/staff/second-factor"))
    assert "Ett steg till, en enda gång" in page
    assert "<svg" in page
    assert "Logga ut" not in page  # no menu before one is in
    secret = secret_on(client)
    assert press(client, "/staff/second-factor/app", code="000000").status_code == 400
    assert press(client, "/staff/second-factor/app", code=code_of(secret)).status_code == 303
    assert client.get("/staff/queue").status_code == 200
    with database.session(writes=False) as session:
        stored = session.scalars(select(StaffTotp)).one()
        assert stored.secret is not None
        assert secret.encode() not in stored.secret

    other = app.test_client()
    at_the_queue = press(other, "/staff/sign-in", username="agent1", password=PASSWORD, next="/staff/queue")
    assert at_the_queue.location == "/staff/sign-in/code?next=/staff/queue"
    assert other.get("/staff/queue").location.startswith("/staff/sign-in/code")
    assert other.get("/staff/second-factor").location.startswith("/staff/sign-in/code")  # no setting up a second one
    used = press(other, at_the_queue.location, code=code_of(secret))
    assert used.status_code == 400  # the code that set the app up counts no second time
    stopped.move(timedelta(seconds=30))
    right = press(other, at_the_queue.location, code=f" {code_of(secret)[:3]} {code_of(secret)[3:]} ")
    assert right.location == "/staff/queue"
    assert other.get("/staff/queue").status_code == 200
    assert kept_acts(database) == [
        (Act.ACCOUNT_CHANGED, {"added": "totp"}),
        (Act.SIGNED_IN, {"how": "totp"}),
        (Act.SIGN_IN_FAILED, {"how": "totp"}),
        (Act.SIGNED_IN, {"how": "totp"}),
    ]


def test_a_clock_may_differ_by_one_step_and_no_more(enter: Enter, stopped: clock.FrozenClock) -> None:
    secret = set_up(enter("agent1"))
    stopped.move(timedelta(minutes=5))
    for steps, fits in ((-2, False), (2, False), (-1, True), (1, True)):
        client = enter("agent1")
        given = press(client, "/staff/sign-in/code", code=code_of(secret, steps=steps))
        assert (given.status_code == 303) is fits, steps


def test_after_five_wrong_codes_the_password_is_asked_for_again_and_after_ten_one_waits(
    enter: Enter, app: Flask, stopped: clock.FrozenClock
) -> None:
    usual = enter("agent1")
    secret = set_up(usual)
    thief = app.test_client()
    for _ in range(2):
        enter("agent1", thief)
        answers = [press(thief, "/staff/sign-in/code", code="000000") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [400] * 4 + [303]
        assert standing(thief.get("/staff/queue")) == "to sign-in"
    stopped.move(timedelta(seconds=30))
    assert press(thief, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    press(usual, "/staff/sign-out")
    enter("agent1", usual)  # nobody can lock a colleague out, not with codes either
    assert press(usual, "/staff/sign-in/code", code=code_of(secret)).status_code == 303


def test_a_half_done_sign_in_lasts_ten_minutes(enter: Enter, stopped: clock.FrozenClock) -> None:
    client = enter("agent1")
    stopped.move(timedelta(minutes=10, seconds=1))
    assert standing(client.get("/staff/second-factor")) == "to sign-in"


def test_who_reads_nothing_needs_none_until_the_roles_change_in_mid_session(
    app: Flask, database: Database, enter: Enter
) -> None:
    client = enter("editor")
    assert client.get("/staff/password").status_code == 200
    with database.session() as session:
        account = session.get_one(StaffAccount, id_of(session, username="editor"))
        let_hold(account, holding(["content-editor", "agent"], ["contact-centre"], False))
    assert client.get("/staff/queue").location == "/staff/second-factor?next=/staff/queue"


def test_the_only_factor_stays_and_an_old_sign_in_changes_nothing(enter: Enter, stopped: clock.FrozenClock) -> None:
    client = enter("agent1")
    first = set_up(client)
    refused = press(client, "/staff/second-factor/app/remove")
    assert refused.status_code == 409
    assert "ditt enda andra steg" in text(refused)
    assert press(client, "/staff/second-factor/app/new").status_code == 303
    second = secret_on(client)
    assert second != first
    stopped.move(timedelta(minutes=16))
    for verb in ("app", "app/new", "app/remove"):
        assert press(client, f"/staff/second-factor/{verb}", code=code_of(second)).status_code == 403
    assert press(client, "/staff/passkeys/add", name="Min", credential="{}").status_code == 403
    again = press(client, "/staff/second-factor/again")
    assert again.location == "/staff/sign-in?next=/staff/second-factor"
    enter("agent1", client)
    assert press(client, "/staff/sign-in/code", code=code_of(first)).status_code == 303  # still the one in use
    assert press(client, "/staff/second-factor/app", code=code_of(second)).status_code == 303


def test_nonsense_in_place_of_a_passkey_signs_nobody_in_and_is_said_plainly(app: Flask) -> None:
    client = app.test_client()
    for credential in ("", "{}", "[]", "no json", '{"response": {"clientDataJSON": "e30"}}'):
        answer = press(client, "/staff/sign-in/passkey", credential=credential)
        assert answer.status_code == (401 if credential else 400)
        assert "Nyckeln" in text(answer)
    assert client.post("/staff/sign-in/passkey", data={"credential": "{}"}).status_code == 400  # no page of ours
    assert client.post("/staff/sign-in/passkey/options").status_code == 400


def test_the_code_for_trying_out_fits_and_is_not_to_be_had_once_the_service_is_live(app: Flask, enter: Enter) -> None:
    runner, client = app.test_cli_runner(), enter("agent1")
    assert "no app set up" in runner.invoke(args=["staff", "code", "agent1"]).output
    secret_on(client)
    shown = runner.invoke(args=["staff", "code", "agent1"]).output.strip()
    assert press(client, "/staff/second-factor/app", code=shown).status_code == 303
    parts = app.extensions[EXTENSION]
    ruleset = parts.rules.current().ruleset
    live = replace(ruleset, municipality=ruleset.municipality.model_copy(update={"live": True}))
    app.extensions[EXTENSION] = replace(parts, rules=SettledRules(replace(parts.rules.current(), ruleset=live)))
    done = runner.invoke(args=["staff", "code", "agent1"])
    assert done.exit_code == 1
    assert "live service" in done.output


def test_the_last_resort_at_the_machine_takes_the_factor_away_and_is_written_down(
    app: Flask, database: Database, enter: Enter
) -> None:
    client = enter("agent1")
    set_up(client)
    said = app.test_cli_runner().invoke(args=["staff", "reset", "agent1"]).output
    new = re.search(r"agent1\s+(\S{20,})", said)
    assert new is not None
    assert standing(client.get("/staff/queue")) == "to sign-in"
    answer = press(client, "/staff/sign-in", username="agent1", password=new[1])
    assert answer.location == "/staff/second-factor"
    assert kept_acts(database)[-1] == (Act.ACCOUNT_CHANGED, {"recovery": "at-the-machine"})
