"""From own words and topics to the services that can help."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from portal import clock, current
from portal.citizen import blueprint
from portal.citizen.answer_forms import keep_question
from portal.citizen.forms import DECLINE, SOMETHING_ELSE, AnswerForm, AskForm, ButtonForm, choices
from portal.citizen.sending import begin_anew, keep_reply, keep_send
from portal.citizen.steps import Step, next_step
from portal.citizen.told import strike, told_lines
from portal.citizen.words import urgency_words
from portal.danger_first import posted_signals
from portal.i18n.languages import content_text, language
from portal.i18n.written import hear_language
from portal.page_words import danger_cards
from portal.service_cards import shown_services
from portal.triage.engine import decide
from portal.triage.facts import Facts
from portal.triage.grammar import Topic
from portal.triage.questions import NextQuestion, question_about, with_answer
from portal.understanding.reading import find_signals, read_text
from portal.understood import answered, read_anew, said_in_words, without_words
from portal.visitor import Visit, current_visit, keep_aside


@blueprint.route("/<lang>/ask", methods=["GET", "POST"])
def ask(lang: str) -> Response | tuple[str, int]:
    """Own words, topics, or both."""
    visit = current_visit()
    begin_anew(visit)
    if request.method == "GET":
        return _ask_page(_asked_before(visit), visit.facts.signals, busy=not visit.stored), 200
    form = AskForm()
    signals = find_signals(current.rules().danger, form.words.data or "")  # before anything that can fail
    shown = posted_signals() | visit.facts.signals
    _keep_asked(visit, form)
    if signals:
        visit.facts = visit.facts.with_fact("signals", signals)
    if form.switch_to or "more" in request.form:
        if not visit.save():
            return _ask_page(form, shown, busy=True), 503
        return redirect(url_for("citizen.ask", lang=form.switch_to or lang), 303)
    if not form.validate():
        return _ask_page(form, shown), 400
    _understand(visit, form)
    if not visit.save():
        return _ask_page(form, shown | visit.facts.signals, busy=True), 503
    return redirect(_address_of(next_step(current.ruleset(), visit, clock.now()), lang), 303)


@blueprint.route("/<lang>/ask/question", methods=["GET", "POST"])
def question(lang: str) -> Response | tuple[str, int]:
    """One question, an outside matter, or a guess to confirm."""
    visit = current_visit()
    signals = posted_signals()
    if not _has_begun(visit):
        if not signals:
            return redirect(url_for("citizen.ask", lang=lang), 303)
        return _ask_page(_asked_before(visit), signals, busy=not visit.stored), 200 if visit.stored else 503
    step = _step(visit, request.values.get("fact", ""))
    if step.kind == "outside":
        return _outside(visit, step, lang)
    if step.question is None:
        return redirect(url_for("citizen.result", lang=lang), 303)
    form = _answer_form(visit, step)
    if request.method == "GET":
        return _question_page(visit, step, form), 200
    if form.switch_to:
        visit.data["picked"] = [step.question.fact, form.answer.data]
        visit.save()
        return redirect(url_for("citizen.question", lang=form.switch_to, fact=step.question.fact), 303)
    if not form.validate():
        return _question_page(visit, step, form, signals), 400
    _take_answer(visit, step.question.fact, form.answer.data)
    if not visit.save():
        return _question_page(visit, step, form, signals, busy=True), 503
    return redirect(_address_of(next_step(current.ruleset(), visit, clock.now()), lang), 303)


@blueprint.route("/<lang>/ask/result", methods=["GET", "POST"])
def result(lang: str) -> Response | tuple[str, int]:
    """Who can help, and why. Posting strikes out one line of what was understood."""
    visit = current_visit()
    if not _has_begun(visit):
        return redirect(url_for("citizen.ask", lang=lang), 303)
    form = ButtonForm()
    if request.method == "GET":
        return _result_page(visit, form), 200
    if not form.validate():
        return _result_page(visit, form), 400
    visit.facts = strike(current.ruleset(), visit.facts, request.form.get("strike", ""))
    if not visit.save():
        return _result_page(visit, form), 503
    return redirect(url_for("citizen.result", lang=lang), 303)


@blueprint.post("/<lang>/draft/<page>")
def keep_draft(lang: str, page: str) -> tuple[str, int]:
    """Keep what is being written, for the script that saves when the page is left."""
    keepers: dict[str, Callable[[Visit], None]] = {
        "ask": lambda visit: _keep_asked(visit, AskForm()),
        "send": keep_send,
        "reply": keep_reply,
        "question": keep_question,
    }
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return "", 400
    if page not in keepers:
        return "", 404
    return "", 204 if keep_aside(keepers[page]) else 503


def take_up(visit: Visit, words: str, age: int | None) -> str:
    """Go on with words that were written elsewhere as with those of the first page: the address of what comes next."""
    begin_anew(visit)
    if age is not None:
        visit.facts = visit.facts.with_fact("age", age)
    form = AskForm(formdata=None, words=words, topics=list(visit.data.get("chosen") or []), entrance="private")
    signals = find_signals(current.rules().danger, words)
    _keep_asked(visit, form)
    if signals:
        visit.facts = visit.facts.with_fact("signals", signals)
    _understand(visit, form)
    return _address_of(next_step(current.ruleset(), visit, clock.now()), language().tag)


def facts_here(visit: Visit) -> Facts:
    """What is known, with the language of this page."""
    return visit.facts.with_fact("language", language().tag)


def _has_begun(visit: Visit) -> bool:
    return bool(visit.data.get("facts") or visit.words or visit.data.get("chat"))


def _address_of(step: Step, lang: str) -> str:
    return url_for("citizen.result" if step.kind == "result" else "citizen.question", lang=lang)


def _asked_before(visit: Visit) -> AskForm:
    chosen = visit.data.get("chosen")
    if chosen is None:
        chosen = sorted({topic.partition(".")[0] for topic in visit.facts.topics})
    entrance = request.args.get("entrance") or visit.data.get("entrance", "")
    return AskForm(formdata=None, words=visit.words, topics=chosen, entrance=entrance)


def _keep_asked(visit: Visit, form: AskForm) -> None:
    """Put what stands in the form into the draft, sound or not."""
    words = form.words.data or ""
    if words != visit.words:
        visit.data.get("send", {}).pop("message", None)
    visit.data["words"] = words
    visit.data["chosen"] = list(form.topics.data or [])
    visit.data["entrance"] = form.entrance.data or ""


def _understand(visit: Visit, form: AskForm) -> None:
    """Read the words, once, and take up topics and entrance."""
    rules = current.rules()
    entrance = "professional" if form.entrance.data == "professional" else "private"
    facts = _with_chosen(visit.facts, _known(form.topics.data or [])).with_fact("as", entrance)
    if facts.topics != visit.facts.topics:
        visit.data["asked"] = []
    words = (form.words.data or "").strip()
    if words and words != visit.data.get("read"):
        hear_language(visit.data, words)
        reading = read_text(words, ruleset=rules.ruleset, danger=rules.danger, bot=current.parts().bot)
        visit.data |= {
            "read": words if reading.bot_answered else None,
            "offered": list(reading.offered_topics()),
            "outside": reading.outside,
            "possible_danger": bool(reading.possible),
        }
        facts = read_anew(visit, facts, reading)
    elif not words:
        facts = without_words(visit, facts)
    visit.facts = facts
    visit.data["chosen"] = None


def _known(topics: Iterable[str]) -> set[str]:
    return {topic for topic in topics if current.ruleset().topic_label(topic) is not None}


def _with_chosen(facts: Facts, chosen: set[str]) -> Facts:
    """The facts with these topics. What was known more closely about one of them stays."""
    closer = {topic for topic in facts.topics if "." in topic and topic.partition(".")[0] in chosen}
    answered = {topic.partition(".")[0] for topic in closer}
    return facts.without("topics").with_fact("topics", (chosen - answered) | closer)


def _step(visit: Visit, fact: str) -> Step:
    """The step that is asked for by address, to change an answer, or else the next one."""
    following = next_step(current.ruleset(), visit, clock.now())
    if not fact or following.kind in ("outside", "offer"):
        return following
    asked_for = question_about(current.ruleset(), visit.facts, fact, clock.now())
    return Step("question", question=asked_for) if asked_for else following


def _outside(visit: Visit, step: Step, lang: str) -> Response | tuple[str, int]:
    """Where to turn with what is not ours; posting goes on all the same."""
    form = ButtonForm()
    if request.method == "POST":
        if form.switch_to:
            return redirect(url_for("citizen.question", lang=form.switch_to), 303)
        if form.validate():
            visit.data["outside"] = None
            if visit.save():
                return redirect(url_for("citizen.question", lang=lang), 303)
    page = render_template("citizen/outside.html", form=form, matter=step.matter)
    return page, 200 if request.method == "GET" else 400


def _answer_form(visit: Visit, step: Step) -> AnswerForm:
    """The question as a form, with the answer given before already chosen."""
    asked: NextQuestion = step.question  # type: ignore[assignment]
    form = AnswerForm()
    form.fact.data = asked.fact
    form.answer.label.text = _heading(step)
    answers = [(str(value), content_text(label)) for value, label in asked.answers]
    if step.kind == "offer":
        answers.append((SOMETHING_ELSE, gettext("Nej, något annat")))
    form.answer.choices = choices(*answers, (DECLINE, gettext("Vill inte svara / vet inte")))
    if request.method == "GET":
        picked_fact, picked = visit.data.get("picked") or (None, None)
        known = visit.facts.value(asked.fact) if asked.fact != "topics" else None
        form.answer.data = picked if picked_fact == asked.fact else str(known) if known is not None else None
    return form


def _heading(step: Step) -> str:
    if step.kind == "offer":
        return str(gettext("Är det här det handlar om?"))
    return content_text(step.question.ask if step.question else "") or str(gettext("Vad stämmer bäst?"))


def _take_answer(visit: Visit, fact: str, answer: str) -> None:
    visit.data.pop("picked", None)
    hear_language(visit.data, "")
    visit.data["offered"] = []
    answered(visit, fact)
    if answer == SOMETHING_ELSE:
        return
    if answer == DECLINE:
        facts = visit.facts if fact == "topics" else visit.facts.without(fact)
        visit.facts = facts.decline(fact)
    else:
        visit.facts = with_answer(visit.facts, fact, int(answer) if fact == "age" else answer)
    if fact not in visit.asked:
        visit.asked.append(fact)


def _before(visit: Visit, fact: str) -> str:
    """The address of what was asked before this question."""
    lang = language().tag
    earlier = visit.asked[: visit.asked.index(fact)] if fact in visit.asked else visit.asked
    if not earlier or earlier[-1] == "topics":
        return url_for("citizen.ask", lang=lang)
    return url_for("citizen.question", lang=lang, fact=earlier[-1])


def _needs_numbers(visit: Visit) -> bool:
    """Whether the numbers stand above the question: the model sees danger, or the topic itself is urgent."""
    urgent = decide(current.ruleset(), visit.facts, clock.now()).urgency == "emergency"
    return urgent or bool(visit.data.get("possible_danger"))


def _ask_page(form: AskForm, signals: frozenset[str] = frozenset(), *, busy: bool = False) -> str:
    entrance = "professional" if form.entrance.data == "professional" else "private"
    topics: list[Topic] = [t for t in current.ruleset().topics.values() if entrance in t.entrance]
    form.topics.choices = choices(*((topic.topic, content_text(topic.label)) for topic in topics))
    return render_template(
        "citizen/ask.html", form=form, cards=danger_cards(signals), busy=busy, professional=entrance == "professional"
    )


def _question_page(
    visit: Visit, step: Step, form: AnswerForm, signals: frozenset[str] = frozenset(), *, busy: bool = False
) -> str:
    asked: NextQuestion = step.question  # type: ignore[assignment]
    return render_template(
        "citizen/question.html",
        form=form,
        why=asked.why,
        back=_before(visit, asked.fact),
        told=told_lines(current.ruleset(), said_in_words(visit).without(asked.fact)),
        gentle=_needs_numbers(visit),
        cards=danger_cards(signals),
        busy=busy,
    )


def _result_page(visit: Visit, form: ButtonForm) -> str:
    ruleset, moment = current.ruleset(), clock.now()
    facts = facts_here(visit)
    decision = decide(ruleset, facts, moment)
    return render_template(
        "citizen/result.html",
        form=form,
        cards=danger_cards(decision.signals),
        urgency=decision.urgency,
        urgency_words=urgency_words(decision.urgency),
        shown=shown_services(ruleset, facts, decision, moment),
        told=told_lines(ruleset, facts),
        gentle=not decision.signals and _needs_numbers(visit),
        stored=visit.stored,
    )
