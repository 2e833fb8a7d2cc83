"""Bringing a database to the schema of the models. The same migrations run on SQLite and PostgreSQL."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from portal.records.database import Database, DatabaseUnavailable

# Any number, as long as nothing else in the same PostgreSQL database locks it.
_ADVISORY_LOCK = 4_112_716


def upgrade(url: str) -> None:
    """Bring the database to the newest schema, in one transaction; harmless when it is there already.

    Two processes that start at once do it one after the other. Raises DatabaseBusy, DatabaseUnavailable.
    """
    database = Database(url, busy_timeout=30)
    try:
        with database.engine.connect() as connection:
            _let_tables_be_made_anew(connection)
            with connection.begin():
                _wait_for_others(connection)
                command.upgrade(_config(connection), "head")
                _require_whole(connection)
    finally:
        database.close()


def is_current(database: Database) -> bool:
    """Whether the database has the newest schema."""
    newest = ScriptDirectory.from_config(_config(None)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _let_tables_be_made_anew(connection: Connection) -> None:
    """SQLite changes a check by making the table anew, which it refuses while other tables point to it. Must come
    before the transaction; the connection is thrown away afterwards."""
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")


def _require_whole(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise DatabaseUnavailable("after the migration a row points to nothing; nothing was changed")


def _wait_for_others(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE keeps others out already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
