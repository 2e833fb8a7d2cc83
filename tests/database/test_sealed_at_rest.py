"""What someone who copies the database can read."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from portal.desk import visits, work
from portal.desk.contact import Contact, ContactChannel
from portal.desk.conversation import Line
from portal.desk.errors import ContentDamaged, ContentKeyMissing
from portal.desk.request_page import load_request
from portal.desk.retention import rewrap_requests
from portal.records.base import Base
from portal.records.message import Author, Message
from portal.records.note import Note
from portal.records.sealing import ContentKeys, new_content_key

SECRETS = ["hemlighet-ord", "hemlighet-prat", "hemlighet-namn", "hemlighet-svar", "hemlighet-not", "hemlighet-utkast"]


@pytest.fixture
def full_of_secrets(database, submit, hire, keys, now):
    """Every place that takes text holds a recognisable one. Returns the receipt code."""
    line = Line(author=Author.PERSON, body="hemlighet-prat", language="sv", at=now)
    contact = Contact(name="hemlighet-namn", channel=ContactChannel.PHONE, address="0701740605")
    with database.session() as session:
        staff = hire(session)
        submitted = submit(session, words="hemlighet-ord", conversation=[line], contact=contact)
        ids = {"request_id": submitted.request_id, "staff_id": staff.id, "now": now}
        work.claim(session, **ids)
        work.answer(session, keys=keys, **ids, body="hemlighet-svar", language="sv")
        work.add_note(session, keys=keys, **ids, body="hemlighet-not")
        visits.open_visit(session, now=now, lifetime=timedelta(hours=1), body={"words": "hemlighet-utkast"})
    return submitted.code


def everything_stored(database) -> bytes:
    """Every byte of SQLite's files, or every value of every row in PostgreSQL."""
    if database.is_sqlite:
        folder = Path(database.url.database).parent
        return b"".join(path.read_bytes() for path in folder.iterdir())
    rows = []
    with database.session(writes=False) as session:
        for table in Base.metadata.tables:
            rows += session.execute(text(f"SELECT row_to_json({table})::text FROM {table}")).scalars()
    # PostgreSQL shows bytes as \\x68656d…; turn them back, or no text could ever be found in them.
    shown = "\n".join(rows)
    hidden = b"".join(bytes.fromhex(found) for found in re.findall(r"\\\\x([0-9a-f]*)", shown))
    return shown.encode() + hidden


def test_no_text_a_person_or_staff_wrote_is_readable(database, full_of_secrets):
    stored = everything_stored(database)

    assert [secret for secret in [*SECRETS, "0701740605"] if secret.encode() in stored] == []
    assert b"home.violence" in stored  # codes are in clear, so the search does look at the right bytes


def test_the_receipt_code_is_not_stored_in_any_form_but_its_hash(database, full_of_secrets):
    code = full_of_secrets
    stored = everything_stored(database)

    groups = [code[start : start + 4] for start in range(0, 16, 4)]
    assert [form for form in (code, " ".join(groups), "-".join(groups)) if form.encode() in stored] == []


def test_a_message_moved_to_another_request_does_not_open(session, submit, keys):
    mine, other = submit(session, words="mitt"), submit(session, words="ditt")
    bodies = {
        message.request_id: message.body for message in session.query(Message).where(Message.author == Author.PERSON)
    }
    swap_in(session, Message, mine.request_id, bodies[other.request_id])

    with pytest.raises(ContentDamaged):
        load_request(session, keys=keys, request_id=mine.request_id)


def test_a_note_passed_off_as_an_answer_does_not_open(session, claimed, keys, now):
    work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=now)
    work.add_note(session, keys=keys, **claimed.ids, body="not", now=now)
    note = session.query(Note).one()
    swap_in(session, Message, claimed.request_id, note.body)

    with pytest.raises(ContentDamaged):
        load_request(session, keys=keys, request_id=claimed.request_id)


def test_notes_that_changed_places_do_not_open(session, claimed, keys, now):
    for body in ("först", "sedan"):
        work.add_note(session, keys=keys, **claimed.ids, body=body, now=now)
    swap_in(session, Note, claimed.request_id, session.scalars(select(Note.body)).first())

    with pytest.raises(ContentDamaged):
        load_request(session, keys=keys, request_id=claimed.request_id)


def test_a_message_passed_off_as_anothers_words_does_not_open(session, submit, keys):
    submitted = submit(session)
    session.execute(update(Message).values(author=Author.BOT))
    session.expire_all()

    with pytest.raises(ContentDamaged):
        load_request(session, keys=keys, request_id=submitted.request_id)


def test_after_rewrapping_the_old_content_key_may_go(session, submit):
    old, new = new_content_key(), new_content_key()
    submitted = submit(session, words="kvar", keys=ContentKeys(old))

    assert rewrap_requests(session, keys=ContentKeys(f"new:{new},old:{old}")) == 1
    assert rewrap_requests(session, keys=ContentKeys(f"new:{new},old:{old}")) == 0
    assert load_request(session, keys=ContentKeys(new), request_id=submitted.request_id).words == "kvar"
    with pytest.raises(ContentKeyMissing):
        load_request(session, keys=ContentKeys(old), request_id=submitted.request_id)


def swap_in(session, table, request_id, body):
    session.execute(update(table).where(table.request_id == request_id).values(body=body))
    session.expire_all()
