"""The pages of the talk: one page that shows it, one address that takes what is said. Scripts only make it smoother."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

from portal import clock, current
from portal.chat import corrections, human, live, possible_danger, talk
from portal.chat.lines import Line, lines_of, spoken
from portal.chat.put_away import give_code
from portal.citizen.told import told_lines
from portal.danger_first import posted_signals
from portal.desk.filing import answer_due
from portal.i18n.languages import language
from portal.i18n.written import hear_language
from portal.limits import limited
from portal.page_words import danger_cards, moment_words
from portal.posted_form import PostedForm
from portal.service_cards import shown_services
from portal.triage.engine import decide
from portal.triage.grammar import Helpline
from portal.triage.questions import NextQuestion, question_about
from portal.visitor import Visit, current_visit

blueprint = Blueprint("chat", __name__, url_prefix="/<lang>/chat")
PRESSED = ("want_human", "who_sees_this", "are_you_a_machine", "send_request")
"""Standing buttons that go to the bot as they are."""

PUT_AWAY = "put-away:"
LEADS_TO = {"send:": "chat.card", PUT_AWAY: "chat.put_away"}
"""Buttons that lead to a page of their own, once what was written is kept."""


class SayForm(PostedForm):
    """What the person says: words, or a button."""

    text = TextAreaField()
    choice = HiddenField()


@blueprint.before_request
def known_language() -> None:
    if (request.view_args or {}).get("lang") not in current.ruleset().languages:
        abort(404)


@blueprint.get("")
def page(lang: str) -> str:
    """The talk as it stands, or, while the bot is not ready, an honest word and the other ways."""
    visit = current_visit()
    ready = current.parts().bot.ready()
    if ready:
        talk.begin(visit)
    return render_talk(visit, ready=ready or bool(lines_of(visit)))


@blueprint.post("")
def say(lang: str) -> Response | tuple[str, int]:
    """Take one message or button, answer it, and show the talk again."""
    visit = current_visit()
    form = SayForm()
    if switch_to := request.form.get("switch_to"):
        visit.data["chat_draft"] = form.text.data or ""
        visit.save()
        return redirect(url_for("chat.page", lang=switch_to if switch_to in current.ruleset().languages else lang))
    text = (form.text.data or "").strip()
    visit.data["chat_draft"] = text
    if not form.validate():
        page = render_talk(
            visit, error=gettext("Sidan var för gammal för att skickas. Försök igen."), signals=posted_signals()
        )
        return page, 400
    if not text and not request.form.get("choice"):
        return render_talk(visit, error=gettext("Skriv något, eller tryck på en knapp.")), 400
    talk.begin(visit)
    choice = request.form.get("choice", "")
    with limited("message"):
        visit.data["chat_draft"] = text if choice else ""
        with corrections.turn(visit):
            _take(visit, text, choice)
    if not visit.save():
        visit.data["chat_draft"] = text
        return render_talk(visit), 503
    if choice == PUT_AWAY and not give_code(visit):
        return render_talk(visit, error=gettext("Det gick inte att lägga undan samtalet just nu. Försök igen.")), 503
    if choice in LEADS_TO:
        return redirect(url_for(LEADS_TO[choice], lang=lang), 303)
    return redirect(url_for("chat.page", lang=lang, _anchor="latest"), 303)


def _take(visit: Visit, text: str, choice: str) -> None:
    """Do what a button means; without one, hear the text. Text beside a pressed button stays in the box."""
    tag = language().tag
    act, _, rest = choice.partition(":")
    hear_language(visit.data, "" if choice else text)
    fact, _, value = rest.partition(":")
    if not choice:
        talk.hear_text(visit, text, tag)
        return
    talk.notice_danger(visit, text)
    if human.takes(visit, act, rest, tag):
        return
    acts: dict[str, Callable[[], None]] = {
        "topic": lambda: talk.choose_topic(visit, rest, tag),
        "answer": lambda: talk.answer(visit, fact, value, tag),
        "decline": lambda: talk.decline(visit, rest, tag),
        "no-danger": lambda: talk.no_danger(visit),
        "is-danger": lambda: talk.confirm_danger(visit),
        "not-danger": lambda: possible_danger.deny(visit),
        "correct_you": lambda: corrections.take_back(visit),
        "none-of-these": lambda: talk.none_of_these(visit),
        "remove": lambda: corrections.remove(visit, rest),
        "forget_me": lambda: talk.forget(visit, tag),
    }
    if act in acts:
        acts[act]()
    elif act in PRESSED:
        talk.press(visit, act, tag)


def render_talk(visit: Visit, *, ready: bool = True, error: str = "", signals: frozenset[str] = frozenset()) -> str:
    ruleset = current.ruleset()
    facts = visit.facts
    now = clock.now()
    decision = decide(ruleset, facts, now)
    asking = visit.data.get("chat", {}).get("asking")
    question: NextQuestion | None = question_about(ruleset, facts, asking, now) if asking else None
    shown = shown_services(ruleset, facts, decision, now)
    lines = [_shown(line) for line in lines_of(visit)]
    sent_talk = live.live_talk(visit, lines)
    sent = visit.data.get("chat_sent") or visit.data.get("chat_left")
    return render_template(
        "chat/chat.html",
        form=SayForm(),
        ready=ready,
        error=error,
        draft=visit.data.get("chat_draft", ""),
        lines=sent_talk.lines if sent_talk else lines,
        live=sent_talk,
        bot_speaks=sent_talk is None or sent_talk.standing == "bot",
        somebody_there=live.somebody_there,
        question=question,
        urgency=decision.urgency,
        doors=[*shown.first, *([shown.open_now] if shown.open_now else [])],
        understood=told_lines(ruleset, facts),
        possible=_possible(visit),
        sent=sent,
        own_said=any(line["author"] == "person" for line in lines_of(visit)),
        signals=decision.signals,
        sent_due=datetime.fromisoformat(sent["due"]) if sent and sent["due"] else None,
        due_words=moment_words(datetime.fromisoformat(sent["due"])) if sent and sent["due"] else "",
        due=answer_due(ruleset, decision.urgency, now),
        stored=visit.stored,
        cards=danger_cards(signals),
    )


@blueprint.get("/news")
def news(lang: str) -> tuple[str, int]:
    """The talk again when anything has happened since the page was shown, else nothing; asked for by a script."""
    visit = current_visit()
    if not visit.readable:
        return "", 503
    mark = live.mark_of(visit)
    if mark is None:
        return "", 410
    return ("", 204) if mark == request.args.get("mark") else (render_talk(visit), 200)


def _possible(visit: Visit) -> list[Helpline]:
    """The numbers that go with a gentle question about danger; empty when none is open."""
    asked = possible_danger.open_question(visit)
    return possible_danger.helplines(asked) if asked else []


def _shown(line: Line) -> dict[str, Any]:
    """One line ready for the template."""
    args = line.get("args", {})
    topics = [topic for topic in args.get("topics", []) if current.ruleset().topic_label(topic)]
    return {
        "author": line["author"],
        "at": line["at"],
        "key": line.get("key", ""),
        "own_words": "text" in line,
        "said": spoken(line),
        "cards": danger_cards(frozenset(args["signals"])) if line.get("key") == "danger" else [],
        "topics": [(topic, current.ruleset().topic_label(topic)) for topic in topics],
    }
