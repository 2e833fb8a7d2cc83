"""What was erased and under which decision, what is held, and what waits for a supervisor's decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock, current
from portal.csv_out import csv_answer
from portal.desk import audit, legal_holds, retention
from portal.desk.audit import Act, Why
from portal.desk.errors import RequestUnknown
from portal.desk.reach import PUBLIC_QUESTIONS, Reach, find_public
from portal.desk.rights import Right, may
from portal.records.erasure import OF_A_PLACE, Erasure
from portal.records.errors import DomainError
from portal.staff import signed_in
from portal.staff.forms import PlainForm
from portal.staff.labels import language_name
from portal.staff.problems import sentence_for, status_for
from portal.staff.retention_forms import HOLD_REASON, HoldForm

ROWS: Final = 100
MOST_IN_A_FILE: Final = 50_000


def erasures() -> ResponseReturnValue:
    return _show()


def erasures_csv() -> ResponseReturnValue:
    """The protocol as a file. Taking it out is itself written down."""
    with current.writing() as db:
        _note(db, Act.EXPORTED, "erasures")
        lines = retention.protocol(db, limit=MOST_IN_A_FILE, within=_listed())
    head = [
        gettext("Gallrad"),
        gettext("Referens"),
        gettext("Sort"),
        gettext("Beslut"),
        gettext("Stängd"),
        gettext("Meddelanden"),
        gettext("Anteckningar"),
        gettext("Oläst svar"),
    ]
    rows = [
        (
            line.at.isoformat(),
            line.reference,
            class_words(line.retention_class),
            line.decision,
            line.closed_at.isoformat() if line.closed_at else None,
            line.messages,
            line.notes,
            gettext("ja") if line.unread else gettext("nej"),
        )
        for line in lines
    ]
    return csv_answer("erasures.csv", head, rows)


def allow_erasure(reference: str) -> ResponseReturnValue:
    """A supervisor decides that an answer nobody read may be erased with its request."""

    def allow(db: Session, request_id: UUID) -> None:
        retention.allow_unread_erasure(db, request_id=request_id, staff_id=signed_in.who().id)
        _note(db, Act.HOLD_ENDED, reference.strip().upper())

    return _do(reference, PlainForm(), allow, gettext("Texten tas bort inom tio minuter."))


def place_hold(reference: str) -> ResponseReturnValue:
    form = HoldForm()

    def place(db: Session, request_id: UUID) -> None:
        legal_holds.place_hold(
            db, request_id=request_id, staff_id=signed_in.who().id, reason=form.reason.data or "", now=clock.now()
        )
        _note(db, Act.HELD, reference.strip().upper(), Why.DISCLOSURE)

    return _do(reference, form, place, gettext("Frågan gallras inte förrän du släpper den."))


def end_hold(reference: str) -> ResponseReturnValue:
    def end(db: Session, request_id: UUID) -> None:
        legal_holds.end_holds(db, request_id=request_id, staff_id=signed_in.who().id, now=clock.now())
        _note(db, Act.HOLD_ENDED, reference.strip().upper())

    ended = _do(reference, PlainForm(), end, gettext("Frågan får gallras igen när dess tid är ute."))
    current.parts().database.overwrite_erased()
    return ended


def class_words(slug: str) -> str:
    """What a class of retention is called; its code when the rules no longer have it."""
    if slug == retention.ORDINARY:
        return str(gettext("Vanlig fråga"))
    if slug == OF_A_PLACE:
        return str(gettext("Oro för en plats"))
    classes = current.ruleset().municipality.retention.classes
    return next((each.name for each in classes if each.slug == slug), slug)


def _do(reference: str, form: PlainForm, act: Callable[[Session, UUID], None], said: str) -> ResponseReturnValue:
    if not form.validate_on_submit():
        errors = [str(error) for errors in form.errors.values() for error in errors]
        return _show(problem=errors[0] if errors else None, status=400)
    try:
        with current.writing() as db:
            act(db, _find(db, reference))
    except DomainError as error:
        return _show(problem=sentence_for(error), status=status_for(error))
    flash(said)
    return redirect(url_for("staff.erasures"), 303)


def _find(db: Session, reference: str) -> UUID:
    """A request within reach, or one that is answered in public. Raises RequestUnknown."""
    try:
        return signed_in.find_request(db, reference)
    except RequestUnknown:
        return find_public(db, reference=reference)


def _listed() -> Reach | None:
    """What the protocol lists for the signed-in person: the auditor reads all of it; for everybody else what is out of
    reach was never there, erased or not."""
    return None if may(signed_in.who().roles, Right.READ_AUDIT) else signed_in.reach() | PUBLIC_QUESTIONS


def _note(db: Session, act: Act, subject: str, why: Why = Why.DUTY) -> None:
    audit.append(
        db,
        key=current.parts().audit_key,
        act=act,
        subject=subject,
        why=why,
        at=clock.now(),
        staff_id=signed_in.who().id,
    )


def _show(*, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    decides = may(signed_in.who().roles, Right.DISCLOSE)
    with current.reading() as db:
        before = request.args.get("before", type=int)
        lines: list[Erasure] = list(retention.protocol(db, limit=ROWS + 1, before=before, within=_listed()))
        waiting = retention.unread_closed(db, within=signed_in.reach() | PUBLIC_QUESTIONS) if decides else []
        held = legal_holds.held_requests(db, within=signed_in.reach() | PUBLIC_QUESTIONS) if decides else []
    page = render_template(
        "staff/erasures.html",
        lines=lines[:ROWS],
        more=lines[ROWS - 1].number if len(lines) > ROWS else None,
        waiting=waiting,
        held=held,
        decides=decides,
        hold_reason=HOLD_REASON,
        class_words=class_words,
        language_name=language_name,
        problem=problem,
    )
    return make_response(page, status)
