"""A threat: the alarm that colleagues see, the page that helps through it, and the second press afterwards."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import threats, two_handlers
from portal.staff import labels, moments, reading
from portal.staff.acts import do, done, press, too_old
from portal.staff.forms import PlainForm
from portal.staff.problems import sentence_for, status_for
from portal.staff.request_forms import PressForm, ThreatForm
from portal.staff.request_page import around_of, load, show


def alarm(reference: str) -> ResponseReturnValue:
    """One press calls every colleague who has a page open, and the supervisor. A script gets 204 and stays."""
    form = PlainForm()
    if not form.validate_on_submit():
        return show(reference, problem=too_old(form), status=400)
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    safety, ruleset, now = current.ruleset().municipality.staff_safety, current.ruleset(), clock.now()
    error = do(
        reference,
        [threats.raise_alarm],
        key=current.parts().audit_key,
        longest=timedelta(days=safety.threat_days),
        aftercare_due=ruleset.contact_hours.add_open_time(ruleset.local(now), safety.aftercare_within),
    )
    if error is not None:
        return show(reference, problem=sentence_for(error), status=status_for(error))
    if request.headers.get("X-Stay"):
        return "", 204
    return redirect(url_for("staff.threat", reference=reference), 303)


def threat(reference: str) -> ResponseReturnValue:
    """What to do and say now; posting writes down what happened and until when two handle the request."""
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    if request.method == "GET":
        return _page(reference, ThreatForm(formdata=None, data={"until": _first_day()}))
    form = ThreatForm()
    if not form.validate_on_submit():
        return _page(reference, form, problem=too_old(form), status=400)
    safety, ruleset, now = current.ruleset().municipality.staff_safety, current.ruleset(), clock.now()
    end_of_day = datetime.combine(form.until.data or now, time(23, 59), tzinfo=ruleset.local(now).tzinfo)
    error = do(
        reference,
        [threats.write_down],
        keys=current.parts().content_keys,
        body=form.body.data,
        expires_at=end_of_day,
        longest=timedelta(days=safety.threat_days),
    )
    if error is not None:
        return _page(reference, form, problem=sentence_for(error), status=status_for(error))
    return done(reference, gettext("Det som hände är sparat med tid. Två hanterar frågan tills dess."))


def end_threat(reference: str) -> ResponseReturnValue:
    return press(reference, threats.end, gettext("Noteringen om hot gäller inte längre."))


def second(reference: str) -> ResponseReturnValue:
    """The colleague has seen what is about to be done, and presses too."""
    form = PressForm()
    try:
        press_id = UUID(form.press.data or "")
    except ValueError:
        press_id = UUID(int=0)
    return press(
        reference,
        two_handlers.press_second,
        gettext("Du har bekräftat. Din kollega kan göra det nu."),
        press_id=press_id,
        key=current.parts().audit_key,
    )


def _page(reference: str, form: ThreatForm, *, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    shown = render_template(
        "staff/request_threat.html",
        page=load(reference),
        threat=around_of(reference).threat,
        form=form,
        days=current.ruleset().municipality.staff_safety.threat_days,
        problem=problem,
        labels=labels,
        moments=moments,
    )
    return make_response(shown, status)


def _first_day() -> datetime:
    """What the form proposes: a week, or less where the municipality allows less."""
    days = min(7, current.ruleset().municipality.staff_safety.threat_days - 1)
    return current.ruleset().local(clock.now()) + timedelta(days=max(0, days))
