"""What staff do on a request's page. Each ends on that page again, with what was written if it could not be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import takeover, work
from portal.records.errors import DomainError
from portal.records.takeover import Holder
from portal.staff import signed_in
from portal.staff.forms import AnswerForm, CloseForm, FirstForm, NoteForm, PlainForm
from portal.staff.problems import sentence_for, status_for
from portal.staff.request_page import answer_languages, load, show

ANSWER_BOX: Final = "answer-title"

Verb = Callable[..., Any]
"""One of the verbs of `portal.desk.work` or `portal.desk.takeover`."""


def claim(reference: str) -> ResponseReturnValue:
    return _press(reference, work.claim, gettext("Du har tagit hand om frågan."))


def release(reference: str) -> ResponseReturnValue:
    return _press(reference, work.release, gettext("Frågan är tillbaka i kön."))


def step_in(reference: str) -> ResponseReturnValue:
    return _press(
        reference,
        takeover.step_in,
        gettext("Nu svarar du i chatten. Boten är tyst. Skriv till personen nedan."),
        then=ANSWER_BOX,
    )


def give_back(reference: str) -> ResponseReturnValue:
    return _press(
        reference, takeover.give_back, gettext("Boten svarar i chatten igen. Personen ser det och kan be om dig igen.")
    )


def reopen(reference: str) -> ResponseReturnValue:
    return _press(reference, work.reopen, gettext("Frågan är öppen igen."))


def answer(reference: str) -> ResponseReturnValue:
    form = AnswerForm().offer_languages(answer_languages(), spoken=load(reference).language)
    if not form.validate_on_submit():
        return show(reference, answer=form, problem=_too_old(form), status=400)
    words = {"body": form.answer.data, "language": form.language.data, "keys": current.parts().content_keys}
    verbs: list[Verb] = [*_first(form), work.answer]
    error = _do(reference, verbs, **words)
    if error is not None:
        return show(reference, answer=form, problem=sentence_for(error), status=status_for(error))
    if load(reference).talk_holder == Holder.STAFF:
        return redirect(url_for("staff.request_page", reference=reference, _anchor=ANSWER_BOX), 303)
    return _done(reference, gettext("Svaret är skickat. Personen ser det när hen kommer tillbaka med sin kod."))


def note(reference: str) -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate_on_submit():
        return show(reference, note=form, problem=_too_old(form), status=400)
    # Claiming is part of it: only the one who works on a request writes in it.
    verbs: list[Verb] = [*_first(form), work.claim, work.add_note]
    error = _do(reference, verbs, body=form.note.data, keys=current.parts().content_keys)
    if error is not None:
        return show(reference, note=form, problem=sentence_for(error), status=status_for(error))
    return _done(reference, gettext("Anteckningen är sparad. Personen ser den aldrig."))


def close(reference: str) -> ResponseReturnValue:
    form = CloseForm()
    if not form.validate_on_submit():
        return show(reference, close=form, problem=_too_old(form), status=400)
    municipality = current.ruleset().municipality
    error = _do(
        reference,
        [work.close],
        reason=form.reason.data,
        code_valid=timedelta(days=municipality.code_valid_days),
        retention=municipality.retention.class_for(form.reason.data),
    )
    if error is not None:
        return show(reference, close=form, problem=sentence_for(error), status=status_for(error))
    return _done(reference, gettext("Frågan är stängd."))


def _press(reference: str, verb: Verb, said: str, *, then: str | None = None) -> ResponseReturnValue:
    """A button without anything to fill in. `then`: the part of the page to go on with."""
    form = PlainForm()
    if not form.validate_on_submit():
        return show(reference, problem=_too_old(form), status=400)
    error = _do(reference, [verb])
    if error is not None:
        return show(reference, problem=sentence_for(error), status=status_for(error))
    return _done(reference, said, then)


def _first(form: FirstForm) -> list[Verb]:
    """Take the request, or open it again and take it, where the button said so: staff have then seen what changed."""
    first: dict[str, list[Verb]] = {"reopen": [work.reopen, work.claim], "claim": [work.claim]}
    return first.get(form.first.data or "", [])


def _do(reference: str, verbs: list[Verb], **details: Any) -> DomainError | None:
    """Do these one after the other in one transaction, all or none; returns what stood in the way.

    `details` are for the last one.
    """
    *before, last = verbs
    try:
        with current.writing() as db:
            request_id = signed_in.find_request(db, reference)
            whose = {"request_id": request_id, "staff_id": signed_in.who().id, "now": clock.now()}
            for verb in before:
                verb(db, **whose)
            last(db, **whose, **details)
    except DomainError as error:
        return error
    return None


def _too_old(form: PlainForm) -> str | None:
    """The sentence for a page whose proof of origin no longer counts; other errors stand at their fields."""
    if "csrf_token" not in form.errors:
        return None
    return str(gettext("Sidan var för gammal för att skickas. Det du skrev finns kvar. Skicka igen."))


def _done(reference: str, said: str, then: str | None = None) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("staff.request_page", reference=reference, _anchor=then), 303)
