"""Recovery by two persons: neither can do it alone, and nobody recovers themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.desk import second_factor
from portal.desk.audit import Act
from portal.desk.roster import find_account
from portal.records.audit_entry import AuditEntry
from portal.records.database import Database
from tests.database.staff.browsing import PASSWORD, Client, press, standing, text

NEW = "three other quiet words"


@pytest.fixture
def address(database: Database, hired: Callable[..., None]) -> str:
    """The page of agent1's account. A supervisor and a second administrator work here as well."""
    hired("boss", "supervisor")
    hired("admin2", "administrator")
    with database.session(writes=False) as session:
        return f"/staff/accounts/{find_account(session, username='agent1').id}"


def code_on(page: str) -> str:
    shown = re.search(r"<code>([A-Z2-9-]{23})</code>", page)
    assert shown is not None
    return shown[1]


def approval(page: str) -> str:
    found = re.search(r'action="(/staff/agreements/[0-9a-f-]+/agree)"', page)
    assert found is not None
    return found[1]


def test_one_begins_another_agrees_and_the_owner_sets_a_new_password_with_the_code(
    app: Flask, database: Database, signed_in: Client, address: str
) -> None:
    elsewhere, admin, boss = signed_in("agent1"), signed_in("admin"), signed_in("boss")
    with database.session() as session:
        agent = find_account(session, username="agent1").id
        second_factor.offer_totp(session, key=b"k" * 32, staff_id=agent)
    begun = press(admin, f"{address}/recovery")
    assert "en annan administratör eller en arbetsledare godkänner" in text(begun)
    assert "<code>" not in text(begun)
    agreed = press(boss, approval(text(boss.get("/staff/agreements"))))
    code = code_on(text(agreed))
    assert code not in text(boss.get("/staff/agreements"))
    assert elsewhere.get("/staff/queue").status_code == 200  # nothing has changed yet

    owner = app.test_client()
    fields = {"new_password": NEW, "repeated": NEW}
    assert press(owner, "/staff/sign-in/recover", code="A" * 20, **fields).status_code == 400
    short = press(owner, "/staff/sign-in/recover", code=code, new_password="short", repeated="short")
    assert short.status_code == 400
    used = press(owner, "/staff/sign-in/recover", code=code.lower().replace("-", " "), **fields)
    assert used.location == "/staff/sign-in"
    assert standing(elsewhere.get("/staff/queue")) == "to sign-in"
    assert press(owner, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    assert press(owner, "/staff/sign-in", username="agent1", password=NEW).status_code == 303
    with database.session(writes=False) as session:
        assert not second_factor.factors_of(session, staff_id=agent).offered
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act == Act.ACCOUNT_CHANGED)).all()
        assert [(row.staff_id is None, row.detail) for row in entries] == [
            (False, {"asked": "recovery"}),
            (False, {"agreed": "recovery", "asked-by": str(entries[0].staff_id)}),
            (True, {"recovery": "used"}),
        ]
        assert entries[0].staff_id != entries[1].staff_id
    assert press(owner, "/staff/sign-in/recover", code=code, **fields).status_code == 400  # not twice


def test_nobody_agrees_to_what_they_began_or_to_their_own(database: Database, signed_in: Client, address: str) -> None:
    admin, second = signed_in("admin"), signed_in("admin2")
    press(admin, f"{address}/recovery")
    assert "Någon annan än du måste godkänna." in text(admin.get("/staff/agreements"))
    first = approval(text(second.get("/staff/agreements")))
    alone = press(admin, first)
    assert alone.status_code == 403
    assert "<code>" not in text(alone)
    assert signed_in("agent2").get("/staff/agreements").status_code == 403

    with database.session(writes=False) as session:
        boss = find_account(session, username="boss").id
    press(admin, f"/staff/accounts/{boss}/recovery")
    seen = text(second.get("/staff/agreements"))
    [theirs] = set(re.findall(r'action="(/staff/agreements/[0-9a-f-]+/agree)"', seen)) - {first}
    own = press(signed_in("boss"), theirs)
    assert own.status_code == 403
    assert "ditt eget konto" in text(own)


def test_there_are_three_days_for_agreeing_and_an_hour_for_using_the_code(
    app: Flask, signed_in: Client, address: str, stopped: clock.FrozenClock
) -> None:
    press(signed_in("admin"), f"{address}/recovery")
    stopped.move(timedelta(hours=71, minutes=59))
    boss = signed_in("boss")
    there = approval(text(boss.get("/staff/agreements")))
    stopped.move(timedelta(minutes=1))
    assert press(boss, there).status_code == 409
    lapsed = text(boss.get("/staff/agreements"))
    assert "Det har förfallit." in lapsed
    assert '/agree"' not in lapsed

    press(signed_in("admin"), f"{address}/recovery")
    code = code_on(text(press(boss, approval(text(boss.get("/staff/agreements"))))))
    stopped.move(timedelta(hours=1))
    fields = {"code": code, "new_password": NEW, "repeated": NEW}
    assert press(app.test_client(), "/staff/sign-in/recover", **fields).status_code == 400


def test_a_recovery_that_was_called_off_or_begun_anew_is_worth_nothing(
    app: Flask, signed_in: Client, address: str
) -> None:
    admin, boss = signed_in("admin"), signed_in("boss")
    press(admin, f"{address}/recovery")
    code = code_on(text(press(boss, approval(text(boss.get("/staff/agreements"))))))
    press(admin, f"{address}/recovery")
    there = approval(text(boss.get("/staff/agreements")))
    press(boss, there.removesuffix("agree") + "refuse")
    assert press(boss, there).status_code == 409
    fields = {"code": code, "new_password": NEW, "repeated": NEW}
    assert press(app.test_client(), "/staff/sign-in/recover", **fields).status_code == 400
