"""The only way into the bot: three routes for the portal, behind a shared secret. Bound to loopback by start.py.

The contract stands in bot/README.md. Nothing that a person wrote is ever logged here, nor put into an error.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.constants import DEFAULT_INTENTS
from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

LONGEST_TEXT = 2000  # characters
SECONDS_TO_ANSWER = 9  # the portal waits ten
CONVERSATION = re.compile(r"[0-9a-f]{32}")
PARSED = ("topics", "outside", "safety")

logger = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[HTTPResponse]]


class NotUnderstood(ValueError):
    """The request does not follow the contract; the message says what is missing."""


class PortalInput(InputChannel):  # type: ignore[misc]
    """Input channel `portal`, at /webhooks/portal/."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("BOT_SECRET is empty: the bot would answer anybody.")
        self.expected = f"Bearer {secret}".encode()

    @classmethod
    def name(cls) -> str:
        return "portal"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> PortalInput:
        return cls(str((credentials or {}).get("secret") or ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("portal_channel")

        @routes.get("/ready")
        @self.guarded
        async def ready(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            return response.json({"ready": True, "model": agent.processor.model_filename})

        @routes.post("/parse")
        @self.guarded
        async def parse(request: Request) -> HTTPResponse:
            found = await request.app.ctx.agent.parse_message(plain_text(body(request)))
            return response.json({"intent": found["intent"], **{name: found[name] for name in PARSED}})

        @routes.post("/message")
        @self.guarded
        async def message(request: Request) -> HTTPResponse:
            said, collector = body(request), CollectingOutputChannel()
            incoming = user_message(said, collector, request.app.ctx.agent.domain.intents)
            await asyncio.wait_for(on_new_message(incoming), SECONDS_TO_ANSWER)
            return response.json({"replies": [part["custom"] for part in collector.messages if "custom" in part]})

        return routes

    def guarded(self, handler: Handler) -> Handler:
        """Secret first, then model, then the request itself; a failure never carries content out."""

        async def answer(request: Request, *_: Any) -> HTTPResponse:
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, self.expected):
                return response.json({"error": "unauthorized"}, status=401)
            agent = request.app.ctx.agent
            if agent is None or not agent.is_ready():
                return response.json({"ready": False}, status=503)
            try:
                return await handler(request)
            except NotUnderstood as problem:
                return response.json({"error": str(problem)}, status=422)
            except Exception as error:
                logger.error("%s failed: %s", handler.__name__, where(error))
                return response.json({"error": "failed"}, status=500)

        answer.__name__ = handler.__name__
        return answer


def body(request: Request) -> dict[str, Any]:
    try:
        said = request.json
    except SanicException:
        said = None
    if not isinstance(said, dict):
        raise NotUnderstood("the body must be a JSON object")
    return said


def plain_text(said: dict[str, Any]) -> str:
    """The person's text, never an instruction to Rasa: a leading slash would set intents and slots."""
    text = said.get("text")
    if not isinstance(text, str):
        raise NotUnderstood("text is missing")
    return re.sub(r"^[\s/]+", "", text)[:LONGEST_TEXT]


def user_message(said: dict[str, Any], collector: CollectingOutputChannel, intents: list[str]) -> UserMessage:
    conversation = said.get("conversation")
    metadata = said.get("metadata", {})
    if not isinstance(conversation, str) or not CONVERSATION.fullmatch(conversation):
        raise NotUnderstood("conversation must be 32 hexadecimal digits")
    if not isinstance(metadata, dict):
        raise NotUnderstood("metadata must be an object")
    common = {"output_channel": collector, "sender_id": conversation, "input_channel": "portal", "metadata": metadata}
    if said.get("intent") is None:
        return UserMessage(plain_text(said), **common)
    return UserMessage("", parse_data=button(said, intents), **common)


def button(said: dict[str, Any], intents: list[str]) -> dict[str, Any]:
    """What a pressed button means, in the form that Rasa gives a parsed message."""
    intent, entities = said["intent"], said.get("entities", {})
    if intent not in intents or intent in DEFAULT_INTENTS:
        raise NotUnderstood("intent is unknown")
    if not isinstance(entities, dict):
        raise NotUnderstood("entities must be an object")
    return {
        "text": "",
        "intent": {"name": intent, "confidence": 1.0},
        "intent_ranking": [],
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
    }


def where(error: BaseException) -> str:
    """Kind and place of a failure, without its message: that could quote the person."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"
