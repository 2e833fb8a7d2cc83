"""Finds what would tell who somebody is in a text that is to be sent without a name. A hint, never a hindrance."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER: Final = re.compile(r"(?<!\w)\+?\d(?:[ \-–./()]{0,2}\d)+(?!\w)")
_YEAR: Final = r"(?:19|20)\d\d"
_DATE: Final = re.compile(rf"{_YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]{_YEAR}")
FEWEST_DIGITS: Final = 8
"""Shorter numbers are house numbers, sums, times and the short numbers of helplines."""

MOST_DIGITS: Final = 14


def who_it_tells(text: str) -> list[str]:
    """The e-mail addresses, telephone numbers and personal numbers in a text, as they are written there.

    Digits of every script count. Dates such as 2026-03-10 do not: they tell when, not who.
    """
    found = _EMAIL.findall(text)
    plain = "".join(_plain_digit(character) for character in _EMAIL.sub(_blank, text))
    for match in _NUMBER.finditer(plain):
        digits = re.sub(r"\D", "", match.group())
        if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS and not _is_date(match.group()):
            found.append(text[match.start() : match.end()])
    return list(dict.fromkeys(found))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _plain_digit(character: str) -> str:
    """The same character, with digits of other scripts made plain; one character stays one character."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _is_date(written: str) -> bool:
    return _DATE.fullmatch(written) is not None
