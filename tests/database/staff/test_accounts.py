"""Accounts: on the page of administrators and from the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.current import EXTENSION
from portal.desk.audit import Act
from portal.desk.roster import find_account
from portal.desk.submit import Submitted
from portal.records.audit_entry import AuditEntry
from portal.records.database import Database
from portal.records.message import Author, Message
from portal.records.staff_account import Role
from tests.database.staff.browsing import PASSWORD, Client, path_of, press, standing, text, token


def test_an_administrator_adds_an_account_whose_password_is_shown_this_once(app: Flask, signed_in: Client) -> None:
    admin = signed_in("admin")
    fields = {"username": "Ny.Kollega", "display_role": "Kurator", "roles": "content-editor"}
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
    waits = text(press(admin, f"/staff/accounts/{agent}/switch", to="on"))
    assert "<code>" not in waits
    assert "Slås på igen" in waits
    press(admin, f"/staff/accounts/{agent}/rights", roles="content-editor")  # reads nothing any more
    shown = re.search("<code>([^<]+)</code>", text(press(admin, f"/staff/accounts/{agent}/switch", to="on")))
    assert shown is not None
    assert press(client, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    assert press(client, "/staff/sign-in", username="agent1", password=shown.group(1)).status_code == 303
    own_account = press(admin, f"/staff/accounts/{own}/switch", to="off")
    assert own_account.status_code == 403
    assert "Ditt eget konto" in text(own_account)
    gone = "00000000-0000-0000-0000-000000000000"
    assert press(admin, f"/staff/accounts/{gone}/switch", to="off").status_code == 404


def account_id(database: Database, username: str) -> UUID:
    with database.session(writes=False) as session:
        return find_account(session, username=username).id


def test_several_roles_and_units_are_given_and_count_from_the_next_click(
    database: Database, signed_in: Client, hired: Callable[..., None], filed: Callable[..., Submitted]
) -> None:
    request = filed()
    hired("boss", "agent", "supervisor", units=["contact-centre", "reception"])
    boss, admin = signed_in("boss"), signed_in("admin")
    address = f"/staff/accounts/{account_id(database, 'boss')}"
    page = text(admin.get(address))
    assert re.findall(r'value="([a-z-]+)" checked', page) == ["agent", "supervisor", "contact-centre", "reception"]
    offered = re.findall(r'name="units" value="([a-z-]+)"', page)
    assert "family-counselling" in offered
    assert not {"police-114-14", "financial-assistance"} & set(offered)  # nobody's, and another board's

    more = {"roles": ["agent", "supervisor", "content-editor"], "units": ["contact-centre"]}
    assert "Sparat. Det gäller från personens nästa klick." in text(press(admin, f"{address}/rights", **more))
    with database.session(writes=False) as session:
        kept = find_account(session, username="boss")
        assert (kept.roles, kept.units, kept.sees_protected) == (
            (Role.AGENT, Role.CONTENT_EDITOR, Role.SUPERVISOR),
            ("contact-centre",),
            False,
        )
    for wrong in ({"roles": []}, {"roles": ["king"]}, {"roles": ["agent"], "units": ["police-114-14"]}):
        assert press(admin, f"{address}/rights", **wrong).status_code == 400
    alone = press(admin, f"{address}/rights", roles=["trainee", "agent"])
    assert alone.status_code == 400
    assert "ingen annan roll" in text(alone)
    assert standing(boss.get(path_of(request))) == "to sign-in"  # a unit was taken away


def test_a_role_taken_away_in_mid_session_is_gone_at_the_next_click_and_what_was_written_comes_back(
    database: Database, signed_in: Client, filed: Callable[..., Submitted]
) -> None:
    request = filed()
    agent, admin = signed_in("agent1"), signed_in("admin")
    press(agent, path_of(request, "claim"))
    proof = token(agent)
    address = f"/staff/accounts/{account_id(database, 'agent1')}"
    assert press(admin, f"{address}/rights", roles=["content-editor"]).status_code == 200
    sent = agent.post(
        path_of(request, "answer"), data={"csrf_token": proof, "answer": "Ett svar på väg.", "language": "sv"}
    )
    assert sent.status_code == 401
    assert "Ett svar på väg." in text(sent)
    assert press(agent, "/staff/sign-in", username="agent1", password=PASSWORD).location == "/staff/"
    assert agent.get(path_of(request)).status_code == 403
    with database.session(writes=False) as session:
        assert session.scalar(select(func.count()).where(Message.author == Author.STAFF)) == 0


def test_an_agents_account_opens_when_a_second_person_agrees_who_hands_over_a_code(
    app: Flask, database: Database, signed_in: Client, hired: Callable[..., None]
) -> None:
    admin = signed_in("admin")
    fields = {
        "username": "ny",
        "display_role": "Kurator",
        "roles": "agent",
        "units": "reception",
        "sees_protected": "y",
    }
    added = text(press(admin, "/staff/accounts/add", **fields))
    assert "<code>" not in added
    assert "Det finns ingen annan som kan godkänna." in added
    hired("boss", "supervisor")
    boss = signed_in("boss")
    waiting = text(boss.get("/staff/agreements"))
    for words in ("ny", "Handläggare", "Läser frågor för Mottagningen", "skyddade uppgifter", "admin bad om det"):
        assert words in waiting, words
    [there] = set(re.findall(r'action="(/staff/agreements/[0-9a-f-]+/agree)"', waiting))
    assert there not in text(admin.get("/staff/accounts"))
    assert "Någon annan än du måste godkänna." in text(admin.get("/staff/accounts"))
    for who, status in (("admin", 403), ("agent1", 403)):
        assert press(signed_in(who), there).status_code == status
    assert boss.post(there, data={"csrf_token": "forged"}).status_code == 400
    assert press(boss, f"/staff/agreements/{UUID(int=7)}/agree").status_code == 409

    agreed = text(press(boss, there))
    code = re.search("<code>([^<]+)</code>", agreed)
    assert code is not None
    assert "gäller i 1 timme" in agreed
    again = press(boss, there)
    assert again.status_code == 409
    assert "<code>" not in text(again)
    owner, own = app.test_client(), "three words of ones own"
    used = press(owner, "/staff/sign-in/recover", code=code[1], new_password=own, repeated=own)
    assert used.status_code == 303
    press(owner, "/staff/sign-in", username="ny", password=own)
    assert owner.get("/staff/queue").status_code == 200

    held = {"roles": ["agent"], "units": ["reception"], "protected": True}
    ids = {name: account_id(database, name) for name in ("admin", "boss", "ny")}
    with database.session(writes=False) as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.subject == str(ids["ny"]))).all()
        assert [(row.staff_id, row.detail) for row in rows if row.act == Act.ACCOUNT_CHANGED] == [
            (ids["admin"], {"change": "added", "roles": [], "units": []}),
            (ids["admin"], {"asked": "rights", **held}),
            (ids["boss"], {"agreed": "rights", "asked-by": str(ids["admin"]), **held}),
            (None, {"recovery": "used"}),
        ]


def test_a_second_person_says_no_and_an_account_without_a_role_opens_nothing_but_its_own_sign_in(
    app: Flask, database: Database, signed_in: Client, hired: Callable[..., None]
) -> None:
    hired("boss", "supervisor")
    agent, boss, admin = signed_in("agent1"), signed_in("boss"), signed_in("admin")
    address = f"/staff/accounts/{account_id(database, 'agent1')}"
    said = text(press(admin, f"{address}/rights", roles=["auditor"]))
    assert "gäller redan" in said
    assert standing(agent.get("/staff/queue")) == "to sign-in"
    press(agent, "/staff/sign-in", username="agent1", password=PASSWORD)
    assert agent.get("/staff/").location == "/staff/second-factor"
    assert agent.get("/staff/queue").status_code == agent.get("/staff/log").status_code == 403
    assert "Ingen roll än" in text(admin.get("/staff/accounts"))
    [there] = set(re.findall(r'action="(/staff/agreements/[0-9a-f-]+)/agree"', text(boss.get("/staff/agreements"))))
    assert "Ingenting har ändrats." in text(press(boss, f"{there}/refuse"))
    assert press(boss, f"{there}/agree").status_code == press(boss, f"{there}/refuse").status_code == 409
    assert "Inget väntar." in text(boss.get("/staff/agreements"))
    with database.session(writes=False) as session:
        details = session.scalars(select(AuditEntry.detail).where(AuditEntry.act == Act.ACCOUNT_CHANGED)).all()
        assert details[-1] == {"refused": "rights"}
        assert find_account(session, username="agent1").roles == ()


def test_nobody_changes_their_own_account(database: Database, signed_in: Client) -> None:
    admin = signed_in("admin")
    own = f"/staff/accounts/{account_id(database, 'admin')}"
    assert "Någon annan administratör ändrar det" in text(admin.get(own))
    for verb, fields in (
        ("rights", {"roles": ["administrator", "agent"]}),
        ("switch", {"to": "off"}),
        ("link", {"municipality_name": "me"}),
        ("recovery", {}),
    ):
        assert press(admin, f"{own}/{verb}", **fields).status_code == 403, verb
    with database.session(writes=False) as session:
        assert find_account(session, username="admin").roles == (Role.ADMINISTRATOR,)


def test_a_forged_or_replayed_form_changes_nothing(database: Database, signed_in: Client) -> None:
    admin, agent = signed_in("admin"), signed_in("agent1")
    address = f"/staff/accounts/{account_id(database, 'agent2')}"
    theirs, mine = token(agent), token(admin)
    taken = {"roles": "administrator"}
    for proof in ("", "forged", theirs):
        forged = admin.post(f"{address}/rights", data={"csrf_token": proof, **taken})
        assert forged.status_code == 400, proof
    assert agent.post(f"{address}/rights", data={"csrf_token": theirs, **taken}).status_code == 403
    press(admin, "/staff/sign-out")
    assert admin.post(f"{address}/rights", data={"csrf_token": mine, **taken}).status_code == 401
    press(admin, "/staff/sign-in", username="admin", password=PASSWORD)
    assert admin.post(f"{address}/rights", data={"csrf_token": mine, **taken}).status_code == 400  # of another sign-in
    with database.session(writes=False) as session:
        assert find_account(session, username="agent2").roles == (Role.AGENT,)


def test_what_is_done_to_accounts_is_written_down_in_codes_and_a_typed_name_never(
    app: Flask, database: Database, signed_in: Client
) -> None:
    stranger = app.test_client()
    press(stranger, "/staff/sign-in", username="hemligt", password="x")
    press(stranger, "/staff/sign-in", username="agent1", password="x")
    admin, agent = signed_in("admin"), account_id(database, "agent1")
    press(admin, f"/staff/accounts/{agent}/rights", roles=["agent", "on-call"], sees_protected="y")
    press(admin, "/staff/sign-out")
    me = str(account_id(database, "admin"))
    with database.session(writes=False) as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
        assert [(row.act, row.subject, row.detail) for row in rows] == [
            (Act.SIGN_IN_FAILED, "unknown", {"how": "password"}),
            (Act.SIGN_IN_FAILED, str(agent), {"how": "password"}),
            (Act.SIGNED_IN, me, {"how": "password"}),
            (
                Act.ACCOUNT_CHANGED,
                str(agent),
                {"change": "rights", "roles": ["agent"], "units": [], "protected": False},
            ),
            (
                Act.ACCOUNT_CHANGED,
                str(agent),
                {"asked": "rights", "roles": ["on-call"], "units": [], "protected": True},
            ),
            (Act.SIGNED_OUT, me, {}),
        ]


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
