"""Questions and answers for everybody: listed, searched, read.

What is searched for is posted: in an address it would stay in the browser's history, in a server's log and on the way
between. Results therefore have the same address as the list.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock, current
from portal.answer_index import answer_index
from portal.citizen import blueprint
from portal.citizen.answer_forms import SearchForm
from portal.danger_first import posted_signals
from portal.desk.errors import DomainError
from portal.desk.public_answer_errors import AnswerUnknown
from portal.desk.public_answers import (
    AnswerView,
    answers_by_number,
    answers_page,
    count_answers,
    count_miss,
    open_answer,
)
from portal.i18n.languages import SOURCE, language
from portal.page_words import danger_cards
from portal.service_cards import shown_services
from portal.triage.engine import decide
from portal.triage.facts import Facts
from portal.understanding.normalise import normalise
from portal.visitor import current_visit

ON_A_PAGE: Final = 20
MOST_FOUND: Final = 30
SEARCHED: Final = "searched"
"""The field of a visit that carries the words of a search into another language; looked at once."""


@blueprint.route("/<lang>/answers", methods=["GET", "POST"])
def answers(lang: str) -> Response | tuple[str, int]:
    """The list, in the reader's language and then in Swedish; posting searches it."""
    visit = current_visit()
    if request.method == "GET":
        wanted = visit.data.pop(SEARCHED, "")
        if wanted:
            visit.save()
        return _answers_page(SearchForm(formdata=None, q=wanted)), 200
    form = SearchForm()
    if form.switch_to:
        visit.data[SEARCHED] = form.q.data or ""
        visit.save()
        return redirect(url_for("citizen.answers", lang=form.switch_to), 303)
    if not form.validate():
        return _answers_page(form, search=False), 400
    return _answers_page(form), 200


@blueprint.get("/<lang>/answers/<int:number>")
def answer(lang: str, number: int) -> str:
    """One question with its answer."""
    try:
        with current.reading() as db:
            found = open_answer(db, number)
    except AnswerUnknown:
        abort(404)
    ruleset, moment = current.ruleset(), clock.now()
    facts = ruleset.forget_unknown(Facts(topics=frozenset(found.topics)))
    helping = shown_services(ruleset, facts, decide(ruleset, facts, moment), moment).first if facts.topics else ()
    return render_template("citizen/answer.html", answer=found, written_in=_spoken(found), helping=helping)


def similar_answers(words: str) -> list[tuple[AnswerView, tuple[str, str, str] | None]]:
    """Published answers that may already answer this; none when they cannot be looked through."""
    with suppress(DomainError), current.reading() as db:
        return [(each, _spoken(each)) for each in answers_by_number(db, answer_index().similar(words))]
    return []


def _answers_page(form: SearchForm, *, search: bool = True) -> str:
    wanted = (form.q.data or "").strip() if search else ""
    signals = posted_signals() if request.method == "POST" else frozenset[str]()
    page = max(1, request.args.get("page", 1, type=int))
    languages = list(dict.fromkeys((language().tag, SOURCE)))
    with current.reading() as db:
        if wanted:
            found = answers_by_number(db, answer_index().search(wanted, most=MOST_FOUND))
            more = False
        else:
            found = answers_page(db, languages=languages, limit=ON_A_PAGE, skip=(page - 1) * ON_A_PAGE)
            more = count_answers(db, languages=languages) > page * ON_A_PAGE
    if wanted and not found and normalise(wanted):
        _count_miss()
    return render_template(
        "citizen/answers.html",
        form=form,
        wanted=wanted,
        found=[(each, _spoken(each)) for each in found],
        more=page + 1 if more else None,
        cards=danger_cards(signals),
    )


def _count_miss() -> None:
    """Never in the way of the page."""
    with suppress(DomainError), current.writing() as db:
        count_miss(db, today=current.ruleset().local(clock.now()).date())


def _spoken(found: AnswerView) -> tuple[str, str, str] | None:
    """Tag, direction and own name of an answer's language where it is not the page's."""
    if found.language == language().tag:
        return None
    entry = current.ruleset().languages.get(found.language)
    return (entry.tag, entry.dir, entry.name) if entry else (found.language, "auto", found.language)
