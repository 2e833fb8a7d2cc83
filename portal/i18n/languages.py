"""Which language a page speaks. The address's tag is never fed to Babel: the table in languages.yaml maps it."""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Final

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, force_locale, get_locale, gettext, refresh

from portal.current import ruleset
from portal.i18n.side_by_side import Originals
from portal.triage.grammar import LanguageEntry

log = logging.getLogger(__name__)

SOURCE: Final = "sv"
"""The language in which content is written; its texts are the message ids of the catalogues."""

SECOND: Final = "en"
"""The language that stands beside the source where a translation is missing."""


class Catalogues(Domain):  # type: ignore[misc]
    """The texts of each language from its own folder; what a catalogue lacks stands there in Swedish and English."""

    def get_translations(self) -> NullTranslations:
        locale = str(get_locale() or SOURCE)
        if locale not in self.cache:
            self.cache[locale] = self._texts(locale)
        texts: NullTranslations = self.cache[locale]
        return texts

    def _texts(self, locale: str) -> NullTranslations:
        spoken = {str(Locale.parse(entry.locale)): entry for entry in _entries().values()}
        entry = spoken.get(locale)
        if entry is None or entry.tag == SOURCE:
            return NullTranslations()
        second = _entries().get(SECOND)
        english = self._catalogue(second.catalogue) if second and second != entry else None
        texts = self._catalogue(entry.catalogue)
        texts.add_fallback(Originals(english))
        return texts

    def _catalogue(self, folder: str) -> NullTranslations:
        try:
            return Translations.load(self.translation_directories[0], [folder])
        except (OSError, ValueError, struct.error):
            log.critical("The compiled catalogue of %s cannot be read; its texts stand in Swedish and English.", folder)
            return NullTranslations()


class SpokenLanguages(Babel):  # type: ignore[misc]
    """Flask-Babel with the catalogues above."""

    @cached_property
    def domain_instance(self) -> Catalogues:
        return Catalogues()


def speak_languages(app: Flask, translations_folder: str) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = translations_folder
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE
    SpokenLanguages(app, locale_selector=lambda: Locale.parse(language().locale), timezone_selector=_time_zone)


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
    known = {tag.lower(): entry for entry in entries.values() for tag in (entry.tag, *entry.aliases)}
    for wanted in request.accept_languages.values():
        parts = wanted.lower().replace("_", "-").split("-")
        for length in range(len(parts), 0, -1):  # "sr-Latn-RS", then "sr-Latn", then "sr"
            if entry := known.get("-".join(parts[:length])):
                return entry
    return entries[SOURCE]


def use_language(tag: str) -> None:
    """Speak this language for the rest of the request (API and staff, whose addresses carry no language)."""
    g.language = _entries()[tag]
    refresh()


def content_text(text: str | None) -> str:
    """A text of the rule files in the page's language; empty stays empty."""
    return str(gettext(text)) if text else ""


@contextmanager
def spoken_as(tag: str) -> Iterator[None]:
    """Texts in a language that need not be the page's."""
    with force_locale(Locale.parse(_entries()[tag].locale)):
        yield


def text_in(text: str, tag: str) -> str:
    """A text of the rule files in a language that need not be the page's."""
    with spoken_as(tag):
        return content_text(text)


def _entries() -> dict[str, LanguageEntry]:
    return dict(ruleset().languages)


def _time_zone() -> str:
    return ruleset().municipality.time_zone
