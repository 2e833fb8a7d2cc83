"""Erasing what has served its time, and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from portal.desk import visits, work
from portal.desk.errors import CodeExpired, ContentErased
from portal.desk.follow_up import open_with_code, person_writes, read_conversation
from portal.desk.request_page import load_request
from portal.desk.retention import erase_expired
from portal.records.help_request import HelpRequest

VALID = timedelta(days=90)


@pytest.fixture
def close(session, claimed, now):
    return lambda: work.close(session, **claimed.ids, reason="answered", now=now, code_valid=VALID)


def test_a_closed_request_is_erased_when_its_code_is_over_not_before(session, close, now):
    close()

    assert erase_expired(session, now=now + VALID - timedelta(seconds=1)) == 0
    assert erase_expired(session, now=now + VALID) == 1
    assert erase_expired(session, now=now + VALID) == 0


def test_an_open_request_is_never_erased(session, claimed, now):
    assert erase_expired(session, now=now + timedelta(days=36500)) == 0

    session.execute(update(HelpRequest).values(code_expires_at=now))  # whatever put it there
    assert erase_expired(session, now=now + timedelta(days=36500)) == 0


def test_a_reopened_request_is_not_erased(session, close, claimed, keys, now):
    close()
    person_writes(session, keys=keys, request_id=claimed.request_id, body="en sak", language="sv", now=now)

    assert erase_expired(session, now=now + VALID) == 0


def test_an_answer_nobody_read_is_never_erased(session, close, claimed, keys, now):
    work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=now)
    close()
    late = now + timedelta(days=3650)

    assert erase_expired(session, now=late) == 0
    read_conversation(session, keys=keys, request_id=claimed.request_id, now=late)
    assert erase_expired(session, now=late) == 1


def test_erased_content_is_unreadable_for_everyone(session, close, claimed, keys, code_key, now):
    work.add_note(session, keys=keys, **claimed.ids, body="not", now=now)
    close()
    erase_expired(session, now=now + VALID)
    ids = {"request_id": claimed.request_id}

    page = load_request(session, keys=keys, **ids)
    assert page.erased_at == now + VALID
    assert (page.words, page.contact, page.notes[0].body) == (None, None, None)
    assert [message.body for message in page.messages] == [None]
    assert page.topics == ("home.violence",)  # codes stay, to be counted
    assert page.events[-1].kind == "erased"
    with pytest.raises(CodeExpired):
        open_with_code(session, code=claimed.code, code_key=code_key, now=now)
    with pytest.raises(ContentErased):
        read_conversation(session, keys=keys, **ids, now=now)
    with pytest.raises(ContentErased):
        person_writes(session, keys=keys, **ids, body="hej", language="sv", now=now)
    with pytest.raises(ContentErased):
        work.reopen(session, **claimed.ids, now=now)
    with pytest.raises(ContentErased):
        work.add_note(session, keys=keys, **claimed.ids, body="not", now=now)


def test_the_destroyed_key_is_gone_from_the_files_too(database, submit, hire, keys, now):
    with database.session() as session:
        staff, request_id = hire(session).id, submit(session).request_id
        ids = {"request_id": request_id, "staff_id": staff, "now": now}
        work.claim(session, **ids)
        work.close(session, **ids, reason="answered", code_valid=VALID)
        wrapped = session.scalar(select(HelpRequest.wrapped_key))
        cookie = visits.open_visit(session, now=now, lifetime=VALID, body={"words": "utkast"})
        # Enough other requests that the row lies in the middle of a page that stays in use.
        others = [submit(session).request_id for _ in range(20)]
    assert wrapped is not None
    if database.is_sqlite:
        assert wrapped in bytes_of(database)

    with database.session() as session:
        assert erase_expired(session, now=now + VALID) == 1
        visits.forget(session, cookie=cookie)
    database.overwrite_erased()

    if database.is_sqlite:
        assert wrapped not in bytes_of(database)
    with database.session(writes=False) as session:
        assert load_request(session, keys=keys, request_id=request_id).words is None
        assert load_request(session, keys=keys, request_id=others[0]).words == "Jag vågar inte gå hem."


def bytes_of(database) -> bytes:
    return b"".join(path.read_bytes() for path in Path(database.url.database).parent.iterdir())
