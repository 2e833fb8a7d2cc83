"""Protecting a person's details, and taking the protection away, each after a page that says what it means."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.desk import protection
from portal.staff import reading, signed_in
from portal.staff.acts import Verb, do, done, too_old
from portal.staff.forms import PlainForm
from portal.staff.problems import sentence_for, status_for
from portal.staff.request_page import load, show


def protect(reference: str) -> ResponseReturnValue:
    """Anybody who reads a request may protect it; whoever is not in the small group does not find it afterwards."""
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    if request.method == "GET":
        return render_template("staff/request_protect.html", reference=reference, page=load(reference))
    problem = _do(reference, protection.protect)
    if problem is not None:
        return problem
    if signed_in.who().sees_protected:
        return done(reference, gettext("Uppgifterna är skyddade."))
    flash(gettext("Uppgifterna är skyddade. Nu läser bara de få som får det."))
    return redirect(url_for("staff.queue"), 303)


def unprotect(reference: str) -> ResponseReturnValue:
    """For a supervisor in the small group."""
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    return _do(reference, protection.unprotect) or done(reference, gettext("Skyddet är borttaget."))


def _do(reference: str, verb: Verb) -> ResponseReturnValue | None:
    """None when it was done."""
    form = PlainForm()
    if not form.validate_on_submit():
        return show(reference, problem=too_old(form), status=400)
    error = do(reference, [verb])
    return None if error is None else show(reference, problem=sentence_for(error), status=status_for(error))
