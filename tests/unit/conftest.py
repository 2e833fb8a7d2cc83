"""The fence around the unit tests: no database and no network, so that they stay fast and tell the truth.

What needs a database belongs in tests/database, what needs a running server in tests/journeys.
"""

import asyncio
import socket
import sqlite3
from collections.abc import Iterator
from typing import Any, NoReturn

import psycopg
import pytest
import sqlalchemy

from portal.settings import ROOT
from portal.triage.reader import read_folder
from portal.triage.ruleset import Ruleset


class FenceCrossed(BaseException):
    """Not an Exception: code under test that catches errors broadly must not hide it."""


def _refuse_database(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise FenceCrossed("a unit test opened a database: move it to tests/database")


def _refuse_network(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise FenceCrossed("a unit test reached for the network: pass in what it needs, or move it to tests/journeys")


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every way into a database fails: SQLAlchemy's, and the drivers that code could call around it."""
    monkeypatch.setattr(sqlite3, "connect", _refuse_database)
    monkeypatch.setattr(sqlite3.dbapi2, "connect", _refuse_database)
    monkeypatch.setattr(psycopg, "connect", _refuse_database)
    sqlalchemy.event.listen(sqlalchemy.Engine, "do_connect", _refuse_database)
    yield
    sqlalchemy.event.remove(sqlalchemy.Engine, "do_connect", _refuse_database)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket connects and no name is looked up, not even on this machine."""
    monkeypatch.setattr(socket.socket, "connect", _refuse_network)
    monkeypatch.setattr(socket.socket, "connect_ex", _refuse_network)
    monkeypatch.setattr(socket, "getaddrinfo", _refuse_network)
    monkeypatch.setattr(asyncio.BaseEventLoop, "create_connection", _refuse_network)


@pytest.fixture(scope="session")
def ruleset() -> Ruleset:
    """The shipped rules, read once: what pages show is made of them."""
    return read_folder(ROOT / "triage_rules")
