"""What staff do on a request's page. Each ends on that page again, with what was written if it could not be done."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import current
from portal.desk import takeover, work
from portal.desk.answering import add_note, send_answer
from portal.records.takeover import Holder
from portal.reply_words import fill
from portal.staff.acts import Verb, do, done, press, too_old
from portal.staff.forms import AnswerForm, CloseForm, FirstForm, NoteForm
from portal.staff.problems import sentence_for, status_for
from portal.staff.reply_work import ANSWER_BOX, arrange, keep_unsent
from portal.staff.replying import posted
from portal.staff.request_page import answer_languages, load, show


def claim(reference: str) -> ResponseReturnValue:
    return press(reference, work.claim, gettext("Du har tagit hand om frågan."))


def release(reference: str) -> ResponseReturnValue:
    return press(reference, work.release, gettext("Frågan är tillbaka i kön."))


def step_in(reference: str) -> ResponseReturnValue:
    return press(
        reference,
        takeover.step_in,
        gettext("Nu svarar du i chatten. Boten är tyst. Skriv till personen nedan."),
        then=ANSWER_BOX,
    )


def give_back(reference: str) -> ResponseReturnValue:
    return press(
        reference, takeover.give_back, gettext("Boten svarar i chatten igen. Personen ser det och kan be om dig igen.")
    )


def reopen(reference: str) -> ResponseReturnValue:
    return press(reference, work.reopen, gettext("Frågan är öppen igen."), ruleset=current.ruleset())


def answer(reference: str) -> ResponseReturnValue:
    form = AnswerForm().offer_languages(answer_languages(), spoken=load(reference).language)
    came, act = posted(), request.form.get("act", "send")
    form.expect_words(sending=act == "send", picked=bool(came.picks))
    if not form.validate_on_submit():
        return show(reference, answer=form, problem=too_old(form), status=400)
    if act != "send":
        return arrange(reference, form, act)
    verbs: list[Verb] = [*_first(form), send_answer]
    error = do(
        reference,
        verbs,
        body=form.answer.data or "",
        language=form.language.data,
        keys=current.parts().content_keys,
        picks=came.picks,
        own_words_at=came.own_words_at,
        fill=fill,
        seen=came.seen,
    )
    if error is not None:
        keep_unsent(reference, form, came)
        return show(reference, answer=form, problem=sentence_for(error), status=status_for(error))
    if load(reference).talk_holder == Holder.STAFF:
        return redirect(url_for("staff.request_page", reference=reference, _anchor=ANSWER_BOX), 303)
    return done(reference, gettext("Svaret är skickat. Personen ser det när hen kommer tillbaka med sin kod."))


def note(reference: str) -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate_on_submit():
        return show(reference, note=form, problem=too_old(form), status=400)
    # Claiming is part of it: only the one who works on a request writes in it.
    verbs: list[Verb] = [*_first(form), work.claim, add_note]
    error = do(reference, verbs, body=form.note.data, kind=form.kind.data, keys=current.parts().content_keys)
    if error is not None:
        return show(reference, note=form, problem=sentence_for(error), status=status_for(error))
    return done(reference, gettext("Anteckningen är sparad. Personen ser den aldrig."))


def close(reference: str) -> ResponseReturnValue:
    form = CloseForm()
    if not form.validate_on_submit():
        return show(reference, close=form, problem=too_old(form), status=400)
    municipality = current.ruleset().municipality
    error = do(
        reference,
        [work.close],
        reason=form.reason.data,
        code_valid=timedelta(days=municipality.code_valid_days),
        retention=municipality.retention.class_for(form.reason.data),
    )
    if error is not None:
        return show(reference, close=form, problem=sentence_for(error), status=status_for(error))
    return done(
        reference,
        gettext(
            "Frågan är stängd. Personen kan läsa och skriva igen med sin kod i %(days)s dagar.",
            days=municipality.code_valid_days,
        ),
    )


def _first(form: FirstForm) -> list[Verb]:
    """Take the request, or open it again and take it, where the button said so: staff have then seen what changed."""
    reopen = partial(work.reopen, ruleset=current.ruleset())
    first: dict[str, list[Verb]] = {"reopen": [reopen, work.claim], "claim": [work.claim]}
    return first.get(form.first.data or "", [])
