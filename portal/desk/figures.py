"""Figures of a period: how many wrote, how they were answered, and how long they waited. Counts, never a person.

All are counted over the real requests that came in the period: no practice, none that lies aside as possible misuse,
and none that was closed as a test, a duplicate or misuse. Requests in sealed units and of people with protected
identity are counted in the total alone; `_details` leaves them out everywhere else. Everything is counted month by
month: what comes out of here is not hidden yet, and it is hidden in each month by itself (`portal.staff.figure_told`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    outerjoin,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement

from portal.desk.safe_contact import Result
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

IN_TIME, LATE, WAITS, WAITS_TOO_LONG, CLOSED_UNANSWERED = range(5)
"""What became of a request: a human answered, and had taken it in time or too late; nobody has answered yet, and that
is within time or not; it is closed and nobody answered."""

OUTCOMES: Final = (IN_TIME, LATE, WAITS, WAITS_TOO_LONG, CLOSED_UNANSWERED)
HOUR: Final = 3600
NONE: Final = "[]"  # an empty list as it is stored
REACHED: Final = (Result.REACHED, Result.SENT)
"""Ways in which reaching out ends with the person being reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which requests are looked at: those that came since the first of `begins` until before `end`, as things stand
    `now`; counted by itself for each part that begins at one of `begins`."""

    begins: tuple[datetime, ...]
    end: datetime
    now: datetime
    sealed_units: frozenset[str] = frozenset()

    @property
    def start(self) -> datetime:
        return self.begins[0]


@dataclass(slots=True)
class Group:
    """Some requests: what became of them, and how many seconds those waited who were taken, and who were answered."""

    outcomes: list[int] = field(default_factory=lambda: [0] * len(OUTCOMES))
    until_taken: list[int] = field(default_factory=list)
    until_answered: list[int] = field(default_factory=list)


@dataclass(kw_only=True)
class Part:
    """Everything that was counted in one month, by code."""

    counted_in_total_alone: int = 0
    groups: dict[tuple[str, int], Group] = field(default_factory=dict)  # by language and priority
    by_hour: Counter[int] = field(default_factory=Counter)  # hours since 1970
    by_channel: Counter[str] = field(default_factory=Counter)
    by_topic: Counter[str] = field(default_factory=Counter)  # first level; a request may have several; "" has none
    by_age: Counter[int | None] = field(default_factory=Counter)
    by_area: Counter[str | None] = field(default_factory=Counter)
    by_close_reason: Counter[str] = field(default_factory=Counter)
    dangers: list[int] = field(default_factory=list)  # moments, in seconds since 1970
    answers: dict[str, tuple[int, int]] = field(default_factory=dict)  # language to answers read and not read
    events: Counter[EventKind] = field(default_factory=Counter)  # whenever the request came
    public: Counter[str] = field(default_factory=Counter)  # by the names of PublicWork

    @property
    def size(self) -> int:
        return sum(sum(group.outcomes) for group in self.groups.values())


class PublicWork:
    """What is counted of public questions and answers. What is kept by week counts where its Monday lies."""

    ASKED: Final = "asked"
    DECLINED: Final = "declined"
    PUBLISHED: Final = "published"
    SEARCHED_IN_VAIN: Final = "searched-in-vain"


class Waiting(NamedTuple):
    """How many of one language wait for staff now, and since when the first of them does."""

    number: int
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was counted in each part of the span, and who waits now, by language."""

    parts: Sequence[Part]
    waiting: Mapping[str, Waiting]


def read_figures(session: Session, span: Span) -> Figures:
    """Count everything, in as many queries whatever there is to count. The database counts; only waits, of which
    there is a middle to find, are read one by one, those of a group as one text."""
    parts = [Part() for _ in span.begins]
    _endings(session, span, parts)
    _groups(session, span, parts)
    _when(session, span, parts)
    _about(session, span, parts)
    for part, language, written, read in session.execute(_answers(span)):
        parts[part].answers[language] = (read, written - read)
    for part, kind, number in session.execute(_events(span)):
        parts[part].events[EventKind(kind)] = number
    _public(session, span, parts)
    return Figures(parts=parts, waiting=_waiting(session, span))


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


def part_of(column: InstrumentedAttribute[Any], begins: Sequence[Any]) -> ColumnElement[int]:
    """The number of the part in which a moment or a day lies."""
    return case(*((column >= begin, number) for number, begin in reversed(list(enumerate(begins)))), else_=0)


def _counted(span: Span) -> ColumnElement[bool]:
    return and_(_came(span), _counts(), ~_apart(span))


def _endings(session: Session, span: Span, parts: Sequence[Part]) -> None:
    """Close reasons, also duplicates and misuse: this one table says what became of everything that was no test. And
    how many requests are counted in the total alone."""
    part, reason = part_of(HelpRequest.created_at, span.begins), HelpRequest.close_reason
    columns = part, reason, _apart(span), HelpRequest.state == State.QUARANTINE
    rows = session.execute(
        select(*columns, func.count()).where(_came(span), HelpRequest.practice.is_(False)).group_by(*columns)
    )
    for place, why, apart, quarantined, number in rows:
        if apart and not quarantined and why not in NOT_COUNTED:
            parts[place].counted_in_total_alone += number
        elif not apart and why is not None and why != CloseReason.TEST:
            parts[place].by_close_reason[why] += number


def _groups(session: Session, span: Span, parts: Sequence[Part]) -> None:
    """What became of the requests of each language and priority, and how long they waited.

    A human answers in the portal, or reaches the person another way: whichever came first. Whether a request was
    taken in time is told by the clock of its priority, which staff work by.
    """
    reached = (
        select(Event.request_id, func.min(Event.at).label("at"))
        .where(
            Event.kind == EventKind.CONTACTED,
            Event.at >= span.start,
            Event.detail["result"].as_string().in_(REACHED),
        )
        .group_by(Event.request_id)
        .subquery()
    )
    answer = HelpRequest.first_answer_at
    human = case((or_(reached.c.at.is_(None), answer <= reached.c.at), answer), else_=reached.c.at)
    taken = func.coalesce(HelpRequest.first_acted_at, human)
    due = func.coalesce(HelpRequest.first_act_by, HelpRequest.act_by)
    too_late = func.coalesce(func.coalesce(taken, literal(span.now, HelpRequest.created_at.type)) > due, False)
    outcome = case(
        (human.is_not(None), case((too_late, LATE), else_=IN_TIME)),
        (HelpRequest.state == State.CLOSED, CLOSED_UNANSWERED),
        (too_late, WAITS_TOO_LONG),
        else_=WAITS,
    )
    codes = part_of(HelpRequest.created_at, span.begins), HelpRequest.language, HelpRequest.priority
    begun = epoch(HelpRequest.created_at)
    joined = outerjoin(HelpRequest, reached, reached.c.request_id == HelpRequest.id)
    waits = [func.aggregate_strings(cast(epoch(moment) - begun, String), ",") for moment in (taken, human)]
    counts = select(*codes, outcome, func.count(), *waits).select_from(joined).where(_counted(span))
    for place, language, priority, became, number, *texts in session.execute(counts.group_by(*codes, outcome)):
        group = parts[place].groups.setdefault((language, priority), Group())
        group.outcomes[became] = number
        for kept, text in zip((group.until_taken, group.until_answered), texts, strict=True):
            kept.extend(map(int, text.split(",") if text else ()))


def _when(session: Session, span: Span, parts: Sequence[Part]) -> None:
    """The hours in which requests came, and the moments of those with danger in them."""
    hour = epoch(HelpRequest.created_at) // HOUR
    part = part_of(HelpRequest.created_at, span.begins)
    counts = select(part, hour, func.count()).where(_counted(span)).group_by(part, hour)
    for place, number_of_hour, number in session.execute(counts):
        parts[place].by_hour[number_of_hour] = number
    dangerous = cast(HelpRequest.signals, String) != NONE
    dangers = select(part, epoch(HelpRequest.created_at)).where(_counted(span), dangerous)
    for place, moment in session.execute(dangers):
        parts[place].dangers.append(moment)


def _about(session: Session, span: Span, parts: Sequence[Part]) -> None:
    """Channel, topics, age and area. Lists and facts as they are stored: many are alike, and are read once."""
    part, topics = part_of(HelpRequest.created_at, span.begins), cast(HelpRequest.topics, String)
    facts = cast(HelpRequest.facts, String)
    ways = select(part, HelpRequest.channel, topics, func.count()).where(_counted(span))
    for place, channel, text, number in session.execute(ways.group_by(part, HelpRequest.channel, topics)):
        parts[place].by_channel[channel] += number
        for topic in {each.partition(".")[0] for each in json.loads(text)} or {""}:
            parts[place].by_topic[topic] += number
    said = select(part, facts, func.count()).where(_counted(span)).group_by(part, facts)
    for place, text, number in session.execute(said):
        told = json.loads(text)
        parts[place].by_age[told.get("age")] += number
        parts[place].by_area[told.get("area")] += number


def _answers(span: Span) -> Any:
    # In the very words of the partial index, or the databases do not use it.
    part = part_of(HelpRequest.created_at, span.begins)
    return (
        select(part, HelpRequest.language, func.count(), func.count(Message.read_by_person_at))
        .join(Message, and_(Message.request_id == HelpRequest.id, literal_column(f"message.{ANSWERS.text}")))
        .where(_counted(span))
        .group_by(part, HelpRequest.language)
    )


def _waiting(session: Session, span: Span) -> dict[str, Waiting]:
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
    return {language: Waiting(number, since) for language, number, since in rows}


def _events(span: Span) -> Any:
    part = part_of(Event.at, span.begins)
    return (
        select(part, Event.kind, func.count())
        .join(HelpRequest, HelpRequest.id == Event.request_id)
        .where(
            Event.kind.in_(COUNTED_EVENTS),
            Event.at >= span.start,
            Event.at < span.end,
            HelpRequest.practice.is_(False),
            ~_apart(span),
        )
        .group_by(part, Event.kind)
    )


def _public(session: Session, span: Span, parts: Sequence[Part]) -> None:
    days, after = [begin.date() for begin in span.begins], span.end.date()  # of the municipality's own calendar
    asked, week, missed = PublicQuestion.asked_at, PublicAnswer.published_week, AnswerSearchMiss.week
    by_asked, by_week, by_missed = part_of(asked, span.begins), part_of(week, days), part_of(missed, days)
    declined = func.count().filter(PublicQuestion.state == QuestionState.DECLINED)
    questions = select(by_asked, func.count(), declined).where(asked >= span.start, asked < span.end).group_by(by_asked)
    answers = select(by_week, func.count()).where(week >= days[0], week < after).group_by(by_week)
    misses = (
        select(by_missed, func.sum(AnswerSearchMiss.count)).where(missed >= days[0], missed < after).group_by(by_missed)
    )
    for part, number, refused in session.execute(questions):
        parts[part].public |= {PublicWork.ASKED: number, PublicWork.DECLINED: refused}
    for what, query in ((PublicWork.PUBLISHED, answers), (PublicWork.SEARCHED_IN_VAIN, misses)):
        for part, number in session.execute(query):
            parts[part].public[what] = int(number)


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
