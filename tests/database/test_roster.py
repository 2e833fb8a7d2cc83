"""Listing accounts, switching them on and off, and what that does to those who are signed in."""

from uuid import uuid4

import pytest

from portal.desk import accounts, roster
from portal.desk.errors import PasswordTooShort, StaffUnknown

PASSWORD = "a long enough password"


@pytest.fixture
def signed_in(session, hire):
    """An account, and the mark its browser got on signing in."""
    staff = hire(session, "kim")
    return staff, roster.sign_in_mark(session, staff_id=staff.id)


def still_in(session, signed_in):
    staff, mark = signed_in
    return roster.find_signed_in(session, staff_id=staff.id, mark=mark)


def test_accounts_in_use_come_first_and_then_by_name(session, hire):
    for name in ("cilla", "bo", "anna"):
        hire(session, name)
    roster.switch_off(session, staff_id=roster.find_account(session, username=" ANNA ").id)

    assert [(row.username, row.active) for row in roster.list_accounts(session)] == [
        ("bo", True),
        ("cilla", True),
        ("anna", False),
    ]


def test_who_signed_in_stays_signed_in(session, signed_in):
    assert still_in(session, signed_in) == signed_in[0]


def test_a_mark_of_something_else_signs_nobody_in(session, signed_in):
    staff, mark = signed_in

    assert roster.find_signed_in(session, staff_id=staff.id, mark=mark[::-1]) is None
    assert roster.find_signed_in(session, staff_id=uuid4(), mark=mark) is None


def test_switching_off_ends_it_and_switching_on_does_not_bring_it_back(session, signed_in, now):
    staff, _ = signed_in

    assert roster.switch_off(session, staff_id=staff.id) == "kim"
    assert still_in(session, signed_in) is None
    assert accounts.verify_password(session, username="kim", password=PASSWORD, now=now) is None

    roster.switch_on(session, staff_id=staff.id, new_password="another long password")
    assert still_in(session, signed_in) is None
    assert accounts.verify_password(session, username="kim", password="another long password", now=now)


def test_a_changed_password_ends_every_other_sign_in(session, signed_in):
    accounts.change_password(session, staff_id=signed_in[0].id, new_password="another long password")

    assert still_in(session, signed_in) is None


def test_switching_on_needs_a_password_that_is_long_enough(session, signed_in):
    with pytest.raises(PasswordTooShort):
        roster.switch_on(session, staff_id=signed_in[0].id, new_password="short")


def test_an_account_that_is_not_there_is_said_so(session):
    with pytest.raises(StaffUnknown):
        roster.find_account(session, username="nobody")
    with pytest.raises(StaffUnknown):
        roster.switch_off(session, staff_id=uuid4())


def test_random_passwords_are_long_enough_and_do_not_repeat():
    passwords = {roster.random_password() for _ in range(100)}

    assert len(passwords) == 100
    assert min(map(len, passwords)) >= accounts.SHORTEST_PASSWORD
