"""Handling a request as a report on a child, after a page that says what happens."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import reports
from portal.desk.contact import Contact
from portal.desk.message_content import Notice, NoticeView
from portal.desk.report_clocks import LegalClock
from portal.said import notice_words
from portal.staff import reading
from portal.staff.acts import do, done, press, too_old
from portal.staff.problems import sentence_for, status_for
from portal.staff.request_forms import LEGAL, ReportForm
from portal.staff.request_page import load, show


def report(reference: str) -> ResponseReturnValue:
    """What happens is said first, with the very words that the person will read; posting does it."""
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    if request.method == "GET":
        return _page(reference, ReportForm(formdata=None, data={"keep_from_guardian": _asks_for_silence(reference)}))
    form = ReportForm()
    if not form.validate_on_submit():
        return _page(reference, form, problem=too_old(form), status=400)
    ruleset, now = current.ruleset(), clock.now()
    error = do(
        reference,
        [reports.treat_as_report],
        keys=current.parts().content_keys,
        keep_from_guardian=bool(form.keep_from_guardian.data),
        feedback_due=ruleset.contact_hours.add_open_time(
            ruleset.local(now), ruleset.municipality.staff_safety.feedback_within
        ),
    )
    if error is not None:
        return show(reference, problem=sentence_for(error), status=status_for(error))
    return done(reference, gettext("Frågan hanteras som en orosanmälan. Klockorna går. Personen ser det på sin sida."))


def assess_safety(reference: str) -> ResponseReturnValue:
    return press(
        reference, reports.assess, gettext("Det är noterat att bedömningen är gjord."), which=LegalClock.SAFETY.value
    )


def assess_preliminary(reference: str) -> ResponseReturnValue:
    return press(
        reference,
        reports.assess,
        gettext("Det är noterat att bedömningen är gjord."),
        which=LegalClock.PRELIMINARY.value,
    )


def silence(reference: str) -> ResponseReturnValue:
    return press(
        reference,
        reports.set_guardian_silence,
        gettext("Vårdnadshavare ska inte kontaktas än."),
        silent=True,
    )


def end_silence(reference: str) -> ResponseReturnValue:
    return press(reference, reports.set_guardian_silence, gettext("Vårdnadshavare får kontaktas igen."), silent=False)


def _page(reference: str, form: ReportForm, *, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    shown = render_template(
        "staff/request_report.html",
        page=load(reference),
        form=form,
        words=notice_words(NoticeView(notice=Notice.REPORT_TAKEN)),
        legal=LEGAL,
        problem=problem,
    )
    return make_response(shown, status)


def _asks_for_silence(reference: str) -> bool:
    """Whoever named somebody who must not know has asked for it."""
    page = load(reference)
    contact: Contact | None = page.contact
    return page.do_not_inform_guardian or bool(contact and contact.never_contact.strip())
