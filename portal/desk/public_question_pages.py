"""What staff see of questions that may be answered in public. The asker's own words only where nothing is scrubbed yet
and only for those who may read requests; afterwards everybody sees the scrubbed question alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk.conversation import opening_words, read_messages
from portal.desk.public_answer_errors import QuestionUnknown
from portal.desk.public_text import AnswerDraft
from portal.records.help_request import HelpRequest
from portal.records.message import Author
from portal.records.public_question import PUBLIC_ANSWERS, DeclineReason, PublicQuestion, QuestionState
from portal.records.sealing import ContentKeys
from portal.records.staff_account import StaffAccount

_VISIBLE: Final = (
    HelpRequest.id == PublicQuestion.request_id,
    HelpRequest.wrapped_key.is_not(None),
    HelpRequest.practice.is_(False),
    HelpRequest.protected.is_(False),
)
"""Only of requests that still have their text, are real, and are of nobody who is protected."""


@dataclass(frozen=True, kw_only=True)
class QuestionRow:
    """One question in a list: codes only."""

    number: int
    state: QuestionState
    language: str
    topics: tuple[str, ...]
    asked_at: datetime
    answer_due_at: datetime | None
    scrubbed: bool
    sent_back: bool
    drafted_by: UUID | None
    publish_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class QuestionPage:
    """One question. `words` are the asker's own, None for those who may not or no longer read them."""

    number: int
    version: int
    reference: str
    request_id: UUID
    in_queue: bool  # its asker wrote again, or it was given back: it stands in the contact centre's queue too
    state: QuestionState
    language: str
    topics: tuple[str, ...]
    asked_at: datetime
    answer_due_at: datetime | None
    age: int | None
    words: str | None
    scrubbed: str | None
    draft: AnswerDraft | None
    comment: str | None
    drafted_by: UUID | None
    drafted_role: str | None
    law_date: date | None
    review_by: date | None
    decline_reason: DeclineReason | None
    publish_at: datetime | None
    answer_number: int | None


def list_questions(session: Session, *, states: Iterable[QuestionState], limit: int = 200) -> list[QuestionRow]:
    """Questions in these states, the longest waiting first."""
    wanted = [QuestionState(state) for state in states]
    rows = session.execute(
        select(PublicQuestion, HelpRequest.answer_due_at)
        .where(*_VISIBLE, PublicQuestion.state.in_(wanted))
        .order_by(PublicQuestion.asked_at, PublicQuestion.number)
        .limit(limit)
    )
    return [_row(question, due) for question, due in rows]


def count_questions(session: Session) -> dict[QuestionState, int]:
    """How many are in each state; every state is present."""
    rows = session.execute(select(PublicQuestion.state, func.count()).where(*_VISIBLE).group_by(PublicQuestion.state))
    return dict.fromkeys(QuestionState, 0) | {QuestionState(state): count for state, count in rows}


def load_question(session: Session, *, keys: ContentKeys, number: int, reads_requests: bool) -> QuestionPage:
    """One question with what may be seen of it. Raises QuestionUnknown, ContentDamaged."""
    found = session.execute(
        select(PublicQuestion, HelpRequest).where(*_VISIBLE, PublicQuestion.number == number)
    ).first()
    if found is None:
        raise QuestionUnknown()
    question, request = found
    key = keys.open_data_key(request.wrapped_key, request.id)
    opened = {
        name: key.open(sealed, question.field(name)) if (sealed := getattr(question, name)) is not None else None
        for name in ("scrubbed", "draft", "comment")
    }
    words = None
    if reads_requests and question.scrubbed is None and question.state == QuestionState.ASKED:
        words = opening_words(read_messages(session, request_id=request.id, key=key, authors=[Author.PERSON]))
    writer = session.get(StaffAccount, question.drafted_by) if question.drafted_by else None
    return QuestionPage(
        number=question.number,
        version=question.version,
        reference=request.reference,
        request_id=request.id,
        in_queue=request.unit != PUBLIC_ANSWERS,
        state=QuestionState(question.state),
        language=question.language,
        topics=tuple(question.topics),
        asked_at=question.asked_at,
        answer_due_at=request.answer_due_at,
        age=request.facts.get("age"),
        words=words,
        scrubbed=opened["scrubbed"],
        draft=AnswerDraft.from_json(opened["draft"]) if opened["draft"] else None,
        comment=opened["comment"],
        drafted_by=question.drafted_by,
        drafted_role=writer.display_role if writer else None,
        law_date=question.law_date,
        review_by=question.review_by,
        decline_reason=DeclineReason(question.decline_reason) if question.decline_reason else None,
        publish_at=question.publish_at,
        answer_number=question.answer_number,
    )


def _row(question: PublicQuestion, due: datetime | None) -> QuestionRow:
    return QuestionRow(
        number=question.number,
        state=QuestionState(question.state),
        language=question.language,
        topics=tuple(question.topics),
        asked_at=question.asked_at,
        answer_due_at=due,
        scrubbed=question.scrubbed is not None,
        sent_back=question.comment is not None and question.state == QuestionState.ASKED,
        drafted_by=question.drafted_by,
        publish_at=question.publish_at,
    )
