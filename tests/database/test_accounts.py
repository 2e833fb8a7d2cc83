"""Staff accounts and signing in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from portal.desk import accounts, known_browsers
from portal.desk.errors import PasswordTooShort, StaffUnknown, UsernameTaken
from portal.desk.known_browsers import LOCKED_FOR
from portal.records.staff_account import StaffAccount
from portal.records.staff_sign_in import StaffDevice

RIGHT = "correct horse battery"


@pytest.fixture
def add(session, now):
    def add(username="Åsa", **details):
        ordinary = {"display_role": "Socialsekreterare", "roles": ["agent"], "password": RIGHT, "now": now}
        return accounts.add_staff(session, username=username, **(ordinary | details))

    return add


@pytest.fixture
def sign_in(session, now):
    def sign_in(username="Åsa", password=RIGHT, at=now, browser=()):
        given = {"username": username, "password": password, "now": at, "browser": browser}
        return accounts.verify_password(session, **given)

    return sign_in


def test_the_right_password_signs_in_however_the_name_is_cased(add, sign_in):
    added = add(roles=["administrator", "agent"])

    assert sign_in(" åSA ") == added
    assert added.roles == {"agent", "administrator"}


def test_a_wrong_password_or_name_signs_nobody_in(add, sign_in):
    add()

    assert sign_in(password="wrong") is None
    assert sign_in(password="") is None
    assert sign_in("nobody") is None


def test_the_password_is_stored_as_an_argon2_hash(add, session):
    add()

    stored = session.scalars(select(StaffAccount.password)).one()

    assert stored.startswith("$argon2id$")
    assert RIGHT not in stored


def test_two_accounts_never_share_a_name(add):
    add("Strasse")

    with pytest.raises(UsernameTaken):
        add("STRAßE")


def test_a_taken_name_leaves_the_rest_of_the_work_standing(add, sign_in):
    add()
    with pytest.raises(UsernameTaken):
        add("åsa", password="another long password")

    assert sign_in() is not None


@pytest.mark.parametrize("details", [{"username": "  "}, {"roles": ["king"]}, {"display_role": " "}])
def test_an_account_without_name_or_with_an_unknown_role_is_refused(add, details):
    with pytest.raises(ValueError):
        add(**details)


def test_a_short_password_is_refused_with_the_length_it_needs(add):
    with pytest.raises(PasswordTooShort) as refused:
        add(password="elevenchars")

    assert refused.value.minimum == 12


def test_ten_failures_slow_down_even_the_right_password_for_some_minutes(add, sign_in, session, now):
    added = add()
    for _ in range(2):
        for _ in range(9):
            sign_in(password="wrong")
        assert sign_in() == added
        known_browsers.note_success(session, staff_id=added.id, browser=(), now=now)  # forgiven, and forgotten

    for _ in range(10):
        sign_in(password="wrong")
    assert sign_in() is None
    assert sign_in(at=now + LOCKED_FOR - timedelta(seconds=1)) is None
    assert sign_in(at=now + LOCKED_FOR) == added


def test_the_right_password_alone_forgives_nothing(add, sign_in):
    add()
    for _ in range(9):
        sign_in(password="wrong")
    sign_in()
    sign_in(password="wrong")

    assert sign_in() is None


def test_nobody_can_lock_a_colleague_out(add, sign_in, session, now):
    added = add()
    usual = [known_browsers.note_success(session, staff_id=added.id, browser=(), now=now)]
    for _ in range(30):
        sign_in(password="wrong")
        sign_in(password="wrong", browser=["invented"])

    assert sign_in() is None
    assert sign_in(browser=usual) == added
    other = add("colleague")
    foreign = [known_browsers.note_success(session, staff_id=other.id, browser=(), now=now)]
    assert sign_in(browser=foreign) is None  # known to the colleague's account, not to this one


def test_a_known_browser_is_counted_on_its_own_and_forgotten_with_a_new_password_or_after_half_a_year(
    add, sign_in, session, now
):
    added = add()
    usual = [known_browsers.note_success(session, staff_id=added.id, browser=(), now=now)]
    for _ in range(10):
        sign_in(password="wrong", browser=usual)
    assert sign_in(browser=usual) is None
    assert sign_in() == added

    for _ in range(10):
        sign_in(password="wrong")
    later = now + known_browsers.REMEMBERED
    assert sign_in(browser=usual, at=now + LOCKED_FOR) == added
    for _ in range(10):
        sign_in(password="wrong", at=later)
    assert sign_in(browser=usual, at=later) is None
    accounts.change_password(session, staff_id=added.id, new_password=RIGHT, now=now)
    assert session.scalar(select(func.count()).select_from(StaffDevice)) == 0


def test_the_first_sign_in_with_a_password_that_nobody_can_guess_is_never_locked(add, sign_in):
    added = add(password_made=True)
    for _ in range(10):
        sign_in(password="wrong")

    assert sign_in() == added


def test_a_name_that_does_not_exist_costs_the_same_work(add, sign_in, monkeypatch):
    add()
    checked = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, *call: checked.append(call[0][:30]) or verify(self, *call)
    )

    sign_in(password="wrong")
    sign_in("nobody", password="wrong")

    assert len(checked) == 2
    assert checked[0].split("$")[:4] == checked[1].split("$")[:4]  # same algorithm, same cost


def test_an_inactive_account_neither_signs_in_nor_stays_signed_in(add, sign_in, session):
    added = add()
    assert accounts.find_staff(session, staff_id=added.id) == added

    session.execute(update(StaffAccount).values(active=False))
    session.expire_all()

    assert sign_in() is None
    assert accounts.find_staff(session, staff_id=added.id) is None


def test_a_changed_password_replaces_the_old_and_lifts_a_lock(add, sign_in, session, now):
    added = add()
    for _ in range(10):
        sign_in(password="wrong")

    accounts.change_password(session, staff_id=added.id, new_password="a brand new password", now=now)

    assert sign_in(password="a brand new password") == added
    assert sign_in(password=RIGHT) is None
    with pytest.raises(PasswordTooShort):
        accounts.change_password(session, staff_id=added.id, new_password="short", now=now)
    with pytest.raises(StaffUnknown):
        accounts.change_password(session, staff_id=uuid4(), new_password="a brand new password", now=now)


def test_a_hash_made_with_an_older_cost_is_renewed_on_signing_in(add, sign_in, session):
    add()
    weak = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(RIGHT)
    session.execute(update(StaffAccount).values(password=weak))
    session.expire_all()

    sign_in()

    assert session.scalars(select(StaffAccount.password)).one() != weak
    assert sign_in() is not None
