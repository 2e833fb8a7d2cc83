"""One request: the person's own words first, then everything that helps to answer. Opening it takes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, current
from portal.desk.around import Around, load_around
from portal.desk.audit import Why
from portal.desk.conversation import MessageView
from portal.desk.errors import RequestUnknown
from portal.desk.reports import LegalLine
from portal.desk.request_page import RequestPage, load_request
from portal.desk.safe_contact import safe_way
from portal.desk.takeover import glance
from portal.i18n.languages import SOURCE
from portal.records.help_request import AWAITING_STAFF, State
from portal.records.threat import PairedAct
from portal.staff import labels, moments, reading, request_forms, signed_in
from portal.staff.forms import AnswerForm, CloseForm, InterpreterForm, NoteForm
from portal.staff.problems import TEXTS
from portal.staff.promise import promised
from portal.staff.queue_lines import Left, time_left
from portal.staff.replying import prepare
from portal.staff.request_forms import WhyForm
from portal.staff.suggestions import advise, fact_words, known_facts, no_longer_suggested
from portal.triage.grammar import Danger


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of the page; one that failed comes back as it was filled in."""

    answer: AnswerForm
    note: NoteForm
    close: CloseForm


def request_page(reference: str) -> ResponseReturnValue:
    """Opened by a human."""
    return show(reference)


def say_why(reference: str) -> ResponseReturnValue:
    """The reason was given: written down, and the page with everything that was written before one was asked."""
    form, door = WhyForm(), reading.look(reference)
    if not form.validate_on_submit():
        return reading.ask(reference, form, door.standing, status=400)
    reading.write_down(reference, Why(form.why.data))
    if any(request.form.get(name) for name in TEXTS):
        return render(reference, answer=AnswerForm(), note=NoteForm())
    return redirect(url_for("staff.request_page", reference=reference), 303)


def show(
    reference: str,
    *,
    answer: AnswerForm | None = None,
    note: NoteForm | None = None,
    close: CloseForm | None = None,
    interpreter: InterpreterForm | None = None,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The page as it is now, with what was written and what stood in the way; or the question why one opens it."""
    asked = reading.enter(reference, problem=problem, status=status)
    if asked is not None:
        return asked
    return render(
        reference,
        answer=answer,
        note=note,
        close=close,
        interpreter=interpreter,
        problem=problem,
        status=status,
    )


def render(
    reference: str,
    *,
    answer: AnswerForm | None = None,
    note: NoteForm | None = None,
    close: CloseForm | None = None,
    interpreter: InterpreterForm | None = None,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The page itself, for somebody whose reading is written down."""
    mark = mark_of(reference)
    page, around = load(reference), around_of(reference)
    ruleset = current.ruleset()
    facts = known_facts(ruleset, page)
    due = promised(page.state, page.waiting_since, page.answer_due_at)
    advice = advise(ruleset, facts, page.created_at, page.suggestions)
    languages = answer_languages()
    replying = prepare(page, languages=languages, answer=answer, note=note, interpreter=interpreter)
    forms = Forms(
        answer=replying.answer,
        note=replying.note,
        close=close or _asked_close(around),
    )
    known = fact_words(ruleset, facts)
    shown = render_template(
        "staff/request.html",
        page=page,
        around=around,
        hold=hold_of(page, clock.now()),
        way=safe_way(page.contact),
        dangers=_dangers(page),
        facts=[words for _, words in known],
        known=dict(known),
        advice=advice,
        gone=[labels.service_name(slug) for slug in no_longer_suggested(advice, page.suggestions)],
        shown_services=[labels.service_name(each["service"]) for each in page.suggestions],
        talk=_talk(page),
        mark=mark,
        due=due,
        late=due is not None and due <= clock.now(),
        now=clock.now(),
        act_by=_left(page),
        legal=_legal(around),
        forms=forms,
        replying=replying,
        problem=problem,
        labels=labels,
        request_labels=request_forms,
        moments=moments,
    )
    return make_response(shown, status)


def answer_languages() -> list[str]:
    """The languages an answer can be marked with, ours first."""
    return sorted(current.ruleset().languages, key=lambda tag: tag != SOURCE)


def hold_of(page: RequestPage, now: datetime) -> str:
    """Who may work on it now: "closed", "aside" (in quarantine), "free", "mine" (also when it lapsed and nobody took
    it) or "other"."""
    if page.state == State.CLOSED:
        return "closed"
    if page.state == State.QUARANTINE:
        return "aside"
    if page.claimed_by == signed_in.who().id:
        return "mine"
    lapsed = page.claim_lapses_at is None or page.claim_lapses_at <= now
    return "free" if page.claimed_by is None or lapsed else "other"


def load(reference: str) -> RequestPage:
    """The request with this reference; the page "not found" when there is none."""
    try:
        with current.reading() as db:
            request_id = signed_in.find_request(db, reference)
            return load_request(db, keys=current.parts().content_keys, request_id=request_id)
    except RequestUnknown:
        abort(404)


def mark_of(reference: str) -> str:
    """A mark of how the request stands; another one as soon as anything has happened. Not found when there is none."""
    try:
        with current.reading() as db:
            request_id = signed_in.find_request(db, reference)
            happened, _ = glance(db, request_id=request_id, now=clock.now())
    except RequestUnknown:
        abort(404)
    return str(happened)


def around_of(reference: str) -> Around:
    """What stands around the request."""
    with current.reading() as db:
        return load_around(
            db,
            keys=current.parts().content_keys,
            request_id=signed_in.find_request(db, reference),
            within=signed_in.reach(),
            report_times=current.ruleset().municipality.report_times,
            now=clock.now(),
        )


def _left(page: RequestPage) -> Left | None:
    """The time until a human acts, as long as nobody works on it."""
    free = hold_of(page, clock.now()) == "free" and page.state in AWAITING_STAFF
    return time_left(page.act_by, clock.now()) if free and page.act_by is not None else None


def _legal(around: Around) -> list[tuple[LegalLine, Left | None]]:
    """The legal clocks, each with the time that is left while it runs."""
    return [
        (line, time_left(line.due_at, clock.now()) if line.due_at and not line.assessed_at else None)
        for line in around.legal
    ]


def _asked_close(around: Around) -> CloseForm:
    mine = (press for press in around.presses if press.asked_by == signed_in.who().id)
    asked = next((press.code for press in mine if press.act == PairedAct.CLOSE), None)
    return CloseForm(formdata=None, data={"reason": asked} if asked else None)


def _dangers(page: RequestPage) -> list[Danger | str]:
    """The danger signals with what staff must do; only its code for one that the rules no longer have."""
    dangers = current.ruleset().dangers
    known: list[Danger | str] = [danger for signal, danger in dangers.items() if signal in page.signals]
    return known + [signal for signal in page.signals if signal not in dangers]


def _talk(page: RequestPage) -> list[MessageView]:
    """What was said, less the words that stand at the top of the page."""
    return [message for message in page.messages if not message.opening]
