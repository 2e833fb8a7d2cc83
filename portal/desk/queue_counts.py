"""How much waits: counts that stop at a cap, and the longest waiting of each language. Neither reads a whole queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, literal, literal_column, select, text
from sqlalchemy.orm import Session, aliased

from portal.desk.queue import NOT_THE_OTHER_PARTY, View, condition_of, lanes_shown
from portal.desk.reach import Lane, Reach
from portal.records.event import Event
from portal.records.help_request import AWAITING, HelpRequest
from portal.records.request_look import RequestLook

COUNTED_TO: Final = 100
"""Counting stops here; the page says that there are more."""

RECENT: Final = 200
"""Events that a mark sums up: of two transactions the one that took its number first may be seen last."""


@dataclass(frozen=True, slots=True)
class LongestWaiting:
    """Who has waited longest of those who write one language."""

    language: str
    since: datetime
    reference: str


def view_counts(
    session: Session, *, lanes: Sequence[Lane], views: Iterable[View], staff_id: UUID | None = None
) -> dict[View, int]:
    """How many requests each view shows; COUNTED_TO where there are as many or more. One query."""
    wanted = list(views)
    if not lanes or not wanted:
        return dict.fromkeys(wanted, 0)
    columns = [
        sum((_capped(condition_of(view, lane, staff_id)) for lane in lanes_shown(view, lanes)), literal(0)).label(
            view.name.lower()
        )
        for view in wanted
    ]
    counted = session.execute(select(*columns)).one()
    return {view: min(int(number), COUNTED_TO) for view, number in zip(wanted, counted, strict=True)}


def longest_waiting(session: Session, *, lanes: Sequence[Lane]) -> list[LongestWaiting]:
    """The longest waiting of each language in these units, the longest first. One query per unit.

    The index is asked for the next language and for its first row, never for all rows.
    """
    found: dict[str, LongestWaiting] = {}
    for lane in lanes:
        if lane.unit is None:
            continue
        for language, since, reference in session.execute(_longest_of(lane)):
            if language is not None and (language not in found or since < found[language].since):
                found[language] = LongestWaiting(language, since, reference)
    return sorted(found.values(), key=lambda each: (each.since, each.language))


def queue_mark(session: Session, *, within: Reach, now: datetime, looks_since: datetime) -> str:
    """Another one as soon as anything has happened to a request `within` reach, or somebody else is looking at one.

    What happens out of reach does not show. Cheap: only the latest events are looked through, whose they ever are.
    """
    recent = select(Event.number, Event.request_id).order_by(Event.number.desc()).limit(RECENT).subquery()
    seen = select(recent.c.number).join(HelpRequest, HelpRequest.id == recent.c.request_id).where(within).subquery()
    newest = select(func.max(seen.c.number)).scalar_subquery()
    together = select(func.sum(seen.c.number)).scalar_subquery()
    looks = (
        select(func.count())
        .select_from(RequestLook)
        .join(HelpRequest, HelpRequest.id == RequestLook.request_id)
        .where(RequestLook.seen_at > looks_since, within)
        .scalar_subquery()
    )
    number, total, looking = session.execute(select(newest, together, looks)).one()
    return f"{number or 0}.{total or 0}.{looking}.{int(now.timestamp()) // 60}"


def _capped(conditions: Sequence[Any]) -> Any:
    some: Select[Any] = (
        select(literal_column("1").label("one")).select_from(HelpRequest).where(*conditions).limit(COUNTED_TO)
    )
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def _longest_of(lane: Lane) -> Select[Any]:
    first = _languages(lane).limit(1).scalar_subquery()
    spoken = select(first.label("language")).cte("spoken", recursive=True)
    following = _languages(lane).where(HelpRequest.language > spoken.c.language).limit(1)
    spoken = spoken.union_all(
        select(following.correlate(spoken).scalar_subquery()).where(spoken.c.language.is_not(None))
    )
    oldest = (
        _waiting(HelpRequest.id, lane)
        .where(HelpRequest.language == spoken.c.language)
        .order_by(HelpRequest.waiting_since)
        .limit(1)
        .correlate(spoken)
        .scalar_subquery()
    )
    one = aliased(HelpRequest)
    return (
        select(spoken.c.language, one.waiting_since, one.reference)
        .select_from(spoken)
        .join(one, one.id == oldest)
        .where(spoken.c.language.is_not(None))
    )


def _languages(lane: Lane) -> Select[Any]:
    return _waiting(HelpRequest.language, lane).order_by(HelpRequest.language)


def _waiting(column: Any, lane: Lane) -> Select[Any]:
    return select(column).where(lane.condition, text(AWAITING), NOT_THE_OTHER_PARTY)
