"""Speaks in text keys. The portal turns them into sentences in the reader's language."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker


class KeyNLG(NaturalLanguageGenerator):  # type: ignore[misc]
    """`utter_greeting` becomes {"custom": {"key": "greeting", "args": {}}}."""

    def __init__(self, endpoint_config: Any = None, domain: Any = None) -> None:
        """Rasa hands over both; neither is needed."""

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str,
                       **kwargs: Any) -> dict[str, Any]:  # fmt: skip
        key = utter_action.removeprefix("utter_")
        return {"custom": {"key": key, "args": arguments(key, tracker)}}


def arguments(key: str, tracker: DialogueStateTracker) -> dict[str, Any]:
    """What the portal needs beside the key: the outside matter, or the dangers that are possible."""
    understood = tracker.latest_message.parse_data if tracker.latest_message else {}
    if key == "outside":
        return {"matter": (understood.get("outside") or {}).get("matter")}
    if key == "possible_danger":
        return {"signals": (understood.get("safety") or {}).get("signals") or []}
    return {}
