"""Everybody who can help, with a page each."""

from __future__ import annotations

from babel import Locale
from flask import abort, render_template

from portal import clock, current
from portal.citizen import blueprint
from portal.i18n.languages import language
from portal.opening_words import dated_words
from portal.service_cards import coming_exceptions, directory_card, language_names, open_stand_in, week_words
from portal.triage.ruleset import ALWAYS_A_DOOR


@blueprint.get("/<lang>/services")
def services(lang: str) -> str:
    ruleset = current.ruleset()
    moment = clock.now()
    today = ruleset.local(moment).date()
    cards = [
        directory_card(ruleset, slug, moment)
        for slug, service in ruleset.services.items()
        if service.valid.covers(today)
    ]
    return render_template("citizen/services.html", cards=cards)


@blueprint.get("/<lang>/services/<slug>")
def service(lang: str, slug: str) -> str:
    """A service. One that has not begun or has ended keeps its page, which says so and who helps instead."""
    ruleset, moment = current.ruleset(), clock.now()
    if slug not in ruleset.services:
        abort(404)
    card = directory_card(ruleset, slug, moment)
    locale = Locale.parse(language().locale)
    today = ruleset.local(moment).date()
    exists = card.service.valid.covers(today)
    instead = None if card.open_now else open_stand_in(ruleset, slug, moment)
    return render_template(
        "citizen/service.html",
        card=card,
        week=week_words(card.service, locale),
        hours_known=ruleset.hours[slug].known,
        other_days=coming_exceptions(card.service, today),
        spoken=language_names(card.service.languages, locale),
        dated=None if exists else dated_words(card.service, today),
        instead=instead if exists else instead or ruleset.services.get(ALWAYS_A_DOOR),
    )
