"""What every template may use, so that views pass only what is their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from flask import Flask, request, url_for
from flask_babel import format_date, format_datetime, gettext
from markupsafe import Markup

from portal import clock, current
from portal.i18n.languages import SOURCE, content_text, language
from portal.triage.grammar import Danger, Helpline

FIRST_NUMBERS: Final = ("emergency-112", "on-call", "bris")
"""Helplines shown where something has gone wrong, and on every page's foot. Their numbers stand in the rule files."""

DAY_AND_TIME: Final = "EEEE d MMMM HH:mm"
"""Weekday, date and a 24-hour clock in every language."""


@dataclass(frozen=True, slots=True)
class DangerCard:
    """A danger signal's card with its helplines, ready to show."""

    danger: Danger
    helplines: tuple[Helpline, ...]


def offer(app: Flask) -> None:
    """Add the functions below to every template."""
    app.jinja_env.filters.update(tel=tel, t=content_text, moment=moment_words, day=day_words)
    app.context_processor(_words)


def _words() -> dict[str, Any]:
    ruleset = current.ruleset()
    return {
        "language": language(),
        "languages": list(ruleset.languages.values()),
        "municipality": ruleset.municipality,
        "first_numbers": first_numbers(),
        "same_page_in": same_page_in,
        "is_source_language": language().tag == SOURCE,
        "opening": opening_words,
    }


def first_numbers() -> list[Helpline]:
    helplines = current.ruleset().helplines
    return [helplines[slug] for slug in FIRST_NUMBERS if slug in helplines]


def danger_cards(signals: tuple[str, ...] | frozenset[str]) -> list[DangerCard]:
    """The cards of these signals in the editors' order."""
    ruleset = current.ruleset()
    return [
        DangerCard(danger, tuple(ruleset.helplines[slug] for slug in danger.card.helplines))
        for signal, danger in ruleset.dangers.items()
        if signal in signals
    ]


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


def day_words(moment: datetime) -> str:
    return str(format_date(moment, "d MMMM y"))


def opening_words(slug: str) -> str:
    """Whether a service is open now, until when, or when it opens, as one phrase."""
    ruleset = current.ruleset()
    hours = ruleset.hours[slug]
    local = ruleset.local(clock.now())
    if hours.always:
        return str(gettext("Öppet dygnet runt"))
    if hours.is_open(local):
        closes = hours.closes_at(local)
        return str(gettext("Öppet nu, till %(time)s", time=f"{closes:%H:%M}") if closes else gettext("Öppet nu"))
    opens = hours.opens_at(local)
    if opens is None:
        return str(gettext("Stängt nu"))
    if opens.date() == local.date():
        return str(gettext("Stängt nu. Öppnar i dag %(time)s", time=f"{opens:%H:%M}"))
    return str(gettext("Stängt nu. Öppnar %(moment)s", moment=moment_words(opens)))
