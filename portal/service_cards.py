"""Services as pages show them: with the reason, the opening hours and the ways to reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from babel import Locale
from flask_babel import lazy_gettext

from portal.triage.engine import Decision, Suggestion
from portal.triage.explain import Why, explain
from portal.triage.facts import Facts
from portal.triage.grammar import Channel, Service
from portal.triage.hours import DAYS
from portal.triage.ruleset import Ruleset

FIRST_SHOWN = 3
MOST_MORE = 6
DANGER_REASON = lazy_gettext("Det du har berättat kan betyda fara. Därför visar vi dem som svarar direkt först.")
"""Instead of the danger's name, which is written for staff."""


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """A service with why it is shown. Without a suggestion (in the directory) there is no why."""

    slug: str
    service: Service
    why: Why
    open_now: bool
    channels: tuple[Channel, ...]
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class ShownServices:
    """The first services, further ones, and one that is open now when none of the first is."""

    first: tuple[ServiceCard, ...]
    more: tuple[ServiceCard, ...]
    open_now: ServiceCard | None


def shown_services(ruleset: Ruleset, facts: Facts, decision: Decision, moment: datetime) -> ShownServices:
    """The doors of a decision, in its order."""
    cards = [_suggested(ruleset, facts, suggestion, moment) for suggestion in decision.doors]
    first, rest = cards[:FIRST_SHOWN], cards[FIRST_SHOWN:]
    open_now = None
    if not any(card.open_now for card in first):
        open_now = next((card for card in rest if card.open_now), None)
    more = [card for card in rest if card is not open_now][:MOST_MORE]
    return ShownServices(tuple(first), tuple(more), open_now)


def directory_card(ruleset: Ruleset, slug: str, moment: datetime) -> ServiceCard:
    """A service without a situation. Raises KeyError when there is no such service."""
    service = ruleset.services[slug]
    is_open = ruleset.hours[slug].is_open(ruleset.local(moment))
    return ServiceCard(slug, service, Why((), ()), is_open, tuple(service.channels))


def _suggested(ruleset: Ruleset, facts: Facts, suggestion: Suggestion, moment: datetime) -> ServiceCard:
    card = directory_card(ruleset, suggestion.service, moment)
    why = explain(ruleset, facts, suggestion)
    if why.danger:
        why = replace(why, because=(str(DANGER_REASON), *why.because))
    return ServiceCard(card.slug, card.service, why, card.open_now, card.channels, unsure=not suggestion.certain)


def week_words(service: Service, locale: Locale) -> list[tuple[str, Sequence[str]]]:
    """The opening hours as written by the editors: days in the reader's language, and periods."""
    if not isinstance(service.hours, dict):
        return []
    return [
        (_days(days, locale), [period.replace("-", "–") for period in periods])
        for days, periods in service.hours.items()
    ]


def language_names(tags: Sequence[str], locale: Locale) -> list[str]:
    """What these languages are called in the reader's language."""
    return [str(locale.languages.get(tag, tag)) for tag in tags]


def _days(days: str, locale: Locale) -> str:
    names = locale.days["stand-alone"]["wide"]
    return "–".join(str(names[DAYS.index(day)]) for day in days.split("-"))
