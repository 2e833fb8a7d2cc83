"""Danger in what was sent, whatever becomes of the page it was sent to: no model, no database, no sound form needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask import request

from portal import current
from portal.understanding.reading import find_signals

NOT_SAID: Final = frozenset({"csrf_token", "password", "new_password", "repeated", "code", "code_word"})
"""Form fields that hold proofs and secrets, not what somebody tells."""


def signals_said(said: Iterable[str]) -> frozenset[str]:
    """Danger in words, text by text, and in the values of buttons that mean it (topic ids, with or without prefix)."""
    rules = current.rules()
    found: set[str] = set()
    for text in said:
        found |= find_signals(rules.danger, text)
        found |= rules.ruleset.topic_signals.get(text.rpartition(":")[2], frozenset())
    return frozenset(found)


def posted_signals() -> frozenset[str]:
    """Danger anywhere in the form that was posted. Raises RequestEntityTooLarge for a body that cannot be read."""
    return signals_said(value for name, value in request.form.items(multi=True) if name not in NOT_SAID)
