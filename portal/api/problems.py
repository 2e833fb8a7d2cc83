"""What a call gets that could not be done: a sentence, and the danger cards for what was said in it all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response, jsonify, make_response, request
from werkzeug.exceptions import RequestEntityTooLarge

from portal.api import shapes
from portal.danger_first import signals_said
from portal.i18n.languages import content_text
from portal.page_words import GENTLE_QUESTION, danger_cards
from portal.triage.grammar import Helpline


def problem(status: int, message: str, field: str | None = None, allowed: list[str] | None = None) -> Response:
    """The error as the API tells it. `field` says where it lies, `allowed` what would do."""
    danger = danger_out(signals_said(_said()))
    body = shapes.ErrorBody(status=status, message=message, field=field, allowed=allowed, danger=danger)
    return make_response(jsonify(error=body.model_dump(exclude_none=True)), status)


def danger_out(signals: Iterable[str]) -> list[shapes.DangerOut]:
    """The cards of these signals, in the editors' order and the caller's language."""
    return [
        shapes.DangerOut(
            signal=card.danger.signal,
            level="certain",
            card=shapes.CardOut(
                title=content_text(card.danger.card.title),
                lines=[content_text(line) for line in card.danger.card.lines],
                helplines=numbers_out(card.helplines),
            ),
        )
        for card in danger_cards(frozenset(signals))
    ]


def possible_danger_out(signals: Iterable[str]) -> list[shapes.DangerOut]:
    """One gentle question and the numbers for each danger that a model thinks possible."""
    return [
        shapes.DangerOut(
            signal=card.danger.signal,
            level="possible",
            card=shapes.CardOut(title=str(GENTLE_QUESTION), lines=[], helplines=numbers_out(card.helplines)),
        )
        for card in danger_cards(frozenset(signals))
    ]


def numbers_out(lines: Iterable[Helpline]) -> list[shapes.HelplineOut]:
    return [shapes.HelplineOut(name=content_text(line.name), number=line.number) for line in lines]


def read_body() -> Any:
    """The call's JSON, or None when it is none or is nested beyond reading."""
    try:
        return request.get_json(silent=True, force=True)
    except RecursionError:
        return None


def _said() -> list[str]:
    """Every text in the call, in whichever field; all of it as it stands when it is no JSON."""
    try:
        body = read_body()
        return [request.get_data(as_text=True)] if body is None else list(_texts(body))
    except (RequestEntityTooLarge, UnicodeDecodeError):
        return []


def _texts(body: Any) -> Iterator[str]:
    waiting = [body]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case dict() as fields:
                waiting.extend(fields.values())
            case list() as items:
                waiting.extend(items)
