"""A draft put away under a code: only the code opens it, as long as the draft lives, and nothing in the row does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.desk import draft_codes, visits
from portal.desk.errors import CodeExpired, CodeMistyped, CodeUnknown, VisitUnknown
from portal.records.receipt_code import hash_key
from portal.records.visit import Visit

HOUR = timedelta(hours=1)


@pytest.fixture
def cookie(session, now):
    return visits.open_visit(session, now=now, lifetime=HOUR, body={"words": "hemligt"})


@pytest.fixture
def code(session, cookie, code_key, now):
    return draft_codes.put_away(session, cookie=cookie, code_key=code_key, now=now)


def test_the_code_opens_the_draft(session, cookie, code, code_key, now):
    assert len(code) == 16
    assert code.isdigit()
    spaced = f" {code[:4]} {code[4:8]}-{code[8:]}"
    opened = draft_codes.open_again(session, code=spaced, code_key=code_key, now=now)
    assert opened == cookie
    assert visits.load(session, cookie=opened, now=now) == {"words": "hemligt"}


def test_another_code_opens_nothing(session, code, code_key, now):
    wrong = f"{(int(code) + 1) % 10**16:016d}"
    with pytest.raises(CodeUnknown):
        draft_codes.open_again(session, code=wrong, code_key=code_key, now=now)
    with pytest.raises(CodeUnknown):
        draft_codes.open_again(session, code=code, code_key=hash_key("another secret"), now=now)
    with pytest.raises(CodeMistyped):
        draft_codes.open_again(session, code="12", code_key=code_key, now=now)


def test_the_row_holds_neither_the_code_nor_the_cookie(session, cookie, code):
    row = session.scalars(select(Visit)).one()
    stored = f"{row.id} {row.code_hash} {row.sealed_cookie!r} {row.body!r}"
    assert code not in stored
    assert cookie not in stored


def test_a_code_copied_to_another_draft_opens_neither(session, code, code_key, now):
    row = session.scalars(select(Visit)).one()
    taken, sealed = row.code_hash, row.sealed_cookie
    row.code_hash = row.sealed_cookie = None
    session.flush()
    other = visits.open_visit(session, now=now, lifetime=HOUR)
    stolen = visits.find_visit(session, cookie=other, now=now)
    stolen.code_hash, stolen.sealed_cookie = taken, sealed
    session.flush()
    with pytest.raises(Exception, match="does not open here"):
        draft_codes.open_again(session, code=code, code_key=code_key, now=now)


def test_the_code_lives_as_long_as_the_draft(session, cookie, code, code_key, now):
    visits.save(session, cookie=cookie, body={}, now=now + HOUR / 2, lifetime=HOUR)
    assert draft_codes.open_again(session, code=code, code_key=code_key, now=now + HOUR) == cookie
    with pytest.raises(CodeExpired):
        draft_codes.open_again(session, code=code, code_key=code_key, now=now + HOUR * 2)


def test_a_new_code_ends_the_one_before(session, cookie, code, code_key, now):
    newer = draft_codes.put_away(session, cookie=cookie, code_key=code_key, now=now)
    with pytest.raises(CodeUnknown):
        draft_codes.open_again(session, code=code, code_key=code_key, now=now)
    assert draft_codes.open_again(session, code=newer, code_key=code_key, now=now) == cookie


@pytest.mark.parametrize("end", ["forgotten", "withdrawn"])
def test_forgetting_ends_the_code(session, cookie, code, code_key, now, end):
    if end == "forgotten":
        visits.forget(session, cookie=cookie)
    else:
        draft_codes.withdraw(session, cookie=cookie, now=now)
    with pytest.raises(CodeUnknown):
        draft_codes.open_again(session, code=code, code_key=code_key, now=now)


def test_a_draft_that_is_gone_gets_no_code(session, code_key, now):
    with pytest.raises(VisitUnknown):
        draft_codes.put_away(session, cookie="gone", code_key=code_key, now=now)
