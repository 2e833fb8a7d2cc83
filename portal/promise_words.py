"""What a person in danger may rely on: who answers now, and when somebody reads what they have sent. Never more than is
true at this hour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_babel import gettext

from portal import clock, current
from portal.i18n.languages import content_text
from portal.opening_words import contact_centre_words
from portal.triage.grammar import Helpline

EMERGENCY: Final = "emergency"
ALWAYS_FIRST: Final = ("emergency-112", "on-call")
"""Helplines named before all others; their numbers stand in the rule files."""


def reading_words(urgency: str) -> str:
    """When somebody reads an emergency that is sent now; empty for what is none."""
    if urgency != EMERGENCY:
        return ""
    ruleset = current.ruleset()
    hours, local = ruleset.contact_hours, ruleset.local(clock.now())
    if hours.is_open(local):
        return str(gettext("Vi har öppet nu. En människa läser det så fort det går."))
    if ruleset.municipality.emergencies_read == "always":
        return str(gettext("Vi har stängt, men det som är akut läser en människa också nu, så fort det går."))
    if hours.opens_at(local) is None:
        return str(gettext("Vi kan inte lova när någon läser det."))
    return str(gettext("Ingen läser det du skickar förrän vi öppnar."))


def reading_and_hours(urgency: str) -> str:
    """The same, with the contact centre's hours."""
    read = reading_words(urgency)
    centre = content_text(current.ruleset().municipality.contact_centre.name)
    return f"{read} {centre}: {contact_centre_words()}." if read else ""


def answering_now(signals: Iterable[str] = ()) -> list[Helpline]:
    """Who answers at this hour: 112, those on call, and the helplines of these dangers, 112 first. Only those whose
    hours are known and who are open."""
    ruleset = current.ruleset()
    asked = frozenset(signals)
    named = [slug for signal, danger in ruleset.dangers.items() if signal in asked for slug in danger.card.helplines]
    return [ruleset.helplines[slug] for slug in dict.fromkeys((*ALWAYS_FIRST, *named)) if answers_now(slug)]


def answers_now(slug: str) -> bool:
    """Whether a helpline is known to answer at this hour."""
    ruleset = current.ruleset()
    hours = ruleset.helpline_hours.get(slug)
    return hours is not None and hours.is_open(ruleset.local(clock.now()))


def answers_later(slug: str) -> bool:
    """Whether a helpline is known to be closed at this hour."""
    hours = current.ruleset().helpline_hours.get(slug)
    return hours is not None and hours.known and not answers_now(slug)
