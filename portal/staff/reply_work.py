"""What staff do with an answer on its way: pick replies, keep it as a draft, send it; and ask for an interpreter."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.validators import Length

from portal import clock, current
from portal.desk.interpreters import ask_for_interpreter
from portal.desk.staff_drafts import save_draft
from portal.i18n.languages import SOURCE
from portal.records.errors import DomainError
from portal.records.interpreter_request import InterpreterMode
from portal.records.staff_draft import DraftKind
from portal.staff import signed_in
from portal.staff.acts import too_old
from portal.staff.forms import LONGEST_TEXT, TOO_LONG, AnswerForm, InterpreterForm, NoteForm
from portal.staff.moments import short_moment
from portal.staff.problems import sentence_for, status_for
from portal.staff.replying import Posted, packed, posted, rearranged
from portal.staff.request_page import answer_languages, load, show

ANSWER_BOX = "answer-title"


def arrange(reference: str, form: AnswerForm, act: str) -> ResponseReturnValue:
    """A button of the answer that sends nothing: `fetch:slug`, `remove:slug`, `up:slug`, or `save`."""
    verb, _, slug = act.partition(":")
    came = posted()
    body = packed(form, rearranged(came.pieces, verb, slug), came.seen)
    try:
        _keep(reference, DraftKind.ANSWER, body)
    except DomainError as error:
        return show(reference, answer=form, problem=sentence_for(error), status=status_for(error))
    if verb == "save":
        return _kept(reference, ANSWER_BOX)
    return redirect(url_for("staff.request_page", reference=reference, _anchor=ANSWER_BOX), 303)


def keep_draft(reference: str) -> ResponseReturnValue:
    """What is written so far: the answer, sent by a script every few seconds, or the note, also with a button."""
    if "answer" not in request.form:
        return _keep_note(reference)
    came = posted()
    form = AnswerForm().offer_languages(answer_languages(), spoken=SOURCE)
    if not form.expect_words(sending=False, picked=bool(came.picks)).validate_on_submit():
        return show(reference, answer=form, problem=too_old(form), status=400)
    _keep(reference, DraftKind.ANSWER, packed(form, came.pieces, came.seen))
    return _kept(reference, ANSWER_BOX)


def keep_unsent(reference: str, form: AnswerForm, came: Posted) -> None:
    """What could not be sent now is kept, for the same browser and for a later one."""
    with suppress(DomainError):
        _keep(reference, DraftKind.ANSWER, packed(form, came.pieces, came.seen))


def _keep_note(reference: str) -> ResponseReturnValue:
    form = NoteForm()
    form.note.validators, form.kind.validate_choice = [Length(max=LONGEST_TEXT, message=TOO_LONG)], False
    if not form.validate_on_submit():
        return show(reference, note=form, problem=too_old(form), status=400)
    _keep(reference, DraftKind.NOTE, form.note.data or "")
    return _kept(reference, "notes")


def _kept(reference: str, anchor: str) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return {"saved": gettext("Utkast sparat %(time)s", time=short_moment(clock.now()))}
    flash(gettext("Utkastet är sparat. Bara du ser det."))
    return redirect(url_for("staff.request_page", reference=reference, _anchor=anchor), 303)


def interpreter(reference: str) -> ResponseReturnValue:
    """Ask for one. Staff stay on the page; the person is told."""
    page = load(reference)
    form = InterpreterForm().offer_languages(answer_languages(), spoken=page.language)
    if not form.validate_on_submit():
        return show(reference, interpreter=form, status=400)
    try:
        with current.writing() as db:
            ask_for_interpreter(
                db,
                keys=current.parts().content_keys,
                request_id=signed_in.find_request(db, reference),
                staff_id=signed_in.who().id,
                language=form.spoken.data,
                mode=InterpreterMode(form.mode.data),
                wished_at=_moment(form.wished.data),
                now=clock.now(),
            )
    except DomainError as error:
        return show(reference, interpreter=form, problem=sentence_for(error), status=status_for(error))
    flash(gettext("Tolken är begärd, och personen har fått veta det. Själva bokningen gör du som vanligt."))
    return redirect(url_for("staff.request_page", reference=reference, _anchor="interpreter-title"), 303)


def _keep(reference: str, kind: DraftKind, body: str) -> None:
    with current.writing() as db:
        save_draft(
            db,
            keys=current.parts().content_keys,
            request_id=signed_in.find_request(db, reference),
            staff_id=signed_in.who().id,
            kind=kind,
            body=body,
            now=clock.now(),
        )


def _moment(local: datetime | None) -> datetime | None:
    """A moment that was written in the municipality's own time."""
    if local is None:
        return None
    return local.replace(tzinfo=ZoneInfo(current.ruleset().municipality.time_zone)).astimezone(UTC)
