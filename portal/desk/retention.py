"""Erasing what has served its time, and moving the rest to a new content key.

A closed request is erased by destroying its key when its time is over: never while a legal hold lasts or a unit has
not said whether it takes it over, and never with an answer that the person has not read, unless a supervisor decides
so. Each erasure leaves a line in a protocol.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.desk.errors import NothingToDecide, RequestUnknown
from portal.desk.legal_holds import holds_of
from portal.desk.log import record_event
from portal.desk.reach import Reach
from portal.desk.staff_drafts import forget_all_drafts
from portal.records.erasure import OF_A_PLACE, Erasure
from portal.records.event import EventKind
from portal.records.handover import Handover, HandoverState
from portal.records.help_request import HelpRequest, State
from portal.records.legal_hold import LegalHold
from portal.records.message import Author, Message
from portal.records.note import Note
from portal.records.sealing import ContentKeys

ORDINARY = "ordinary"
"""What the protocol calls a request of no class in the rules."""

NOT_DECIDED = "not decided"

AT_ONCE = 100
"""Requests of one transaction: whoever wants to write waits for no more than these."""


@dataclass(frozen=True, kw_only=True)
class UnreadClosed:
    """A closed request that would be erased, had the person read the last answer. Codes only."""

    reference: str
    language: str
    closed_at: datetime | None
    code_expires_at: datetime | None


def erase_expired(session: Session, *, now: datetime, decisions: Mapping[str, str] | None = None) -> list[str]:
    """Destroy the keys of closed requests whose time is over, AT_ONCE at most, and return their references.

    `decisions` names the decision behind each class, under `ORDINARY` that of the rest. Codes and times stay, for
    statistics. After the commit, call `Database.overwrite_erased()` to clear the database's own leftovers.
    """
    over = session.scalars(
        select(HelpRequest)
        .where(
            *_time_is_over(now),
            ~_held(),
            ~_waits_for_unit(),
            or_(~_unread(), HelpRequest.erase_unread_by.is_not(None)),
        )
        .order_by(HelpRequest.code_expires_at, HelpRequest.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    # Asked again now that the rows are locked: a hold may have been placed while we waited for its lock.
    erased = [request for request in over if not holds_of(session, request_id=request.id)]
    for request in erased:
        _write_protocol(session, request, now, decisions or {})
        destroy_content(request, now)
        record_event(session, request_id=request.id, kind=EventKind.ERASED, at=now)
    forget_all_drafts(session, request_ids=[request.id for request in erased])
    return [request.reference for request in erased]


def destroy_content(request: HelpRequest, now: datetime) -> None:
    """Destroy the key: nobody can read again what was said, noted and left as contact details."""
    request.wrapped_key = None
    request.contact = None
    request.submission_hash = None
    request.erased_at = now


def tell_of_unread(session: Session, *, now: datetime, after: timedelta) -> list[str]:
    """Escalate, once each, what cannot be erased because an answer lies unread so long `after` its time was over.

    Returns the references of those that a supervisor now sees for the first time.
    """
    waiting = session.scalars(
        select(HelpRequest)
        .where(*_time_is_over(now - after), _unread(), HelpRequest.unread_told_at.is_(None), ~_held())
        .with_for_update()
    ).all()
    for request in waiting:
        request.unread_told_at = now
        record_event(session, request_id=request.id, kind=EventKind.ESCALATED, at=now, detail={"why": "unread-answer"})
    return [request.reference for request in waiting]


def unread_closed(session: Session, *, within: Reach) -> list[UnreadClosed]:
    """Those `within` reach that wait for a supervisor's decision, oldest first."""
    rows = session.scalars(
        select(HelpRequest)
        .where(
            within,
            HelpRequest.unread_told_at.is_not(None),
            HelpRequest.erase_unread_by.is_(None),
            HelpRequest.erased_at.is_(None),
            HelpRequest.state == State.CLOSED,
            _unread(),
        )
        .order_by(HelpRequest.closed_at, HelpRequest.id)
    )
    return [
        UnreadClosed(
            reference=row.reference,
            language=row.language,
            closed_at=row.closed_at,
            code_expires_at=row.code_expires_at,
        )
        for row in rows
    ]


def allow_unread_erasure(session: Session, *, request_id: UUID, staff_id: UUID) -> None:
    """A supervisor decides that it may be erased although the answer was never read.

    Raises RequestUnknown; NothingToDecide when nobody has been told of it, or it is no longer so.
    """
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    if request.unread_told_at is None or request.state != State.CLOSED or request.erased_at is not None:
        raise NothingToDecide()
    request.erase_unread_by = staff_id


def protocol(
    session: Session, *, limit: int, before: int | None = None, within: Reach | None = None
) -> Sequence[Erasure]:
    """The newest lines of the protocol, at most `limit`, older than line number `before`; with `within` only those of
    requests within reach, and of places."""
    query = select(Erasure).order_by(Erasure.number.desc()).limit(limit)
    if before is not None:
        query = query.where(Erasure.number < before)
    if within is not None:
        reached = exists().where(HelpRequest.reference == Erasure.reference, within)
        query = query.where(or_(Erasure.retention_class == OF_A_PLACE, reached))
    return session.scalars(query).all()


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


def _time_is_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        HelpRequest.state == State.CLOSED,
        HelpRequest.erased_at.is_(None),
        HelpRequest.code_expires_at <= now,
        or_(HelpRequest.erase_after.is_(None), HelpRequest.erase_after <= now),
    )


def _unread() -> ColumnElement[bool]:
    return exists().where(
        Message.request_id == HelpRequest.id,
        Message.author == Author.STAFF,
        Message.read_by_person_at.is_(None),
    )


def _held() -> ColumnElement[bool]:
    return exists().where(and_(LegalHold.request_id == HelpRequest.id, LegalHold.ended_at.is_(None)))


def _waits_for_unit() -> ColumnElement[bool]:
    """Handed over, and the unit has not said yes or no: it may still come back."""
    return exists().where(Handover.request_id == HelpRequest.id, Handover.state == HandoverState.SENT)


def _write_protocol(session: Session, request: HelpRequest, now: datetime, decisions: Mapping[str, str]) -> None:
    kept_as = request.retention_class or ORDINARY
    session.add(
        Erasure(
            at=now,
            reference=request.reference,
            retention_class=kept_as,
            decision=decisions.get(kept_as, NOT_DECIDED)[:200],
            closed_at=request.closed_at,
            messages=_count(session, Message, request.id),
            notes=_count(session, Note, request.id),
            unread=request.erase_unread_by is not None,
        )
    )


def _count(session: Session, what: type[Message] | type[Note], request_id: UUID) -> int:
    return session.scalar(select(func.count()).select_from(what).where(what.request_id == request_id)) or 0
