"""Conversations live in the memory of this process, for a while, and are gone when the person asks for it."""

from __future__ import annotations

from time import monotonic
from typing import Any

from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker

FORGET = "forget_me"


class ShortMemory(InMemoryTrackerStore):  # type: ignore[misc]
    """Rasa's in-memory store, with an end: by idle time, by number of conversations, and on request."""

    def __init__(self, domain: Any, host: Any = None, event_broker: Any = None, idle_minutes: int = 120,
                 most_conversations: int = 5000, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(domain, event_broker, **kwargs)
        self.idle_seconds, self.most_conversations = idle_minutes * 60, most_conversations
        self.last_seen: dict[str, float] = {}  # longest silent first

    async def save(self, tracker: DialogueStateTracker) -> None:
        self.forget(tracker.sender_id)
        latest = tracker.latest_message
        if latest is None or latest.intent.get("name") != FORGET:
            await super().save(tracker)
            self.last_seen[tracker.sender_id] = monotonic()
        self.forget_the_old()

    def forget(self, conversation: str) -> None:
        self.store.pop(conversation, None)
        self.last_seen.pop(conversation, None)

    def forget_the_old(self) -> None:
        for conversation, seen in list(self.last_seen.items()):
            crowded = len(self.last_seen) > self.most_conversations
            if not crowded and monotonic() - seen < self.idle_seconds:
                return
            self.forget(conversation)
