"""The parts of a public answer: greeting, answer, invitation, sign-off. Kept as JSON until they are published."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class AnswerDraft:
    """An answer in its parts, its language, the day of the law it rests on, and when it must be read again."""

    greeting: str
    answer: str
    invitation: str
    sign_off: str
    language: str
    law_date: date
    review_by: date

    @property
    def text(self) -> str:
        """The parts one after the other, an empty line between them."""
        parts = (self.greeting, self.answer, self.invitation, self.sign_off)
        return "\n\n".join(part.strip().replace("\r\n", "\n") for part in parts if part.strip())

    def to_json(self) -> str:
        return json.dumps(asdict(self), default=date.isoformat)

    @classmethod
    def from_json(cls, text: str) -> AnswerDraft:
        held = json.loads(text)
        days = {name: date.fromisoformat(held[name]) for name in ("law_date", "review_by")}
        return cls(**{**held, **days})
