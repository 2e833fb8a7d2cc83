"""What staff have written and not sent: kept per person and request, whatever happens to browser, claim or session.

Sealed under the request's key, so that erasing the request erases them too. Nobody but the writer gets them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.desk.errors import RequestUnknown
from portal.records.help_request import HelpRequest
from portal.records.sealing import ContentKeys, DataKey
from portal.records.staff_draft import DraftKind, StaffDraft


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One draft, opened."""

    body: str
    saved_at: datetime


def save_draft(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    kind: DraftKind,
    body: str,
    now: datetime,
) -> None:
    """Keep what is written; the last saving counts, and an empty `body` forgets. Needs no claim.

    Raises RequestUnknown, ContentErased.
    """
    # Locked, so that of two savings at once the second finds the row of the first.
    request = session.get(HelpRequest, request_id, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    key = keys.open_data_key(request.wrapped_key, request_id)
    if not body.strip():
        forget_draft(session, request_id=request_id, staff_id=staff_id, kind=kind)
        return
    row = _row(session, request_id, staff_id, kind)
    if row is None:
        row = StaffDraft(id=uuid4(), request_id=request_id, staff_id=staff_id, kind=kind)
        session.add(row)
    row.body = key.seal(body, row.field)
    row.saved_at = now
    session.flush()


def read_drafts(session: Session, *, keys: ContentKeys, request_id: UUID, staff_id: UUID) -> dict[DraftKind, Draft]:
    """What this person has not sent yet; nothing once the request was erased. Raises ContentDamaged."""
    wrapped = session.scalar(select(HelpRequest.wrapped_key).where(HelpRequest.id == request_id))
    if wrapped is None:
        return {}
    key = keys.open_data_key(wrapped, request_id)
    rows = session.scalars(
        select(StaffDraft).where(StaffDraft.request_id == request_id, StaffDraft.staff_id == staff_id)
    )
    return {DraftKind(row.kind): _opened(row, key) for row in rows}


def forget_draft(session: Session, *, request_id: UUID, staff_id: UUID, kind: DraftKind) -> None:
    """It was sent, or is not wanted any more."""
    session.execute(
        delete(StaffDraft).where(
            StaffDraft.request_id == request_id, StaffDraft.staff_id == staff_id, StaffDraft.kind == kind
        )
    )


def forget_all_drafts(session: Session, *, request_ids: Collection[UUID]) -> None:
    """Everybody's drafts on these requests, when they are erased."""
    session.execute(delete(StaffDraft).where(StaffDraft.request_id.in_(request_ids)))


def _row(session: Session, request_id: UUID, staff_id: UUID, kind: DraftKind) -> StaffDraft | None:
    return session.scalar(
        select(StaffDraft).where(
            StaffDraft.request_id == request_id, StaffDraft.staff_id == staff_id, StaffDraft.kind == kind
        )
    )


def _opened(row: StaffDraft, key: DataKey) -> Draft:
    return Draft(body=key.open(row.body, row.field), saved_at=row.saved_at)
