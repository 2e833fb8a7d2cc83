"""What gives the right to read, or opens an account, needs two persons; taking away needs one and counts at once."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest

from portal.desk import account_changes, accounts, agreements, recovery, roster, staff_sessions
from portal.desk.entrusted import Holding, holding
from portal.desk.errors import (
    AccountOff,
    AgreementUnknown,
    DomainError,
    MunicipalityNameTaken,
    OwnAccount,
    RecoveryUnknown,
    TraineeAlone,
)
from portal.desk.rights import GIVEN_BY_TWO, MAY, Right
from portal.records.account_agreement import AccountAgreement, AgreementKind
from portal.records.staff_account import Role, StaffAccount
from tests.database.conftest import NOW

DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)
PASSWORD = "a long enough password"
AGENT = holding(["agent"], ["contact-centre"], False)
EDITOR = holding(["content-editor"], [], False)


def hire(session, username, *roles, **details):
    more = {"display_role": "Kollega", "roles": roles, "password": PASSWORD, "now": NOW}
    return accounts.add_staff(session, username=username, **more, **details).id


@pytest.fixture
def two(session):
    """Two administrators: the one who asks, the one who agrees."""
    return hire(session, "asks", "administrator"), hire(session, "agrees", "administrator")


@pytest.fixture
def ask(session, two):
    """An administrator asks for an account to hold this."""

    def ask(staff_id, wanted, by=two[0], now=NOW):
        return account_changes.change_rights(
            session, staff_id=staff_id, by=by, wanted=wanted, now=now, expires_at=now + DAY
        )

    return ask


@pytest.fixture
def agree(session, two):
    """Somebody agrees to what waits last."""

    def agree(by=two[1], now=NOW, agreement_id=None):
        agreement_id = agreement_id or agreements.list_waiting(session, now=now)[-1].id
        return account_changes.agree(session, agreement_id=agreement_id, by=by, now=now, code_valid=AN_HOUR)

    return agree


def held(session, staff_id):
    account = session.get(StaffAccount, staff_id)
    return holding(account.roles, account.units, account.sees_protected)


def test_every_role_that_reads_or_decides_on_accounts_is_given_by_two_and_no_other():
    assert set(Role) - GIVEN_BY_TWO == {Role.CONTENT_EDITOR, Role.TRAINEE}
    assert (MAY[Right.READ_REQUESTS] | MAY[Right.AGREE_ON_ACCOUNTS]) - GIVEN_BY_TWO == {Role.TRAINEE}


def test_an_account_that_reads_opens_with_a_code_that_its_maker_never_sees(session, two, agree):
    member, came = account_changes.add(
        session, by=two[0], username="ny", display_role="Kurator", wanted=AGENT, now=NOW, expires_at=NOW + DAY
    )
    assert (came.password, came.waits, held(session, member.id)) == (None, "rights", Holding())
    done = agree()
    assert held(session, member.id) == AGENT
    assert (done.username, done.kind, done.more) == ("ny", "rights", AGENT)
    whose = recovery.use(session, code=done.code, new_password="the owners own words", now=NOW + AN_HOUR / 2)
    assert whose == member.id
    assert accounts.verify_password(session, username="ny", password="the owners own words", now=NOW)
    with pytest.raises(RecoveryUnknown):
        recovery.use(session, code=done.code, new_password="once more, by a thief", now=NOW)

    plain, came = account_changes.add(
        session, by=two[0], username="red", display_role="Redaktör", wanted=EDITOR, now=NOW, expires_at=NOW + DAY
    )
    assert accounts.verify_password(session, username="red", password=came.password, now=NOW).id == plain.id


def test_whoever_held_the_keys_of_a_harmless_account_holds_nothing_once_it_may_read(session, ask, agree, now):
    made = hire(session, "made", "content-editor")  # by the administrator, who knows its password
    session.get(StaffAccount, made).municipality_name = "the.administrator"
    token = staff_sessions.begin(session, staff_id=made, factor=None, now=now)
    ask(made, AGENT | EDITOR)
    assert held(session, made) == replace(EDITOR, units=frozenset({"contact-centre"}))
    assert staff_sessions.find(session, token=token, now=now)  # nothing was taken away
    assert agree().code
    assert Role.AGENT in held(session, made).roles
    assert session.get(StaffAccount, made).municipality_name is None
    assert staff_sessions.find(session, token=token, now=now) is None
    assert accounts.verify_password(session, username="made", password=PASSWORD, now=now) is None


@pytest.mark.parametrize(
    "more",
    [{"roles": ["agent", "supervisor"]}, {"units": ["contact-centre", "reception"]}, {"sees_protected": True}],
    ids=["role", "unit", "protected"],
)
def test_more_for_somebody_who_reads_already_waits_and_leaves_their_way_in(session, ask, agree, more, now):
    kim = hire(session, "kim", "agent")
    token = staff_sessions.begin(session, staff_id=kim, factor=None, now=now)
    wanted = holding(**{"roles": ["agent"], "units": ["contact-centre"], "sees_protected": False, **more})
    assert not ask(kim, wanted).done
    assert held(session, kim) == AGENT
    assert agree().code is None
    assert held(session, kim) == wanted
    assert staff_sessions.find(session, token=token, now=now)


@pytest.mark.parametrize(
    "less", [{"roles": ["supervisor"]}, {"units": []}, {"sees_protected": False}], ids=["role", "unit", "protected"]
)
def test_what_is_taken_away_counts_at_once_and_ends_the_sign_in(session, ask, less, now):
    all_of_it = {"roles": ["agent", "supervisor"], "units": ["contact-centre"], "sees_protected": True}
    kim = hire(session, "kim", *all_of_it["roles"], sees_protected=True)
    token = staff_sessions.begin(session, staff_id=kim, factor=None, now=now)
    assert not ask(kim, holding(**all_of_it)).done
    assert staff_sessions.find(session, token=token, now=now)
    wanted = holding(**{**all_of_it, **less})
    came = ask(kim, wanted)
    assert (came.done, came.waits, held(session, kim)) == (True, None, wanted)
    assert staff_sessions.find(session, token=token, now=now) is None


def test_a_swap_takes_away_now_and_gives_when_a_second_person_agrees(session, ask, agree):
    kim = hire(session, "kim", "agent", units=["reception"])
    ask(kim, holding(["supervisor"], ["contact-centre"], False))
    assert held(session, kim) == Holding()
    agree()
    assert held(session, kim) == holding(["supervisor"], ["contact-centre"], False)


def test_neither_the_one_who_asked_nor_the_one_it_is_for_agrees_and_nobody_without_the_right(session, two, ask, agree):
    boss, agent = hire(session, "boss", "supervisor"), hire(session, "kim", "agent")
    ask(boss, holding(["supervisor", "administrator"], ["contact-centre"], False))
    for by, error in ((two[0], OwnAccount), (boss, OwnAccount), (agent, AgreementUnknown), (uuid4(), AgreementUnknown)):
        with pytest.raises(error):
            agree(by=by)
    with pytest.raises(AgreementUnknown):
        agree(agreement_id=uuid4())
    assert held(session, boss).roles == {Role.SUPERVISOR}
    for by, staff_id in ((boss, boss), (two[0], two[0])):
        with pytest.raises(OwnAccount):
            ask(staff_id, AGENT, by=by)


def test_a_second_administrator_whom_one_made_oneself_needs_a_second_person_too(session, two, agree):
    wanted = holding(["administrator"], [], False)
    straw, _ = account_changes.add(
        session, by=two[0], username="straw", display_role="X", wanted=wanted, now=NOW, expires_at=NOW + DAY
    )
    with pytest.raises(OwnAccount):
        agree(by=two[0])
    with pytest.raises(OwnAccount):
        agree(by=straw.id)
    assert held(session, straw.id) == Holding()


def test_it_counts_once_in_time_and_while_the_account_is_as_it_was_shown(session, two, ask, agree):
    kim = hire(session, "kim", "content-editor")
    wanted = AGENT | EDITOR

    ask(kim, wanted)
    [row] = agreements.list_waiting(session, now=NOW)
    done = agree()
    with pytest.raises(AgreementUnknown):  # replayed
        agree(agreement_id=row.id)
    with pytest.raises(AgreementUnknown):
        agreements.refuse(session, agreement_id=row.id, now=NOW)
    assert done.code

    def waiting():
        return agreements.list_waiting(session, now=NOW)[-1]

    ask(kim, EDITOR)  # taken away again
    for end in (
        lambda: agreements.refuse(session, agreement_id=waiting().id, now=NOW),
        lambda: ask(kim, replace(EDITOR, units=frozenset({"reception"}))),  # another unit than was shown
        lambda: ask(kim, wanted),  # asked anew
        lambda: roster.switch_off(session, staff_id=kim, now=NOW),
    ):
        ask(kim, wanted)
        row = waiting()
        end()
        with pytest.raises(AgreementUnknown):
            agree(agreement_id=row.id)
    with pytest.raises(AccountOff):
        ask(kim, wanted)
    session.get(StaffAccount, kim).active = True

    ask(kim, wanted)
    [row] = agreements.list_waiting(session, now=NOW + DAY)
    assert row.lapsed
    with pytest.raises(AgreementUnknown):
        agree(agreement_id=row.id, now=NOW + DAY)
    roster.switch_off(session, staff_id=two[0], now=NOW)  # who asked is no administrator any more
    with pytest.raises(AgreementUnknown):
        agree(agreement_id=row.id)
    assert not held(session, kim).is_entrusted


def test_an_account_that_reads_is_switched_on_by_two_and_its_old_keys_are_worth_nothing(session, two, agree):
    kim = hire(session, "kim", "agent")
    on = {"staff_id": kim, "by": two[0], "now": NOW, "expires_at": NOW + DAY}
    assert account_changes.switch_on(session, **on) == account_changes.Outcome()  # is on already: no new password
    roster.switch_off(session, staff_id=kim, now=NOW)
    assert account_changes.switch_on(session, **on).password is None
    assert accounts.find_staff(session, staff_id=kim) is None
    code = agree().code
    assert accounts.verify_password(session, username="kim", password=PASSWORD, now=NOW) is None
    recovery.use(session, code=code, new_password="the owners own words", now=NOW)
    assert accounts.verify_password(session, username="kim", password="the owners own words", now=NOW)


def test_the_municipalitys_account_signs_in_once_a_second_agreed_and_not_after_unlinking(session, two, agree, now):
    kim, other = hire(session, "kim", "agent"), hire(session, "other", "agent")

    def link(name, staff_id=kim):
        return account_changes.link(session, staff_id=staff_id, by=two[0], name=name, now=now, expires_at=now + DAY)

    def name(staff_id=kim):
        return session.get(StaffAccount, staff_id).municipality_name

    assert link(" Kim.Berg ").waits == "link"
    assert name() is None
    link("kim.berg", other)
    agree(agreement_id=agreements.list_waiting(session, now=now, staff_id=kim)[0].id)
    assert name() == "kim.berg"
    with pytest.raises(MunicipalityNameTaken):  # asked for by two accounts, given to one
        agree(agreement_id=agreements.list_waiting(session, now=now, staff_id=other)[0].id)
    assert name(other) is None
    assert link("another").done  # the old name signs nobody in meanwhile
    assert name() is None
    assert link("").waits is None
    assert agreements.list_waiting(session, now=now, staff_id=kim) == []


def test_a_trainee_has_no_other_role_and_a_recovery_ends_older_codes(session, two, ask, agree):
    kim = hire(session, "kim", "trainee")
    with pytest.raises(TraineeAlone):
        ask(kim, holding(["trainee", "agent"], [], False))
    with pytest.raises(ValueError):
        ask(kim, Holding())
    ask(kim, AGENT)
    first = agree().code
    account_changes.begin_recovery(session, staff_id=kim, by=two[0], now=NOW, expires_at=NOW + DAY)
    second = agree().code
    recovery.use(session, code=second, new_password="the owners own words", now=NOW)
    with pytest.raises(RecoveryUnknown):
        recovery.use(session, code=first, new_password="somebody elses words", now=NOW)


def test_of_two_who_agree_at_once_one_does(database, now):
    with database.session() as session:
        asks, kim = hire(session, "asks", "administrator"), hire(session, "kim", "content-editor")
        seconds = [hire(session, name, "supervisor") for name in ("first", "second")]
        account_changes.change_rights(session, staff_id=kim, by=asks, wanted=AGENT, now=now, expires_at=now + DAY)
        [row] = agreements.list_waiting(session, now=now)
    codes = []

    def press(by):
        try:
            with database.session() as own:
                codes.append(account_changes.agree(own, agreement_id=row.id, by=by, now=now, code_valid=AN_HOUR).code)
        except DomainError:
            pass

    threads = [Thread(target=press, args=(by,)) for by in seconds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 1
    with database.session(writes=False) as session:
        kept = session.get(AccountAgreement, row.id)
        assert kept.agreed_by in seconds
        assert kept.kind == AgreementKind.RIGHTS
        assert held(session, kim) == AGENT
