"""What a person wrote, without characters that only steer: they could make a text read as another one."""

from __future__ import annotations

import unicodedata
from typing import Final

READ_BY_BOT: Final = 2000
"""Characters. The bot's own limit, see bot/README.md."""
FROM_THE_START: Final = 1200

_KEPT: Final = frozenset("\n\t\u200c\u200d\u200e\u200f")
"""Line breaks, the joiners that Persian, Kurdish and emojis are spelt with, and marks that only name a direction."""


def plain(text: str) -> str:
    """The text without overrides of direction, zero-width spaces and control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf"))


def for_the_bot(text: str) -> str:
    """As much as the bot reads: of a long text its beginning and its end, where people say what they want."""
    if len(text) <= READ_BY_BOT:
        return text
    return f"{text[:FROM_THE_START]}\n{text[FROM_THE_START + 1 - READ_BY_BOT :]}"
