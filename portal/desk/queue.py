"""The work queue: what waits for staff, in the order in which it should be taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, select, tuple_
from sqlalchemy.orm import Session

from portal.desk.reach import Reach
from portal.desk.work import CLAIM_LAPSES_AFTER
from portal.records.help_request import AWAITING_STAFF, HelpRequest, State, Urgency
from portal.records.staff_account import StaffAccount
from portal.records.takeover import Holder, Takeover

_ORDER = (HelpRequest.priority, HelpRequest.child_rank, HelpRequest.waiting_since, HelpRequest.id)


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One request in the queue; codes only, nothing the person wrote. A lapsed claim counts as none."""

    request_id: UUID
    reference: str
    state: State
    urgency: Urgency
    signals: tuple[str, ...]
    topics: tuple[str, ...]
    child_concerned: bool
    language: str
    entrance: str
    channel: str
    anonymous: bool
    created_at: datetime
    waiting_since: datetime
    answer_due_at: datetime | None
    claimed_by: UUID | None
    claimed_role: str | None
    talk_holder: Holder | None  # who answers in its chat, where that was asked


def queue_page(
    session: Session,
    *,
    within: Reach,
    now: datetime,
    limit: int,
    after: UUID | None = None,
    states: Iterable[State] = AWAITING_STAFF,
    held_by: UUID | None = None,
    claim_lapses_after: timedelta = CLAIM_LAPSES_AFTER,
) -> list[QueueRow]:
    """At most `limit` rows `within` reach, after the request `after`: danger first, then urgency, then children,
    then the longest waiting. An `after` that is unknown starts from the top. `held_by` leaves those that this member
    of staff took and nobody else has taken since, also where the claim has lapsed."""
    query = (
        select(HelpRequest, StaffAccount.display_role, Takeover.holder)
        .outerjoin(StaffAccount, StaffAccount.id == HelpRequest.claimed_by)
        .outerjoin(Takeover, Takeover.request_id == HelpRequest.id)
        .where(within, *_in_states(states))
        .order_by(*_ORDER)
        .limit(limit)
    )
    if held_by is not None:
        query = query.where(HelpRequest.claimed_by == held_by)
    place = session.execute(select(*_ORDER).where(HelpRequest.id == after)).first() if after else None
    if place is not None:
        query = query.where(tuple_(*_ORDER) > tuple_(*place))
    oldest_claim = now - claim_lapses_after
    return [_row(request, role, holder, oldest_claim) for request, role, holder in session.execute(query)]


def queue_counts(session: Session, *, within: Reach) -> dict[State, int]:
    """How many requests `within` reach are in each state; every state is present."""
    counted = session.execute(select(HelpRequest.state, func.count()).where(within).group_by(HelpRequest.state))
    return dict.fromkeys(State, 0) | {State(state): count for state, count in counted}


def count_held(session: Session, *, staff_id: UUID) -> int:
    """How many requests this member of staff took and nobody else has taken since."""
    counted = select(func.count()).where(HelpRequest.claimed_by == staff_id, HelpRequest.state != State.CLOSED)
    return session.scalar(counted) or 0


def count_arrived(session: Session, *, within: Reach, since: datetime) -> int:
    """How many of those that wait for staff began to wait after this moment: new ones, and people who wrote again."""
    counted = select(func.count()).where(within, *_in_states(AWAITING_STAFF), HelpRequest.waiting_since > since)
    return session.scalar(counted) or 0


def _in_states(states: Iterable[State]) -> list[ColumnElement[bool]]:
    wanted = [State(state) for state in states]
    conditions: list[ColumnElement[bool]] = [HelpRequest.state.in_(wanted)]
    if State.CLOSED not in wanted:
        # Said in the very words of the partial index, or the databases do not use it.
        conditions.append(HelpRequest.state != literal_column(f"'{State.CLOSED}'"))
    return conditions


def _row(request: HelpRequest, role: str | None, holder: str | None, oldest_claim: datetime) -> QueueRow:
    held = request.touched_at is not None and request.touched_at > oldest_claim
    return QueueRow(
        request_id=request.id,
        reference=request.reference,
        state=State(request.state),
        urgency=Urgency(request.urgency),
        signals=tuple(request.signals),
        topics=tuple(request.topics),
        child_concerned=request.child_rank == 0,
        language=request.language,
        entrance=request.entrance,
        channel=request.channel,
        anonymous=request.anonymous,
        created_at=request.created_at,
        waiting_since=request.waiting_since,
        answer_due_at=request.answer_due_at,
        claimed_by=request.claimed_by if held else None,
        claimed_role=role if held else None,
        talk_holder=Holder(holder) if holder is not None else None,
    )
