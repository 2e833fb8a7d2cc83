"""What the tests of the bot share: how to start it, how to talk with it, and a stand-in for the portal."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).parents[2]
BASE_PYTHON = os.environ.get("BASE_PYTHON") or sys.executable
SECRET = "only-for-these-tests"
READY_WITHIN = 90  # seconds; the machine may be busy

Rasa = Callable[..., "subprocess.CompletedProcess[str]"]
StartBot = Callable[..., "subprocess.CompletedProcess[str]"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_bot(*arguments: str, timeout: float = 600, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run bot/start.py to its end."""
    return subprocess.run(
        [BASE_PYTHON, str(ROOT / "bot" / "start.py"), *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@dataclass
class PortalStandIn:
    """Answers Rasa's action protocol as the portal would; keeps what it was sent."""

    url: str
    calls: list[dict[str, Any]] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)
    broken: bool = False

    def answer(self) -> tuple[int, dict[str, Any]]:
        if self.broken:
            return 500, {"error": "broken"}
        facts = {"event": "slot", "name": "facts", "value": {"about": "self"}, "timestamp": None}
        return 200, {"events": [facts], "responses": [{"custom": {"key": "ask", "args": {"fact": "age"}}}]}


@dataclass
class RunningBot:
    """A bot that serves, and what it has printed."""

    process: "subprocess.Popen[bytes]"
    url: str
    log: Path

    def call(self, path: str, body: Any, secret: str | None = SECRET) -> requests.Response:
        headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
        return requests.post(f"{self.url}/webhooks/portal/{path}", json=body, headers=headers, timeout=30)

    def parse(self, text: str) -> dict[str, Any]:
        answer = self.call("parse", {"text": text})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def say(self, conversation: str, said: str | Mapping[str, Any], **metadata: Any) -> list[dict[str, Any]]:
        """Replies to a text, or to a button given as {"intent": …, "entities": …}."""
        what = {"text": said} if isinstance(said, str) else dict(said)
        answer = self.call("message", {"conversation": conversation, **what, "metadata": metadata})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["replies"])


def wait_for(condition: Callable[[], bool], seconds: float = READY_WITHIN) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.1)
