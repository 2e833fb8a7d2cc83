"""The person comes back with the receipt code: reads the answer, writes again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.desk.clocks import hurry, restart
from portal.desk.codes_only import require_codes
from portal.desk.conversation import MessageView, add_message, read_messages
from portal.desk.errors import CodeExpired, CodeUnknown, RequestUnknown
from portal.desk.log import record_event
from portal.desk.public_questions import person_wrote
from portal.desk.set_aside import let_out
from portal.records import receipt_code
from portal.records.event import EventKind
from portal.records.help_request import HelpRequest, Priority, State, Urgency
from portal.records.message import FROM_US, Author, Message
from portal.records.sealing import ContentKeys
from portal.triage.ruleset import Ruleset


@dataclass(frozen=True, kw_only=True)
class OpenedRequest:
    """What a right code opens: enough to name the request, nothing of its content."""

    request_id: UUID
    reference: str
    state: State
    language: str
    created_at: datetime
    answer_due_at: datetime | None
    code_saved: bool


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """The person's own view of a request."""

    request_id: UUID
    reference: str
    state: State
    urgency: Urgency
    created_at: datetime
    answer_due_at: datetime | None
    first_answer_at: datetime | None
    closed_at: datetime | None
    code_expires_at: datetime | None
    code_saved: bool
    messages: tuple[MessageView, ...]
    unread: int  # staff answers that this reading was the first to show


def open_with_code(session: Session, *, code: str, code_key: bytes, now: datetime) -> OpenedRequest:
    """The request a typed code belongs to. Raises CodeMistyped, CodeUnknown, CodeExpired.

    A code whose time is over still opens while an answer lies unread: that answer is kept for this very
    visit.
    """
    code_hash = receipt_code.keyed_hash(receipt_code.parse(code), code_key)
    request = session.scalar(select(HelpRequest).where(HelpRequest.code_hash == code_hash))
    if request is None:
        raise CodeUnknown()
    over = request.code_expires_at is not None and request.code_expires_at <= now
    if request.erased_at is not None or (over and not has_unread_answer(session, request.id)):
        raise CodeExpired()
    return OpenedRequest(
        request_id=request.id,
        reference=request.reference,
        state=State(request.state),
        language=request.language,
        created_at=request.created_at,
        answer_due_at=request.answer_due_at,
        code_saved=request.saved_code_at is not None,
    )


def read_conversation(session: Session, *, keys: ContentKeys, request_id: UUID, now: datetime) -> Conversation:
    """What was said, for the person; marks staff's answers read. Raises RequestUnknown, ContentErased."""
    # Locked, so that key and texts belong together while a unit takes the request over.
    request = _the_request(session, request_id, for_update=True)
    key = keys.open_data_key(request.wrapped_key, request_id)
    unread = mark_answers_read(session, request_id=request_id, now=now)
    return Conversation(
        request_id=request_id,
        reference=request.reference,
        state=State(request.state),
        urgency=Urgency(request.urgency),
        created_at=request.created_at,
        answer_due_at=request.answer_due_at,
        first_answer_at=request.first_answer_at,
        closed_at=request.closed_at,
        code_expires_at=request.code_expires_at,
        code_saved=request.saved_code_at is not None,
        messages=read_messages(session, request_id=request_id, key=key),
        unread=unread,
    )


def person_writes(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    body: str,
    language: str,
    now: datetime,
    signals: Sequence[str] = (),
    answer_due_at: datetime | None = None,
    ruleset: Ruleset | None = None,
) -> None:
    """Add what the person writes; reopens a closed request. Raises EmptyText, RequestUnknown, ContentErased.

    Danger `signals` found in the text raise the request to an emergency. Nothing here ever lowers it. A new
    `answer_due_at` replaces the promise, but never makes one later that was not yet kept. The clocks of waiting
    are those of `ruleset`; without one the promise is their time.
    """
    require_codes("signals", signals)
    request = _the_request(session, request_id, for_update=True)
    key = keys.open_data_key(request.wrapped_key, request_id)
    add_message(
        session,
        key=key,
        request_id=request_id,
        author=Author.PERSON,
        body=body,
        language=language,
        at=now,
    )
    record_event(session, request_id=request_id, kind=EventKind.PERSON_WROTE, at=now)
    person_wrote(session, request, signals=signals, now=now)
    person_waits(session, request, now, answer_due_at, ruleset)
    raise_danger(session, request, signals, now, ruleset)
    session.flush()


def person_waits(
    session: Session,
    request: HelpRequest,
    now: datetime,
    answer_due_at: datetime | None,
    ruleset: Ruleset | None = None,
) -> None:
    """The person has the last word, so a locked request is open and waits for staff. The promise as `person_writes`."""
    was_waiting = request.state not in (State.CLOSED, State.WAITING_PERSON)
    if request.state == State.CLOSED:
        open_again(request)
        record_event(session, request_id=request.id, kind=EventKind.REOPENED, at=now)
    if not was_waiting:
        request.state = State.IN_DIALOGUE
        request.waiting_since = now
    if request.state == State.WAITING_UNIT:
        request.state = State.IN_DIALOGUE  # the unit has not seen this: the contact centre reads it
    _promise(request, answer_due_at, keep_earlier=was_waiting)
    if not was_waiting or request.escalate_at is None:
        restart(request, ruleset, now)


def raise_danger(
    session: Session, request: HelpRequest, signals: Sequence[str], now: datetime, ruleset: Ruleset | None = None
) -> None:
    """Danger makes a locked request an emergency; signals that it has already change nothing."""
    require_codes("signals", signals)
    new = [signal for signal in signals if signal not in request.signals]
    if not new:
        return
    request.signals = [*request.signals, *new]
    request.urgency = Urgency.EMERGENCY
    if request.priority != Priority.P1:
        request.priority = Priority.P1
        hurry(request, ruleset, now)
    if request.state == State.QUARANTINE:
        let_out(session, request, now=now)
    record_event(session, request_id=request.id, kind=EventKind.DANGER_RAISED, at=now, detail={"signals": new})


def mark_answers_read(session: Session, *, request_id: UUID, now: datetime) -> int:
    """Note that the person saw staff's answers and our notices; how many were shown for the first time."""
    shown = session.execute(
        update(Message)
        .where(Message.request_id == request_id, Message.author.in_(FROM_US), Message.read_by_person_at.is_(None))
        .values(read_by_person_at=now)
        .execution_options(synchronize_session="fetch")
        .returning(Message.number)
    )
    return len(shown.all())


def confirm_saved(session: Session, *, request_id: UUID, now: datetime) -> None:
    """The person says that the code is saved. Saying it twice changes nothing. Raises RequestUnknown."""
    request = _the_request(session, request_id)
    if request.saved_code_at is None:
        request.saved_code_at = now
        record_event(session, request_id=request_id, kind=EventKind.CODE_SAVED, at=now)


def has_unread_answer(session: Session, request_id: UUID) -> bool:
    """Whether the staff said something that the person has not seen."""
    unread = (Message.request_id == request_id, Message.author == Author.STAFF, Message.read_by_person_at.is_(None))
    return session.scalar(select(Message.number).where(*unread).limit(1)) is not None


def open_again(request: HelpRequest) -> None:
    """Undo what closing did, without a word about who did it."""
    request.state = State.IN_DIALOGUE
    request.closed_at = None
    request.close_reason = None
    request.code_expires_at = None
    request.retention_class = request.erase_after = request.unread_told_at = request.erase_unread_by = None


def _the_request(session: Session, request_id: UUID, *, for_update: bool = False) -> HelpRequest:
    request = session.get(HelpRequest, request_id, with_for_update=for_update or None)
    if request is None:
        raise RequestUnknown(str(request_id))
    return request


def _promise(request: HelpRequest, due: datetime | None, *, keep_earlier: bool) -> None:
    if due is None:
        return
    earlier = request.answer_due_at if keep_earlier else None
    request.answer_due_at = min(earlier, due) if earlier is not None else due
