"""Asking a question that may be answered in public. Whatever is dangerous, urgent or not to be published leaves this
page as an ordinary request, with every word kept: nothing of that waits in the slow queue."""

from __future__ import annotations

import secrets
from datetime import datetime, time
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock, current
from portal.citizen import blueprint
from portal.citizen.answer_forms import DRAFT, NO_TOPIC, PublicQuestionForm, drafted_question, keep_question
from portal.citizen.answers import similar_answers
from portal.citizen.ask import take_up
from portal.citizen.forms import ButtonForm, choices
from portal.citizen.sending import sent_page
from portal.danger_first import posted_signals
from portal.desk.errors import DomainError
from portal.desk.filing import file_request
from portal.desk.public_answer_errors import NoPlaceLeft
from portal.desk.public_questions import Places, ask, places_left
from portal.i18n.languages import content_text
from portal.i18n.written import written_language
from portal.limits import LimitReached, limited
from portal.page_words import danger_cards
from portal.triage.engine import decide
from portal.triage.facts import Facts
from portal.understanding.reading import read_text
from portal.understanding.self_naming import who_it_tells
from portal.visitor import Visit, current_visit

CANNOT_WAIT = ("emergency", "today")
"""What triage finds this urgent is no question for a queue of days."""


@blueprint.route("/<lang>/answers/ask", methods=["GET", "POST"])
def ask_publicly(lang: str) -> Response | tuple[str, int]:
    """The question; once it was read, similar answers, its topic and the button that sends it."""
    visit = current_visit()
    if _is_sent(visit) and request.method == "POST":
        return redirect(url_for("citizen.sent", lang=lang), 303)
    if request.method == "GET":
        _prepare(visit)
        return _page(drafted_question(visit)), 200
    form = PublicQuestionForm()
    signals = posted_signals()  # before anything that can fail
    keep_question(visit)
    if form.switch_to and visit.save():
        return redirect(url_for("citizen.ask_publicly", lang=form.switch_to), 303)
    stored = visit.save()
    if not form.validate():
        return _page(form, signals=signals), 400
    if not stored:
        return _page(form, signals=signals, trouble="busy"), 503
    if signals or "ordinary" in request.form or not form.publish.data:
        return _go_the_ordinary_way(visit, form, signals)
    read = _read(visit, form)
    if read["danger"] or _urgency(form, read) in CANNOT_WAIT:
        return _go_the_ordinary_way(visit, form, signals)
    if not form.seen.data:
        visit.save()
        return _page(form, read=read), 200
    return _file(visit, form, read, lang)


def _go_the_ordinary_way(visit: Visit, form: PublicQuestionForm, signals: frozenset[str]) -> Response | tuple[str, int]:
    """An ordinary request with the same words: its pages show danger first and end at the same contact centre."""
    address = take_up(visit, form.question.data or "", form.age_told())
    visit.data.pop(DRAFT, None)
    if not visit.save():
        return _page(form, signals=signals, trouble="busy"), 503
    return redirect(address, 303)


def _file(visit: Visit, form: PublicQuestionForm, read: dict[str, Any], lang: str) -> Response | tuple[str, int]:
    """File it and show the receipt; on failure, the same page with everything still in it."""
    words, now = form.question.data or "", clock.now()
    parts, ruleset = current.parts(), current.ruleset()
    due = _due(now)
    try:
        with limited("send"), current.writing() as db:
            submitted = file_request(
                db,
                keys=parts.content_keys,
                code_key=parts.code_key,
                ruleset=ruleset,
                facts=_facts(form, read),
                words=words,
                language=written_language(words),
                channel="form",
                now=now,
                idempotency_key=visit.data["public_key"],
                told={"may-be-published": True},
            )
            ask(db, request_id=submitted.request_id, places=_places(now), answer_due_at=due, now=now)
    except NoPlaceLeft:
        return _page(form, read=read), 200
    except LimitReached:
        return _page(form, read=read, trouble="limit"), 429
    except DomainError:
        return _page(form, read=read, trouble="busy"), 503
    visit.data["sent"] = {
        "key": visit.data["public_key"],
        "reference": submitted.reference,
        "code": submitted.code,
        "request_id": str(submitted.request_id),
        "due": due.isoformat(),
        "named": False,
        "signals": [],
        "saved": False,
        "public": True,
    }
    visit.data.pop(DRAFT, None)
    if not visit.save():
        # The question is safe, so the code must be shown, if only this once.
        return sent_page(visit.data["sent"], ButtonForm()), 200
    return redirect(url_for("citizen.sent", lang=lang), 303)


def _prepare(visit: Visit) -> None:
    """A key for the next question before its form is shown, so that both of two presses at once carry the same."""
    if "public_key" not in visit.data or _is_sent(visit):
        visit.data["public_key"] = secrets.token_urlsafe(24)
        visit.save()


def _is_sent(visit: Visit) -> bool:
    receipt = visit.data.get("sent") or {}
    return bool(receipt) and receipt["key"] == visit.data.get("public_key")


def _read(visit: Visit, form: PublicQuestionForm) -> dict[str, Any]:
    """What the words tell, read once for the same words and kept with the draft."""
    kept: dict[str, Any] | None = visit.data[DRAFT].get("read")
    if kept is None:
        rules = current.rules()
        reading = read_text(
            form.question.data or "", ruleset=rules.ruleset, danger=rules.danger, bot=current.parts().bot
        )
        kept = {
            "taken": sorted(reading.taken_topics()),
            "offered": [topic for topic in reading.other_topics() if _is_for_private(topic)],
            "danger": bool(reading.signals or reading.possible),
        }
        visit.data[DRAFT]["read"] = kept
        visit.data.setdefault("public_key", secrets.token_urlsafe(24))
    return kept


def _is_for_private(topic: str) -> bool:
    found = current.ruleset().topics.get(topic.partition(".")[0])
    return found is not None and "private" in found.entrance


def _facts(form: PublicQuestionForm, read: dict[str, Any]) -> Facts:
    """The chosen topic, or before one was chosen what the words tell; and the age, where it was told."""
    chosen = {form.topic.data} & set(read["offered"]) if form.seen.data else set(read["taken"])
    facts = Facts(topics=frozenset(chosen))
    facts = current.ruleset().forget_unknown(facts)
    age = form.age_told()
    return facts if age is None else facts.with_fact("age", age)


def _urgency(form: PublicQuestionForm, read: dict[str, Any]) -> str:
    """How urgent it is by the chosen topic and by what the words tell: choosing another topic makes nothing calmer."""
    facts = _facts(form, read)
    both = facts.with_fact("topics", facts.topics | set(read["taken"]))
    return decide(current.ruleset(), current.ruleset().forget_unknown(both), clock.now()).urgency


def _due(now: datetime) -> datetime:
    ruleset = current.ruleset()
    hours = ruleset.municipality.public_answers.answer_within
    return ruleset.contact_hours.add_open_time(ruleset.local(now), hours)


def _places(now: datetime) -> Places:
    """Today's, in the municipality's own time."""
    ruleset = current.ruleset()
    midnight = datetime.combine(ruleset.local(now).date(), time(), ruleset.time_zone)
    return Places(per_day=ruleset.municipality.public_answers.per_day, since=midnight)


def _is_full() -> bool:
    """Unknown while the database does not answer: the question is then tried when it is sent."""
    try:
        with current.reading() as db:
            return places_left(db, _places(clock.now())) == 0
    except DomainError:
        return False


def _page(
    form: PublicQuestionForm,
    *,
    signals: frozenset[str] = frozenset(),
    read: dict[str, Any] | None = None,
    trouble: str = "",
) -> str:
    words = form.question.data or ""
    if read is not None:
        form.seen.data = "yes"
        labels = {topic: content_text(current.ruleset().topic_label(topic)) for topic in read["offered"]}
        form.topic.choices = choices(*labels.items(), (NO_TOPIC, gettext("Något annat / vet inte")))
        if form.topic.data not in labels:
            form.topic.data = next(iter(read["taken"]), NO_TOPIC)
    return render_template(
        "citizen/ask_publicly.html",
        form=form.offer_ages(),
        cards=danger_cards(signals),
        trouble=trouble,
        full=_is_full(),
        due=_due(clock.now()),
        similar=similar_answers(words) if read is not None else [],
        tells=who_it_tells(words) if read is not None else [],
        second_step=read is not None,
        decided=current.ruleset().municipality.public_answers,
    )
