"""The migrations lead from nothing to exactly the schema of the models."""

import subprocess
import sys
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from portal.records.base import Base
from portal.records.database import Database
from portal.records.migrations import _config, is_current, upgrade


@pytest.fixture
def bare(bare_url):
    database = Database(bare_url)
    yield database
    database.close()


def schema(connection: Connection) -> dict[str, Any]:
    """Every table as the database itself describes it, in a form that can be compared."""
    seen = inspect(connection)
    tables = [name for name in seen.get_table_names() if name != "alembic_version"]
    return {
        name: {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"], column["default"] is None)
                for column in seen.get_columns(name)
            ),
            "key": seen.get_pk_constraint(name),
            "points to": by_name(seen.get_foreign_keys(name)),
            "unique": by_name(seen.get_unique_constraints(name)),
            "checks": by_name(seen.get_check_constraints(name)),
            "indexes": by_name(seen.get_indexes(name)),
        }
        for name in tables
    }


def by_name(parts: list[Any]) -> list[dict[str, Any]]:
    described = [{key: shown(value) for key, value in part.items()} for part in parts]
    return sorted(described, key=lambda part: part["name"])


def shown(value: Any) -> str:
    return str({key: str(inner) for key, inner in value.items()} if isinstance(value, dict) else value)


def test_migrated_from_empty_equals_the_models(bare, bare_url):
    upgrade(bare_url)
    with bare.engine.connect() as connection:
        migrated = schema(connection)
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    with bare.engine.begin() as connection:
        Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)
        made_from_models = schema(connection)

    assert differences == []
    assert migrated == made_from_models
    assert set(migrated) == set(Base.metadata.tables)


def test_it_is_known_whether_the_schema_is_current(bare, bare_url):
    assert is_current(bare) is False

    upgrade(bare_url)

    assert is_current(bare) is True


def test_two_processes_that_start_at_once_both_succeed(bare, bare_url):
    start = [sys.executable, "-c", "import sys; from portal.records.migrations import upgrade; upgrade(sys.argv[1])"]
    processes = [subprocess.Popen([*start, bare_url], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[1] for process in processes]

    assert [process.returncode for process in processes] == [0, 0], said
    assert is_current(bare) is True


def test_what_happened_before_takeovers_were_known_is_kept(bare, bare_url):
    with bare.engine.begin() as connection:
        command.upgrade(_config(connection), "0002")
        for statement in BEFORE_TAKEOVERS:
            connection.execute(text(statement))
    upgrade(bare_url)

    with bare.engine.connect() as connection:
        rows = connection.execute(text("SELECT number, kind FROM event ORDER BY number")).all()
        assert [tuple(row) for row in rows] == [(1, "submitted"), (2, "closed")]


REQUEST = "'00000000000000000000000000000001'"
BEFORE_TAKEOVERS = (
    "INSERT INTO ruleset_snapshot VALUES ('r', '{}', '2026-03-10 12:00:00', 'test')",
    "INSERT INTO help_request (id, reference, code_hash, created_at, entrance, channel, language, urgency, signals,"
    " topics, facts, suggestions, ruleset_id, anonymous, state, queue_rank, child_rank, waiting_since)"
    f" VALUES ({REQUEST}, 'FL-1', 'c', '2026-03-10 12:00:00', 'private', 'chat', 'sv', 'soon', '[]', '[]', '{{}}',"
    " '[]', 'r', true, 'closed', 2, 1, '2026-03-10 12:00:00')",
    *(
        f"INSERT INTO event (number, request_id, at, kind, detail)"
        f" VALUES ({number}, {REQUEST}, '2026-03-10 12:00:00', '{kind}', '{{}}')"
        for number, kind in ((1, "submitted"), (2, "closed"))
    ),
)
