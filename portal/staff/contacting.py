"""Reaching the person outside the portal: the one way they called safe, and nothing else on the page."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import safe_contact
from portal.staff import labels, reading, signed_in
from portal.staff.acts import do, done, too_old
from portal.staff.problems import sentence_for, status_for
from portal.staff.request_forms import ContactForm
from portal.staff.request_page import load, show


def contact(reference: str) -> ResponseReturnValue:
    """The number with the code word beside it, for the one who holds the request. Looking it up is written down."""
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    parts = current.parts()
    error = do(reference, [safe_contact.reveal], keys=parts.content_keys, key=parts.audit_key)
    if error is not None:
        return show(reference, problem=sentence_for(error), status=status_for(error))
    return _page(reference, ContactForm(formdata=None))


def record_contact(reference: str) -> ResponseReturnValue:
    """How it went. What the person did not allow is refused, whatever the form says."""
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    form = ContactForm().offer(safe_contact.safe_way(load(reference).contact))
    if not form.result.choices:
        return show(reference, problem=_no_way(), status=400)
    if not form.validate_on_submit():
        return _page(reference, form, problem=too_old(form), status=400)
    error = do(
        reference,
        [safe_contact.record_contact],
        keys=current.parts().content_keys,
        channel=form.channel.data or "",
        result=form.result.data,
        safe_time=bool(form.safe_time.data),
    )
    if error is not None:
        return _page(reference, form, problem=sentence_for(error), status=status_for(error))
    return done(reference, gettext("Det är noterat att du hörde av dig."))


def _page(reference: str, form: ContactForm, *, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    page = load(reference)
    way = safe_contact.safe_way(page.contact)
    if way.channel is None or page.claimed_by != signed_in.who().id:
        return show(reference, problem=problem or _no_way(), status=status if problem else 409)
    shown = render_template(
        "staff/request_reach.html",
        page=page,
        contact=page.contact,
        way=way,
        form=form.offer(way),
        now=clock.now(),
        problem=problem,
        labels=labels,
    )
    return make_response(shown, status)


def _no_way() -> str:
    return str(gettext("Det finns ingen säker väg utanför den här sidan. Svara bara här."))
