"""A real mail server and a real receiver of calls on this machine, which can be told to misbehave."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG = 0
DRIP = -1


class Calls:
    """What came in. `answers` are the next statuses, one a call; HANG never answers, DRIP never ends; afterwards 204.

    `kept` is what an idempotent receiver has in the end: the first body under each key.
    """

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.kept: dict[str, bytes] = {}
        self.enough = threading.Event()
        self.url = ""

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self.got.append((headers, body))
        status = self.answers.pop(0) if self.answers else 204
        if status == HANG:
            self.enough.wait(20)
        elif 200 <= status < 300:
            self.kept.setdefault(headers["Idempotency-Key"], body)
        return status


@contextmanager
def http_receiver() -> Iterator[Calls]:
    calls = Calls()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = calls.take(dict(self.headers.items()), body)
            if status == DRIP:
                self.send_response(200)
                with suppress(OSError):
                    while not calls.enough.wait(0.05):
                        self.wfile.write(b"X")
            elif status != HANG:
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"{calls.url}elsewhere")
                self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    calls.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield calls
    finally:
        calls.enough.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Mailbox:
    """What arrived. `refuse`: the answer to the recipient; `hang_up`: break off when the mail is there; `parting`: the
    answer to its goodbye; `slow`: seconds before the server answers the first word."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.refuse = ""
        self.parting = ""
        self.hang_up = False
        self.slow = 0.0
        self.port = 0

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: Any
    ) -> str:
        envelope.rcpt_tos.append(to)
        return self.refuse or "250 OK"

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        await asyncio.sleep(self.slow)
        return answers

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(envelope)
        if self.hang_up and server.transport is not None:
            server.transport.close()
        return "250 OK"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return self.parting or "221 Bye"


@contextmanager
def mail_server(**details: Any) -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        mailbox.port = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **details)
    server.start()
    try:
        yield mailbox
    finally:
        server.stop()
