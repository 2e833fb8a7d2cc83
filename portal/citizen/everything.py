"""Everything we keep about one's own request, to read and to take along: the right to see one's data, without a name.

Whoever holds the code sees it at once. What staff note among themselves can tell of others, so a human looks at it
first; the page says how to ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import current
from portal.citizen import blueprint
from portal.citizen.forms import SendForm
from portal.citizen.told import told_lines
from portal.contact_words import CHANNEL, needs_in_words
from portal.desk.errors import ContentErased, DatabaseBusy, DatabaseUnavailable, RequestUnknown
from portal.desk.reading import Look, looks
from portal.desk.request_page import RequestPage, load_request
from portal.i18n.languages import content_text, language
from portal.page_words import moment_words
from portal.records.message import Author
from portal.said import said
from portal.triage.facts import Facts, UnknownFact, from_codes
from portal.triage.ruleset import Ruleset
from portal.visitor import current_visit

TICKED: Final = "✓"


@dataclass(frozen=True, slots=True)
class Reach:
    """One thing the person said of how to be reached: what was asked, the answer, and a number or address in it, which
    is written from left to right in every language."""

    asked: str
    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """What is kept, in the words of the page: what was told, how to be reached, and who looked."""

    page: RequestPage
    told: list[str]
    contact: list[Reach]
    looks: list[Look]


@blueprint.get("/<lang>/follow-up/everything")
def everything(lang: str) -> Response | tuple[str, int]:
    """Everything on one page."""
    saved = _saved()
    if isinstance(saved, Response):
        return saved
    return render_template("citizen/everything.html", saved=saved, said=said, who=who_said), 200


@blueprint.get("/<lang>/follow-up/everything.txt")
def everything_text(lang: str) -> Response | tuple[str, int]:
    """The same as a text file with a name that tells nothing."""
    saved = _saved()
    if isinstance(saved, Response):
        return saved
    answer = make_response(as_text(saved))
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="text.txt"'
    return answer


def as_text(saved: Saved) -> str:
    """Plain text: opens everywhere, and nothing in it can run."""
    page = saved.page
    seen = [f"{look.role}, {moment_words(look.at)}" for look in saved.looks]
    blocks = [
        f"{gettext('Det vi har sparat om din fråga')}\n{page.reference}\n{moment_words(page.created_at)}",
        *(
            f"{who_said(message.author, message.staff_role)} · {moment_words(message.created_at)}\n"
            + "\n\n".join([*(part.words for part in said(message)), *_in_swedish(page, message.id)])
            for message in page.messages
        ),
        _listed(gettext("Det du har svarat"), saved.told),
        _listed(
            gettext("Så får vi nå dig"),
            [" ".join(filter(None, (line.asked, line.words, line.address))) for line in saved.contact],
        ),
        _listed(gettext("De här har öppnat din fråga"), seen),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def who_said(author: str, role: str | None) -> str:
    """Who said something, as the person reads it."""
    if author == Author.STAFF:
        return str(gettext("Svar från %(role)s", role=role))
    if author == Author.PERSON:
        return str(gettext("Du"))
    return str(gettext("Datorn"))


def _in_swedish(page: RequestPage, message_id: UUID) -> list[str]:
    """What a human made of one's words in Swedish, the newest first, as staff read it."""
    head = gettext("Så har en människa översatt det du skrev till svenska")
    return [f"{head}:\n{each.body}" for each in page.translations.get(message_id, ())]


def _listed(head: str, lines: list[str]) -> str:
    return f"{head}\n" + "\n".join(f"- {line}" for line in lines) if lines else ""


def _saved() -> Saved | Response:
    """What the code that is open opens; the way to the code when none is."""
    visit = current_visit()
    to_the_code = redirect(url_for("citizen.follow_up", lang=language().tag), 303)
    if "open" not in visit.data:
        return to_the_code
    try:
        with current.reading() as db:
            page = load_request(db, keys=current.parts().content_keys, request_id=UUID(visit.data["open"]))
            seen = looks(db, reference=page.reference)
    except (RequestUnknown, ContentErased):
        return to_the_code
    except (DatabaseBusy, DatabaseUnavailable):
        return redirect(url_for("citizen.conversation", lang=language().tag), 303)
    if page.erased_at is not None:
        return to_the_code
    return Saved(page, _told(current.ruleset(), page), _contact(page), seen)


def _told(ruleset: Ruleset, page: RequestPage) -> list[str]:
    lines = told_lines(ruleset, _facts(ruleset, page))
    return [f"{content_text(line.asks)} {content_text(line.label)}".strip() for line in lines]


def _facts(ruleset: Ruleset, page: RequestPage) -> Facts:
    try:
        return ruleset.forget_unknown(from_codes({**page.facts, "topics": page.topics}))
    except UnknownFact:
        return from_codes({})


def _contact(page: RequestPage) -> list[Reach]:
    """Each answer beside its question, so that who must not know is never taken for a way to reach somebody."""
    contact, asks = page.contact, SendForm(formdata=None)
    if contact is None:
        return []
    told = [
        Reach(str(asks.name.label.text), contact.name),
        Reach(str(asks.channel.label.text), str(CHANNEL[contact.channel]), contact.address),
        Reach(str(asks.best_times.label.text), contact.best_times),
        Reach(str(asks.may_leave_message.label.text), TICKED if contact.may_leave_message else ""),
        Reach(str(asks.code_word.label.text), contact.code_word),
        Reach(str(asks.never_contact.label.text), contact.never_contact),
        Reach(str(asks.needs.label.text), needs_in_words(contact.needs)),
        Reach(str(asks.protected.label.text), TICKED if page.protected else ""),
    ]
    return [line for line in told if line.words.strip()]
