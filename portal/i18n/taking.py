"""Translations that come from outside, taken into a catalogue: none unknown, none broken, no reviewed one lost."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from portal.i18n.reviews import UNREVIEWED, is_translated, is_unreviewed, read_catalogue, source_of
from portal.i18n.side_by_side import SIGNS

WIDTH: Final = 110
"""Characters of a line in a catalogue, as tools/catalogues.py writes it."""

_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")
_PERCENT: Final = re.compile(r"%(?!\(\w+\)s)")
_NUMBER: Final = re.compile(r"\d[\d \u00a0-]*\d")
_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") | frozenset(SIGNS)
"""Signs that turn the direction of what follows, and our own: no translation needs them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the translations given."""

    taken: int
    kept: int
    """Texts that had a translation already, which stays."""
    refused: tuple[tuple[str, str], ...]
    """Swedish text and reason."""


def take(catalogue: Path, given: Mapping[str, Any], *, replace_unreviewed: bool = False) -> Taken:
    """Fill empty entries of the .po file with translations by Swedish text (a list of forms for a plural), each marked
    as unreviewed. A reviewed translation always stays; an unreviewed one unless `replace_unreviewed`.

    Raises FileNotFoundError when the language has no catalogue.
    """
    texts = read_catalogue(catalogue)
    by_source = {source_of(message): message for message in texts if message.id}
    refused: list[tuple[str, str]] = []
    taken = kept = 0
    for source, translation in given.items():
        message = by_source.get(source)
        if reason := _refusal(texts, message, translation):
            refused.append((source, reason))
        elif message is not None and _may_fill(message, replace_unreviewed):
            _fill(message, translation)
            taken += 1
        else:
            kept += 1
    if taken:
        with catalogue.open("wb") as file:
            write_po(file, texts, width=WIDTH, ignore_obsolete=True)
    return Taken(taken, kept, tuple(refused))


def _may_fill(message: Message, replace_unreviewed: bool) -> bool:
    return not is_translated(message) or (replace_unreviewed and is_unreviewed(message))


def _fill(message: Message, translation: Any) -> None:
    message.string = translation if isinstance(translation, str) else tuple(translation)
    if not is_unreviewed(message):
        message.user_comments.append(UNREVIEWED)


def _refusal(texts: Catalog, message: Message | None, translation: Any) -> str:
    """Why a translation cannot be taken; empty when it can."""
    if message is None:
        return "no such text"
    if message.pluralizable:
        forms = translation if isinstance(translation, list) else []
        if len(forms) != texts.num_plurals:
            return f"is a plural: give a list of {texts.num_plurals} forms"
        reasons = [_wrong(message.id[1], form) for form in forms]
        return next((reason for reason in reasons if reason), "")
    return _wrong(str(message.id), translation)


def _wrong(source: str, translation: Any) -> str:
    if not isinstance(translation, str) or not translation.strip():
        return "is empty or no text"
    if set(_PLACEHOLDER.findall(source)) != set(_PLACEHOLDER.findall(translation)):
        return "placeholders differ"
    if len(_PERCENT.findall(source)) != len(_PERCENT.findall(translation)):
        return "a percent sign too many or too few"
    if any(sign in translation and sign not in source for sign in "<>&"):
        return "holds signs of HTML"
    if any(unicodedata.category(c) == "Cc" or c in _OVERRIDES for c in translation if c not in source):
        return "holds signs that cannot be seen"
    if _numbers(source) - _numbers(translation):
        return "a number is missing"
    return ""


def _numbers(text: str) -> Counter[str]:
    """Telephone numbers and years, whichever digits they are written in."""
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return Counter(re.sub(r"\D", "", number) for number in _NUMBER.findall(digits))
