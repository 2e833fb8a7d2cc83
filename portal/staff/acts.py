"""Doing something to a request from one of its pages: in one transaction, with a clear sentence when it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import two_handlers
from portal.desk.request_errors import SecondNeeded
from portal.records.errors import DomainError
from portal.records.threat import PairedAct
from portal.staff import signed_in
from portal.staff.forms import PlainForm
from portal.staff.problems import sentence_for, status_for
from portal.staff.request_page import show

Verb = Callable[..., Any]
"""A verb of the desk that takes a session, `request_id`, `staff_id` and `now`."""


def press(reference: str, verb: Verb, said: str, *, then: str | None = None, **details: Any) -> ResponseReturnValue:
    """A button without anything to fill in. `then`: the part of the page to go on with."""
    form = PlainForm()
    if not form.validate_on_submit():
        return show(reference, problem=too_old(form), status=400)
    error = do(reference, [verb], **details)
    if error is not None:
        return show(reference, problem=sentence_for(error), status=status_for(error))
    return done(reference, said, then)


def do(reference: str, verbs: list[Verb], **details: Any) -> DomainError | None:
    """Do these one after the other in one transaction, all or none; returns what stood in the way.

    `details` are for the last one. Where a second member of staff is needed, a colleague is shown what is wanted.
    """
    *before, last = verbs
    try:
        with current.writing() as db:
            request_id = signed_in.find_request(db, reference)
            whose = {"request_id": request_id, "staff_id": signed_in.who().id, "now": clock.now()}
            for verb in before:
                verb(db, **whose)
            last(db, **whose, **details)
    except SecondNeeded as error:
        return ask_second(reference, error, details)
    except DomainError as error:
        return error
    return None


def too_old(form: PlainForm) -> str | None:
    """The sentence for a page whose proof of origin no longer counts; other errors stand at their fields."""
    if "csrf_token" not in form.errors:
        return None
    return str(gettext("Sidan var för gammal för att skickas. Det du skrev finns kvar. Skicka igen."))


def done(reference: str, said: str, then: str | None = None) -> ResponseReturnValue:
    """Back to the request's page, with what was done."""
    flash(said)
    return redirect(url_for("staff.request_page", reference=reference, _anchor=then), 303)


def ask_second(reference: str, error: SecondNeeded, details: Mapping[str, Any]) -> DomainError:
    """Show a colleague what is wanted; returns what to tell the one who wants it."""
    codes = {PairedAct.ANSWER: "", PairedAct.CLOSE: "reason", PairedAct.HANDOVER: "unit"}
    try:
        with current.writing() as db:
            two_handlers.ask_second(
                db,
                keys=current.parts().content_keys,
                request_id=signed_in.find_request(db, reference),
                staff_id=signed_in.who().id,
                act=error.act,
                now=clock.now(),
                alone_after=timedelta(minutes=current.ruleset().municipality.staff_safety.alone_after_minutes),
                code=str(details.get(codes[error.act], "")),
                body=error.body,
            )
    except DomainError as trouble:
        return trouble
    return error
