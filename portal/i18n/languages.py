"""Which language a page speaks. The address's tag is never fed to Babel: the table in languages.yaml maps it."""

from __future__ import annotations

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, gettext

from portal.current import ruleset
from portal.triage.grammar import LanguageEntry

SOURCE = "sv"
"""The language in which content is written; its texts are the message ids of the catalogues."""


def speak_languages(app: Flask, translations_folder: str) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = translations_folder
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE
    Babel(app, locale_selector=lambda: Locale.parse(language().locale), timezone_selector=_time_zone)


def language() -> LanguageEntry:
    """The language of this request's page. Order: the address, the person's stored choice is the address itself,
    then the browser's Accept-Language, then Swedish."""
    if not has_request_context():
        return _entries()[SOURCE]
    if "language" not in g:
        g.language = _entries().get(request.path.partition("/")[2].partition("/")[0]) or negotiated()
    entry: LanguageEntry = g.language
    return entry


def negotiated() -> LanguageEntry:
    """The best match between the browser's languages and ours."""
    entries = _entries()
    tag = request.accept_languages.best_match(list(entries), default=SOURCE)
    return entries[tag or SOURCE]


def use_language(tag: str) -> None:
    """Speak this language for the rest of the request (API and staff, whose addresses carry no language)."""
    g.language = _entries()[tag]


def content_text(text: str | None) -> str:
    """A text of the rule files in the page's language; empty stays empty."""
    return str(gettext(text)) if text else ""


def _entries() -> dict[str, LanguageEntry]:
    return dict(ruleset().languages)


def _time_zone() -> str:
    return ruleset().municipality.time_zone
