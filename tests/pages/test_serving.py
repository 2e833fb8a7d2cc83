"""The public server: many idle browsers shut nobody out, and what is far too long is refused unread."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
import waitress
from flask.testing import FlaskClient

from portal.serve import TO_THE_WORLD
from portal.settings import LARGEST_BODY


@pytest.fixture
def port(client: FlaskClient) -> Iterator[int]:
    server = waitress.create_server(client.application, host="127.0.0.1", port=0, **TO_THE_WORLD)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.effective_port
    server.task_dispatcher.shutdown()
    server.close()
    thread.join(10)


def ask(port: int, method: str, address: str, body: bytes = b"") -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, address, body, {"Content-Type": "application/x-www-form-urlencoded"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_hundred_and_fifty_idle_browsers_shut_nobody_out(port: int) -> None:
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(150)]
    assert ask(port, "GET", "/healthz") == 200
    for browser in idle:
        browser.close()


@pytest.mark.parametrize("size", [LARGEST_BODY + 1, 4 * LARGEST_BODY])
def test_what_is_too_long_is_refused(port: int, size: int) -> None:
    assert ask(port, "POST", "/sv/ask", b"words=" + b"x" * size) == 413
