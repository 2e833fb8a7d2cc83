"""Linking a request with another: the same matter, or the other party's side of it."""

from __future__ import annotations

from uuid import UUID

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.desk import links
from portal.desk.errors import RequestUnknown
from portal.records.errors import DomainError
from portal.records.request_link import LinkKind
from portal.staff import labels, reading, signed_in
from portal.staff.acts import Verb, do, done, press, too_old
from portal.staff.problems import sentence_for, status_for
from portal.staff.request_forms import LinkForm
from portal.staff.request_page import around_of

VERBS = {LinkKind.DUPLICATE: links.link_duplicate, LinkKind.OTHER_PARTY: links.mark_other_party}


def link(reference: str) -> ResponseReturnValue:
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    if request.method == "GET":
        return _page(reference, LinkForm(formdata=None, data={"other": request.args.get("other", "")}))
    form = LinkForm()
    if not form.validate_on_submit():
        return _page(reference, form, problem=too_old(form), status=400)
    error = _with_other(reference, VERBS[LinkKind(form.kind.data)], form.other.data or "")
    if error is not None:
        # A 404 is for the page's own request; this one is there, only the other is not.
        unknown = isinstance(error, RequestUnknown)
        return _page(reference, form, problem=sentence_for(error), status=400 if unknown else status_for(error))
    return done(reference, gettext("Frågorna är kopplade. Båda finns kvar."))


def unlink(reference: str) -> ResponseReturnValue:
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    form = LinkForm()
    if not form.validate_on_submit():
        return _page(reference, form, problem=too_old(form), status=400)
    error = _with_other(reference, links.unlink, form.other.data or "")
    if error is not None:
        return _page(reference, form, problem=sentence_for(error), status=400)
    return done(reference, gettext("Kopplingen är borttagen."))


def unmark_parties(reference: str) -> ResponseReturnValue:
    return press(reference, links.unmark_parties, gettext("Markeringen av två parter är borttagen."))


def _with_other(reference: str, verb: Verb, other: str) -> DomainError | None:
    def both(db: Session, **whose: object) -> None:
        other_id: UUID = signed_in.find_request(db, other)
        verb(db, **whose, other_id=other_id)

    return do(reference, [both])


def _page(reference: str, form: LinkForm, *, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    around = around_of(reference)
    page = render_template(
        "staff/request_link.html", reference=reference, form=form, around=around, problem=problem, labels=labels
    )
    return make_response(page, status)
