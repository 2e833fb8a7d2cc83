"""The language a person writes in: kept for those who answer, and offered to read in, once; never forced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import g
from flask_babel import gettext

from portal.current import ruleset
from portal.i18n.languages import language, spoken_as, text_in, use_language
from portal.i18n.side_by_side import is_whole
from portal.triage.grammar import LanguageEntry
from portal.understanding.languages import recognise

WRITTEN_IN: Final = "written_in"
OFFERED: Final = "language_offer"
"""Fields of a visit: the language that was recognised first, and the same while it is still to be offered."""


@dataclass(frozen=True, slots=True)
class LanguageOffer:
    """A language to read in, and the words that offer it in that language itself."""

    language: LanguageEntry
    question: str
    answer: str


def recognised(text: str) -> str | None:
    """The tag of the text's language when it is sure and one of ours."""
    tag = recognise(text)
    return tag if tag in ruleset().languages else None


def written_language(text: str, otherwise: str | None = None) -> str:
    """The tag of the language that this text is written in; where that is not sure, `otherwise` or the page's."""
    return recognised(text) or otherwise or language().tag


def speak_as_written(text: str) -> None:
    """Answer in the language of the text, where it is sure, for the rest of the request."""
    if tag := recognised(text):
        use_language(tag)


def hear_language(data: dict[str, Any], text: str) -> None:
    """Keep in a visit's data which language the person writes, once it is sure. What is said or pressed next (`text` is
    empty for a button) ends the offer, so that nobody is asked twice."""
    data.pop(OFFERED, None)
    if WRITTEN_IN in data:
        return
    if tag := recognised(text):
        data[WRITTEN_IN] = tag
        data[OFFERED] = tag


def written_in(data: dict[str, Any]) -> str:
    """The tag of the language recognised in a visit's messages, else the page's."""
    tag = str(data.get(WRITTEN_IN, ""))
    return tag if tag in ruleset().languages else language().tag


def also_readable_in(text: str) -> LanguageEntry | None:
    """The language that the visit at hand writes in, where the page speaks another and it has this text."""
    tag = str(g.visit.data.get(WRITTEN_IN, "")) if "visit" in g else ""
    entry = ruleset().languages.get(tag)
    if entry is None or entry.tag == language().tag:
        return None
    return entry if is_whole(text_in(text, entry.tag)) else None


def language_offer() -> LanguageOffer | None:
    """What this page offers to the visit at hand: nothing where it was offered before or is spoken already."""
    tag = g.visit.data.get(OFFERED) if "visit" in g else None
    entry = ruleset().languages.get(tag) if tag else None
    if entry is None or entry.tag == language().tag:
        return None
    with spoken_as(entry.tag):
        return LanguageOffer(
            entry,
            gettext(
                "Det ser ut som att du skriver på det här språket. Vill du läsa på det också? "
                "Det du har skrivit finns kvar."
            ),
            gettext("Ja, byt språk"),
        )
