"""Figures of a period: how many wrote, how they were answered, and how long they waited. Counts, never a person.

All are counted over the real requests that came in the period: no practice, none that lies aside as possible misuse,
and none that was closed as a test, a duplicate or misuse. Requests in sealed units and of people with protected
identity are counted in the total alone; `_details` leaves them out everywhere else. What comes out of here is not
hidden yet: see `portal.small_cells`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Integer, String, and_, case, cast, func, literal_column, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from portal.records.event import Event, EventKind
from portal.records.help_request import AWAITING_STAFF, CloseReason, HelpRequest, State
from portal.records.message import ANSWERS, Message
from portal.records.public_answer import AnswerSearchMiss, PublicAnswer
from portal.records.public_question import PublicQuestion, QuestionState

NOT_COUNTED: Final = (CloseReason.TEST, CloseReason.DUPLICATE, CloseReason.MISUSE)

COUNTED_EVENTS: Final = (
    EventKind.DANGER_RAISED,
    EventKind.HUMAN_ASKED,
    EventKind.TAKEN_OVER,
    EventKind.HANDOVER_SENT,
    EventKind.HANDOVER_ACCEPTED,
    EventKind.HANDOVER_RETURNED,
    EventKind.REPORT_TAKEN,
    EventKind.THREAT_MARKED,
    EventKind.INTERPRETER_ASKED,
    EventKind.ERASED,
)

HOUR: Final = 3600
NONE: Final = "[]"  # an empty list as it is stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which requests are looked at: those that came from `start` until before `end`, as things stand `now`."""

    start: datetime
    end: datetime
    now: datetime
    sealed_units: frozenset[str] = frozenset()


class Arrival(NamedTuple):
    """One request as far as waiting goes. Moments are seconds since 1970; `first_human` None: nobody has answered."""

    urgency: str
    language: str
    created: int
    first_human: int | None
    closed: int  # 1 or 0
    dangerous: bool


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything that was counted, by code."""

    counted_in_total_alone: int
    arrivals: Sequence[Arrival]
    by_hour: Mapping[int, int]  # hours since 1970
    by_channel: Mapping[str, int]
    by_topic: Mapping[str, int]  # topics of the first level; a request may have several
    without_topic: int
    by_age: Mapping[int | None, int]
    by_area: Mapping[str | None, int]
    by_close_reason: Mapping[str, int]
    answers: Mapping[str, tuple[int, int]]  # language to answers read and not read
    waiting: Mapping[str, tuple[int, datetime]]  # language to how many wait now, and since when the first does
    events: Mapping[EventKind, int]  # in the period, whenever the request came
    public: Public


class Public(NamedTuple):
    """Public questions and answers. What is kept by week counts where the week's Monday lies in the period."""

    asked: int
    declined: int
    published: int
    searched_in_vain: int


def read_figures(session: Session, span: Span) -> Figures:
    """Count everything, in as many queries whatever there is to count."""
    urgency, language, channel, created, first_human, closed, signals, topics, facts = _columns(session, span)
    by_topic = _each_topic(Counter(topics))
    told = [(json.loads(text), number) for text, number in Counter(facts).items()]
    dangerous = (text != NONE for text in signals)
    return Figures(
        counted_in_total_alone=_counted_in_total_alone(session, span),
        arrivals=list(map(Arrival, urgency, language, created, first_human, closed, dangerous)),
        by_hour=Counter(moment // HOUR for moment in created),
        by_channel=Counter(channel),
        by_topic=by_topic,
        without_topic=by_topic.pop("", 0),
        by_age=_summed((each.get("age"), number) for each, number in told),
        by_area=_summed((each.get("area"), number) for each, number in told),
        by_close_reason=_by_close_reason(session, span),
        answers=_answers(session, span),
        waiting=_waiting(session, span),
        events=_events(session, span),
        public=_public(session, span),
    )


class epoch(FunctionElement[int]):  # noqa: N801 - reads as a function of the database
    """A moment as whole seconds since 1970."""

    inherit_cache = True
    type = Integer()


@compiles(epoch, "sqlite")
def _epoch_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER)"


@compiles(epoch, "postgresql")
def _epoch_in_postgres(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **options)})) AS BIGINT)"


def _came(span: Span) -> ColumnElement[bool]:
    return and_(HelpRequest.created_at >= span.start, HelpRequest.created_at < span.end)


def _counts() -> ColumnElement[bool]:
    reason = HelpRequest.close_reason
    return and_(
        HelpRequest.practice.is_(False),
        HelpRequest.state != State.QUARANTINE,
        or_(reason.is_(None), reason.not_in(NOT_COUNTED)),
    )


def _apart(span: Span) -> ColumnElement[bool]:
    """In sealed units, or with protected identity."""
    return or_(HelpRequest.protected.is_(True), HelpRequest.unit.in_(sorted(span.sealed_units)))


def _real(span: Span) -> ColumnElement[bool]:
    return and_(_came(span), _counts())


def _details(span: Span) -> ColumnElement[bool]:
    return and_(_real(span), ~_apart(span))


def _counted_in_total_alone(session: Session, span: Span) -> int:
    return session.scalar(select(func.count()).where(_real(span), _apart(span))) or 0


def _columns(session: Session, span: Span) -> Sequence[Sequence[Any]]:
    """A few codes of each request, column by column; lists and facts as they are stored: most of them are alike, and
    are read once.

    A human answers in the portal, or reaches the person another way: whichever came first.
    """
    reached = (
        select(Event.request_id, func.min(Event.at).label("at"))
        .where(Event.kind == EventKind.CONTACTED, Event.at >= span.start)
        .group_by(Event.request_id)
        .subquery()
    )
    answered = HelpRequest.first_answer_at
    first = case((or_(reached.c.at.is_(None), answered <= reached.c.at), answered), else_=reached.c.at)
    columns = (
        HelpRequest.urgency,
        HelpRequest.language,
        HelpRequest.channel,
        epoch(HelpRequest.created_at),
        epoch(first),
        case((HelpRequest.state == State.CLOSED, 1), else_=0),
        cast(HelpRequest.signals, String),
        cast(HelpRequest.topics, String),
        cast(HelpRequest.facts, String),
    )
    query = select(*columns).outerjoin(reached, reached.c.request_id == HelpRequest.id).where(_details(span))
    rows = session.connection().execute(query).all()
    return list(zip(*rows, strict=True)) if rows else [()] * len(columns)


def _each_topic(lists: Mapping[str, int]) -> Counter[str]:
    """Each request once for each topic of the first level that it is about; those without any under ""."""
    counted: Counter[str] = Counter()
    for text, number in lists.items():
        for topic in {topic.partition(".")[0] for topic in json.loads(text)} or {""}:
            counted[topic] += number
    return counted


def _summed(pairs: Iterable[tuple[Any, int]]) -> Counter[Any]:
    summed: Counter[Any] = Counter()
    for code, number in pairs:
        summed[code] += number
    return summed


def _by_close_reason(session: Session, span: Span) -> dict[str, int]:
    """Also duplicates and misuse: this one table says what became of everything that was no test."""
    rows = session.execute(
        select(HelpRequest.close_reason, func.count())
        .where(
            _came(span),
            ~_apart(span),
            HelpRequest.practice.is_(False),
            HelpRequest.close_reason != CloseReason.TEST,
        )
        .group_by(HelpRequest.close_reason)
    )
    return {str(reason): number for reason, number in rows}


def _answers(session: Session, span: Span) -> dict[str, tuple[int, int]]:
    # In the very words of the partial index, or the databases do not use it.
    rows = session.execute(
        select(HelpRequest.language, func.count(), func.count(Message.read_by_person_at))
        .join(Message, and_(Message.request_id == HelpRequest.id, literal_column(f"message.{ANSWERS.text}")))
        .where(_details(span))
        .group_by(HelpRequest.language)
    )
    return {language: (read, written - read) for language, written, read in rows}


def _waiting(session: Session, span: Span) -> dict[str, tuple[int, datetime]]:
    """Of all that wait for staff now, whenever they came."""
    rows = session.execute(
        select(HelpRequest.language, func.count(), func.min(HelpRequest.waiting_since))
        .where(
            HelpRequest.state.in_(AWAITING_STAFF),
            HelpRequest.state != literal_column(f"'{State.CLOSED}'"),
            HelpRequest.practice.is_(False),
            ~_apart(span),
        )
        .group_by(HelpRequest.language)
    )
    return {language: (number, since) for language, number, since in rows}


def _events(session: Session, span: Span) -> dict[EventKind, int]:
    rows = session.execute(
        select(Event.kind, func.count())
        .join(HelpRequest, HelpRequest.id == Event.request_id)
        .where(
            Event.kind.in_(COUNTED_EVENTS),
            Event.at >= span.start,
            Event.at < span.end,
            HelpRequest.practice.is_(False),
            ~_apart(span),
        )
        .group_by(Event.kind)
    )
    return dict.fromkeys(COUNTED_EVENTS, 0) | {EventKind(kind): number for kind, number in rows}


def _public(session: Session, span: Span) -> Public:
    asked = select(func.count()).where(PublicQuestion.asked_at >= span.start, PublicQuestion.asked_at < span.end)
    first, after = span.start.date(), span.end.date()  # of the municipality's calendar, as the moments were given
    published = PublicAnswer.published_week
    row = session.execute(
        select(
            asked.scalar_subquery(),
            asked.where(PublicQuestion.state == QuestionState.DECLINED).scalar_subquery(),
            select(func.count()).where(published >= first, published < after).scalar_subquery(),
            select(func.coalesce(func.sum(AnswerSearchMiss.count), 0))
            .where(AnswerSearchMiss.week >= first, AnswerSearchMiss.week < after)
            .scalar_subquery(),
        )
    ).one()
    return Public(*row)


def utc(seconds: int) -> datetime:
    """The moment of so many seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def median(values: Iterable[float]) -> float:
    """The value in the middle; of an even number of values the lower of the two, so that it is one that was."""
    return share_of(values, 0.5)


def share_of(values: Iterable[float], share: float) -> float:
    """The value that so great a share of all do not exceed. Raises IndexError for no values."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]
