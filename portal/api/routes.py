"""The API's routes. Danger is looked for in every text, whatever else is wrong with the call."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, make_response
from flask_babel import gettext
from pydantic import BaseModel, ValidationError

from portal import clock, current
from portal.api import shapes
from portal.api.openapi import document
from portal.api.problems import danger_out, numbers_out, possible_danger_out, problem, read_body
from portal.api.ranked import Ranked, ranked
from portal.danger_first import signals_said
from portal.desk.contact import Contact, ContactChannel
from portal.desk.errors import DomainError
from portal.desk.filing import file_request
from portal.desk.outbox import count_stuck
from portal.i18n.languages import content_text, language, use_language
from portal.i18n.written import speak_as_written, written_language
from portal.limits import limited
from portal.opening_words import opening_words
from portal.promise_words import EMERGENCY, answering_now, reading_and_hours
from portal.records.migrations import is_current
from portal.records.receipt_code import grouped
from portal.triage.engine import decide
from portal.triage.explain import explain
from portal.triage.facts import Facts, UnknownFact, from_codes
from portal.triage.questions import next_question
from portal.understanding.reading import Reading, add_reading, read_text

blueprint = Blueprint("api", __name__)
ShapeT = TypeVar("ShapeT", bound=BaseModel)


class BadCall(Exception):
    """The call's body cannot be used; `field` says where, `allowed` what would do."""

    def __init__(self, message: str, field: str | None = None, allowed: list[str] | None = None) -> None:
        super().__init__(message)
        self.message, self.field, self.allowed = message, field, allowed


@blueprint.errorhandler(BadCall)
def refuse(error: BadCall) -> Response:
    return problem(400, error.message, error.field, error.allowed)


@blueprint.post("/api/v1/triage")
def triage() -> Response:
    """Judge a situation."""
    call = _read(shapes.TriageQuestion)
    with limited("api-triage"):
        reading, facts = _understand(call)
        return _json(_answer(reading, facts, asked=call.asked))


@blueprint.post("/api/v1/requests")
def file_one() -> Response:
    """File a request and answer with its reference and receipt code once it is committed."""
    call = _read(shapes.NewRequest)
    _, facts = _understand(call)
    if signals := signals_said(_told(call)):
        facts = facts.with_fact("signals", signals)
    words = call.message.strip() or call.text.strip()
    if not words and not facts.topics:
        raise BadCall(gettext("Skriv ett meddelande eller välj ett ämne."), "message")
    parts, rules = current.parts(), current.rules()
    with limited("api-send"), current.writing() as session:
        filed = file_request(
            session,
            keys=parts.content_keys,
            code_key=parts.code_key,
            ruleset=rules.ruleset,
            facts=facts,
            words=words,
            language=written_language(words),
            channel="api",
            now=clock.now(),
            contact=_contact(call.contact),
            protected=call.protected,
            idempotency_key=call.idempotency_key,
            told={"text": call.text, "facts": call.facts},
        )
    decision = decide(rules.ruleset, facts, clock.now())
    due = filed.answer_due_at
    answer = shapes.RequestFiled(
        reference=filed.reference,
        receipt_code=grouped(filed.code),
        answer_due_at=rules.ruleset.local(due).isoformat(timespec="minutes") if due else None,
        urgency=decision.urgency,
        danger=danger_out(decision.signals),
        answering_now=numbers_out(answering_now(decision.signals)) if decision.urgency == EMERGENCY else [],
        reading=reading_and_hours(decision.urgency),
    )
    return _json(answer, 201)


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    """This description."""
    return jsonify(document())


@blueprint.get("/healthz")
def health() -> Response:
    """Whether the process lives."""
    return _json(shapes.Health(status="ok"))


@blueprint.get("/readyz")
def readiness() -> Response:
    """Whether people can ask and be answered, part by part."""
    parts: dict[str, Any] = {
        "database": _database_state(),
        "rules": "ok" if current.ruleset().services else "down",
        "bot": "ok" if current.parts().bot.ready() else "down",
    }
    ready = parts["database"] == "ok" and parts["rules"] == "ok"
    stuck = _stuck_notices() if parts["database"] == "ok" else None
    return _json(shapes.Readiness(ready=ready, parts=parts, stuck_notices=stuck), 200 if ready else 503)


def _stuck_notices() -> int | None:
    try:
        with current.reading() as db:
            return count_stuck(db, now=clock.now())
    except DomainError:
        return None


def _database_state() -> str:
    try:
        return "ok" if is_current(current.parts().database) else "down"
    except DomainError as error:
        return "busy" if error.code == "database-busy" else "down"


def _read(shape: type[ShapeT]) -> ShapeT:
    """The body as `shape`. Raises BadCall with the field and a sentence."""
    body = read_body()
    if not isinstance(body, dict):
        raise BadCall(gettext("Det som skickades är inte ett JSON-objekt."))
    _speak(body.get("language"))
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        detail = error.errors()[0]
        field = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            message, allowed = gettext("Fältet finns inte."), list(shape.model_fields)
        else:
            message, allowed = gettext("Fältet har fel innehåll: %(why)s", why=detail["msg"]), None
        raise BadCall(message, field, allowed) from error


def _speak(tag: object) -> None:
    """Answer in the asked-for language. Raises BadCall for one that is not offered."""
    if tag is None:
        return
    tags = list(current.ruleset().languages)
    if tag not in tags:
        raise BadCall(gettext("Språket finns inte här."), "language", tags)
    use_language(str(tag))


def _understand(call: shapes.TriageQuestion) -> tuple[Reading, Facts]:
    """What text and facts together say. Raises BadCall for facts that do not exist, or not today.

    Without a language in the call, everything is answered in the one that its text is written in."""
    if call.language is None:
        speak_as_written(call.text or getattr(call, "message", ""))
    rules = current.rules()
    today = rules.ruleset.local(clock.now()).date()
    try:
        facts = rules.ruleset.check_facts(from_codes(call.facts), today)
    except UnknownFact as error:
        raise BadCall(str(error), f"facts.{error.key}", list(error.allowed)) from error
    reading = read_text(call.text, ruleset=rules.ruleset, danger=rules.danger, bot=current.parts().bot)
    return reading, add_reading(facts, reading, guess=True).with_fact("language", language().tag)


def _answer(reading: Reading, facts: Facts, *, asked: int) -> shapes.TriageAnswer:
    ruleset = current.ruleset()
    now = clock.now()
    decision = decide(ruleset, facts, now)
    matter = ruleset.outside[reading.outside] if reading.outside and not facts.topics else None
    return shapes.TriageAnswer(
        urgency=decision.urgency,
        danger=[
            *danger_out(decision.signals),
            *possible_danger_out(set(reading.possible).difference(decision.signals)),
        ],
        topics=[shapes.TopicOut(id=topic, confidence=round(sure, 4)) for topic, sure in reading.topics],
        language=language().tag,
        services=[] if matter else _services(ranked(ruleset, facts, decision, _others(reading, facts), now)),
        next_question=None if matter else _question(facts, asked),
        ruleset=ruleset.id,
        facts=facts.to_codes(),
        outside=matter is not None,
        turn_to=content_text(matter.turn_to) if matter else None,
        understood=reading.bot_answered,
    )


def _told(call: shapes.NewRequest) -> list[str]:
    """What a request tells beside `text`: words that staff will read, so danger in them counts as well."""
    contact = call.contact or shapes.ContactIn()
    return [call.message, contact.name, contact.best_times, contact.never_contact]


def _contact(told: shapes.ContactIn | None) -> Contact | None:
    if told is None:
        return None
    needs = tuple(dict.fromkeys(told.needs))
    return Contact(**{**told.model_dump(), "channel": ContactChannel(told.channel), "needs": needs})


def _others(reading: Reading, facts: Facts) -> list[str]:
    """Topics that the text may be about beside those taken up."""
    return [topic for topic in reading.other_topics() if topic not in facts.topics]


def _services(doors: Ranked) -> list[shapes.ServiceOut]:
    ruleset = current.ruleset()
    return [
        shapes.ServiceOut(
            slug=door.service,
            name=content_text(ruleset.services[door.service].name),
            level=door.level,
            certain=door.certain,
            open_now=door.open_now,
            opening=opening_words(door.service),
            stands_in_for=list(door.fallback_of),
            because=[content_text(text) for text in explain(ruleset, facts, door).because],
        )
        for door, facts in doors
    ]


def _question(facts: Facts, asked: int) -> shapes.QuestionOut | None:
    question = next_question(current.ruleset(), facts, clock.now(), asked=asked)
    if question is None:
        return None
    return shapes.QuestionOut(
        fact=question.fact,
        ask=content_text(question.ask) or gettext("Vad stämmer bäst?"),
        why=content_text(question.why),
        answers=[shapes.AnswerOut(value=value, label=content_text(label)) for value, label in question.answers],
    )


def _json(answer: BaseModel, status: int = 200) -> Response:
    return make_response(jsonify(answer.model_dump()), status)
