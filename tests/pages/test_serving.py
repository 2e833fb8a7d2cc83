"""The public server: many idle browsers shut nobody out, and what is far too long is refused unread."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
import waitress
from flask.testing import FlaskClient
from waitress import wasyncore

from portal.serve import TO_THE_WORLD
from portal.settings import LARGEST_BODY


@pytest.fixture
def port(client: FlaskClient) -> Iterator[int]:
    server = waitress.create_server(client.application, host="127.0.0.1", port=0, **TO_THE_WORLD)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.effective_port
    server.task_dispatcher.shutdown()
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # in the server's own thread
    thread.join(10)
    assert not thread.is_alive()


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


def test_what_is_too_long_gets_the_portals_own_page(port: int) -> None:
    assert ask(port, "POST", "/sv/ask", b"words=" + b"x" * LARGEST_BODY) == 413


def test_what_is_far_too_long_is_refused_unread(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as browser:
        browser.sendall(b"POST /sv/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\nwords=")
        assert browser.recv(100).startswith(b"HTTP/1.1 413 ")
