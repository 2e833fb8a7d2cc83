"""Quarantine, from a request's page: aside with a reason, and out again or closed by somebody else."""

from __future__ import annotations

from datetime import timedelta

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import quarantine
from portal.records.help_request import CloseReason
from portal.staff import reading
from portal.staff.acts import do, done, press, too_old
from portal.staff.problems import sentence_for, status_for
from portal.staff.request_forms import AsideForm
from portal.staff.request_page import show


def put_aside(reference: str) -> ResponseReturnValue:
    """What happens is said first; posting does it."""
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    if request.method == "GET":
        return _page(reference, AsideForm(formdata=None))
    form = AsideForm()
    if not form.validate_on_submit():
        return _page(reference, form, problem=too_old(form), status=400)
    ruleset, now = current.ruleset(), clock.now()
    hours = ruleset.municipality.staff_safety.misuse_judged_within
    error = do(
        reference,
        [quarantine.put_aside],
        reason=form.reason.data,
        due_at=ruleset.contact_hours.add_open_time(ruleset.local(now), hours),
    )
    if error is not None:
        return show(reference, problem=sentence_for(error), status=status_for(error))
    return done(reference, gettext("Frågan ligger åt sidan. En kollega granskar den."))


def take_back(reference: str) -> ResponseReturnValue:
    return press(reference, quarantine.take_back, gettext("Frågan är tillbaka i kön."))


def close_as_misuse(reference: str) -> ResponseReturnValue:
    municipality = current.ruleset().municipality
    return press(
        reference,
        quarantine.close_as_misuse,
        gettext("Frågan är stängd."),
        code_valid=timedelta(days=municipality.code_valid_days),
        retention=municipality.retention.class_for(CloseReason.MISUSE),
    )


def _page(reference: str, form: AsideForm, *, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    page = render_template("staff/request_aside.html", reference=reference, form=form, problem=problem)
    return make_response(page, status)
