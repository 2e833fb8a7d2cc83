"""The audit log is append-only, and whoever changes it is found out."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from portal.desk import audit, work
from portal.desk.audit import Act, Why
from portal.desk.errors import TextAmongCodes
from portal.records.audit_entry import AuditEntry

KEY = audit.audit_key("a secret key for tests")


def write(session, now, count=3):
    for number in range(count):
        audit.append(session, key=KEY, act=Act.OPENED, subject=f"FL-{number}", at=now, staff_id=None, why=Why.QUEUE)


def opened(session):
    return [(entry.subject, entry.why) for entry in session.query(AuditEntry).order_by(AuditEntry.number)]


def test_an_untouched_log_is_found_whole(session, now):
    write(session, now)
    session.expire_all()
    verdict = audit.verify(session, key=KEY)
    assert (verdict.rows, verdict.broken_at) == (3, None)
    assert audit.verify(session, key=b"x" * 32).broken_at == 1, "without the key nobody can make a chain that fits"


@pytest.mark.parametrize("change", [update(AuditEntry).values(subject="FL-9"), delete(AuditEntry)])
def test_the_database_itself_refuses_to_change_or_remove_a_row(database, now, change):
    with database.session() as session:
        write(session, now)
    with pytest.raises(DatabaseError, match="append-only"), database.session() as session:
        session.execute(change)


@pytest.mark.parametrize(
    ("tamper", "found_at"),
    [
        ("UPDATE audit_entry SET subject = 'FL-9' WHERE number = 2", 2),
        ("UPDATE audit_entry SET why = 'own' WHERE number = 2", 2),
        ("UPDATE audit_entry SET detail = '{\"a\": 1}' WHERE number = 2", 2),
        ("DELETE FROM audit_entry WHERE number = 2", 3),
        ("DELETE FROM audit_entry WHERE number = 1", 2),
        ("UPDATE audit_entry SET number = 9 WHERE number = 2", 3),
    ],
)
def test_whoever_gets_round_that_is_found_out(database, now, tamper, found_at):
    with database.session() as session:
        write(session, now)
        if database.is_sqlite:
            for verb in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER audit_entry_no_{verb}"))
        else:
            session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only"))
        session.execute(text(tamper))
        session.expire_all()
        assert audit.verify(session, key=KEY).broken_at == found_at
        session.rollback()


def test_a_cut_off_end_shows_against_a_head_that_was_written_down(database, now):
    with database.session() as session:
        write(session, now, 2)
        before = audit.verify(session, key=KEY)
        write(session, now, 1)
        assert audit.verify(session, key=KEY).head != before.head


def test_no_text_gets_into_the_log(session, now):
    with pytest.raises(TextAmongCodes):
        audit.append(
            session,
            key=KEY,
            act=Act.DISCLOSED,
            subject="FL-1",
            at=now,
            staff_id=None,
            detail={"said": "Jag är rädd för honom hemma."},
        )


def test_opening_a_request_says_why_and_opening_it_again_at_once_adds_nothing(session, claimed, hire, now):
    colleague = hire(session, "colleague").id
    reference = session.get(work.HelpRequest, claimed.request_id).reference

    def open_it(staff_id, at):
        audit.note_opened(session, key=KEY, request_id=claimed.request_id, staff_id=staff_id, at=at)

    for at in (now, now + timedelta(minutes=14)):
        open_it(colleague, at)
    open_it(claimed.staff_id, now)
    assert opened(session) == [(reference, "queue"), (reference, "own")]
    open_it(colleague, now + timedelta(minutes=16))
    assert opened(session)[2:] == [(reference, "queue")]
