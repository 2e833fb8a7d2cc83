"""What is live for staff: who waits for a human in the chat, and what the person writes in a talk one has open.

Both are asked for all the time by a script that only adds comfort; a page that is loaded again shows the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal import clock, current
from portal.desk import takeover
from portal.desk.queue import View
from portal.desk.takeover import WaitingChat
from portal.staff import labels, signed_in
from portal.staff.moments import length_words
from portal.staff.reading import look
from portal.staff.request_page import mark_of, render


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Somebody who waits in the chat, in words."""

    chat: WaitingChat
    dangers: list[str]
    language: str
    waited: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everybody who waits; `mark` changes when somebody else does."""

    lines: list[WaitingLine]
    other_party: bool
    mark: str


def waiting_for(now: datetime, *, other_party: bool = False) -> Waiting:
    """Of two parties in one matter the second is listed with `other_party` only."""
    with current.reading() as db:
        chats = takeover.waiting_chats(db, within=signed_in.reach(), now=now, other_party=other_party)
    who = [f"{chat.reference}/{','.join(chat.signals)}" for chat in chats]
    lines = [
        WaitingLine(
            chat=chat,
            dangers=[labels.danger_label(signal) for signal in chat.signals],
            language=labels.language_name(chat.language),
            waited=length_words(now - chat.since),
        )
        for chat in chats
    ]
    return Waiting(lines, other_party, hashlib.sha256(";".join(who).encode()).hexdigest()[:16])


def waiting_chats() -> ResponseReturnValue:
    """The part of the queue that lists them, when it is another than the page shows."""
    chats = waiting_for(clock.now(), other_party=request.args.get("show") == View.OTHER_PARTY)
    if chats.mark == request.args.get("mark"):
        return "", 204
    return render_template("staff/waiting_chats.html", chats=chats, labels=labels)


def talk_news(reference: str) -> ResponseReturnValue:
    """The request again when anything has happened to it since the page was shown."""
    if mark_of(reference) == request.args.get("mark"):
        return "", 204
    if look(reference).why is None:
        return "", 403  # the reading is over; loading the page again asks why
    return render(reference)
