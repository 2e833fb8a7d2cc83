"""One request as plain text, to be taken out: readable everywhere, and nothing in it can run or hide."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext

from portal.contact_words import CHANNEL, needs_in_words
from portal.desk.contact import Contact
from portal.desk.conversation import MessageView
from portal.desk.disclosure import Copy, Part, parts_of
from portal.desk.request_page import RequestPage
from portal.page_words import moment_words
from portal.said import said

WHO: Final = {
    "person": lazy_gettext("Personen"),
    "staff": lazy_gettext("Personal"),
    "bot": lazy_gettext("Bot"),
    "portal": lazy_gettext("Portalen"),
    "translation": lazy_gettext("Översatt av en människa"),
    "note": lazy_gettext("Intern anteckning"),
    "contact": lazy_gettext("Kontaktuppgifter"),
}


def parts_to_disclose(page: RequestPage) -> tuple[Part, ...]:
    """The parts of a request, with the portal's own notices in words."""
    return parts_of(page, words=_as_read, reach=_reach)


def quoted(text: str) -> str:
    """What somebody said, each line set in, so that none of it passes for the head of what somebody else said."""
    return "\n".join(f"    {line}" for line in text.splitlines())


def as_text(page: RequestPage, copy: Copy) -> str:
    """The reference, when it came, each part under who said it and when, and how much is masked."""
    blocks = [f"{page.reference}\n{gettext('Kom %(moment)s', moment=moment_words(page.created_at))}"]
    for part in copy.parts:
        head = " · ".join(filter(None, [str(WHO[part.who]), part.role, moment_words(part.at) if part.at else None]))
        blocks.append(f"{head}\n{quoted(part.body or '')}")
    if copy.masked:
        blocks.append(gettext("%(count)s delar eller ord är dolda.", count=copy.masked))
    return "\n\n".join(blocks) + "\n"


def _as_read(message: MessageView) -> str:
    return "\n\n".join(part.words for part in said(message))


def _reach(contact: Contact) -> list[str]:
    """The contact details, each with what it is: who must never know is no way to reach the person."""
    told = [
        (gettext("Namn"), contact.name),
        (gettext("Så här"), f"{CHANNEL[contact.channel]} {contact.address}".strip()),
        (gettext("När"), contact.best_times),
        (gettext("Kodord"), contact.code_word),
        (gettext("Får aldrig få veta något"), contact.never_contact),
        (gettext("Behöver"), needs_in_words(contact.needs)),
    ]
    return [f"{head}: {words}" for head, words in told if words.strip()]
