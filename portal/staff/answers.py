"""Questions that may be answered in public, and the published answers: lists and pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock, current
from portal.desk.audit import note_opened
from portal.desk.public_answer_errors import AnswerUnknown, QuestionUnknown
from portal.desk.public_answers import AnswerView, all_answers, count_stale, open_answer
from portal.desk.public_question_pages import QuestionPage, count_questions, list_questions, load_question
from portal.desk.rights import Right, may
from portal.i18n.languages import SOURCE
from portal.records.public_question import QuestionState
from portal.staff import labels, moments, signed_in
from portal.staff.answer_forms import DECLINE_REASON, DraftForm, PublishedForm, ReviewForm, ScrubForm
from portal.staff.naming import Kind, find_naming, pieces, without_naming

TABS: Final = {
    "asked": (QuestionState.ASKED,),
    "drafted": (QuestionState.DRAFTED,),
    "scheduled": (QuestionState.SCHEDULED,),
    "ended": (QuestionState.DECLINED, QuestionState.PRIVATE),
}
SIGNS: Final[dict[Kind, str]] = {"name": "[namn]", "place": "[plats]", "number": "[nummer]"}


def answers() -> ResponseReturnValue:
    """What waits to be answered, the longest waiting first."""
    tab = request.args.get("show", "asked")
    states = TABS.get(tab) or abort(404)
    with current.reading() as db:
        rows = list_questions(db, states=states)
        counted = count_questions(db)
        stale = count_stale(db, today=today())
    now = clock.now()
    return render_template(
        "staff/answers.html",
        tab=tab,
        rows=rows,
        counts={name: sum(counted[state] for state in states) for name, states in TABS.items()},
        stale=stale,
        now=now,
        labels=labels,
        length_words=moments.length_words,
    )


def answer_question(number: int) -> ResponseReturnValue:
    return show(number)


def show(
    number: int,
    *,
    scrub: ScrubForm | None = None,
    draft: DraftForm | None = None,
    review: ReviewForm | None = None,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The question as it is now, with what was written and what stood in the way."""
    page = load(number)
    if page.words is not None:
        _write_down(page)
    ruleset = current.ruleset()
    found = find_naming(ruleset, page.words or "")
    suggested = page.scrubbed if page.scrubbed is not None else without_naming(page.words or "", found, SIGNS)
    mine = page.drafted_by == signed_in.who().id
    shown = render_template(
        "staff/answer_question.html",
        page=page,
        pieces=list(pieces(page.words or "", found)),
        scrub=scrub or ScrubForm(formdata=None, question=suggested),
        draft=offered(draft or _drafted(page)),
        review=review or ReviewForm(formdata=None),
        may_review=may(signed_in.who().roles, Right.REVIEW_ANSWERS) and not mine,
        mine=mine,
        problem=problem,
        late=page.answer_due_at is not None and page.answer_due_at < clock.now(),
        labels=labels,
        decline_reason=DECLINE_REASON,
        decided=ruleset.municipality.public_answers,
    )
    return make_response(shown, status)


def load(number: int) -> QuestionPage:
    """The question with this number; the page "not found" when there is none."""
    try:
        with current.reading() as db:
            return load_question(db, keys=current.parts().content_keys, number=number, reads_requests=reads_requests())
    except QuestionUnknown:
        abort(404)


def reads_requests() -> bool:
    """Whether the signed-in person may read what a person wrote before names and places are taken away."""
    return may(signed_in.who().roles, Right.READ_REQUESTS)


def published_answers() -> ResponseReturnValue:
    """Every published answer, what must be read again first; of a law before a day where that is asked for."""
    asked = request.args.get("law_before", "")
    try:
        law_before = date.fromisoformat(asked) if asked else None
    except ValueError:
        law_before, asked = None, ""
    with current.reading() as db:
        rows = all_answers(db, law_before=law_before)
    return render_template("staff/answers_published.html", rows=rows, today=today(), law_before=asked, labels=labels)


def published_answer(number: int) -> ResponseReturnValue:
    return show_published(number)


def show_published(
    number: int, *, form: PublishedForm | None = None, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    try:
        with current.reading() as db:
            answer = open_answer(db, number, retracted_too=True)
    except AnswerUnknown:
        abort(404)
    page = render_template(
        "staff/answer_published.html",
        answer=answer,
        form=form or _as_published(answer),
        may_change=may(signed_in.who().roles, Right.REVIEW_ANSWERS),
        today=today(),
        problem=problem,
        labels=labels,
    )
    return make_response(page, status)


def offered(form: DraftForm) -> DraftForm:
    """The form with the languages and topics that there are."""
    ruleset = current.ruleset()
    languages = sorted(ruleset.languages, key=lambda tag: tag != SOURCE)
    return form.offer(languages, {topic: labels.topic_label(topic) for topic in ruleset.topic_ids()})


def today() -> date:
    return current.ruleset().local(clock.now()).date()


def _drafted(page: QuestionPage) -> DraftForm:
    first = {"topic": next(iter(page.topics), "")}
    if page.draft is not None:
        return DraftForm(formdata=None, obj=page.draft, data=first)
    again = current.ruleset().municipality.public_answers.review_after_days
    days = {"law_date": today(), "review_by": today() + timedelta(days=again)}
    return DraftForm(formdata=None, data={**first, **days, "language": SOURCE})


def _as_published(answer: AnswerView) -> PublishedForm:
    return PublishedForm(formdata=None, obj=answer)


def _write_down(page: QuestionPage) -> None:
    """Whoever reads the asker's own words reads a request, and leaves a trace like for any other."""
    with current.writing() as db:
        note_opened(
            db,
            key=current.parts().audit_key,
            request_id=page.request_id,
            staff_id=signed_in.who().id,
            at=clock.now(),
        )
