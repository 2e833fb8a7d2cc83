"""A question that may be answered in public: asking it, taking it back, publishing it, and cutting off who asked.

The asker has an ordinary request with an ordinary receipt code, in a unit of its own to which nobody belongs: no queue
and no page of requests shows it. Whatever ends its way to the public gives it back to the contact centre's queue, so
that nothing is lost: it is declined, its asker writes again, it turns out to be urgent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk.errors import RequestUnknown
from portal.desk.log import record_event
from portal.desk.public_answer_errors import NoPlaceLeft, QuestionUnknown
from portal.desk.public_text import AnswerDraft
from portal.records.event import EventKind
from portal.records.help_request import HelpRequest
from portal.records.public_answer import Origin, PublicAnswer
from portal.records.public_question import PUBLIC_ANSWERS, DeclineReason, PublicQuestion, QuestionState
from portal.records.sealing import ContentKeys, DataKey
from portal.records.staff_account import CONTACT_CENTRE

ON_THE_WAY = (QuestionState.ASKED, QuestionState.DRAFTED)
"""Not answered yet."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a question stands, for its asker. `answer_number` is where it can be read once it is published."""

    state: QuestionState
    decline_reason: DeclineReason | None
    answer_number: int | None


def monday_of(day: date) -> date:
    """The Monday of a day's week: all that is told of when something was published."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, kw_only=True)
class Places:
    """How many questions are taken since a moment, which is when the day began."""

    per_day: int
    since: datetime


def places_left(session: Session, places: Places) -> int:
    """How many questions may still be asked today."""
    asked = session.scalar(select(func.count()).where(PublicQuestion.asked_at >= places.since)) or 0
    return max(0, places.per_day - asked)


def ask(session: Session, *, request_id: UUID, places: Places, answer_due_at: datetime, now: datetime) -> None:
    """The request that was just filed may be answered in public, by then. Asking it twice changes nothing.

    Raises NoPlaceLeft; the request is then not to be committed either, so that its words go another way.
    """
    if _of_request(session, request_id) is not None:
        return
    if places_left(session, places) == 0:
        raise NoPlaceLeft()
    request = request_of(session, request_id)
    request.unit = PUBLIC_ANSWERS
    request.answer_due_at = answer_due_at
    session.add(
        PublicQuestion(
            request_id=request_id,
            language=request.language,
            topics=list(request.topics),
            asked_at=now,
            state=QuestionState.ASKED,
        )
    )
    record_event(session, request_id=request_id, kind=EventKind.MOVED, at=now, detail={"to": PUBLIC_ANSWERS})


def standing(session: Session, *, request_id: UUID) -> Standing | None:
    """How the asker's question stands; None for a request that is none, and for one that was cut off."""
    question = _of_request(session, request_id)
    if question is None:
        return None
    return Standing(
        state=QuestionState(question.state),
        decline_reason=DeclineReason(question.decline_reason) if question.decline_reason else None,
        answer_number=question.answer_number if question.state == QuestionState.PUBLISHED else None,
    )


def person_wrote(session: Session, request: HelpRequest, *, signals: Sequence[str], now: datetime) -> None:
    """The asker wrote again: that is for the contact centre's queue, where people read it. With danger in it,
    nothing is published that has not been already."""
    if request.unit != PUBLIC_ANSWERS:
        return
    to_contact_centre(session, request, now)
    question = _of_request(session, request.id, locked=True)
    if question is not None and signals and question.state in (*ON_THE_WAY, QuestionState.SCHEDULED):
        question.state = QuestionState.PRIVATE
        question.version += 1


def withdraw(session: Session, *, request_id: UUID, now: datetime) -> None:
    """The asker does not want it published, or no longer public. One that waits is answered like any other request.

    Raises QuestionUnknown where nothing is public or on its way there.
    """
    request_of(session, request_id)
    question = _of_request(session, request_id, locked=True)
    if question is None or question.state in (QuestionState.DECLINED, QuestionState.PRIVATE):
        raise QuestionUnknown()
    if question.answer_number is not None:
        answer = session.get_one(PublicAnswer, question.answer_number)
        answer.retracted = True
        answer.revision += 1
    elif question.state in ON_THE_WAY:
        to_contact_centre(session, request_of(session, request_id), now)
    question.state = QuestionState.PRIVATE
    question.version += 1


def publish_due(session: Session, *, keys: ContentKeys, now: datetime, owner: str, cut_after: timedelta) -> list[int]:
    """Publish every answer whose moment has come; the numbers of the questions. Not of people who are protected."""
    waits = (PublicQuestion.state == QuestionState.SCHEDULED, PublicQuestion.publish_at <= now)
    published = []
    for request_id in session.scalars(select(PublicQuestion.request_id).where(*waits)).all():
        if request_id is None:
            continue
        request = request_of(session, request_id)
        question = _of_request(session, request_id, locked=True)
        if question is None or question.state != QuestionState.SCHEDULED:
            continue  # its asker, or another worker, was faster
        if request.protected or request.wrapped_key is None:
            question.state = QuestionState.PRIVATE
            continue
        key = keys.open_data_key(request.wrapped_key, request.id)
        answer = _published(question, key, now, owner)
        session.add(answer)
        session.flush()
        question.state = QuestionState.PUBLISHED
        question.answer_number = answer.number
        question.scrubbed = question.draft = question.comment = None
        question.cut_at = now + cut_after
        published.append(question.number)
    return published


def cut_off(session: Session, *, now: datetime) -> int:
    """Forget which request an answer came from, once its time is over; how many were cut off."""
    over = session.scalars(select(PublicQuestion).where(PublicQuestion.cut_at <= now).with_for_update()).all()
    for question in over:
        question.request_id = question.answer_number = question.publish_at = question.cut_at = None
        question.scrubbed_by = question.drafted_by = question.reviewed_by = None
        question.asked_at = datetime.combine(monday_of(question.asked_at.date()), time(), UTC)
    return len(over)


def to_contact_centre(session: Session, request: HelpRequest, now: datetime, *, staff_id: UUID | None = None) -> None:
    """From now on it stands in the contact centre's queue like any other request."""
    if request.unit != PUBLIC_ANSWERS:
        return
    request.unit = CONTACT_CENTRE
    record_event(
        session,
        request_id=request.id,
        kind=EventKind.MOVED,
        at=now,
        staff_id=staff_id,
        detail={"to": CONTACT_CENTRE},
    )


def request_of(session: Session, request_id: UUID) -> HelpRequest:
    """The request, locked and as the database has it now. Raises RequestUnknown."""
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    return request


def _of_request(session: Session, request_id: UUID, *, locked: bool = False) -> PublicQuestion | None:
    """Whoever changes it locks it, and its request before it."""
    query = select(PublicQuestion).where(PublicQuestion.request_id == request_id)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def _published(question: PublicQuestion, key: DataKey, now: datetime, owner: str) -> PublicAnswer:
    if question.scrubbed is None or question.draft is None or question.law_date is None or question.review_by is None:
        raise QuestionUnknown()
    draft = AnswerDraft.from_json(key.open(question.draft, question.field("draft")))
    week = monday_of(now.date())
    return PublicAnswer(
        origin=Origin.ASKED,
        question=key.open(question.scrubbed, question.field("scrubbed")),
        answer=draft.text,
        topics=list(question.topics),
        language=draft.language,
        owner=owner,
        published_week=week,
        reviewed_on=week,
        review_by=question.review_by,
        law_date=question.law_date,
    )
