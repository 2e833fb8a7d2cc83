"""What every template may use, so that views pass only what is their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

from flask import Flask, request, url_for
from flask_babel import format_date, format_datetime, lazy_gettext
from markupsafe import Markup

from portal import current
from portal.i18n.languages import SOURCE, content_text, language, text_in
from portal.i18n.written import also_readable_in, language_offer
from portal.opening_words import DAY, DAY_AND_TIME, contact_centre_words, line_hours, opening_words, stands_in_words
from portal.promise_words import answering_now, answers_later, reading_and_hours, reading_words
from portal.said import said
from portal.triage.grammar import Danger, Helpline

FIRST_NUMBERS: Final = ("emergency-112", "on-call", "bris")
"""Helplines shown where something has gone wrong, and on every page's foot. Their numbers stand in the rule files."""

GENTLE_QUESTION: Final = lazy_gettext("Tack för att du skrev. Är det farligt för dig eller någon annan just nu?")
"""Asked where danger is possible and not certain."""


@dataclass(frozen=True, slots=True)
class DangerCard:
    """A danger signal's card with its helplines, ready to show."""

    danger: Danger
    helplines: tuple[Helpline, ...]


def offer(app: Flask) -> None:
    """Add the functions below to every template."""
    app.jinja_env.filters.update(
        tel=tel,
        t=content_text,
        text_in=text_in,
        moment=moment_words,
        day=day_words,
        weekday_and_date=weekday_words,
        whole_day=whole_day_words,
    )
    app.context_processor(_words)


def _words() -> dict[str, Any]:
    ruleset = current.ruleset()
    return {
        "language": language(),
        "language_offer": language_offer,
        "also_readable_in": also_readable_in,
        "languages": list(ruleset.languages.values()),
        "municipality": ruleset.municipality,
        "first_numbers": first_numbers(),
        "same_page_in": same_page_in,
        "is_source_language": language().tag == SOURCE,
        "opening": opening_words,
        "contact_centre_hours": contact_centre_words,
        "answering_now": answering_now,
        "reading_words": reading_words,
        "reading_and_hours": reading_and_hours,
        "line_hours": line_hours,
        "said": said,
        "stands_in_words": stands_in_words,
    }


def first_numbers() -> list[Helpline]:
    helplines = current.ruleset().helplines
    return [helplines[slug] for slug in FIRST_NUMBERS if slug in helplines]


def danger_cards(signals: tuple[str, ...] | frozenset[str]) -> list[DangerCard]:
    """The cards of these signals in the editors' order; on each, 112 and then those who do not have closed now."""
    ruleset = current.ruleset()
    return [
        DangerCard(danger, tuple(ruleset.helplines[slug] for slug in _open_first(danger.card.helplines)))
        for signal, danger in ruleset.dangers.items()
        if signal in signals
    ]


def _open_first(slugs: Sequence[str]) -> list[str]:
    return [*slugs[:1], *sorted(slugs[1:], key=answers_later)]


def tel(number: str) -> Markup:
    """A number to press, kept left to right in every script."""
    digits = quote("".join(character for character in number if character.isdigit() or character == "+"))
    return Markup('<a class="tel" href="tel:{}"><bdi dir="ltr">{}</bdi></a>').format(digits, number)


def same_page_in(tag: str) -> str:
    """This page's address in another language; the start page when it has no such address."""
    if request.endpoint and request.view_args is not None and "lang" in request.view_args:
        return url_for(request.endpoint, **{**request.view_args, "lang": tag})
    return url_for("citizen.start", lang=tag)


def moment_words(moment: datetime) -> str:
    return str(format_datetime(moment, DAY_AND_TIME))


def weekday_words(day: date) -> str:
    return str(format_date(day, "EEEE d MMMM"))


def whole_day_words(day: date) -> str:
    """A day with its year."""
    return str(format_date(day, "long"))


def day_words(moment: datetime) -> str:
    return str(format_date(moment, DAY))
