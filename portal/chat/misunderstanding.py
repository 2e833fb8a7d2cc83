"""Two misunderstandings without an understood word between them: then a human or the form, not a third try."""

from __future__ import annotations

from typing import Final

from portal import clock
from portal.chat.lines import say
from portal.visitor import Visit

ENOUGH: Final = 2
UNDERSTOOD: Final = frozenset({"ask", "result", "offer_topics", "outside", "offer_human", "possible_danger"})
"""Replies that show that words were understood, or that somebody else takes over."""


def misunderstood_again(visit: Visit) -> bool:
    """Count one misunderstanding. True, and a human is offered, when there was one before."""
    talk = visit.data["chat"]
    talk["misunderstood"] = talk.get("misunderstood", 0) + 1
    if talk["misunderstood"] < ENOUGH:
        return False
    talk["misunderstood"] = 0
    say(visit, "bot", clock.now(), key="offer_human")
    return True


def words_were_understood(visit: Visit) -> None:
    """Begin to count anew. A pressed button shows nothing: only words do."""
    visit.data["chat"]["misunderstood"] = 0
