"""The work queue: what waits for staff, in the order in which it should be taken.

Every view is read in its order from an index, part by part of somebody's reach (`desk.reach.lanes`), and no part is
read further than the page shows. So a page costs the same however much waits and however much is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, or_, select, text, tuple_, union_all
from sqlalchemy.orm import Session

from portal.desk.reach import Lane
from portal.desk.work import CLAIM_LAPSES_AFTER
from portal.records.help_request import (
    ACUTE,
    ASIDE,
    AWAITING,
    CLOSED,
    HELD,
    OTHER_PARTY,
    HelpRequest,
    Priority,
    State,
    Urgency,
)
from portal.records.report_clock import ReportClock
from portal.records.staff_account import StaffAccount
from portal.records.takeover import Holder, Takeover

ORDER: Final = (HelpRequest.priority, HelpRequest.child_rank, HelpRequest.waiting_since, HelpRequest.id)
"""Danger first, then what the rules call urgent, then children, then the longest waiting."""

NOT_THE_OTHER_PARTY: Final = or_(HelpRequest.party.is_(None), HelpRequest.party == 1)
"""Both parties of a matter never stand in one view."""


class View(StrEnum):
    """What a page of the queue shows. Of two parties in one matter the second stands in OTHER_PARTY only."""

    OPEN = "open"
    MINE = "mine"
    WAITING = "waiting"
    UNIT = "unit"
    QUARANTINE = "quarantine"
    OTHER_PARTY = "other-party"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is chosen among the requests of a view; None and False choose nothing. Codes only."""

    priority: int | None = None
    language: str | None = None
    topic: str | None = None
    unit: str | None = None
    channel: str | None = None
    child: bool = False
    danger: bool = False
    report: bool = False  # a legal clock is running


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One request in the queue; codes only, nothing the person wrote. A lapsed claim counts as none."""

    request_id: UUID
    reference: str
    state: State
    priority: Priority
    urgency: Urgency
    signals: tuple[str, ...]
    topics: tuple[str, ...]
    child_concerned: bool
    language: str
    entrance: str
    channel: str
    unit: str
    anonymous: bool
    protected: bool
    created_at: datetime
    waiting_since: datetime
    act_by: datetime | None
    acted_at: datetime | None
    escalated_to: str | None
    answer_due_at: datetime | None
    claimed_by: UUID | None
    claimed_role: str | None
    talk_holder: Holder | None  # who answers in its chat, where that was asked
    report: ReportClock | None


def queue_page(
    session: Session,
    *,
    lanes: Sequence[Lane],
    now: datetime,
    limit: int,
    after: UUID | None = None,
    view: View = View.OPEN,
    filters: Filters = Filters(),
    staff_id: UUID | None = None,
    claim_lapses_after: timedelta = CLAIM_LAPSES_AFTER,
) -> list[QueueRow]:
    """At most `limit` rows of `lanes`, after the request `after`, in ORDER; closed ones, the last closed first.

    An `after` that is unknown starts from the top. MINE are those that `staff_id` took and nobody else has taken
    since, also where the claim has lapsed.
    """
    order = _order_of(view)
    place = session.execute(select(*order).where(HelpRequest.id == after)).first() if after else None
    lanes = lanes_shown(view, lanes)
    parts = [
        _part(view, lane, staff_id).where(*_filtered(filters), *_behind(view, place)).order_by(*_way(view)).limit(limit)
        for lane in lanes
    ]
    if not parts:
        return []
    found = (
        union_all(*(select(part.subquery()) for part in parts)).subquery() if len(parts) > 1 else parts[0].subquery()
    )
    query = (
        select(HelpRequest, StaffAccount.display_role, Takeover.holder, ReportClock)
        .join(found, found.c.id == HelpRequest.id)
        .outerjoin(StaffAccount, StaffAccount.id == HelpRequest.claimed_by)
        .outerjoin(Takeover, Takeover.request_id == HelpRequest.id)
        .outerjoin(ReportClock, ReportClock.request_id == HelpRequest.id)
        .order_by(*_way(view))
        .limit(limit)
    )
    oldest_claim = now - claim_lapses_after
    return [row_of(*found, oldest_claim) for found in session.execute(query)]


def lanes_shown(view: View, lanes: Sequence[Lane]) -> list[Lane]:
    """Emergencies of other units stand where somebody waits; what became of them stands in their own units."""
    everywhere = view in (View.OPEN, View.MINE, View.OTHER_PARTY)
    return [lane for lane in lanes if everywhere or lane.unit is not None]


def condition_of(view: View, lane: Lane, staff_id: UUID | None = None) -> list[ColumnElement[bool]]:
    """What a view shows of one lane, in the very words of the index that has it in order."""
    awaiting = ACUTE if lane.unit is None else AWAITING
    party = NOT_THE_OTHER_PARTY
    match view:
        case View.OPEN:
            said: list[Any] = [text(awaiting), party]
        case View.MINE:
            said = [HelpRequest.claimed_by == staff_id, text(HELD), party]
        case View.OTHER_PARTY:
            said = [text(OTHER_PARTY)]
        case View.CLOSED:
            said = [text(CLOSED), party]
        case _:
            said = [text(ASIDE), HelpRequest.state == _STATE_OF[view], party]
    return [lane.condition, *said]


_STATE_OF: Final = {
    View.WAITING: State.WAITING_PERSON,
    View.UNIT: State.WAITING_UNIT,
    View.QUARANTINE: State.QUARANTINE,
}


def not_held(now: datetime, lapses_after: timedelta = CLAIM_LAPSES_AFTER) -> ColumnElement[bool]:
    """Nobody works on it: never taken, let go, or taken by somebody who fell silent."""
    return or_(HelpRequest.claimed_by.is_(None), HelpRequest.touched_at <= now - lapses_after)


def _part(view: View, lane: Lane, staff_id: UUID | None) -> Select[Any]:
    return select(HelpRequest.id, *_order_of(view)[:-1]).where(*condition_of(view, lane, staff_id))


def _order_of(view: View) -> tuple[Any, ...]:
    return (HelpRequest.closed_at, HelpRequest.id) if view == View.CLOSED else ORDER


def _way(view: View) -> list[Any]:
    return [key.desc() for key in _order_of(view)] if view == View.CLOSED else list(ORDER)


def _behind(view: View, place: Any) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    keys, there = tuple_(*_order_of(view)), tuple_(*place)
    return [keys < there if view == View.CLOSED else keys > there]


def _filtered(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    for column, value in (
        (HelpRequest.priority, filters.priority),
        (HelpRequest.language, filters.language),
        (HelpRequest.unit, filters.unit),
        (HelpRequest.channel, filters.channel),
    ):
        if value is not None:
            wanted.append(column == value)
    if filters.topic is not None:
        stored = cast(HelpRequest.topics, String)
        wanted.append(or_(stored.contains(f'"{filters.topic}"'), stored.contains(f'"{filters.topic}.')))
    if filters.child:
        wanted.append(HelpRequest.child_rank == 0)
    if filters.danger:
        wanted.append(and_(HelpRequest.priority == Priority.P1, cast(HelpRequest.signals, String) != "[]"))
    if filters.report:
        wanted.append(HelpRequest.id.in_(select(ReportClock.request_id).where(report_runs())))
    return wanted


def report_runs() -> ColumnElement[bool]:
    """One of the legal clocks is running."""
    return or_(ReportClock.safety_assessed_at.is_(None), ReportClock.preliminary_assessed_at.is_(None))


def row_of(
    request: HelpRequest, role: str | None, holder: str | None, report: ReportClock | None, oldest_claim: datetime
) -> QueueRow:
    held = request.touched_at is not None and request.touched_at > oldest_claim
    return QueueRow(
        request_id=request.id,
        reference=request.reference,
        state=State(request.state),
        priority=Priority(request.priority),
        urgency=Urgency(request.urgency),
        signals=tuple(request.signals),
        topics=tuple(request.topics),
        child_concerned=request.child_rank == 0,
        language=request.language,
        entrance=request.entrance,
        channel=request.channel,
        unit=request.unit,
        anonymous=request.anonymous,
        protected=request.protected,
        created_at=request.created_at,
        waiting_since=request.waiting_since,
        act_by=request.act_by,
        acted_at=request.acted_at,
        escalated_to=request.escalated_to,
        answer_due_at=request.answer_due_at,
        claimed_by=request.claimed_by if held else None,
        claimed_role=role if held else None,
        talk_holder=Holder(holder) if holder is not None else None,
        report=report,
    )
