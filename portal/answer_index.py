"""The search index over published answers: made when it is first asked for, and again when an answer has changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from flask import current_app

from portal import current
from portal.desk.public_answers import state_of_answers, texts_of_answers
from portal.understanding.answer_search import AnswerIndex

EXTENSION: Final = "portal-answer-index"


@dataclass
class _Kept:
    """The latest index of this process and the state of the answers that it was made from."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    made_from: tuple[int, int] | None = None
    index: AnswerIndex | None = None


def answer_index() -> AnswerIndex:
    """The index over what is published now. Whoever finds it being made anew gets the last one meanwhile."""
    kept: _Kept = current_app.extensions.setdefault(EXTENSION, _Kept())
    with current.reading() as db:
        state = state_of_answers(db)
        if kept.index is not None and kept.made_from == state:
            return kept.index
        if not kept.lock.acquire(blocking=kept.index is None) and kept.index is not None:
            return kept.index
        try:
            if kept.index is None or kept.made_from != state:
                kept.index = AnswerIndex(texts_of_answers(db))
                kept.made_from = state
            return kept.index
        finally:
            kept.lock.release()
