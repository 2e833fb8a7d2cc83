"""What a catalogue lacks, and which translations no speaker has read yet: those carry the comment UNREVIEWED in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

UNREVIEWED: Final = "unreviewed"


@dataclass(frozen=True, slots=True)
class CatalogueState:
    """How far a catalogue has come: numbers of texts."""

    language: str
    texts: int
    translated: int
    unreviewed: tuple[str, ...]
    """The Swedish sources of translations that nobody has read."""
    missing: tuple[str, ...]
    """The Swedish texts without a translation: they are shown in Swedish and English."""


def read_catalogue(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def catalogue_state(translations: Path, language: str) -> CatalogueState:
    """The state of one language's catalogue. Raises FileNotFoundError when it has none."""
    catalogue = read_catalogue(translations / language / "LC_MESSAGES" / "messages.po")
    messages = [message for message in catalogue if message.id]
    translated = [message for message in messages if is_translated(message)]
    waiting = tuple(source_of(message) for message in translated if is_unreviewed(message))
    missing = tuple(source_of(message) for message in messages if not is_translated(message))
    return CatalogueState(language, len(messages), len(translated), waiting, missing)


def source_of(message: Message) -> str:
    """The Swedish text; of a plural the form for one."""
    return message.id if isinstance(message.id, str) else message.id[0]


def is_translated(message: Message) -> bool:
    return bool(message.string) if isinstance(message.string, str) else any(message.string or ())


def is_unreviewed(message: Message) -> bool:
    return any(UNREVIEWED in comment for comment in message.user_comments)
