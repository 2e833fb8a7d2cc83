"""What staff do with a request: take it, answer, note, close, reopen, let go."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from portal.desk import clocks
from portal.desk.conversation import add_message
from portal.desk.errors import (
    AlreadyClaimed,
    ContentErased,
    EmptyText,
    NotClaimed,
    RequestClosed,
    RequestNotClosed,
    RequestUnknown,
)
from portal.desk.follow_up import open_again
from portal.desk.log import record_event
from portal.desk.talk_holder import claim_moved, claim_released, request_closed, staff_answered
from portal.records.event import EventKind
from portal.records.help_request import AWAITING_STAFF, CloseReason, HelpRequest, State
from portal.records.message import Author
from portal.records.note import Note
from portal.records.sealing import ContentKeys
from portal.records.staff_account import StaffAccount

CLAIM_LAPSES_AFTER = timedelta(minutes=15)


def claim(
    session: Session,
    *,
    request_id: UUID,
    staff_id: UUID,
    now: datetime,
    lapses_after: timedelta = CLAIM_LAPSES_AFTER,
) -> None:
    """Take a request. Of two who try at once, exactly one succeeds; taking what is yours keeps it fresh.

    Raises AlreadyClaimed, RequestClosed, RequestUnknown.
    """
    taken = session.execute(
        update(HelpRequest)
        .where(
            HelpRequest.id == request_id,
            HelpRequest.state != State.CLOSED,
            or_(
                HelpRequest.claimed_by.is_(None),
                HelpRequest.claimed_by == staff_id,
                HelpRequest.touched_at <= now - lapses_after,
            ),
        )
        .values(touched_at=now)
        .execution_options(synchronize_session=False)
        .returning(HelpRequest.id)
    ).first()
    request = _fresh(session, request_id)
    if taken is None:
        raise _why_not_taken(session, request, lapses_after)
    if request.claimed_by == staff_id:
        return
    request.claimed_by = staff_id
    request.claimed_at = now
    request.acted_at = request.acted_at or now
    if request.state == State.NEW:
        request.state = State.CLAIMED
    record_event(session, request_id=request_id, kind=EventKind.CLAIMED, at=now, staff_id=staff_id)
    claim_moved(session, request_id=request_id, staff_id=staff_id, now=now)


def release(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Give a request back to the queue. Raises NotClaimed, RequestClosed, RequestUnknown."""
    request = held(session, request_id, staff_id, now)
    let_go(request)
    claim_released(session, request_id=request_id, now=now)
    record_event(session, request_id=request_id, kind=EventKind.RELEASED, at=now, staff_id=staff_id)


def answer(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    body: str,
    language: str,
    now: datetime,
) -> None:
    """Answer the person. The claim is kept.

    Raises EmptyText, NotClaimed, RequestClosed, RequestUnknown, ContentErased.
    """
    request = held(session, request_id, staff_id, now)
    add_message(
        session,
        key=keys.open_data_key(request.wrapped_key, request_id),
        request_id=request_id,
        author=Author.STAFF,
        staff_id=staff_id,
        body=body,
        language=language,
        at=now,
    )
    if request.first_answer_at is None:
        request.first_answer_at = now
    request.state = State.WAITING_PERSON
    request.waiting_since = now
    clocks.stop(request, now)
    staff_answered(session, request_id=request_id, staff_id=staff_id, now=now)
    record_event(session, request_id=request_id, kind=EventKind.ANSWERED, at=now, staff_id=staff_id)


def add_note(
    session: Session, *, keys: ContentKeys, request_id: UUID, staff_id: UUID, body: str, now: datetime
) -> None:
    """Write an internal note, which the person never sees. Needs no claim.

    Raises EmptyText, RequestUnknown, ContentErased.
    """
    if not body.strip():
        raise EmptyText()
    request = _fresh(session, request_id)
    key = keys.open_data_key(request.wrapped_key, request_id)
    note = Note(id=uuid4(), request_id=request_id, staff_id=staff_id, created_at=now)
    note.body = key.seal(body, note.field)
    session.add(note)
    record_event(session, request_id=request_id, kind=EventKind.NOTED, at=now, staff_id=staff_id)


def close(
    session: Session,
    *,
    request_id: UUID,
    staff_id: UUID,
    reason: str,
    now: datetime,
    code_valid: timedelta,
) -> None:
    """Close a request; its receipt code opens it for `code_valid` more.

    Raises NotClaimed, RequestClosed, RequestUnknown; ValueError for a reason that is no CloseReason.
    """
    why = CloseReason(reason)
    request = held(session, request_id, staff_id, now)
    let_go(request)
    request_closed(session, request_id=request_id)
    clocks.stop(request, now)
    request.state = State.CLOSED
    request.closed_at = now
    request.close_reason = why
    request.code_expires_at = now + code_valid
    record_event(
        session,
        request_id=request_id,
        kind=EventKind.CLOSED,
        at=now,
        staff_id=staff_id,
        detail={"reason": str(why)},
    )


def reopen(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Open a closed request again. Raises RequestNotClosed, RequestUnknown, ContentErased."""
    request = _fresh(session, request_id, for_update=True)
    if request.state != State.CLOSED:
        raise RequestNotClosed()
    if request.erased_at is not None:
        raise ContentErased("an erased request cannot be worked on")
    open_again(request)
    request.waiting_since = now
    clocks.restart(request, None, now)
    record_event(session, request_id=request_id, kind=EventKind.REOPENED, at=now, staff_id=staff_id)


def _fresh(session: Session, request_id: UUID, *, for_update: bool = False) -> HelpRequest:
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=for_update or None)
    if request is None:
        raise RequestUnknown(str(request_id))
    return request


def _why_not_taken(session: Session, request: HelpRequest, lapses_after: timedelta) -> AlreadyClaimed | RequestClosed:
    if request.state == State.CLOSED or request.claimed_by is None or request.touched_at is None:
        return RequestClosed()
    role = session.scalar(select(StaffAccount.display_role).where(StaffAccount.id == request.claimed_by))
    return AlreadyClaimed(by=request.claimed_by, role=role or "", until=request.touched_at + lapses_after)


def held(session: Session, request_id: UUID, staff_id: UUID, now: datetime) -> HelpRequest:
    """The request, locked, if `staff_id` holds the claim. A claim that lapsed is still held while nobody
    else has taken it, so that an answer that took long to write is not lost."""
    held = session.execute(
        update(HelpRequest)
        .where(
            HelpRequest.id == request_id,
            HelpRequest.claimed_by == staff_id,
            HelpRequest.state != State.CLOSED,
        )
        .values(touched_at=now)
        .execution_options(synchronize_session=False)
        .returning(HelpRequest.id)
    ).first()
    request = _fresh(session, request_id)
    if held is None:
        raise RequestClosed() if request.state == State.CLOSED else NotClaimed(request.claimed_by)
    return request


def let_go(request: HelpRequest) -> None:
    """Nobody works on the request any more."""
    request.claimed_by = request.claimed_at = request.touched_at = None
    if request.state in AWAITING_STAFF:
        request.acted_at = None
    if request.state == State.CLAIMED:
        request.state = State.NEW
