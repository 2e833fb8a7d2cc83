"""The way into the database: SQLite (WAL) by default, PostgreSQL for a municipality.

Library errors stop here. A database that is locked raises DatabaseBusy within the time limit; one that
cannot be reached or read raises DatabaseUnavailable; a value that no column can hold, ValueNotStorable.
Statements never show their parameters in errors or logs.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from portal.records.errors import DomainError

_READING = "reading"
_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_BROKEN = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
}
# Lock not available, deadlock, serialisation failure, statement cancelled by its time limit.
_POSTGRES_BUSY = {"55P03", "40P01", "40001", "57014"}


class DatabaseBusy(DomainError):
    """Someone else held the lock longer than we wait. Nothing was written; trying again may succeed."""

    code = "database-busy"


class DatabaseUnavailable(DomainError):
    """The database cannot be reached, opened or written."""

    code = "database-unavailable"


class ValueNotStorable(DomainError):
    """No column can hold such a value: a number beyond all bounds, a null character. No page of ours sends one."""

    code = "value-not-storable"


class Database:
    """One database. `url` is sqlite:///path or postgresql://…; `busy_timeout` is in seconds."""

    def __init__(self, url: str, *, busy_timeout: float = 5.0) -> None:
        self.url = _driver_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url, busy_timeout) if self.is_sqlite else _postgres(self.url, busy_timeout)
        event.listen(self.engine, "handle_error", _translate)
        self._reading = self.engine.execution_options(portal_access=_READING, **self._read_only())

    def open_session(self, *, writes: bool = True) -> Session:
        """A session for a caller that commits by itself. A writing one takes SQLite's write lock at its first
        statement, so that what it reads cannot change before it writes; a reading one cannot write."""
        return Session(self.engine if writes else self._reading, expire_on_commit=False)

    @contextmanager
    def session(self, *, writes: bool = True) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        session = self.open_session(writes=writes)
        try:
            yield session
            if writes:
                session.commit()
        except PoolTimeout as error:
            raise DatabaseBusy("every connection is taken") from error
        finally:
            session.close()

    def overwrite_erased(self) -> None:
        """Remove what erasing left behind in the database's files: SQLite's log, PostgreSQL's old rows.

        What was erased is committed already, so a table that somebody else is clearing right now is no failure.
        """
        if self.is_sqlite:
            self._pragma("wal_checkpoint(TRUNCATE)")
            return
        with (
            self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
            suppress(DatabaseBusy),
        ):
            connection.execute(text("VACUUM help_request, visit, area_signal, handover, public_question"))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _read_only(self) -> dict[str, Any]:
        """One snapshot for all that a page reads, as SQLite gives it: of a request that is thinned meanwhile either the
        old key and texts are read or the new ones."""
        return {} if self.is_sqlite else {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}

    def _pragma(self, pragma: str) -> None:
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute(f"PRAGMA {pragma}")
        finally:
            raw.close()


def _driver_url(url: str) -> URL:
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _postgres(url: URL, busy_timeout: float) -> Engine:
    limits = f"-c lock_timeout={int(busy_timeout * 1000)} -c timezone=UTC"
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=busy_timeout,
        connect_args={"options": limits, "connect_timeout": max(2, int(busy_timeout))},
    )


def _sqlite(url: URL, busy_timeout: float) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_timeout=busy_timeout, connect_args={"timeout": busy_timeout})

    @event.listens_for(engine, "do_connect")
    def keep_private(_dialect: Dialect, _record: object, _arguments: object, _options: object) -> None:
        # The files beside it (write-ahead log, shared memory) take over its rights.
        if url.database and url.database != ":memory:":
            with suppress(OSError):
                os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not open transactions on its own: it would do so too late for `begin` below.
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",  # an acknowledged request survives a power cut
            "foreign_keys = ON",
            "secure_delete = ON",  # a destroyed key is overwritten in the file
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("portal_access") == _READING
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _translate(context: ExceptionContext) -> None:
    error = _domain_error(context.original_exception)
    if error is not None:
        raise error from context.original_exception


def _domain_error(original: BaseException | None) -> DomainError | None:
    if isinstance(original, sqlite3.Error):
        primary = (getattr(original, "sqlite_errorcode", None) or 0) & 0xFF
        if primary in _SQLITE_BUSY:
            return DatabaseBusy("the database is locked")
        if primary in _SQLITE_BROKEN:
            return DatabaseUnavailable(f"the database file cannot be used: {original}")
    if isinstance(original, psycopg.Error):
        if original.sqlstate in _POSTGRES_BUSY:
            return DatabaseBusy("the database is locked")
        if isinstance(original, psycopg.OperationalError):
            return DatabaseUnavailable("the database server does not answer")
        if isinstance(original, psycopg.DataError):
            return ValueNotStorable(original.sqlstate or "text")
    if isinstance(original, OverflowError):
        return ValueNotStorable("number")
    return None
