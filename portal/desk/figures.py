"""Figures of a period: how many wrote, how they were answered, and how long they waited. Counts, never a person.

All are counted over the real requests that came in the period: no practice, and none that was closed as a test, a
duplicate or misuse. Requests in sealed units and of people with protected identity are counted in the total alone;
`details` leaves them out everywhere else. What comes out of here is not hidden yet: see `portal.small_cells`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, String, and_, case, cast, func, literal_column, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from portal.desk.queue import AWAITING_STAFF
from portal.records.event import Event, EventKind
from portal.records.help_request import CloseReason, HelpRequest, State
from portal.records.message import ANSWERS, Message

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which requests are looked at: those that came from `start` until before `end`, as things stand `now`."""

    start: datetime
    end: datetime
    now: datetime
    sealed_units: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request as far as waiting goes. Moments are seconds since 1970; `first_human` None: nobody has answered."""

    urgency: str
    language: str
    created: int
    first_human: int | None
    closed: bool
    dangerous: bool


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything that was counted, by code."""

    counted_in_total_alone: int
    by_hour: Mapping[tuple[int, str], int]  # (hours since 1970, channel)
    by_topic: Mapping[str, int]  # topics of the first level; a request may have several
    without_topic: int
    by_age: Mapping[int | None, int]
    by_area: Mapping[str | None, int]
    by_close_reason: Mapping[str, int]
    arrivals: Sequence[Arrival]
    answers: Mapping[str, tuple[int, int]]  # language to answers read and not read
    waiting: Mapping[str, tuple[int, datetime]]  # language to how many wait now, and since when the first does
    events: Mapping[EventKind, int]  # in the period, whenever the request came


def read_figures(session: Session, span: Span) -> Figures:
    """Count everything, in as many queries whatever there is to count."""
    details = _details(span)
    real = _real(span)
    ages, areas = _by_facts(session, details)
    topics, without_topic = _by_topic(session, details)
    return Figures(
        counted_in_total_alone=session.scalar(select(func.count()).where(real, _apart(span))) or 0,
        by_hour=_by_hour(session, details),
        by_topic=topics,
        without_topic=without_topic,
        by_age=ages,
        by_area=areas,
        by_close_reason=_by_close_reason(session, span),
        arrivals=_arrivals(session, span, details),
        answers=_answers(session, details),
        waiting=_waiting(session, span),
        events=_events(session, span),
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
    return and_(HelpRequest.practice.is_(False), or_(reason.is_(None), reason.not_in(NOT_COUNTED)))


def _apart(span: Span) -> ColumnElement[bool]:
    """In sealed units, or with protected identity."""
    return or_(HelpRequest.protected.is_(True), HelpRequest.unit.in_(sorted(span.sealed_units)))


def _real(span: Span) -> ColumnElement[bool]:
    return and_(_came(span), _counts())


def _details(span: Span) -> ColumnElement[bool]:
    return and_(_real(span), ~_apart(span))


def _by_hour(session: Session, details: ColumnElement[bool]) -> dict[tuple[int, str], int]:
    hour = (epoch(HelpRequest.created_at) // HOUR).label("hour_of_all")
    rows = session.execute(
        select(hour, HelpRequest.channel, func.count()).where(details).group_by("hour_of_all", HelpRequest.channel)
    )
    return {(int(hour), channel): number for hour, channel, number in rows}


def _by_topic(session: Session, details: ColumnElement[bool]) -> tuple[Counter[str], int]:
    """Each request once for each topic of the first level that it is about."""
    as_text = cast(HelpRequest.topics, String).label("all_topics")
    counted: Counter[str] = Counter()
    without = 0
    for text, number in session.execute(select(as_text, func.count()).where(details).group_by("all_topics")):
        topics = {topic.partition(".")[0] for topic in json.loads(text)}
        counted.update(dict.fromkeys(topics, number))
        without += 0 if topics else number
    return counted, without


def _by_facts(session: Session, details: ColumnElement[bool]) -> tuple[Counter[int | None], Counter[str | None]]:
    age = HelpRequest.facts["age"].as_integer().label("stated_age")
    area = HelpRequest.facts["area"].as_string().label("stated_area")
    ages: Counter[int | None] = Counter()
    areas: Counter[str | None] = Counter()
    rows = session.execute(select(age, area, func.count()).where(details).group_by("stated_age", "stated_area"))
    for years, slug, number in rows:
        ages[years] += number
        areas[slug] += number
    return ages, areas


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


def _arrivals(session: Session, span: Span, details: ColumnElement[bool]) -> list[Arrival]:
    """A human answers in the portal, or reaches the person another way: whichever came first."""
    reached = (
        select(Event.request_id, func.min(Event.at).label("at"))
        .where(Event.kind == EventKind.CONTACTED, Event.at >= span.start)
        .group_by(Event.request_id)
        .subquery()
    )
    answered = HelpRequest.first_answer_at
    first = case(
        (or_(reached.c.at.is_(None), answered <= reached.c.at), answered),
        else_=reached.c.at,
    )
    rows = session.execute(
        select(
            HelpRequest.urgency,
            HelpRequest.language,
            epoch(HelpRequest.created_at),
            epoch(first),
            HelpRequest.closed_at.is_not(None),
            cast(HelpRequest.signals, String) != "[]",
        )
        .outerjoin(reached, reached.c.request_id == HelpRequest.id)
        .where(details)
    )
    return [Arrival(*row) for row in rows]


def _answers(session: Session, details: ColumnElement[bool]) -> dict[str, tuple[int, int]]:
    # In the very words of the partial index, or the databases do not use it.
    rows = session.execute(
        select(HelpRequest.language, func.count(), func.count(Message.read_by_person_at))
        .join(Message, and_(Message.request_id == HelpRequest.id, literal_column(f"message.{ANSWERS.text}")))
        .where(details)
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
