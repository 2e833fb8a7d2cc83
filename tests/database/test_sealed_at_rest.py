"""What someone who copies the database can read."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, Text, exists, select, text, update

from portal.desk import handover, public_work, saved_views, threats, two_handlers, visits, work
from portal.desk.contact import Contact, ContactChannel
from portal.desk.conversation import Line
from portal.desk.disclosure import note_disclosure
from portal.desk.errors import ContentDamaged, ContentKeyMissing
from portal.desk.handover_package import Chosen, Ground, usual_keys
from portal.desk.public_questions import Places, ask
from portal.desk.public_text import AnswerDraft
from portal.desk.public_work import Change
from portal.desk.request_page import load_request
from portal.desk.retention import rewrap_requests
from portal.desk.staff_drafts import save_draft
from portal.desk.takeover import glance
from portal.desk.translations import add_translation
from portal.records.base import Base
from portal.records.handover import ReturnReason
from portal.records.message import Author, Message
from portal.records.note import Note
from portal.records.outbox import Adapter
from portal.records.sealing import ContentKeys, new_content_key
from portal.records.staff_draft import DraftKind
from portal.records.threat import PairedAct

AUDIT = b"a" * 32

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


@pytest.fixture
def full_course(database, full_of_secrets, submit, hire, keys, now):
    """What the contact centre writes about requests: a recognisable word in every place. Returns the words."""
    ours = {"keys": keys, "now": now}
    with database.session() as session:
        staff, other = hire(session, "one").id, hire(session, "two").id
        mine, back, sent, asked = (submit(session, words=f"hemlighet-{word}").request_id for word in "abcd")
        for request_id in (mine, back, sent):
            work.claim(session, request_id=request_id, staff_id=staff, now=now)
        whose = {"request_id": mine, "staff_id": staff}
        save_draft(session, **whose, **ours, kind=DraftKind.ANSWER, body="hemlighet-utkast-svar")
        save_draft(session, **whose, **ours, kind=DraftKind.NOTE, body="hemlighet-utkast-not")
        message = session.scalars(select(Message.id).where(Message.request_id == mine)).one()
        translated = {"message_id": message, "translator": "colleague", "body": "hemlighet-tolkad"}
        add_translation(session, **whose, **ours, **translated)
        day = timedelta(days=1)
        threats.raise_alarm(session, **whose, key=AUDIT, now=now, longest=3 * day, aftercare_due=now)
        threats.write_down(session, **whose, **ours, body="hemlighet-hot", expires_at=now + day, longest=3 * day)
        answer = {"act": PairedAct.ANSWER, "body": "hemlighet-andra", "alone_after": day}
        two_handlers.ask_second(session, **whose, **ours, **answer)
        for request_id in (back, sent):
            page = load_request(session, keys=keys, request_id=request_id)
            handed = handover.send(
                session,
                **ours,
                audit_key=AUDIT,
                request_id=request_id,
                staff_id=staff,
                unit="victim-support",
                ground=Ground(code="no-harm", reason="hemlighet-grund"),
                chosen=Chosen(keep=frozenset(usual_keys(page))),
                seen=glance(session, request_id=request_id, now=now)[0],
                due_at=now + day,
                adapters=list(Adapter),
            )
            if request_id == back:
                returned = {"reason": ReturnReason.OTHER, "words": "hemlighet-retur", "audit_key": AUDIT}
                handover.give_back(session, **ours, handover_id=handed, staff_id=other, **returned)
        ask(session, request_id=asked, places=Places(per_day=9, since=now), answer_due_at=now, now=now)
        changes = [Change(number=1, version=number, staff_id=staff, now=now) for number in (1, 2, 3)]
        public_work.scrub(session, changes[0], keys=keys, text="hemlighet-skrubbad")
        texts = dict.fromkeys(("greeting", "answer", "invitation", "sign_off"), "hemlighet-offentlig")
        draft = AnswerDraft(**texts, language="sv", law_date=now.date(), review_by=now.date())
        public_work.keep_draft(session, changes[1], keys=keys, draft=draft, done=True, topics=[])
        public_work.send_back(session, changes[2], keys=keys, comment="hemlighet-kommentar")
        saved_views.save_view(session, **ours, staff_id=staff, name="hemlighet-vy", chosen="show=mine")
        copy = "hemlighet-utlämnad"
        details = {"receiver": "court", "ground": "consent", "masked": 0, "text": copy}
        note_disclosure(session, **whose, **details, now=now)


ELSEWHERE = {
    *(f"area_signal.{name}" for name in ("words", "wrapped_key", "place_words", "passed_words", "told_words")),
    *("visit.sealed_cookie", "staff_totp.secret", "staff_totp.offered", "staff_passkey.credential_id"),
    *("staff_passkey.public_key", "staff_passkey.name"),
}
"""Sealed columns that have tests of their own, with worries about places, drafts put away, and signing in."""

IN_CLEAR = {"public_answer.question", "public_answer.answer", "ruleset_snapshot.content"} | {
    *("reply.text", "reply.note", "reply_variant.text")
}
"""Long texts that are stored as they are: published, or written by editors for everybody."""


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


def test_nothing_that_the_contact_centre_writes_about_somebody_is_readable(database, full_course):
    stored = everything_stored(database)

    assert re.findall(rb"hemlighet-[a-z-]*", stored) == []
    assert b"victim-support" in stored  # codes are in clear, so these are the right bytes


def test_every_sealed_column_was_looked_at_and_no_other_long_text_is_stored(database, full_course):
    columns = [(table, column) for table in Base.metadata.sorted_tables for column in table.columns]
    with database.session(writes=False) as session:
        filled = {
            f"{table}.{column.name}"
            for table, column in columns
            if isinstance(column.type, LargeBinary) and session.scalar(select(exists().where(column.is_not(None))))
        }
    assert filled | ELSEWHERE == {f"{t}.{c.name}" for t, c in columns if isinstance(c.type, LargeBinary)}
    assert {f"{t}.{c.name}" for t, c in columns if isinstance(c.type, Text)} == IN_CLEAR


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
