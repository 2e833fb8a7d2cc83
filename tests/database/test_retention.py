"""Erasing what has served its time, and nothing else."""

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError
from sqlalchemy import select, true, update

from portal.desk import visits, work
from portal.desk.errors import CodeExpired, ContentErased, NotHeld, NothingToDecide
from portal.desk.follow_up import open_with_code, person_writes, read_conversation
from portal.desk.legal_holds import end_holds, held_requests, place_hold
from portal.desk.request_page import load_request
from portal.desk.retention import allow_unread_erasure, erase_expired, protocol, tell_of_unread, unread_closed
from portal.desk.staff_drafts import save_draft
from portal.records.help_request import HelpRequest
from portal.records.staff_draft import DraftKind, StaffDraft
from portal.settings import ROOT
from portal.triage.grammar import Municipality, RetentionClass

VALID = timedelta(days=90)


@pytest.fixture
def shape_of_municipality():
    """The shipped municipality with changes, checked anew."""
    shipped = yaml.safe_load((ROOT / "triage_rules" / "municipality.yaml").read_text("utf-8"))
    return lambda **changes: Municipality.model_validate(shipped | changes)


@pytest.fixture
def close(session, claimed, now):
    return lambda: work.close(session, **claimed.ids, reason="answered", now=now, code_valid=VALID)


def test_a_closed_request_is_erased_when_its_code_is_over_not_before(session, close, now):
    close()

    assert erase_expired(session, now=now + VALID - timedelta(seconds=1)) == []
    assert len(erase_expired(session, now=now + VALID)) == 1
    assert erase_expired(session, now=now + VALID) == []


def test_an_open_request_is_never_erased(session, claimed, now):
    assert erase_expired(session, now=now + timedelta(days=36500)) == []

    session.execute(update(HelpRequest).values(code_expires_at=now))  # whatever put it there
    assert erase_expired(session, now=now + timedelta(days=36500)) == []


def test_a_reopened_request_is_not_erased(session, close, claimed, keys, now):
    close()
    person_writes(session, keys=keys, request_id=claimed.request_id, body="en sak", language="sv", now=now)

    assert erase_expired(session, now=now + VALID) == []


def test_an_answer_nobody_read_is_never_erased(session, close, claimed, keys, now):
    work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=now)
    close()
    late = now + timedelta(days=3650)

    assert erase_expired(session, now=late) == []
    read_conversation(session, keys=keys, request_id=claimed.request_id, now=late)
    assert len(erase_expired(session, now=late)) == 1


def test_erased_content_is_unreadable_for_everyone(session, close, claimed, keys, code_key, now):
    work.add_note(session, keys=keys, **claimed.ids, body="not", now=now)
    save_draft(session, keys=keys, **claimed.ids, kind=DraftKind.ANSWER, body="utkast", now=now)
    close()
    erase_expired(session, now=now + VALID)
    assert session.scalars(select(StaffDraft)).all() == []
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
        assert len(erase_expired(session, now=now + VALID)) == 1
        visits.forget(session, cookie=cookie)
    database.overwrite_erased()

    if database.is_sqlite:
        assert wrapped not in bytes_of(database)
    with database.session(writes=False) as session:
        assert load_request(session, keys=keys, request_id=request_id).words is None
        assert load_request(session, keys=keys, request_id=others[0]).words == "Jag vågar inte gå hem."


def bytes_of(database) -> bytes:
    return b"".join(path.read_bytes() for path in Path(database.url.database).parent.iterdir())


REPORT = RetentionClass(slug="report", name="Orosanmälan", closed_as=["report-taken"], days=365, decision="Beslut 1")


def test_a_class_keeps_a_request_longer_and_the_protocol_names_its_decision(session, claimed, now):
    work.close(session, **claimed.ids, reason="report-taken", now=now, code_valid=VALID, retention=REPORT)
    assert erase_expired(session, now=now + timedelta(days=364)) == []
    reference = session.get(HelpRequest, claimed.request_id).reference

    assert erase_expired(session, now=now + timedelta(days=365), decisions={"report": "Beslut 1"}) == [reference]
    [line] = protocol(session, limit=9)
    assert (line.reference, line.retention_class, line.decision) == (reference, "report", "Beslut 1")
    assert (line.messages, line.notes, line.unread) == (1, 0, False)


def test_a_class_never_keeps_it_shorter_than_the_pages_promise(shape_of_municipality):
    with pytest.raises(ValidationError, match="fewer than code_valid_days"):
        shape_of_municipality(retention={"decision": "x", "classes": [REPORT.model_copy(update={"days": 89})]})


def test_while_a_legal_hold_lasts_nothing_is_erased(session, close, claimed, now):
    close()
    place_hold(session, **claimed.ids, reason="appeal", now=now)
    place_hold(session, **claimed.ids, reason="court", now=now)
    assert erase_expired(session, now=now + VALID) == []
    assert [held.reason for held in held_requests(session, within=true())] == ["appeal", "court"]

    end_holds(session, **claimed.ids, now=now + VALID)
    assert len(erase_expired(session, now=now + VALID)) == 1
    with pytest.raises(NotHeld):
        end_holds(session, **claimed.ids, now=now + VALID)
    with pytest.raises(ContentErased):
        place_hold(session, **claimed.ids, reason="appeal", now=now + VALID)


def test_a_hold_that_is_placed_while_erasing_waits_for_the_lock_wins(database, submit, hire, now):
    with database.session() as session:
        staff, request_id = hire(session).id, submit(session).request_id
        ids = {"request_id": request_id, "staff_id": staff, "now": now}
        work.claim(session, **ids)
        work.close(session, **ids, reason="answered", code_valid=VALID)
    erased = []

    def erase() -> None:
        with database.session() as session:
            erased.extend(erase_expired(session, now=now + VALID))

    with database.session() as session:
        place_hold(session, **ids, reason="court")
        eraser = threading.Thread(target=erase)
        eraser.start()
        time.sleep(0.1)
    eraser.join()
    assert erased == []


def test_what_cannot_be_erased_because_it_lies_unread_escalates_once_and_a_supervisor_decides(
    session, close, claimed, keys, now
):
    work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=now)
    close()
    reference = session.get(HelpRequest, claimed.request_id).reference
    after, late = timedelta(days=14), now + VALID + timedelta(days=14)

    assert tell_of_unread(session, now=late - timedelta(seconds=1), after=after) == []
    with pytest.raises(NothingToDecide):
        allow_unread_erasure(session, request_id=claimed.request_id, staff_id=claimed.staff_id)
    assert tell_of_unread(session, now=late, after=after) == [reference]
    assert tell_of_unread(session, now=late, after=after) == []
    assert [row.reference for row in unread_closed(session, within=true())] == [reference]
    assert erase_expired(session, now=late) == []

    allow_unread_erasure(session, request_id=claimed.request_id, staff_id=claimed.staff_id)
    assert erase_expired(session, now=late) == [reference]
    assert protocol(session, limit=1)[0].unread is True
