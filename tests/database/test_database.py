"""The way into the database: transactions, moments, and errors in terms of the work."""

import stat
import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from portal.desk.errors import DatabaseBusy, DatabaseUnavailable, ValueNotStorable
from portal.records.base import Base
from portal.records.database import Database
from portal.records.event import Event
from portal.records.ruleset import RulesetPublication
from portal.records.visit import Visit


def a_visit(moment: datetime, name: str = "a" * 64) -> Visit:
    return Visit(id=name, body=b"sealed", created_at=moment, expires_at=moment)


def store(session: Session, row: Base) -> None:
    session.add(row)
    session.flush()


def stored_visits(database: Database) -> int:
    with database.session(writes=False) as session:
        return len(session.scalars(select(Visit)).all())


def test_moments_come_back_aware_and_in_utc(database):
    stockholm_summer = timezone(timedelta(hours=2))
    with database.session() as session:
        session.add(a_visit(datetime(2026, 7, 1, 12, 30, 0, 250_000, tzinfo=stockholm_summer)))

    with database.session(writes=False) as session:
        moment = session.scalars(select(Visit.created_at)).one()

    assert moment == datetime(2026, 7, 1, 10, 30, 0, 250_000, tzinfo=UTC)
    assert moment.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(session):
    session.add(a_visit(datetime(2026, 7, 1)))

    with pytest.raises(StatementError, match="needs a time zone"):
        session.flush()


def test_what_no_column_can_hold_is_an_error_in_terms_of_the_work(database, session):
    unstorable = [Event.number == 10**30]
    if not database.is_sqlite:
        unstorable += [Event.number == 3_000_000_000_000_000_000_000, Visit.id == "a\0b"]
    for asked in unstorable:
        with pytest.raises(ValueNotStorable):
            session.execute(select(1).where(asked))
        session.rollback()


def test_an_error_in_the_block_undoes_all_of_it(database, now):
    def begin_and_fail():
        with database.session() as session:
            store(session, a_visit(now))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        begin_and_fail()
    assert stored_visits(database) == 0


def test_a_reading_session_cannot_write(database, now):
    with pytest.raises(DBAPIError), database.session(writes=False) as session:
        store(session, a_visit(now))

    with database.session() as session:  # and the connection it used can write again
        session.add(a_visit(now))
    assert stored_visits(database) == 1


def test_rows_may_not_point_to_nothing(session, now):
    with pytest.raises(IntegrityError):
        store(session, RulesetPublication(snapshot_id="none", published_at=now, published_by="x"))


def test_a_table_locked_by_someone_else_is_busy_within_the_time_limit(database, now):
    blocker = Database(database.url.render_as_string(hide_password=False))
    with blocker.open_session() as other:
        if database.is_sqlite:
            other.add(a_visit(now, "b" * 64))
            other.flush()
        else:
            other.execute(text("LOCK TABLE visit"))
        began = time.monotonic()
        with pytest.raises(DatabaseBusy), database.session() as session:
            session.add(a_visit(now))
        waited = time.monotonic() - began
    blocker.close()

    assert 0.2 < waited < 2
    with database.session() as session:  # once the lock is gone, trying again succeeds
        session.add(a_visit(now))


def test_people_read_while_someone_writes(database, now):
    with database.open_session() as writer:
        writer.add(a_visit(now))
        writer.flush()

        assert stored_visits(database) == 0


def test_a_short_wait_for_another_writer_ends_well(database, now):
    holding = threading.Event()

    def write_slowly():
        with database.session() as session:
            session.add(a_visit(now, "b" * 64))
            session.flush()
            holding.set()
            time.sleep(0.1)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    holding.wait()
    with database.session() as session:
        session.add(a_visit(now))
    writer.join()

    assert stored_visits(database) == 2


def test_clearing_what_was_erased_while_somebody_else_does_is_no_failure(database):
    """What was erased is committed by then: whoever was told that it failed would do it again."""
    if database.is_sqlite:
        with database.session():
            database.overwrite_erased()
        return
    with database.engine.begin() as connection:
        connection.execute(text("LOCK TABLE help_request IN SHARE UPDATE EXCLUSIVE MODE"))
        database.overwrite_erased()


def test_a_server_that_is_not_there_is_unavailable():
    database = Database("postgresql://nobody@127.0.0.1:1/none", busy_timeout=1)

    with pytest.raises(DatabaseUnavailable), database.session() as session:
        session.execute(text("SELECT 1"))
    database.close()


def test_a_folder_that_is_not_there_is_unavailable(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/nowhere/portal.db")

    with pytest.raises(DatabaseUnavailable), database.session() as session:
        session.execute(text("SELECT 1"))
    database.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path):
    path = tmp_path / "portal.db"
    path.write_bytes(b"not a database at all" * 100)
    database = Database(f"sqlite:///{path}")

    with pytest.raises(DatabaseUnavailable), database.session() as session:
        session.execute(text("SELECT 1"))
    database.close()


def test_errors_do_not_show_what_was_stored(database, now):
    visit = a_visit(now)
    visit.body = b"hemligt"
    with database.session() as session:
        session.add(a_visit(now))

    with pytest.raises(IntegrityError) as failed, database.session() as session:
        store(session, visit)
    assert "hemligt" not in str(failed.value)


def test_sqlite_keeps_a_log_and_overwrites_what_is_deleted(tmp_path):
    path = tmp_path / "portal.db"
    database = Database(f"sqlite:///{path}")
    with database.session(writes=False) as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "secure_delete", "synchronous")
        }
    database.close()

    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "synchronous": 2}


def test_nobody_else_on_the_machine_may_read_the_files(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    with database.session() as session:
        session.execute(text("CREATE TABLE one (number INTEGER)"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("portal.db*")}
    database.close()
    assert len(modes) > 1
    assert set(modes.values()) == {0o600}
