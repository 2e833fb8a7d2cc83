"""What was handed over to one's unit: the list with its clocks, one of them opened, and the unit's answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock, current
from portal.desk import handover
from portal.desk.handover_errors import HandoverUnknown
from portal.desk.handover_package import Package
from portal.desk.handover_views import find_for_unit, open_for_unit, sent_handovers, unit_handovers
from portal.records.errors import DomainError
from portal.records.handover import Handover, HandoverState, ReturnReason
from portal.staff import handover_words, labels, moments, signed_in
from portal.staff.forms import PlainForm
from portal.staff.handover_forms import AcceptForm, FetchForm, ReturnForm
from portal.staff.problems import sentence_for, status_for


def handovers() -> ResponseReturnValue:
    """What waits for one's units, what first; for those who sent, what waits for a unit."""
    with current.reading() as db:
        mine = unit_handovers(db, member=signed_in.who())
        sent = sent_handovers(db, within=signed_in.reach())
    now = clock.now()
    return render_template(
        "staff/handovers.html",
        unanswered=[view for view in mine if view.state == HandoverState.SENT],
        unconfirmed=[view for view in mine if view.state == HandoverState.ACCEPTED],
        overdue=[view for view in sent if view.clock and view.clock <= now],
        sent=[view for view in sent if not view.clock or view.clock > now],
        now=now,
        labels=labels,
        moments=moments,
        words=handover_words,
    )


def handover_page(handover_id: UUID) -> ResponseReturnValue:
    """Opened by a human of the unit: written down before anything is shown."""
    try:
        with current.writing() as db:
            found = find_for_unit(db, member=signed_in.who(), handover_id=handover_id)
            handover.note_opened(
                db, audit_key=current.parts().audit_key, handover_id=found, member=signed_in.who(), now=clock.now()
            )
    except HandoverUnknown:
        abort(404)
    return _show(handover_id)


def accept_handover(handover_id: UUID) -> ResponseReturnValue:
    form = AcceptForm()
    if not form.validate_on_submit():
        return _show(handover_id, problem=_too_old(), status=400)
    terms = current.ruleset().municipality
    if form.how.data == "here":
        error = _do(
            handover_id,
            handover.accept_and_work_here,
            keys=current.parts().content_keys,
            ruleset=current.ruleset(),
        )
    else:
        error = _do(
            handover_id,
            handover.accept,
            keys=current.parts().content_keys,
            code_valid=timedelta(days=terms.code_valid_days),
            confirm_within=timedelta(days=terms.handover.confirm_within_days),
        )
        current.parts().database.overwrite_erased()
    if error is not None:
        return _show(handover_id, problem=sentence_for(error), status=status_for(error))
    if form.how.data == "here":
        flash(gettext("Frågan är er nu, och du arbetar med den."))
        return redirect(url_for("staff.request_page", reference=_reference(handover_id)), 303)
    return _done(
        handover_id, gettext("Frågan är er. Hämta den till ert eget system, och bekräfta sedan att den finns där.")
    )


def return_handover(handover_id: UUID) -> ResponseReturnValue:
    form = ReturnForm()
    if not form.validate_on_submit():
        return _show(handover_id, giving_back=form, problem=_too_old_of(form), status=400)
    error = _do(
        handover_id,
        handover.give_back,
        keys=current.parts().content_keys,
        reason=ReturnReason(form.reason.data),
        words=form.words.data or "",
        ruleset=current.ruleset(),
    )
    if error is not None:
        return _show(handover_id, giving_back=form, problem=sentence_for(error), status=status_for(error))
    flash(gettext("Frågan är tillbaka hos avsändaren, med er förklaring."))
    return redirect(url_for("staff.handovers"), 303)


def fetch_package(handover_id: UUID) -> ResponseReturnValue:
    """The package as a file: JSON as it was sealed, whose hash is that of the receipt, or as plain text."""
    form = FetchForm()
    if not form.validate_on_submit():
        return _show(handover_id, problem=_too_old(), status=400)
    parts = current.parts()
    try:
        with current.writing() as db:
            found = find_for_unit(db, member=signed_in.who(), handover_id=handover_id)
            text = handover.fetch(
                db,
                keys=parts.content_keys,
                audit_key=parts.audit_key,
                handover_id=found,
                staff_id=signed_in.who().id,
                now=clock.now(),
            )
    except HandoverUnknown:
        abort(404)
    except DomainError as error:
        return _show(handover_id, problem=sentence_for(error), status=status_for(error))
    package = Package.from_json(text)
    if form.form.data == "json":
        return _file(text, "application/json", f"{package.reference}.json")
    return _file(handover_words.package_text(package), "text/plain; charset=utf-8", f"{package.reference}.txt")


def confirm_handover(handover_id: UUID) -> ResponseReturnValue:
    if not PlainForm().validate_on_submit():
        return _show(handover_id, problem=_too_old(), status=400)
    error = _do(handover_id, handover.confirm)
    if error is not None:
        return _show(handover_id, problem=sentence_for(error), status=status_for(error))
    current.parts().database.overwrite_erased()
    return _done(handover_id, gettext("Tack. Det är noterat att frågan finns hos er. Kvittot finns kvar."))


def _do(handover_id: UUID, verb: Callable[..., Handover], **details: Any) -> DomainError | None:
    """One of the unit's verbs, in a transaction of its own; returns what stood in the way."""
    try:
        with current.writing() as db:
            verb(
                db,
                handover_id=_found(db, handover_id),
                audit_key=current.parts().audit_key,
                staff_id=signed_in.who().id,
                now=clock.now(),
                **details,
            )
    except DomainError as error:
        return error
    return None


def _found(db: Session, handover_id: UUID) -> UUID:
    try:
        return find_for_unit(db, member=signed_in.who(), handover_id=handover_id)
    except HandoverUnknown:
        abort(404)


def _show(
    handover_id: UUID, *, giving_back: ReturnForm | None = None, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    with current.reading() as db:
        found = _found(db, handover_id)
        view, package = open_for_unit(db, keys=current.parts().content_keys, handover_id=found)
    page = render_template(
        "staff/handover.html",
        view=view,
        package=package,
        giving_back=giving_back or ReturnForm(formdata=None),
        problem=problem,
        now=clock.now(),
        labels=labels,
        moments=moments,
        words=handover_words,
    )
    return make_response(page, status)


def _reference(handover_id: UUID) -> str:
    with current.reading() as db:
        view, _ = open_for_unit(db, keys=current.parts().content_keys, handover_id=handover_id)
    return view.reference


def _done(handover_id: UUID, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("staff.handover_page", handover_id=handover_id), 303)


def _file(text: str, kind: str, name: str) -> Response:
    return Response(text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _too_old() -> str:
    return str(gettext("Sidan var för gammal för att skickas. Försök igen."))


def _too_old_of(form: PlainForm) -> str | None:
    return _too_old() if "csrf_token" in form.errors else None
