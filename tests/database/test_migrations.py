"""The migrations lead from nothing to exactly the schema of the models."""

import subprocess
import sys
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from portal.records.base import Base
from portal.records.database import Database
from portal.records.migrations import is_current, upgrade


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
