"""Accounts: on the page of administrators and from the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.current import EXTENSION
from portal.desk.roster import find_account
from portal.records.database import Database
from tests.database.staff.browsing import (
    PASSWORD,
    Client,
    press,
    standing,
    text,
)


def test_an_administrator_adds_an_account_whose_password_is_shown_this_once(app: Flask, signed_in: Client) -> None:
    admin = signed_in("admin")
    fields = {"username": "Ny.Kollega", "display_role": "Kurator", "roles": "agent"}
    added = press(admin, "/staff/accounts/add", **fields)
    assert added.status_code == 200
    shown = re.search("<code>([^<]+)</code>", text(added))
    assert shown is not None
    assert shown.group(1) not in text(admin.get("/staff/accounts"))
    client = app.test_client()
    assert press(client, "/staff/sign-in", username="ny.kollega", password=shown.group(1)).status_code == 303
    again = press(admin, "/staff/accounts/add", **fields)
    assert again.status_code == 409
    assert "redan ett konto med det namnet" in text(again)
    assert 'value="Kurator"' in text(again)


@pytest.mark.parametrize(
    "fields",
    [
        {"username": " ", "display_role": "Kurator", "roles": "agent"},
        {"username": "ny", "display_role": "  ", "roles": "agent"},
        {"username": "ny", "display_role": "Kurator", "roles": "king"},
        {"username": "n" * 101, "display_role": "Kurator", "roles": "agent"},
    ],
)
def test_an_account_that_is_not_filled_in_right_is_not_added(signed_in: Client, fields: dict[str, str]) -> None:
    admin = signed_in("admin")
    before = text(admin.get("/staff/accounts")).count("staff-account-name")
    answer = press(admin, "/staff/accounts/add", **fields)
    assert answer.status_code == 400
    assert "aria-invalid" in text(answer)
    assert text(admin.get("/staff/accounts")).count("staff-account-name") == before


def test_an_account_is_switched_off_and_on_with_a_new_password(
    app: Flask, database: Database, signed_in: Client
) -> None:
    admin = signed_in("admin")
    with database.session(writes=False) as session:
        agent, own = (find_account(session, username=name).id for name in ("agent1", "admin"))
    assert "Kontot är avstängt" in text(press(admin, f"/staff/accounts/{agent}/switch", to="off"))
    client = app.test_client()
    assert press(client, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    shown = re.search("<code>([^<]+)</code>", text(press(admin, f"/staff/accounts/{agent}/switch", to="on")))
    assert shown is not None
    assert press(client, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    assert press(client, "/staff/sign-in", username="agent1", password=shown.group(1)).status_code == 303
    own_account = press(admin, f"/staff/accounts/{own}/switch", to="off")
    assert own_account.status_code == 403
    assert "Ditt eget konto" in text(own_account)
    gone = "00000000-0000-0000-0000-000000000000"
    assert press(admin, f"/staff/accounts/{gone}/switch", to="off").status_code == 404


def test_the_commands_add_list_and_give_new_passwords(make_app: Callable[..., Flask], database: Database) -> None:
    app = make_app()
    runner = app.test_cli_runner()
    assert "There are no accounts" in runner.invoke(args=["staff", "list"]).output
    first = runner.invoke(args=["staff", "demo"])
    assert first.exit_code == 0
    passwords = dict(re.findall(r"(agent1|agent2|admin)\s+(\S+)", first.output))
    assert len(set(passwords.values())) == 3
    second = runner.invoke(args=["staff", "demo"]).output
    assert len(second.splitlines()) == 1
    assert "flask staff password" in second
    client = app.test_client()
    assert press(client, "/staff/sign-in", username="agent1", password=passwords["agent1"]).status_code == 303
    new = re.search(r"agent1\s+(\S+)", runner.invoke(args=["staff", "password", "AGENT1"]).output)
    assert new is not None
    assert standing(client.get("/staff/queue")) == "to sign-in"
    assert press(client, "/staff/sign-in", username="agent1", password=new.group(1)).status_code == 303
    added = runner.invoke(args=["staff", "add", "Kim", "--role", "agent", "--display-role", "Kurator"])
    assert re.search(r"kim\s+\S{20,}", added.output, re.IGNORECASE)
    listed = runner.invoke(args=["staff", "list"]).output
    assert "kim  agent  Kurator  on" in listed
    assert new.group(1) not in listed


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["password", "nobody"], "There is no account 'nobody'."),
        (["add", "agent1", "--role", "agent", "--display-role", "X"], "There is already an account 'agent1'."),
        (["add", " ", "--role", "agent", "--display-role", "X"], "must not be empty"),
    ],
)
def test_a_command_that_cannot_be_done_says_so_and_fails(app: Flask, args: list[str], sentence: str) -> None:
    done = app.test_cli_runner().invoke(args=["staff", *args])
    assert done.exit_code == 1
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_commands_before_the_tables_are_made_name_the_remedy(
    bare_url: str, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    app = make_app()
    bare = Database(bare_url)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], database=bare)
    done = app.test_cli_runner().invoke(args=["staff", "demo"])
    bare.close()
    assert done.exit_code == 1
    assert "flask database upgrade" in done.output
