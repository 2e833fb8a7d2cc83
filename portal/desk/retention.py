"""Erasing what has served its time, and moving the rest to a new content key."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.desk.log import record_event
from portal.records.event import EventKind
from portal.records.handover import Handover, HandoverState
from portal.records.help_request import HelpRequest, State
from portal.records.message import Author, Message
from portal.records.sealing import ContentKeys


def erase_expired(session: Session, *, now: datetime) -> int:
    """Destroy the keys of closed requests whose code is over, and return how many were erased.

    A request with an answer that the person has not read, or that waits for a unit's yes or no, is never erased.
    Codes and times stay, for statistics. After the commit, call `Database.overwrite_erased()` to clear the database's
    own leftovers.
    """
    unread = exists().where(
        Message.request_id == HelpRequest.id,
        Message.author == Author.STAFF,
        Message.read_by_person_at.is_(None),
    )
    waits_for_unit = exists().where(Handover.request_id == HelpRequest.id, Handover.state == HandoverState.SENT)
    over = session.scalars(
        select(HelpRequest)
        .where(
            HelpRequest.code_expires_at <= now,
            HelpRequest.state == State.CLOSED,
            HelpRequest.erased_at.is_(None),
            ~unread,
            ~waits_for_unit,
        )
        .with_for_update()
    ).all()
    for request in over:
        request.wrapped_key = None
        request.contact = None
        request.submission_hash = None
        request.erased_at = now
        record_event(session, request_id=request.id, kind=EventKind.ERASED, at=now)
    return len(over)


def rewrap_requests(session: Session, *, keys: ContentKeys) -> int:
    """Put every request's data key under the first content key and return how many were moved.

    After this the other keys may leave CONTENT_KEY. Raises ContentKeyMissing, ContentDamaged.
    """
    moved = 0
    for request in session.scalars(select(HelpRequest).where(HelpRequest.wrapped_key.is_not(None)).with_for_update()):
        if request.wrapped_key is None:
            continue
        wrapped = keys.rewrap(request.wrapped_key, request.id)
        if wrapped != request.wrapped_key:
            request.wrapped_key = wrapped
            moved += 1
    _rewrap_packages(session, keys)
    session.flush()
    return moved


def _rewrap_packages(session: Session, keys: ContentKeys) -> None:
    """What was handed over lies under keys of its own."""
    for row in session.scalars(select(Handover).where(Handover.wrapped_key.is_not(None)).with_for_update()):
        if row.wrapped_key is not None:
            row.wrapped_key = keys.rewrap(row.wrapped_key, row.id)
