"""What stands where a translation is missing: the Swedish and the English text side by side, marked as such.

A missing text leaves the catalogues as BEGIN Swedish BETWEEN English END. The three characters are none of any script,
so the pair survives whatever a page does with a text: formatting, escaping, joining, a place in an attribute. Once the
answer is complete it is resolved in one go: in HTML to two elements that say their language and direction, and where
only plain text can stand (an attribute, a title, JSON) to "Svenska / English".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from babel.support import NullTranslations
from flask import Flask, Response

BEGIN: Final = "\ufdd0"
BETWEEN: Final = "\ufdd1"
END: Final = "\ufdd2"
SIGNS: Final = (BEGIN, BETWEEN, END)
"""Unicode keeps these for use inside a program; no font shows them and no keyboard writes them."""

IN_HTML: Final = BEGIN.encode()
IN_JSON: Final = b"\\ufdd0"

_SIGN: Final = re.compile(f"([{''.join(SIGNS)}])")
_PLAIN_TEXT_ONLY: Final = re.compile(
    r"<(title|textarea|option|script)\b.*?</\1>|<[a-zA-Z!/][^>]*>", re.DOTALL | re.IGNORECASE
)
_JSON_SIGN: Final = re.compile(r"\\ufdd([012])")


def side_by_side(swedish: str, english: str) -> str:
    """Both texts as one, to be resolved by `in_html` or `in_plain_text`; placeholders in them may still be filled."""
    return f"{BEGIN}{swedish}{BETWEEN}{english}{END}"


def is_whole(text: str) -> bool:
    """Whether a text came from its catalogue with nothing missing in it."""
    return BEGIN not in text


class Originals(NullTranslations):
    """Stands behind a catalogue and answers for what it lacks. Without English texts the Swedish ones stand alone."""

    def __init__(self, english: NullTranslations | None) -> None:
        super().__init__()
        self._english = english or NullTranslations()

    def gettext(self, message: str) -> str:
        return side_by_side(message, self._english.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return side_by_side(msgid1 if n == 1 else msgid2, self._english.ngettext(msgid1, msgid2, n))

    def upgettext(self, context: str, message: str) -> str:
        return side_by_side(message, str(self._english.upgettext(context, message)))

    def unpgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        swedish = singular if num == 1 else plural
        return side_by_side(swedish, self._english.unpgettext(context, singular, plural, num))

    ugettext = gettext
    ungettext = ngettext


def show_originals(app: Flask) -> None:
    """Resolve every answer. Added after compression, so that it comes before it."""
    app.after_request(_resolve)


def in_html(page: str) -> str:
    """The page with every pair as two elements, and as plain text inside tags and elements that hold only text."""
    page = _PLAIN_TEXT_ONLY.sub(lambda found: in_plain_text(found[0]), page)
    return "".join(_element(part) if isinstance(part, _Pair) else part for part in _parts(page))


def in_plain_text(text: str) -> str:
    """The text with every pair as "Svenska / English", or once where both are the same."""
    if BEGIN not in text:
        return text
    return "".join(_plain(part) if isinstance(part, _Pair) else part for part in _parts(text))


def _resolve(response: Response) -> Response:
    if response.direct_passthrough or response.is_streamed:
        return response
    body = response.get_data()
    if response.mimetype == "application/json":
        if IN_JSON in body:
            response.set_data(in_plain_text(_JSON_SIGN.sub(lambda found: SIGNS[int(found[1])], body.decode())))
    elif IN_HTML in body:
        resolve = in_html if response.mimetype == "text/html" else in_plain_text
        response.set_data(resolve(body.decode()))
    return response


@dataclass
class _Pair:
    """A Swedish and an English half, each of texts and, where a text was filled into another, of pairs."""

    halves: list[list[str | _Pair]] = field(default_factory=lambda: [[]])


def _parts(text: str) -> list[str | _Pair]:
    """The text divided into what stands outside pairs and the pairs. Signs that belong to none are left out."""
    outside: list[str | _Pair] = []
    open_pairs: list[_Pair] = []
    for piece in _SIGN.split(text):
        here = open_pairs[-1].halves[-1] if open_pairs else outside
        if piece == BEGIN:
            open_pairs.append(_Pair())
        elif piece == BETWEEN:
            if open_pairs:
                open_pairs[-1].halves.append([])
        elif piece == END:
            if open_pairs:
                closed = open_pairs.pop()
                (open_pairs[-1].halves[-1] if open_pairs else outside).append(closed)
        else:
            here.append(piece)
    for never_closed in open_pairs:
        outside += [part for half in never_closed.halves for part in half]
    return outside


def _half(pair: _Pair, index: int) -> str:
    half = pair.halves[min(index, len(pair.halves) - 1)]
    return "".join(_half(part, index) if isinstance(part, _Pair) else part for part in half)


def _texts(pair: _Pair) -> Iterator[tuple[str, str]]:
    """Language and text of each half; only the Swedish one where English says the same or nothing."""
    swedish, english = _half(pair, 0), _half(pair, 1)
    yield "sv", swedish
    if english and english != swedish:
        yield "en", english


def _plain(pair: _Pair) -> str:
    return " / ".join(text for _, text in _texts(pair))


def _element(pair: _Pair) -> str:
    halves = " ".join(f'<span lang="{tag}" dir="ltr">{text}</span>' for tag, text in _texts(pair))
    return f'<span class="originals" dir="ltr">{halves}</span>'
