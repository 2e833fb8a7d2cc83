"""The outbox: what other systems must be told, kept with what it tells until it has been sent.

Sending is at least once: whoever takes an item to send it says so for `LEASE`, and if nobody says how it went, the
next one sends it again under the same id. A receiver that keeps the ids it has seen gets each notice once.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, or_, select, text, update
from sqlalchemy.orm import Session

from portal.desk.codes_only import require_codes
from portal.desk.log import record_event
from portal.records.base import JsonObject
from portal.records.event import EventKind
from portal.records.outbox import WAITS, Adapter, OutboxItem, OutboxState

LEASE = timedelta(minutes=2)
"""So long an item belongs to whoever took it; longer than sending can take."""

GIVEN_UP_AFTER = timedelta(days=1)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)

STUCK_AFTER = timedelta(minutes=15)
"""An item that waits longer than this after it was written is stuck: somebody should look."""

TO_SEND = (OutboxState.WAITING, OutboxState.FAILED)

Receiver = tuple[Adapter, str | None]
"""A way out, and the unit at its end; None for whoever is reached that way."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One item as its sender needs it. `turn` is the number of this attempt."""

    id: UUID
    kind: str
    adapter: Adapter
    unit: str
    payload: JsonObject
    created_at: datetime
    turn: int


@dataclass(frozen=True, kw_only=True)
class OutboxRow:
    """One item as an operator sees it. Codes only."""

    id: UUID
    kind: str
    adapter: str
    unit: str
    state: str
    tries: int
    last_error: str | None
    created_at: datetime
    next_try_at: datetime


def put_in_outbox(
    session: Session,
    *,
    kind: str,
    unit: str,
    adapters: Iterable[Adapter],
    request_id: UUID | None,
    payload: Mapping[str, object],
    now: datetime,
) -> None:
    """Write one item for each way; they leave after the caller's commit. Raises TextAmongCodes."""
    require_codes("payload", payload)
    for adapter in adapters:
        session.add(
            OutboxItem(
                id=uuid4(),
                kind=kind,
                adapter=adapter,
                unit=unit,
                request_id=request_id,
                payload=dict(payload),
                created_at=now,
                next_try_at=now,
            )
        )
    session.flush()


def take_next(session: Session, *, now: datetime, besides: Collection[Receiver] = ()) -> Notice | None:
    """The item that has waited longest for its turn, taken for `LEASE`; None when nothing is due. Commit, then send.

    Nothing for the receivers `besides`. On PostgreSQL several workers take different items; SQLite lets one transaction
    write at a time in any case.
    """
    item = session.scalar(
        select(OutboxItem)
        .where(text(WAITS), OutboxItem.next_try_at <= now, *(_not_for(*receiver) for receiver in besides))
        .order_by(OutboxItem.next_try_at, OutboxItem.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if item is None:
        return None
    item.tries += 1
    item.next_try_at = now + LEASE
    session.flush()
    return Notice(
        id=item.id,
        kind=item.kind,
        adapter=Adapter(item.adapter),
        unit=item.unit,
        payload=dict(item.payload),
        created_at=item.created_at,
        turn=item.tries,
    )


def _not_for(adapter: Adapter, unit: str | None) -> ColumnElement[bool]:
    other = OutboxItem.adapter != adapter
    return other if unit is None else or_(other, OutboxItem.unit != unit)


def note_sent(session: Session, *, notice: Notice, now: datetime) -> None:
    """It arrived. Saying so twice changes nothing."""
    session.execute(
        update(OutboxItem)
        .where(OutboxItem.id == notice.id, OutboxItem.state != OutboxState.SENT)
        .values(state=OutboxState.SENT, sent_at=now, last_error=None)
    )


def note_failed(session: Session, *, notice: Notice, error: str, final: bool, now: datetime) -> bool:
    """It did not arrive, for this reason (a code). Returns whether it was given up, which escalates the request.

    It is tried again after a pause that doubles and is never quite the same, until `GIVEN_UP_AFTER`; `final` for an
    answer that trying again cannot change. Nothing happens when somebody else has taken the item since.
    """
    require_codes("error", error)
    give_up = final or now - notice.created_at >= GIVEN_UP_AFTER
    failed = session.execute(
        update(OutboxItem)
        .where(OutboxItem.id == notice.id, OutboxItem.tries == notice.turn, OutboxItem.state.in_(TO_SEND))
        .values(
            state=OutboxState.GIVEN_UP if give_up else OutboxState.FAILED,
            last_error=error,
            next_try_at=now + pause_after(notice.turn),
        )
        .returning(OutboxItem.request_id)
    ).first()
    if failed is None or not give_up:
        return False
    if failed.request_id is None:
        return True
    detail = {"why": "notice-given-up", "unit": notice.unit, "adapter": notice.adapter.value}
    record_event(session, request_id=failed.request_id, kind=EventKind.ESCALATED, at=now, detail=detail)
    return True


def pause_after(turn: int) -> timedelta:
    """How long to wait after this many attempts: doubling, at most `LONGEST_PAUSE`, and up to half as long again, so
    that what failed together does not come back together."""
    plain = min(FIRST_PAUSE * (1 << min(turn - 1, 20)), LONGEST_PAUSE)
    return plain * (1 + random.random() / 2)  # noqa: S311  # spreading, no secret


def count_stuck(session: Session, *, now: datetime) -> int:
    """How many were given up, or wait longer than they should."""
    waits = (OutboxItem.state.in_(TO_SEND)) & (OutboxItem.created_at <= now - STUCK_AFTER)
    stuck = select(func.count()).select_from(OutboxItem).where(or_(OutboxItem.state == OutboxState.GIVEN_UP, waits))
    return session.scalar(stuck) or 0


def list_unsent(session: Session) -> list[OutboxRow]:
    """Everything that has not been sent, oldest first."""
    rows = session.scalars(
        select(OutboxItem).where(OutboxItem.state != OutboxState.SENT).order_by(OutboxItem.created_at, OutboxItem.id)
    )
    return [
        OutboxRow(
            id=row.id,
            kind=row.kind,
            adapter=row.adapter,
            unit=row.unit,
            state=row.state,
            tries=row.tries,
            last_error=row.last_error,
            created_at=row.created_at,
            next_try_at=row.next_try_at,
        )
        for row in rows
    ]


def try_again(session: Session, *, now: datetime, item_id: UUID | None = None) -> int:
    """Make this item, or everything unsent, due now with a new day to arrive in. Returns how many."""
    wanted = OutboxItem.state != OutboxState.SENT
    if item_id is not None:
        wanted = wanted & (OutboxItem.id == item_id)
    again = session.execute(
        update(OutboxItem)
        .where(wanted)
        .values(state=OutboxState.WAITING, next_try_at=now, created_at=now)
        .returning(OutboxItem.id)
    )
    return len(again.all())
