"""The bot as it runs: its own Python, one trained model for all tests, a real server, and a stand-in for the portal.

`bot/start.py --prepare` makes the environment and the model unless they are up to date, so the tests share one.
"""

import json
import os
import secrets
import signal
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot import start
from tests.bot.running_bot import (
    BASE_PYTHON,
    ROOT,
    SECRET,
    PortalStandIn,
    Rasa,
    RunningBot,
    free_port,
    start_bot,
    wait_for,
)


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model of the rule files as they stand."""
    prepared = start_bot("--prepare")
    assert prepared.returncode == 0, prepared.stdout + prepared.stderr
    return start.newest_models()[0]


@pytest.fixture(scope="session")
def rasa(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Rasa:
    """Rasa's own command line, in the bot's environment, as `rasa("data", "validate", …)`."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [str(start.PYTHON), "-m", "bot.launcher", *arguments]
        environment = {**start.settings(), "BOT_SECRET": SECRET}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="session")
def portal() -> Iterator[PortalStandIn]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    stand_in = PortalStandIn(f"http://127.0.0.1:{server.server_port}/internal/bot/actions")

    class Actions(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            stand_in.authorizations.append(self.headers["Authorization"])
            stand_in.calls.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status, answer = stand_in.answer()
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Quiet."""

    server.RequestHandlerClass = Actions
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield stand_in
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def bot(model: Path, portal: PortalStandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    log = tmp_path_factory.mktemp("bot") / "log.txt"
    url = f"http://127.0.0.1:{free_port()}"
    environment = {**os.environ, "BOT_URL": url, "BOT_SECRET": SECRET, "ACTIONS_URL": portal.url}
    with log.open("wb") as printed:
        process = subprocess.Popen(
            [BASE_PYTHON, str(ROOT / "bot" / "start.py")], env=environment, stdout=printed, stderr=printed
        )
    wait_for(lambda: "bot: ready" in log.read_text() or process.poll() is not None)
    assert process.poll() is None, log.read_text()
    yield RunningBot(process, url, log)
    before = len(log.read_text())
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert "Traceback" not in log.read_text()[before:]
    assert not start.own_folder().with_name(str(process.pid)).exists()


@pytest.fixture
def conversation() -> str:
    return secrets.token_hex(16)
