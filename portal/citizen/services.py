"""Everybody who can help, with a page each."""

from __future__ import annotations

from babel import Locale
from flask import abort, render_template

from portal import clock, current
from portal.citizen import blueprint
from portal.i18n.languages import language
from portal.service_cards import directory_card, language_names, week_words


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
    ruleset = current.ruleset()
    if slug not in ruleset.services:
        abort(404)
    card = directory_card(ruleset, slug, clock.now())
    locale = Locale.parse(language().locale)
    return render_template(
        "citizen/service.html",
        card=card,
        week=week_words(card.service, locale),
        spoken=language_names(card.service.languages, locale),
        instead=ruleset.services.get(card.service.fallback_when_closed or "") if not card.open_now else None,
    )
