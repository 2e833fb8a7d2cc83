"""The queue: what waits, most urgent first. A script asks for the same parts again when anything has happened."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import clock, current
from portal.desk import looking as looks
from portal.desk.errors import RequestUnknown
from portal.desk.queue import View, queue_page
from portal.desk.queue_alerts import SHOWN, danger_waiting, legal_alerts, overdue
from portal.desk.queue_counts import COUNTED_TO, longest_waiting, queue_mark, view_counts
from portal.desk.reach import Lane
from portal.desk.saved_views import NamedView, Setting, setting_of, views_of
from portal.records.derived_keys import derive_key
from portal.records.help_request import Priority
from portal.staff import labels, queue_filters, signed_in
from portal.staff.calling import alerted
from portal.staff.chats import Waiting, waiting_for
from portal.staff.problems import sentence_for
from portal.staff.queue_filters import Choice, choice_from
from portal.staff.queue_lines import AlertLine, Left, Line, alert_line, legal_line, line_of, waiting_lines

ROWS: Final = 50

TABS: Final = (View.OPEN, View.MINE, View.WAITING, View.UNIT, View.QUARANTINE, View.OTHER_PARTY, View.CLOSED)
SHOWN_WHEN_EMPTY: Final = (View.OPEN, View.MINE, View.WAITING, View.CLOSED)
"""The other tabs are there when there is something in them."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that changes by itself on the page. `mark` is another one as soon as any of it may have changed."""

    mark: str
    lines: list[Line]
    more: UUID | None
    counts: dict[View, int]
    oldest: list[tuple[object, str, str]]
    danger: list[AlertLine]
    overdue: list[AlertLine]
    legal: list[tuple[str, Left]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What belongs to the one who sits at the page."""

    views: list[NamedView]
    setting: Setting


def queue() -> ResponseReturnValue:
    wanted = request.args.get("reference", "").strip()
    problem = None
    if wanted:
        try:
            with current.reading() as db:
                signed_in.find_request(db, wanted)
            return redirect(url_for("staff.request_page", reference=wanted.upper()))
        except RequestUnknown as error:
            problem = sentence_for(error)
    return show(choice_from(request.args), wanted=wanted, problem=problem, status=404 if problem else 200)


def show(choice: Choice, *, wanted: str = "", problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    with current.reading() as db:
        parts = read_parts(db, choice, now)
        desk = _read_desk(db)
    return render_template(
        "staff/queue.html",
        **_words(choice, parts),
        desk=desk,
        options=queue_filters.options(choice),
        wanted=wanted,
        problem=problem,
        chats=chats_beside(choice, now),
    ), status


def queue_news() -> ResponseReturnValue:
    """The parts that change by themselves, when anything has happened since the page was shown."""
    choice, now = choice_from(request.args), clock.now()
    with current.reading() as db:
        if _mark(db, now) == request.args.get("mark"):
            return "", 204
        parts = read_parts(db, choice, now)
    return render_template("staff/queue_live.html", **_words(choice, parts))


def read_parts(db: Session, choice: Choice, now: datetime) -> Parts:
    """The same number of questions to the database however long the queue is."""
    mark = _mark(db, now)  # first: what happens meanwhile is then news
    who, lanes = signed_in.who(), signed_in.lanes()
    rows = queue_page(
        db,
        lanes=lanes,
        now=now,
        limit=ROWS + 1,
        after=choice.after,
        view=choice.view,
        filters=choice.filters,
        staff_id=who.id,
    )
    more, rows = (rows[ROWS - 1].request_id if len(rows) > ROWS else None), rows[:ROWS]
    beside = looks.looking(db, request_ids=[row.request_id for row in rows], besides=who.id, now=now)
    side = View.OTHER_PARTY if choice.view == View.OTHER_PARTY else View.OPEN
    return Parts(
        mark=mark,
        lines=[line_of(row, now, beside) for row in rows],
        more=more,
        counts=view_counts(db, lanes=lanes, views=[view for view in TABS if view != View.CLOSED], staff_id=who.id),
        oldest=_oldest(db, lanes, choice, now),
        danger=[alert_line(alert, now) for alert in danger_waiting(db, lanes=lanes, now=now, view=side)],
        overdue=_overdue(db, lanes, choice, now),
        legal=_legal(db, lanes, choice, now),
    )


def chats_beside(choice: Choice, now: datetime) -> Waiting:
    """Who waits in the chat; never both parties of a matter beside each other."""
    return waiting_for(now, other_party=choice.view == View.OTHER_PARTY)


def _oldest(db: Session, lanes: tuple[Lane, ...], choice: Choice, now: datetime) -> list[tuple[object, str, str]]:
    if choice.view != View.OPEN:
        return []
    return [*waiting_lines(longest_waiting(db, lanes=lanes), now)]


def _overdue(db: Session, lanes: tuple[Lane, ...], choice: Choice, now: datetime) -> list[AlertLine]:
    """What else than danger, which stands above, nobody has acted on."""
    if not alerted() or choice.view == View.OTHER_PARTY:
        return []
    return [alert_line(alert, now) for alert in overdue(db, lanes=lanes, now=now) if alert.priority != Priority.P1]


def _legal(db: Session, lanes: tuple[Lane, ...], choice: Choice, now: datetime) -> list[tuple[str, Left]]:
    if choice.view == View.OTHER_PARTY:
        return []
    times = current.ruleset().municipality.report_times
    return [legal_line(alert, now) for alert in legal_alerts(db, lanes=lanes, times=times, now=now)]


def _read_desk(db: Session) -> Desk:
    me = signed_in.who().id
    return Desk(views_of(db, keys=current.parts().content_keys, staff_id=me), setting_of(db, staff_id=me))


def _mark(db: Session, now: datetime) -> str:
    """Numbers of events tell how much happens elsewhere, so the page gets them under a key."""
    mark = queue_mark(db, within=signed_in.reach(), now=now, looks_since=now - looks.LOOKS_FOR)
    key = derive_key(current.settings().secret_key, "queue mark")
    return hmac.new(key, mark.encode(), hashlib.sha256).hexdigest()[:16]


def _words(choice: Choice, parts: Parts) -> dict[str, object]:
    return {
        "choice": choice,
        "parts": parts,
        "tabs": [view for view in TABS if view in SHOWN_WHEN_EMPTY or parts.counts.get(view) or view == choice.view],
        "VIEW_LABEL": queue_filters.VIEW_LABEL,
        "PRIORITY_LABEL": queue_filters.PRIORITY_LABEL,
        "SWITCH_LABEL": queue_filters.SWITCH_LABEL,
        "counted_to": COUNTED_TO,
        "most_alerts": SHOWN,
        "alerted": alerted(),
        "here": urlencode(choice.address(after=choice.after)),
        "labels": labels,
    }
