"""What staff do with a question that may be answered in public: scrub it, draft an answer, read it a second time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk import clocks
from portal.desk.conversation import add_message
from portal.desk.errors import ContentErased, EmptyText
from portal.desk.log import record_event
from portal.desk.public_answer_errors import NotScrubbed, QuestionChanged, QuestionUnknown, SecondReaderNeeded
from portal.desk.public_questions import ON_THE_WAY, request_of, to_contact_centre
from portal.desk.public_text import AnswerDraft
from portal.records.event import EventKind
from portal.records.help_request import CloseReason, State
from portal.records.message import Author
from portal.records.public_question import PUBLIC_ANSWERS, DeclineReason, PublicQuestion, QuestionState
from portal.records.sealing import ContentKeys, DataKey


@dataclass(frozen=True, kw_only=True)
class Change:
    """Who changes which question, which version of it they saw, and when."""

    number: int
    version: int
    staff_id: UUID
    now: datetime


def scrub(session: Session, change: Change, *, keys: ContentKeys, text: str) -> None:
    """Keep the question without what tells who it is about. Raises EmptyText, QuestionChanged, QuestionUnknown."""
    question, key = _open(session, change, keys, *ON_THE_WAY)
    if not text.strip():
        raise EmptyText()
    question.scrubbed = key.seal(text.strip(), question.field("scrubbed"))
    question.scrubbed_by = change.staff_id
    question.state = QuestionState.ASKED  # a second reader must see what is new


def keep_draft(
    session: Session, change: Change, *, keys: ContentKeys, draft: AnswerDraft, done: bool, topics: Sequence[str]
) -> None:
    """Keep the draft of an answer; `done` gives it to the second reader. Whoever keeps it last has written it.

    Raises NotScrubbed, EmptyText, QuestionChanged, QuestionUnknown.
    """
    question, key = _open(session, change, keys, *ON_THE_WAY)
    if question.scrubbed is None:
        raise NotScrubbed()
    if done and not draft.answer.strip():
        raise EmptyText()
    question.draft = key.seal(draft.to_json(), question.field("draft"))
    question.drafted_by = change.staff_id
    question.law_date, question.review_by = draft.law_date, draft.review_by
    question.topics = list(topics)
    question.state = QuestionState.DRAFTED if done else QuestionState.ASKED
    if done:
        question.comment = None


def send_back(session: Session, change: Change, *, keys: ContentKeys, comment: str) -> None:
    """The second reader wants something changed. Raises EmptyText, QuestionChanged, QuestionUnknown."""
    question, key = _open(session, change, keys, QuestionState.DRAFTED)
    if not comment.strip():
        raise EmptyText()
    question.comment = key.seal(comment.strip(), question.field("comment"))
    question.reviewed_by = change.staff_id
    question.state = QuestionState.ASKED


def approve(
    session: Session,
    change: Change,
    *,
    keys: ContentKeys,
    publish_between: tuple[datetime, datetime],
    code_valid: timedelta,
) -> None:
    """The asker has the answer now; the public gets it at a moment between the two, drawn by lot.

    Raises SecondReaderNeeded, QuestionChanged, QuestionUnknown, ContentErased.
    """
    question = _answer_asker(session, change, keys, code_valid)
    first, last = publish_between
    question.publish_at = first + timedelta(seconds=secrets.randbelow(int((last - first).total_seconds()) + 1))
    question.state = QuestionState.SCHEDULED


def answer_in_private(session: Session, change: Change, *, keys: ContentKeys, code_valid: timedelta) -> None:
    """The asker has the answer, and nobody else gets it. Errors as `approve`."""
    question = _answer_asker(session, change, keys, code_valid)
    question.state = QuestionState.PRIVATE


def decline(session: Session, change: Change, *, keys: ContentKeys, reason: str, answer_due_at: datetime) -> None:
    """Not published; somebody answers the asker like anybody else, by then. ValueError for an unknown reason."""
    question, _ = _open(session, change, keys, *ON_THE_WAY)
    question.decline_reason = DeclineReason(reason)
    question.reviewed_by = change.staff_id
    _back_to_queue(session, question, QuestionState.DECLINED, change, answer_due_at)


def answer_like_others(session: Session, change: Change, *, keys: ContentKeys, answer_due_at: datetime) -> None:
    """It cannot wait here, or is too personal: on to the contact centre's queue. Raises QuestionChanged and others."""
    question, _ = _open(session, change, keys, *ON_THE_WAY)
    _back_to_queue(session, question, QuestionState.PRIVATE, change, answer_due_at)


def _open(
    session: Session, change: Change, keys: ContentKeys, *states: QuestionState
) -> tuple[PublicQuestion, DataKey]:
    """The question, locked, if it stands as the one who acts saw it, and the key to it."""
    asked = select(PublicQuestion).where(PublicQuestion.number == change.number)
    request_id = session.scalar(asked.with_only_columns(PublicQuestion.request_id))
    if request_id is None:
        raise QuestionUnknown()
    request = request_of(session, request_id)
    question = session.scalars(asked.with_for_update().execution_options(populate_existing=True)).one()
    if question.version != change.version or question.state not in states:
        raise QuestionChanged()
    if request.protected:
        raise QuestionUnknown()
    question.version += 1
    return question, keys.open_data_key(request.wrapped_key, request.id)


def _answer_asker(session: Session, change: Change, keys: ContentKeys, code_valid: timedelta) -> PublicQuestion:
    """Send the draft to the asker as the answer, and close the request where it has no queue to stand in."""
    question, key = _open(session, change, keys, QuestionState.DRAFTED)
    if question.drafted_by == change.staff_id:
        raise SecondReaderNeeded()
    if question.draft is None or question.request_id is None:
        raise ContentErased("the draft was erased")
    draft = AnswerDraft.from_json(key.open(question.draft, question.field("draft")))
    request = request_of(session, question.request_id)
    add_message(
        session,
        key=key,
        request_id=request.id,
        author=Author.STAFF,
        staff_id=question.drafted_by,
        body=draft.text,
        language=draft.language,
        at=change.now,
    )
    request.first_answer_at = request.first_answer_at or change.now
    clocks.act(request, change.now)
    record_event(session, request_id=request.id, kind=EventKind.ANSWERED, at=change.now, staff_id=question.drafted_by)
    if request.unit == PUBLIC_ANSWERS:
        request.state = State.CLOSED
        request.closed_at = change.now
        request.close_reason = CloseReason.ANSWERED
        request.code_expires_at = change.now + code_valid
        detail = {"reason": str(CloseReason.ANSWERED)}
        record_event(session, request_id=request.id, kind=EventKind.CLOSED, at=change.now, detail=detail)
    question.reviewed_by = change.staff_id
    return question


def _back_to_queue(
    session: Session, question: PublicQuestion, state: QuestionState, change: Change, answer_due_at: datetime
) -> None:
    question.state = state
    if question.request_id is None:
        return
    request = request_of(session, question.request_id)
    if request.unit == PUBLIC_ANSWERS:
        to_contact_centre(session, request, change.now, staff_id=change.staff_id)
        if request.answer_due_at is None or answer_due_at < request.answer_due_at:
            request.answer_due_at = answer_due_at
