"""What the placeholders of a reply stand for, in the language of the reply: facts of the rules in use."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from flask_babel import force_locale, get_locale, gettext

from portal import current
from portal.desk.reply_errors import PlaceholderUnknown
from portal.i18n.languages import content_text, spoken_as
from portal.i18n.side_by_side import in_plain_text
from portal.service_cards import week_words
from portal.triage.reply_file import PHONE_OF, PLACEHOLDER

LEFT_TO_RIGHT: Final = "\u2066{}\u2069"
"""Around numbers and hours, which are read from the left in every script."""


def fill(text: str, language: str) -> str:
    """The text with its placeholders filled, for a reader of `language`. Raises PlaceholderUnknown."""
    with _spoken(language):
        return PLACEHOLDER.sub(lambda found: _fact(found[1]), text)


def fill_what_can_be(text: str, language: str) -> str:
    """The same for looking at: what cannot be filled stands as it is."""
    try:
        return fill(text, language)
    except PlaceholderUnknown:
        return text


def _spoken(language: str) -> AbstractContextManager[None]:
    return spoken_as(language) if language in current.ruleset().languages else force_locale(get_locale())


def _fact(name: str) -> str:
    ruleset = current.ruleset()
    centre = ruleset.municipality.contact_centre
    if name == "centre":
        return in_plain_text(content_text(centre.name))
    if name == "centre_phone":
        return LEFT_TO_RIGHT.format(centre.phone)
    if name == "centre_hours":
        return _hours()
    line = ruleset.helplines.get(name.removeprefix(PHONE_OF))
    if line is None or not name.startswith(PHONE_OF):
        raise PlaceholderUnknown(name)
    return LEFT_TO_RIGHT.format(line.number)


def _hours() -> str:
    """The contact centre's week, in words."""
    week = week_words(current.ruleset().municipality.contact_centre, get_locale())
    if not week:
        return in_plain_text(str(gettext("Fråga när det är öppet")))
    days = (f"{day} {', '.join(LEFT_TO_RIGHT.format(period) for period in periods)}" for day, periods in week)
    return in_plain_text("; ".join(days))
