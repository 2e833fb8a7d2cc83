"""Which translations no speaker has read yet: they carry the translator comment UNREVIEWED in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
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


def read_catalogue(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def catalogue_state(translations: Path, language: str) -> CatalogueState:
    """The state of one language's catalogue. Raises FileNotFoundError when it has none."""
    catalogue = read_catalogue(translations / language / "LC_MESSAGES" / "messages.po")
    messages = [message for message in catalogue if message.id]
    translated = [message for message in messages if message.string]
    waiting = [str(m.id) for m in translated if any(UNREVIEWED in comment for comment in m.user_comments)]
    return CatalogueState(language, len(messages), len(translated), tuple(waiting))
