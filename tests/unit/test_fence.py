"""The fence of conftest.py holds: each way out is tried and refused."""

import contextlib
import socket
import sqlite3
import urllib.request

import pytest
import requests
import sqlalchemy


@pytest.mark.parametrize("address", ["sqlite://", "postgresql+psycopg://localhost/nowhere"])
def test_no_unit_test_opens_a_database_through_sqlalchemy(address: str) -> None:
    with pytest.raises(BaseException, match="tests/database"):
        sqlalchemy.create_engine(address).connect()


def test_no_unit_test_opens_sqlite_by_hand() -> None:
    with pytest.raises(BaseException, match="tests/database"):
        sqlite3.connect(":memory:")


def test_no_unit_test_opens_a_socket() -> None:
    with socket.socket() as plain, pytest.raises(BaseException, match="network"):
        plain.connect(("127.0.0.1", 9))


def test_no_unit_test_asks_the_web() -> None:
    with pytest.raises(BaseException, match="network"):
        requests.get("http://127.0.0.1:9/", timeout=1)
    with pytest.raises(BaseException, match="network"):
        urllib.request.urlopen("http://127.0.0.1:9/", timeout=1)


def test_code_that_catches_every_error_cannot_hide_it() -> None:
    def careless() -> None:
        with contextlib.suppress(Exception):
            socket.getaddrinfo("localhost", 80)

    with pytest.raises(BaseException, match="network"):
        careless()
