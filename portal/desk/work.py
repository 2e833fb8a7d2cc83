"""What staff do with a request: take it, answer, note, close, reopen, let go."""

from collections.abc import Sequence
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
from portal.desk.links import has_duplicate
from portal.desk.log import record_event
from portal.desk.message_content import Part, as_read_by_staff, pack_parts
from portal.desk.request_errors import LinkNeeded, NotSetAside, SetAside
from portal.desk.talk_holder import claim_moved, claim_released, request_closed, staff_answered
from portal.desk.two_handlers import require_second
from portal.records.event import EventKind
from portal.records.help_request import AWAITING_STAFF, CloseReason, HelpRequest, State
from portal.records.message import Author, Content
from portal.records.note import Note, NoteKind
from portal.records.sealing import ContentKeys
from portal.records.staff_account import StaffAccount
from portal.records.threat import PairedAct
from portal.triage.grammar import RetentionClass
from portal.triage.ruleset import Ruleset

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

    Raises AlreadyClaimed, RequestClosed, SetAside, RequestUnknown.
    """
    taken = session.execute(
        update(HelpRequest)
        .where(
            HelpRequest.id == request_id,
            HelpRequest.state.not_in((State.CLOSED, State.QUARANTINE)),
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
    clocks.act(request, now)
    if request.state == State.NEW:
        request.state = State.CLAIMED
    record_event(session, request_id=request_id, kind=EventKind.CLAIMED, at=now, staff_id=staff_id)
    claim_moved(session, request_id=request_id, staff_id=staff_id, now=now)


def release(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Give a request back to the queue. Raises NotClaimed, RequestClosed, RequestUnknown."""
    request = held(session, request_id, staff_id, now)
    let_go(request)
    clocks.nothing_came_of_it(request)
    claim_released(session, request_id=request_id, now=now)
    record_event(session, request_id=request_id, kind=EventKind.RELEASED, at=now, staff_id=staff_id)


def answer(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    now: datetime,
    body: str = "",
    language: str = "",
    parts: Sequence[Part] = (),
) -> None:
    """Answer the person with one text in one language, or with `parts`. The claim is kept.

    Raises EmptyText, NotClaimed, RequestClosed, SecondNeeded, RequestUnknown, ContentErased.
    """
    request = held(session, request_id, staff_id, now)
    words, content = Part(body=body, language=language), Content.WORDS
    if len(parts) == 1 and parts[0].is_plain:
        words = parts[0]
    elif parts:
        words, content = Part(body=pack_parts(parts), language=parts[0].language), Content.PARTS
    shown = as_read_by_staff(parts) if parts else body
    key = keys.open_data_key(request.wrapped_key, request_id)
    require_second(
        session, request_id=request_id, staff_id=staff_id, act=PairedAct.ANSWER, body=shown, key=key, now=now
    )
    add_message(
        session,
        key=key,
        request_id=request_id,
        author=Author.STAFF,
        staff_id=staff_id,
        body=words.body,
        language=words.language,
        content=content,
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
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    body: str,
    now: datetime,
    kind: str = NoteKind.ASSESSMENT,
) -> None:
    """Write an internal note, which the person never sees. Needs no claim.

    Raises EmptyText, RequestUnknown, ContentErased.
    """
    if not body.strip():
        raise EmptyText()
    # Locked, so that it is not sealed under a key that thinning forgets meanwhile.
    request = _fresh(session, request_id, for_update=True)
    key = keys.open_data_key(request.wrapped_key, request_id)
    note = Note(id=uuid4(), request_id=request_id, staff_id=staff_id, kind=NoteKind(kind), created_at=now)
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
    retention: RetentionClass | None = None,
) -> None:
    """Close a request; its receipt code opens it for `code_valid` more, and a class of `retention` keeps it longer.

    Raises NotClaimed, RequestClosed, SecondNeeded, RequestUnknown; LinkNeeded for a duplicate that is not linked;
    NotSetAside for misuse, which two judge in `portal.desk.quarantine`; ValueError for a reason that is none.
    """
    why = CloseReason(reason)
    request = held(session, request_id, staff_id, now)
    if why == CloseReason.MISUSE:
        raise NotSetAside()
    if why == CloseReason.DUPLICATE and not has_duplicate(session, request_id=request_id):
        raise LinkNeeded()
    require_second(session, request_id=request_id, staff_id=staff_id, act=PairedAct.CLOSE, code=str(why), now=now)
    finish(session, request, staff_id=staff_id, reason=why, now=now, code_valid=code_valid, retention=retention)


def finish(
    session: Session,
    request: HelpRequest,
    *,
    staff_id: UUID,
    reason: CloseReason,
    now: datetime,
    code_valid: timedelta,
    retention: RetentionClass | None,
) -> None:
    """What closing a locked request means, whoever decided it."""
    let_go(request)
    request_closed(session, request_id=request.id)
    clocks.stop(request, now)
    request.state = State.CLOSED
    request.closed_at = now
    request.close_reason = reason
    request.code_expires_at = now + code_valid
    request.retention_class = retention.slug if retention else None
    request.erase_after = now + (timedelta(days=retention.days) if retention else code_valid)
    record_event(
        session,
        request_id=request.id,
        kind=EventKind.CLOSED,
        at=now,
        staff_id=staff_id,
        detail={"reason": str(reason)},
    )


def reopen(
    session: Session, *, request_id: UUID, staff_id: UUID, now: datetime, ruleset: Ruleset | None = None
) -> None:
    """Open a closed request again; its clocks, those of `ruleset`, begin anew.

    Raises RequestNotClosed, RequestUnknown, ContentErased.
    """
    request = _fresh(session, request_id, for_update=True)
    if request.state != State.CLOSED:
        raise RequestNotClosed()
    if request.erased_at is not None:
        raise ContentErased("an erased request cannot be worked on")
    open_again(request)
    request.waiting_since = now
    clocks.restart(request, ruleset, now)
    record_event(session, request_id=request_id, kind=EventKind.REOPENED, at=now, staff_id=staff_id)


def _fresh(session: Session, request_id: UUID, *, for_update: bool = False) -> HelpRequest:
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=for_update or None)
    if request is None:
        raise RequestUnknown(str(request_id))
    return request


def _why_not_taken(
    session: Session, request: HelpRequest, lapses_after: timedelta
) -> AlreadyClaimed | RequestClosed | SetAside:
    if request.state == State.QUARANTINE:
        return SetAside()
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
