"""Listing accounts, switching them on and off, and what that does to those who are signed in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.desk import account_changes, accounts, roster, staff_sessions
from portal.desk.errors import StaffUnknown
from portal.records.staff_account import StaffAccount
from portal.records.staff_sign_in import StaffSession

PASSWORD = "a long enough password"


@pytest.fixture
def signed_in(session, hire, now):
    """An account, and the token its browser got on signing in."""
    staff = hire(session, "kim")
    return staff, staff_sessions.begin(session, staff_id=staff.id, factor=None, now=now)


@pytest.fixture
def still_in(session, signed_in, now):
    def still_in(after=timedelta(0)):
        return staff_sessions.find(session, token=signed_in[1], now=now + after) is not None

    return still_in


def test_accounts_in_use_come_first_and_then_by_name(session, hire, now):
    for name in ("cilla", "bo", "anna"):
        hire(session, name)
    roster.switch_off(session, staff_id=roster.find_account(session, username=" ANNA ").id, now=now)

    assert [(row.username, row.active) for row in roster.list_accounts(session)] == [
        ("bo", True),
        ("cilla", True),
        ("anna", False),
    ]


def test_who_signed_in_stays_signed_in_as_long_as_somebody_is_there(session, signed_in, still_in, now):
    found = staff_sessions.find(session, token=signed_in[1], now=now)
    assert found is not None
    assert found.staff_id == signed_in[0].id
    assert still_in(timedelta(minutes=30))
    assert not still_in(timedelta(minutes=30, seconds=1))
    for minutes in range(0, 12 * 60, 25):
        staff_sessions.note_seen(session, sign_in_id=found.id, now=now + timedelta(minutes=minutes))
    assert still_in(timedelta(hours=12))
    assert not still_in(timedelta(hours=12, seconds=1))


def test_an_invented_token_signs_nobody_in_and_no_token_is_stored(session, signed_in, now):
    _, token = signed_in
    assert staff_sessions.find(session, token=token[::-1], now=now) is None
    assert staff_sessions.find(session, token="", now=now) is None
    assert token not in str(session.execute(select(StaffSession.token_hash)).all())


def test_switching_off_ends_it_and_switching_on_does_not_bring_it_back(session, signed_in, still_in, hire, now):
    staff, _ = signed_in

    assert roster.switch_off(session, staff_id=staff.id, now=now) == "kim"
    assert not still_in()
    assert accounts.verify_password(session, username="kim", password=PASSWORD, now=now) is None

    admin = hire(session, "admin")
    on = {"staff_id": staff.id, "by": admin.id, "now": now, "expires_at": now + timedelta(hours=1)}
    assert account_changes.switch_on(session, **on).password is None  # it reads requests, so a second person agrees
    assert accounts.find_staff(session, staff_id=staff.id) is None
    session.get(StaffAccount, staff.id).roles = ["content-editor"]
    password = account_changes.switch_on(session, **on).password
    assert not still_in()
    assert accounts.verify_password(session, username="kim", password=password, now=now)


def test_a_changed_password_ends_every_sign_in(session, signed_in, still_in, now):
    accounts.change_password(session, staff_id=signed_in[0].id, new_password="another long password", now=now)

    assert not still_in()


def test_an_account_that_is_not_there_is_said_so(session, now):
    with pytest.raises(StaffUnknown):
        roster.find_account(session, username="nobody")
    with pytest.raises(StaffUnknown):
        roster.switch_off(session, staff_id=uuid4(), now=now)


def test_random_passwords_are_long_enough_and_do_not_repeat():
    passwords = {roster.random_password() for _ in range(100)}

    assert len(passwords) == 100
    assert min(map(len, passwords)) >= accounts.SHORTEST_PASSWORD
