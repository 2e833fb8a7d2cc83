"""The portal's way to the bot: three calls on loopback. Every failure is BotSilent, an empty answer too."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Final

import requests

CONNECT_SECONDS: Final = 0.5
ANSWER_SECONDS: Final = 10.0
PARSE_SECONDS: Final = 3.0
IN_DANGER_SECONDS: Final = 0.7
"""What a danger card may wait for the topics that go with it. Several times what a bot that is well needs."""
MOST_AT_ONCE: Final = 8
"""Calls under way at once. Fewer than the web server's threads, so that a hanging bot never takes them all."""


class BotSilent(Exception):
    """The bot is stopped, still starting, hanging, overloaded, or answered nothing of use."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What the bot makes of a text. Probabilities are 0 to 1; `topics` are best first."""

    topics: tuple[tuple[str, float], ...]
    intent: str
    outside: str | None
    outside_probability: float
    possible_danger: bool
    possible_signals: tuple[str, ...] = ()
    """Which dangers it may be, likeliest first."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing the bot says: a text key that the portal renders, and what goes into it."""

    key: str
    args: dict[str, Any]


class Bot:
    """A client of the bot's own channel. Safe for threads."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = f"{url}/webhooks/portal"
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._slots = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._own = threading.local()  # one client a thread: making one for every call costs a millisecond or two

    def ready(self) -> bool:
        try:
            answer = self._call("GET", "ready", None, CONNECT_SECONDS)
        except BotSilent:
            return False
        return answer.get("ready") is True

    def parse(self, text: str, *, patience: float = PARSE_SECONDS) -> Understood:
        """What the text is about, if the bot says so within `patience` seconds. Raises BotSilent."""
        answer = self._call("POST", "parse", {"text": text}, patience)
        try:
            return Understood(
                topics=tuple((str(topic["id"]), float(topic["confidence"])) for topic in answer["topics"]),
                intent=str(answer["intent"]["name"]),
                outside=answer["outside"]["matter"],
                outside_probability=float(answer["outside"]["probability"]),
                possible_danger=bool(answer["safety"]["possible_danger"]),
                possible_signals=tuple(str(signal) for signal in answer["safety"]["signals"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BotSilent("the answer has another shape") from error

    def message(self, conversation: str, said: dict[str, Any], metadata: dict[str, Any]) -> list[Reply]:
        """Pass on what the person said ({"text"} or {"intent", "entities"}). Raises BotSilent, also for no reply."""
        answer = self._call(
            "POST", "message", {"conversation": conversation, **said, "metadata": metadata}, ANSWER_SECONDS
        )
        try:
            replies = [Reply(str(reply["key"]), dict(reply.get("args") or {})) for reply in answer["replies"]]
        except (KeyError, TypeError, ValueError) as error:
            raise BotSilent("the answer has another shape") from error
        if not replies:
            raise BotSilent("the answer is empty")
        return replies

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
            session.trust_env = False  # loopback: no proxy, no netrc, and no look at the environment for every call
            # Never kept open: the bot closes idle connections, and a message sent in that moment would be lost.
            session.headers.update({**self._headers, "Connection": "close"})
        return session

    def _call(self, method: str, path: str, body: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
        if not self._slots.acquire(timeout=CONNECT_SECONDS):
            raise BotSilent("too many calls at once")
        try:
            response = self._session().request(
                method,
                f"{self._url}/{path}",
                json=body,
                timeout=(CONNECT_SECONDS, seconds),
            )
            response.raise_for_status()
            answer = response.json()
        except (requests.RequestException, ValueError) as error:
            raise BotSilent(type(error).__name__) from error
        finally:
            self._slots.release()
        if not isinstance(answer, dict):
            raise BotSilent("the answer is not an object")
        return answer
