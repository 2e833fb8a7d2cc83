"""The door of a request's page: every reading is written down, and what is not ordinary work asks why first."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from flask import abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from portal import clock, current
from portal.desk import reading
from portal.desk.audit import Why, note_opened
from portal.desk.errors import RequestUnknown
from portal.desk.protection import note_not_found
from portal.desk.reach import is_other_side
from portal.desk.request_errors import OtherPartyRead
from portal.desk.request_page import Standing, standing_of
from portal.records.errors import DomainError
from portal.staff import labels, moments, signed_in
from portal.staff.problems import TEXTS, refused, sentence_for
from portal.staff.request_forms import WhyForm

NO_READING: Final = frozenset({"staff.talk_news", "staff.looking"})
"""Asked for by scripts on a page that is open already; they answer for themselves."""


@dataclass(frozen=True, slots=True)
class Door:
    """How somebody stands before a request. `why` None: they must say it first."""

    why: Why | None
    standing: Standing


def gate() -> ResponseReturnValue | None:
    """In front of every page about one request, whatever it shows of it."""
    reference = _asked_for()
    if reference is None or request.method not in ("GET", "HEAD") or request.endpoint in NO_READING:
        return None
    return enter(reference)


def enter(reference: str, *, problem: str | None = None, status: int = 200) -> ResponseReturnValue | None:
    """None, and the reading is written down, when the page may be shown; else what is shown in its place.

    What was written on the page before is kept on the page that asks, and comes back after it.
    """
    if g.get("entered") == reference:
        return None
    door = look(reference)
    if door.why is not None:
        write_down(reference, door.why)
        g.entered = reference
        return None
    form = WhyForm(formdata=None)
    return ask(reference, form, door.standing, problem=problem, status=status)


def look(reference: str) -> Door:
    """Why the signed-in person opens it. Not found when it does not exist for them; refused for the other party's."""
    try:
        with current.reading() as db:
            request_id = signed_in.find_request(db, reference)
            why = reading.why_open(db, request_id=request_id, staff_id=signed_in.who().id, now=clock.now())
            return Door(why=why, standing=standing_of(db, request_id=request_id, now=clock.now()))
    except RequestUnknown:
        with current.reading() as db:
            other_side = is_other_side(db, member=signed_in.who(), reference=reference)
        abort(refused(sentence_for(OtherPartyRead()), status=403) if other_side else 404)


def write_down(reference: str, why: Why) -> None:
    """Nobody reads without a trace."""
    with current.writing() as db:
        note_opened(
            db,
            key=current.parts().audit_key,
            request_id=signed_in.find_request(db, reference),
            staff_id=signed_in.who().id,
            at=clock.now(),
            why=why,
        )


def ask(
    reference: str, form: WhyForm, standing: Standing, *, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    """The small page in front of the request: how it stands, and why one opens it."""
    kept = {name: text for name in (*TEXTS, "language", "first") if (text := request.form.get(name, ""))}
    page = render_template(
        "staff/request_why.html",
        reference=reference.strip().upper(),
        form=form,
        standing=standing,
        kept=kept,
        texts=TEXTS,
        problem=problem,
        labels=labels,
        moments=moments,
    )
    return make_response(page, status)


def note_misses(response: Response) -> Response:
    """After every staff page: whoever asked for a request that does not exist for them is written down.

    So it is for every reference, be there such a request or not: the time it takes must not tell.
    """
    asked = _asked_for() or request.args.get("reference", "")
    member = g.get("staff")
    if response.status_code == 404 and asked and member is not None:
        with suppress(DomainError), current.writing() as db:
            note_not_found(db, key=current.parts().audit_key, member=member, reference=asked, now=clock.now())
    return response


def _asked_for() -> str | None:
    """The reference in the address of a page about one request; other pages name other things so."""
    if request.url_rule is None or not request.url_rule.rule.startswith("/staff/requests/<reference>"):
        return None
    return str((request.view_args or {})["reference"])
