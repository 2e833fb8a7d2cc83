"""A talk that was sent, as the person sees it: who answers now, what staff have said, and whether anything is new.

Staff's answers and the changes of who answers are read from the request each time and stand among the lines of the
visit; they are kept nowhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from flask_babel import gettext

from portal import clock, current
from portal.chat.lines import Line, lines_of
from portal.desk import follow_up, takeover
from portal.desk.conversation import Line as KeptLine
from portal.desk.conversation import MessageView
from portal.desk.errors import DomainError
from portal.desk.takeover import SentTalk, TalkEvent
from portal.records.event import EventKind
from portal.records.help_request import State
from portal.records.message import Author
from portal.records.takeover import Holder
from portal.said import SaidPart, said
from portal.visitor import Visit

Standing = Literal["sent", "waiting", "human", "bot", "closed", "unknown"]

ASK_EVERY: Final[dict[Standing, int]] = {"waiting": 600, "human": 600, "sent": 5000, "bot": 5000, "closed": 15_000}
"""Milliseconds between two looks for news: often while somebody is waited for."""

_STANDING: Final[dict[Holder, Standing]] = {Holder.WAITING: "waiting", Holder.STAFF: "human", Holder.BOT: "bot"}
_BOT_BEGINS: Final = (EventKind.GIVEN_BACK, EventKind.LEFT_CHAT)


@dataclass(frozen=True, slots=True)
class Live:
    """What the page shows of a sent talk.

    `role` is the human's, `silent` that this human has done nothing for a long time, `somebody_there` that one could
    come now. `lines` are the talk's, with staff's answers in their place; `unread` the person's own words that nobody
    has been let read. `mark` changes with everything that happens; `every` is in milliseconds, 0 for never.
    """

    standing: Standing
    lines: list[dict[str, Any]]
    role: str = ""
    silent: bool = False
    somebody_there: bool = False
    unread: tuple[str, ...] = ()
    mark: str = ""
    every: int = 0


def request_of(visit: Visit) -> UUID | None:
    """The request that this talk was sent as."""
    sent = visit.data.get("chat_sent")
    return UUID(sent["request_id"]) if sent else None


def holder_now(visit: Visit) -> Holder | None:
    """Who answers in a sent talk; None also for one that was not sent."""
    request_id = request_of(visit)
    if request_id is None:
        return None
    with current.reading() as db:
        return takeover.holder_of(db, request_id=request_id)


def bot_is_mute(visit: Visit) -> bool:
    """Whether what the person writes is for people only: from sending until the bot has the talk again."""
    return request_of(visit) is not None and holder_now(visit) != Holder.BOT


def somebody_there(present: bool | None = None) -> bool:
    """Whether a human could come now: an agent has a page open, and the contact centre is."""
    ruleset = current.ruleset()
    if not ruleset.contact_hours.is_open(ruleset.local(clock.now())):
        return False
    if present is None:
        with current.reading() as db:
            present = takeover.anybody_present(db, now=clock.now())
    return present


def mark_of(visit: Visit) -> str | None:
    """A mark of how the sent talk stands; another one as soon as anything has happened. None when it was not sent."""
    request_id = request_of(visit)
    if request_id is None:
        return None
    with current.reading() as db:
        happened, present = takeover.glance(db, request_id=request_id, now=clock.now())
    return _mark(request_id, happened, somebody_there(present))


def live_talk(visit: Visit, shown: list[dict[str, Any]]) -> Live | None:
    """The talk as it stands, for its page; None when it was not sent. `shown` are the visit's lines, ready to show.

    A database that does not answer takes nothing from the page but the news.
    """
    request_id = request_of(visit)
    if request_id is None:
        return None
    now, keys = clock.now(), current.parts().content_keys
    try:
        with current.reading() as db:
            happened, present = takeover.glance(db, request_id=request_id, now=now)
            talk = takeover.read_sent_talk(db, keys=keys, request_id=request_id, now=now)
    except DomainError:
        return Live("unknown", shown)
    if any(answer.read_by_person_at is None for answer in talk.answers):
        with suppress(DomainError), current.writing() as db:
            follow_up.mark_answers_read(db, request_id=request_id, now=now)
    standing = _standing(talk)
    there = somebody_there(present)
    said_since = [*map(happening_line, talk.events), *map(_answer_line, talk.answers)]
    return Live(
        standing,
        sorted([*shown, *said_since], key=lambda line: str(line["at"])),
        role=talk.role or "",
        silent=talk.claim_lapsed,
        somebody_there=there,
        unread=unread_words(lines_of(visit), talk.events) if standing == "bot" else (),
        mark=_mark(request_id, happened, there),
        every=ASK_EVERY[standing],
    )


def happening_line(event: TalkEvent) -> dict[str, Any]:
    """A change of who answers, as a line of the talk."""
    role = isolated(event.role or "")
    words = {
        EventKind.HUMAN_ASKED: gettext("Du har bett om en människa. Datorn är tyst så länge."),
        EventKind.TAKEN_OVER: gettext("Nu svarar en människa: %(role)s. Datorn är tyst.", role=role),
        EventKind.GIVEN_BACK: gettext("%(role)s har lämnat samtalet. Nu svarar datorn igen.", role=role),
        EventKind.LEFT_CHAT: gettext("Nu svarar datorn igen. Det du har skickat finns kvar hos oss."),
        EventKind.CLOSED: gettext("%(role)s har avslutat. Skriver du igen läser en människa det.", role=role),
    }
    return {"author": "portal", "key": "", "said": words[event.kind], "cards": [], "topics": [], "at": _at(event.at)}


def isolated(words: str) -> str:
    """Words of another direction, kept together inside a sentence."""
    return f"\u2068{words}\u2069"


def unread_lines(lines: Sequence[KeptLine], events: Sequence[TalkEvent]) -> list[KeptLine]:
    """What was said with the bot after the talk was sent, and that nobody has been let read."""
    return [line for line in lines if _is_unread(line.at, events)]


def unread_words(lines: Sequence[Line], events: Sequence[TalkEvent]) -> tuple[str, ...]:
    """The person's own words among them."""
    own = [line for line in lines if line["author"] == "person" and "text" in line]
    return tuple(line["text"] for line in own if _is_unread(datetime.fromisoformat(line["at"]), events))


def _is_unread(at: datetime, events: Sequence[TalkEvent]) -> bool:
    """Whether the bot had the talk at this moment, and the person has not asked for a human since."""
    unread = False
    for event in events:
        if event.at > at:
            if event.kind == EventKind.HUMAN_ASKED:
                return False
        elif event.kind in _BOT_BEGINS:
            unread = True
        elif event.kind in (EventKind.TAKEN_OVER, EventKind.HUMAN_ASKED):
            unread = False
    return unread


def _standing(talk: SentTalk) -> Standing:
    if talk.holder is not None:
        return _STANDING[talk.holder]
    return "closed" if talk.state == State.CLOSED else "sent"


def _answer_line(answer: MessageView) -> dict[str, Any]:
    gone = SaidPart(gettext("Texten är borttagen."), None, "auto")
    return {
        "author": str(answer.author),
        "role": answer.staff_role if answer.author == Author.STAFF else None,
        "key": "",
        "parts": said(answer) if answer.body is not None else (gone,),
        "cards": [],
        "topics": [],
        "at": _at(answer.created_at),
    }


def _at(moment: datetime) -> str:
    """As the visit's lines write it."""
    return moment.isoformat()


def _mark(request_id: UUID, happened: int, there: bool) -> str:
    # Hashed, so that the address tells nothing of how much was said.
    return hashlib.sha256(f"{request_id}/{happened}/{there}".encode()).hexdigest()[:16]
