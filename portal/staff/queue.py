"""The queue: what waits, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal import clock, current
from portal.desk.errors import RequestUnknown
from portal.desk.queue import AWAITING_STAFF, QueueRow, count_arrived, count_held, queue_counts, queue_page
from portal.records.help_request import State
from portal.staff import labels, signed_in
from portal.staff.chats import waiting_for
from portal.staff.moments import length_words
from portal.staff.problems import sentence_for
from portal.staff.promise import promised

ROWS: Final = 50

STATES_OF: Final[dict[str, tuple[State, ...]]] = {
    "open": AWAITING_STAFF,
    "mine": (*AWAITING_STAFF, State.WAITING_PERSON),
    "waiting": (State.WAITING_PERSON,),
    "closed": (State.CLOSED,),
}
"""What each tab shows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row in words. `free` tells whether one may take it; `standing` how far it has come and who has it."""

    row: QueueRow
    dangers: list[str]
    topics: list[str]
    language: str
    waited: str
    due: datetime | None
    late: bool
    free: bool
    standing: str


def queue() -> ResponseReturnValue:
    tab = request.args.get("show", "open")
    tab = tab if tab in STATES_OF else "open"
    wanted = request.args.get("reference", "").strip()
    now = clock.now()
    problem = None
    if wanted:
        try:
            with current.reading() as db:
                signed_in.find_request(db, wanted)
            return redirect(url_for("staff.request_page", reference=wanted.upper()))
        except RequestUnknown as error:
            problem = sentence_for(error)
    rows = _rows(tab, now)
    return render_template(
        "staff/queue.html",
        lines=[_line(row, now) for row in rows[:ROWS]],
        more=rows[ROWS - 1].request_id if len(rows) > ROWS else None,
        tab=tab,
        counts=_counts(),
        wanted=wanted,
        problem=problem,
        since=now.isoformat(),
        chats=waiting_for(now),
        labels=labels,
    ), (404 if problem else 200)


def queue_news() -> ResponseReturnValue:
    """How many began to wait since the page was shown; asked for by a script that only adds comfort."""
    with current.reading() as db:
        new = count_arrived(db, within=signed_in.reach(), since=_moment(request.args.get("since", "")))
    sentence = ngettext("%(num)s ny fråga – visa", "%(num)s nya frågor – visa", new)
    return jsonify(new=new, sentence=sentence)


def _rows(tab: str, now: datetime) -> list[QueueRow]:
    """One more than is shown, so that the page knows whether there are more."""
    with current.reading() as db:
        return queue_page(
            db,
            within=signed_in.reach(),
            now=now,
            limit=ROWS + 1,
            after=_id(request.args.get("after", "")),
            states=STATES_OF[tab],
            held_by=signed_in.who().id if tab == "mine" else None,
        )


def _counts() -> dict[str, int]:
    with current.reading() as db:
        by_state = queue_counts(db, within=signed_in.reach())
        held = count_held(db, staff_id=signed_in.who().id)
    return {tab: sum(by_state[state] for state in states) for tab, states in STATES_OF.items()} | {"mine": held}


def _line(row: QueueRow, now: datetime) -> Line:
    due = promised(row.state, row.waiting_since, row.answer_due_at)
    return Line(
        row=row,
        dangers=[labels.danger_label(signal) for signal in row.signals],
        topics=[labels.topic_label(topic) for topic in row.topics],
        language=labels.language_name(row.language),
        waited=length_words(now - row.waiting_since),
        due=due,
        late=due is not None and due <= now,
        free=row.claimed_by is None and row.state != State.CLOSED,
        standing=_standing(row),
    )


def _standing(row: QueueRow) -> str:
    if row.claimed_by is None:
        return str(labels.STATE[row.state])
    holder = (
        gettext("Du har den")
        if row.claimed_by == signed_in.who().id
        else gettext("%(role)s har den", role=row.claimed_role)
    )
    return str(holder if row.state == State.CLAIMED else f"{labels.STATE[row.state]}. {holder}")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    """The moment in an address; the present one, and so no news, when it cannot be read."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return clock.now()
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
