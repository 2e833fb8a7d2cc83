"""What staff do with a public question and a published answer. Each ends on the page again, with what was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock, current
from portal.desk import audit, public_work
from portal.desk.filing import answer_due
from portal.desk.public_answers import Correction, correct, retract
from portal.desk.public_work import Change
from portal.records.errors import DomainError
from portal.staff import signed_in
from portal.staff.answer_forms import DraftForm, PublishedForm, ReviewForm, ScrubForm, VersionForm
from portal.staff.answers import load, offered, reads_requests, show, show_published, today
from portal.staff.problems import refused, sentence_for, status_for


def scrub_question(number: int) -> ResponseReturnValue:
    """Keep the question without names and places. Where nothing is scrubbed yet, only for those who read requests."""
    form = ScrubForm()
    if load(number).scrubbed is None and not reads_requests():
        return refused(gettext("Din roll läser inga frågor. En handläggare behöver först ta bort namn och platser."))
    if not form.validate_on_submit():
        return show(number, scrub=form, problem=_too_old(form), status=400)
    error = _do(number, form, public_work.scrub, text=form.question.data)
    if error is not None:
        return show(number, scrub=form, problem=sentence_for(error), status=status_for(error))
    return _done(number, gettext("Frågan är sparad utan namn och platser. Från nu ser ingen av oss den andra texten."))


def draft_answer(number: int) -> ResponseReturnValue:
    form = offered(DraftForm())
    if not form.validate_on_submit():
        return show(number, draft=form, problem=_too_old(form), status=400)
    topics = [form.topic.data] if form.topic.data else []
    error = _do(number, form, public_work.keep_draft, draft=form.draft(), done=_is_done(), topics=topics)
    if error is not None:
        return show(number, draft=form, problem=sentence_for(error), status=status_for(error))
    if _is_done():
        return _done(number, gettext("Svaret väntar nu på att någon annan läser det."))
    return _done(number, gettext("Utkastet är sparat."))


def move_question(number: int) -> ResponseReturnValue:
    """It is urgent or too personal: on to the contact centre's queue, to be answered for the asker alone."""
    form = VersionForm()
    if not form.validate_on_submit():
        return show(number, problem=_too_old(form), status=400)
    error = _do(number, form, public_work.answer_like_others, answer_due_at=_due())
    if error is not None:
        return show(number, problem=sentence_for(error), status=status_for(error))
    flash(gettext("Frågan står nu i kön och besvaras enskilt."))
    return redirect(url_for("staff.answers"), 303)


def review_answer(number: int) -> ResponseReturnValue:
    form = ReviewForm()
    if not form.validate_on_submit():
        return show(number, review=form, problem=_too_old(form), status=400)
    code_valid = timedelta(days=current.ruleset().municipality.code_valid_days)
    verdict = str(form.verdict.data)
    verdicts: dict[str, tuple[Callable[..., None], dict[str, Any]]] = {
        "publish": (public_work.approve, {"publish_between": _publish_between(), "code_valid": code_valid}),
        "private": (public_work.answer_in_private, {"code_valid": code_valid}),
        "back": (public_work.send_back, {"comment": form.comment.data}),
        "decline": (public_work.decline, {"reason": form.reason.data, "answer_due_at": _due()}),
    }
    verb, details = verdicts[verdict]
    error = _do(number, form, verb, verdict=verdict, **details)
    if error is not None:
        return show(number, review=form, problem=sentence_for(error), status=status_for(error))
    said = {
        "publish": gettext("Den som frågade har fått svaret. Det publiceras om några dagar."),
        "private": gettext("Den som frågade har fått svaret. Det publiceras inte."),
        "back": gettext("Utkastet är tillbaka hos den som skrev det."),
        "decline": gettext("Frågan publiceras inte. Den står nu i kön och besvaras enskilt."),
    }
    return _done(number, said[verdict])


def change_answer(number: int) -> ResponseReturnValue:
    """Rewrite a published answer, say that it still holds, take it away or give it back."""
    form = PublishedForm()
    if not form.validate_on_submit():
        return show_published(number, form=form, problem=_too_old(form), status=400)
    act, version = str(form.act.data), int(form.version.data or 0)
    try:
        with current.writing() as db:
            if act in ("retract", "restore"):
                retract(db, number=number, revision=version, retracted=act == "retract")
            else:
                correct(db, number=number, revision=version, to=_correction(form, act), today=today())
            _note(db, subject=f"answer-{number}", step=act)
    except DomainError as error:
        return show_published(number, form=form, problem=sentence_for(error), status=status_for(error))
    said = {
        "correct": gettext("Svaret är rättat. Dagens datum står på sidan."),
        "keep": gettext("Svaret gäller fortfarande. Dagens datum står på sidan."),
        "retract": gettext("Svaret syns inte längre för andra."),
        "restore": gettext("Svaret syns igen."),
    }
    flash(said[act])
    return redirect(url_for("staff.published_answer", number=number), 303)


def _correction(form: PublishedForm, act: str) -> Correction:
    return Correction(
        question=form.question.data or "",
        answer=form.answer.data or "",
        law_date=form.law_date.data,  # type: ignore[arg-type]  # required by the form
        review_by=form.review_by.data,  # type: ignore[arg-type]
        rewritten=act == "correct",
    )


def _do(
    number: int, form: VersionForm, verb: Callable[..., None], *, verdict: str = "", **details: Any
) -> DomainError | None:
    """Do it in one transaction; returns what stood in the way. A second reader's verdict is written down."""
    change = Change(number=number, version=int(form.version.data or 0), staff_id=signed_in.who().id, now=clock.now())
    try:
        with current.writing() as db:
            verb(db, change, keys=current.parts().content_keys, **details)
            if verdict:
                _note(db, subject=f"question-{number}", step=verdict)
    except DomainError as error:
        return error
    return None


def _note(db: Session, *, subject: str, step: str) -> None:
    audit.append(
        db,
        key=current.parts().audit_key,
        act=audit.Act.PUBLISHED,
        subject=subject,
        at=clock.now(),
        staff_id=signed_in.who().id,
        detail={"step": step},
    )


def _publish_between() -> tuple[datetime, datetime]:
    wait = current.ruleset().municipality.public_answers.publish_after_days
    return clock.now() + timedelta(days=wait.least), clock.now() + timedelta(days=wait.most)


def _due() -> datetime:
    """When somebody whose question is not answered here is promised an answer."""
    return answer_due(current.ruleset(), "soon", clock.now())


def _is_done() -> bool:
    return "done" in request.form


def _too_old(form: VersionForm) -> str | None:
    if "csrf_token" not in form.errors:
        return None
    return str(gettext("Sidan var för gammal för att skickas. Det du skrev finns kvar. Skicka igen."))


def _done(number: int, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("staff.answer_question", number=number), 303)
