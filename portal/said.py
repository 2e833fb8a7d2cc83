"""A message as somebody reads it: its parts, each in its language and direction, and notices in the page's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from flask_babel import LazyString, get_locale, lazy_gettext

from portal import current
from portal.desk.conversation import MessageView
from portal.desk.message_content import Mark, Notice, NoticeView, Part
from portal.i18n.languages import SOURCE, content_text, language
from portal.records.staff_account import CONTACT_CENTRE

Direction = Literal["ltr", "rtl", "auto"]

SENTENCES: Final[Mapping[Notice, LazyString]] = {
    Notice.UNIT_ASKED: lazy_gettext(
        "Vi har frågat %(unit)s om de kan ta hand om din fråga. Du får veta här vad de svarar."
    ),
    Notice.UNIT_HAS_IT: lazy_gettext("%(unit)s har nu din fråga. De svarar dig. Du kan fortsätta skriva här."),
    Notice.UNIT_WILL_REACH_YOU: lazy_gettext(
        "%(unit)s har nu din fråga. Så här går det till: de läser den och kontaktar dig på det sätt som du har valt. "
        "Det du skrev finns nu hos dem och inte längre här. Händer något nytt kan du skriva här igen."
    ),
    Notice.UNIT_CANNOT_REACH_YOU: lazy_gettext(
        "%(unit)s har nu din fråga. De kan inte kontakta dig, för du har inte sagt hur. Skriv här hur de får nå dig, "
        "eller ring vårt kontaktcenter, så hjälper vi dig vidare. Det du skrev finns nu hos dem och inte längre här."
    ),
    Notice.UNIT_RETURNED: lazy_gettext(
        "%(unit)s kunde inte ta hand om din fråga. Den är kvar hos oss, och vi fortsätter att hjälpa dig."
    ),
    Notice.HANDOVER_WITHDRAWN: lazy_gettext("Vi har inte lämnat över din fråga. Den är kvar hos oss."),
    Notice.REPORT_TAKEN: lazy_gettext(
        "Det du har berättat handlar om ett barn som kan behöva skydd. Då måste vi göra något, och därför är det nu en "
        "orosanmälan. Först bedömer en socialsekreterare om barnet behöver skydd direkt. Du gjorde rätt som berättade. "
        "Du kan fortsätta skriva här."
    ),
    Notice.INTERPRETER_ASKED: lazy_gettext(
        "Vi har bett om en tolk som talar %(language)s. Du får veta här när det är klart."
    ),
}
"""What each notice says. The names in them are filled in by FILLED_WITH."""

FILLED_WITH: Final[Mapping[str, Callable[[str], str]]] = {
    "unit": lambda slug: unit_name(slug),
    "language": lambda tag: language_name(tag),
}
"""Placeholder to what its code stands for, in the language of the page."""


@dataclass(frozen=True, slots=True)
class SaidPart:
    """One part, ready to show. `language` is None for words in the page's own language.

    `source` is the Swedish that staff chose it by, where that is another text. `with_help`: it is Swedish that goes
    with a line on how to get it explained, and `explained` that this page's reader needs the line.
    """

    words: str
    language: str | None
    direction: Direction
    source: str | None = None
    unreviewed: bool = False
    with_help: bool = False
    explained: bool = False


def said(message: MessageView) -> tuple[SaidPart, ...]:
    """The parts of a message, in order; none once its text was erased."""
    if message.notice is not None:
        return (SaidPart(notice_words(message.notice), None, "auto"),)
    return tuple(map(_shown, message.parts))


def notice_words(notice: NoticeView) -> str:
    """The notice in the language of the page."""
    filled = {name: f"\u2068{FILLED_WITH[name](code)}\u2069" for name, code in notice.codes.items()}
    return str(SENTENCES[notice.notice]) % filled


def unit_name(slug: str) -> str:
    """What a unit is called in the language of the page; its slug when the rules no longer have it."""
    ruleset = current.ruleset()
    if slug == CONTACT_CENTRE:
        return content_text(ruleset.municipality.contact_centre.name)
    service = ruleset.services.get(slug)
    return content_text(service.name) if service else slug


def language_name(tag: str) -> str:
    """What a language is called in the language of the page."""
    return str(get_locale().languages.get(tag.replace("-", "_"), tag))


def _shown(part: Part) -> SaidPart:
    entry = current.ruleset().languages.get(part.language)
    # What somebody wrote freely may be in another script than its label says.
    known = entry is not None and not part.is_plain
    return SaidPart(
        words=part.body,
        language=part.language,
        direction=entry.dir if entry is not None and known else "auto",
        source=part.source,
        unreviewed=part.mark == Mark.UNREVIEWED,
        with_help=part.mark == Mark.EXPLAINED,
        explained=part.mark == Mark.EXPLAINED and language().tag != SOURCE,
    )
