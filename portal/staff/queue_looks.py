"""Who is looking at a request right now, shown by role. It lapses by itself and is never kept."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock, current
from portal.desk import looking as looks
from portal.desk.errors import DomainError
from portal.staff import signed_in
from portal.staff.queue_filters import PRIORITY_LABEL


def looking(reference: str) -> ResponseReturnValue:
    """Asked for by a script of the request's page: I am still here; who else is?"""
    return render_template("staff/looking.html", reference=reference, roles=_look(reference))


def note_page(response: Response) -> Response:
    """Whoever opened a request's page looks at it. Never in the way."""
    if request.endpoint == "staff.request_page" and response.status_code == 200 and request.method == "GET":
        with suppress(DomainError):
            _look(str((request.view_args or {})["reference"]), read=False)
    return response


def words() -> dict[str, Any]:
    """What templates may ask for."""
    return {"who_looks": who_looks, "priorities": [(rank.value, label) for rank, label in PRIORITY_LABEL.items()]}


def who_looks(reference: str) -> tuple[str, ...]:
    """The roles of the colleagues who have this request's page open."""
    now = clock.now()
    with current.reading() as db:
        request_id = signed_in.find_request(db, reference)
        return looks.looking(db, request_ids=[request_id], besides=signed_in.who().id, now=now).get(request_id, ())


def _look(reference: str, *, read: bool = True) -> tuple[str, ...]:
    now, me = clock.now(), signed_in.who().id
    with current.writing() as db:
        request_id = signed_in.find_request(db, reference)
        looks.note_look(db, request_id=request_id, staff_id=me, now=now)
        if not read:
            return ()
        return looks.looking(db, request_ids=[request_id], besides=me, now=now).get(request_id, ())
