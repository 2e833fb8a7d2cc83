"""Services as pages show them: with the reason, the opening hours and the ways to reach them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from babel import Locale
from flask_babel import gettext, lazy_gettext

from portal.triage.engine import Decision, Suggestion
from portal.triage.explain import Why, explain
from portal.triage.facts import Facts
from portal.triage.grammar import Channel, ContactCentre, Service
from portal.triage.hours import DAYS, EVES, HOLIDAYS, SPECIAL_DAYS
from portal.triage.ruleset import Ruleset

FIRST_SHOWN = 3
MOST_MORE = 6
SOON = timedelta(days=30)
"""How long before other hours than usual a service's page tells them."""
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
    stands_in_for: tuple[str, ...] = ()
    """Names of the services that fit better but are known to be closed now, while this one answers."""


@dataclass(frozen=True, slots=True)
class ShownServices:
    """The first services, further ones, and one that is open now when none of the first is."""

    first: tuple[ServiceCard, ...]
    more: tuple[ServiceCard, ...]
    open_now: ServiceCard | None


def shown_services(ruleset: Ruleset, facts: Facts, decision: Decision, moment: datetime) -> ShownServices:
    """The doors of a decision, in its order."""
    places = {suggestion.service: place for place, suggestion in enumerate(decision.doors)}
    cards = [_suggested(ruleset, facts, suggestion, moment, places) for suggestion in decision.doors]
    first, rest = cards[:FIRST_SHOWN], cards[FIRST_SHOWN:]
    open_now = None
    if not any(card.open_now for card in first):
        open_now = next((card for card in rest if card.open_now), None)
    more = [card for card in rest if card is not open_now][:MOST_MORE]
    return ShownServices(tuple(first), tuple(more), open_now)


def directory_card(ruleset: Ruleset, slug: str, moment: datetime) -> ServiceCard:
    """A service without a situation. Raises KeyError when there is no such service."""
    service = ruleset.services[slug]
    return ServiceCard(slug, service, Why((), ()), _open_now(ruleset, service, moment), tuple(service.channels))


def open_stand_in(ruleset: Ruleset, slug: str, moment: datetime) -> Service | None:
    """The first service that is open on the way from one stand-in to the next; None when that way ends."""
    passed = {slug}
    service = ruleset.services.get(ruleset.services[slug].fallback_when_closed or "")
    while service and service.service not in passed:
        if _open_now(ruleset, service, moment):
            return service
        passed.add(service.service)
        service = ruleset.services.get(service.fallback_when_closed or "")
    return None


def _open_now(ruleset: Ruleset, service: Service, moment: datetime) -> bool:
    return ruleset.hours[service.service].is_open(ruleset.local(moment))


def _suggested(
    ruleset: Ruleset, facts: Facts, suggestion: Suggestion, moment: datetime, places: Mapping[str, int]
) -> ServiceCard:
    card = directory_card(ruleset, suggestion.service, moment)
    why = explain(ruleset, facts, suggestion)
    if why.danger:
        why = replace(why, because=(str(DANGER_REASON), *why.because))
    better = [slug for slug in suggestion.fallback_of if places.get(slug, len(places)) < places[suggestion.service]]
    closed = tuple(ruleset.services[slug].name for slug in better if ruleset.hours[slug].known)
    return replace(card, why=why, unsure=not suggestion.certain, stands_in_for=closed)


def week_words(service: Service | ContactCentre, locale: Locale) -> list[tuple[str, Sequence[str]]]:
    """The opening hours as the editors divide them: days in the reader's language, and periods.

    In the order of the week, holidays and eves last: rules that are published do not keep the order of their keys.
    """
    if not isinstance(service.hours, dict):
        return []
    order = (*DAYS, *SPECIAL_DAYS)
    return [
        (_days(days, locale), [period.replace("-", "–") for period in periods])
        for days, periods in sorted(service.hours.items(), key=lambda item: order.index(item[0].partition("-")[0]))
    ]


def coming_exceptions(service: Service, today: date) -> list[tuple[date, Sequence[str]]]:
    """The days soon to come whose hours are not the usual ones, with their periods; none is a closed day."""
    return [
        (exception.date, [period.replace("-", "–") for period in exception.hours])
        for exception in sorted(service.exceptions, key=lambda exception: exception.date)
        if timedelta() <= exception.date - today <= SOON
    ]


def language_names(tags: Sequence[str], locale: Locale) -> list[str]:
    """What these languages are called in the reader's language."""
    return [str(locale.languages.get(tag.replace("-", "_"), tag)) for tag in tags]


def _days(days: str, locale: Locale) -> str:
    if days == HOLIDAYS:
        return str(gettext("Helgdagar"))
    if days == EVES:
        return str(gettext("Midsommarafton, julafton och nyårsafton"))
    names = locale.days["stand-alone"]["wide"]
    return "–".join(str(names[DAYS.index(day)]) for day in days.split("-"))
