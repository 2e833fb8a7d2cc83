"""Answers that everybody may read: listed, opened, corrected, retracted, and taken in from the editors' file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.desk.errors import EmptyText
from portal.desk.public_answer_errors import AnswerChanged, AnswerUnknown
from portal.desk.public_questions import monday_of
from portal.records.public_answer import AnswerSearchMiss, Origin, PublicAnswer
from portal.triage.public_answers import EditorialAnswer


@dataclass(frozen=True, kw_only=True)
class AnswerView:
    """A published answer. Paragraphs of `answer` have an empty line between them."""

    number: int
    revision: int
    origin: Origin
    question: str
    answer: str
    topics: tuple[str, ...]
    language: str
    owner: str
    published_week: date
    reviewed_on: date
    review_by: date
    law_date: date
    corrected_on: date | None
    retracted: bool


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What an answer is to say from now on. `rewritten` is false when somebody only read it through again."""

    question: str
    answer: str
    law_date: date
    review_by: date
    rewritten: bool


def answers_page(session: Session, *, languages: Sequence[str], limit: int, skip: int = 0) -> list[AnswerView]:
    """Answers in these languages, in their order; within a language the latest week first."""
    place = case({tag: place for place, tag in enumerate(languages)}, value=PublicAnswer.language)
    rows = session.scalars(
        select(PublicAnswer)
        .where(PublicAnswer.retracted.is_(False), PublicAnswer.language.in_(languages))
        .order_by(place, PublicAnswer.published_week.desc(), PublicAnswer.number)
        .offset(skip)
        .limit(limit)
    )
    return [_view(row) for row in rows]


def count_answers(session: Session, *, languages: Sequence[str]) -> int:
    return (
        session.scalar(
            select(func.count()).where(PublicAnswer.retracted.is_(False), PublicAnswer.language.in_(languages))
        )
        or 0
    )


def answers_by_number(session: Session, numbers: Sequence[int]) -> list[AnswerView]:
    """These answers in this order; a retracted one is left out."""
    rows = session.scalars(
        select(PublicAnswer).where(PublicAnswer.number.in_(numbers), PublicAnswer.retracted.is_(False))
    )
    found = {row.number: _view(row) for row in rows}
    return [found[number] for number in numbers if number in found]


def open_answer(session: Session, number: int, *, retracted_too: bool = False) -> AnswerView:
    """One answer. Raises AnswerUnknown, also for a retracted one unless it is asked for."""
    row = session.get(PublicAnswer, number)
    if row is None or (row.retracted and not retracted_too):
        raise AnswerUnknown(str(number))
    return _view(row)


def all_answers(session: Session, *, law_before: date | None = None) -> list[AnswerView]:
    """For staff: every answer, retracted ones last, what must be read again soonest first; of a law before a day."""
    query = select(PublicAnswer).order_by(PublicAnswer.retracted, PublicAnswer.review_by, PublicAnswer.number)
    if law_before is not None:
        query = query.where(PublicAnswer.law_date < law_before)
    return [_view(row) for row in session.scalars(query)]


def count_stale(session: Session, *, today: date) -> int:
    """How many answers must be read again."""
    query = select(func.count()).where(PublicAnswer.retracted.is_(False), PublicAnswer.review_by <= today)
    return session.scalar(query) or 0


def state_of_answers(session: Session) -> tuple[int, int]:
    """Another pair as soon as any answer was added, changed or retracted."""
    count, changes = session.execute(select(func.count(), func.coalesce(func.sum(PublicAnswer.revision), 0))).one()
    return count, changes


def texts_of_answers(session: Session) -> list[tuple[int, str, str]]:
    """Number, question and answer of all that is published, for a search index."""
    query = select(PublicAnswer.number, PublicAnswer.question, PublicAnswer.answer)
    return [(n, q, a) for n, q, a in session.execute(query.where(PublicAnswer.retracted.is_(False)))]


def correct(session: Session, *, number: int, revision: int, to: Correction, today: date) -> None:
    """Change an answer or say that it still holds. Raises EmptyText, AnswerChanged, AnswerUnknown."""
    if not to.question.strip() or not to.answer.strip():
        raise EmptyText()
    row = _held(session, number, revision)
    if to.rewritten:
        row.question, row.answer = to.question.strip(), to.answer.replace("\r\n", "\n").strip()
        row.corrected_on = today
    row.law_date, row.review_by, row.reviewed_on = to.law_date, to.review_by, today


def retract(session: Session, *, number: int, revision: int, retracted: bool = True) -> None:
    """Take an answer away from the public, or give it back. Raises AnswerChanged, AnswerUnknown."""
    _held(session, number, revision).retracted = retracted


def count_miss(session: Session, *, today: date) -> None:
    """One more search of this week found nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(AnswerSearchMiss).values(week=monday_of(today), count=1)
    more = {"count": AnswerSearchMiss.count + 1}
    session.execute(row.on_conflict_do_update(index_elements=(AnswerSearchMiss.week,), set_=more))


def take_in(session: Session, answers: Iterable[EditorialAnswer], *, today: date) -> tuple[int, int]:
    """Add the editors' questions that are new and change those whose file changed: how many of each.

    What staff corrected or retracted stays as they left it until its file changes again.
    """
    added = changed = 0
    for answer in answers:
        fingerprint = _fingerprint(answer)
        row = session.scalar(select(PublicAnswer).where(PublicAnswer.source_key == answer.key))
        if row is not None and row.source_hash == fingerprint:
            continue
        if row is None:
            row = PublicAnswer(origin=Origin.EDITORIAL, source_key=answer.key, published_week=monday_of(today))
            session.add(row)
            added += 1
        else:
            row.revision += 1
            row.corrected_on = today
            changed += 1
        _write(row, answer, fingerprint)
    session.flush()
    return added, changed


def _write(row: PublicAnswer, answer: EditorialAnswer, fingerprint: str) -> None:
    row.source_hash = fingerprint
    row.question, row.answer = answer.question, "\n\n".join(answer.answer)
    row.topics, row.language, row.owner = list(answer.topics), answer.language, answer.owner
    row.reviewed_on, row.review_by, row.law_date = answer.reviewed, answer.review_by, answer.law_date
    row.retracted = False


def _fingerprint(answer: EditorialAnswer) -> str:
    content: dict[str, Any] = answer.model_dump(mode="json")
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _held(session: Session, number: int, revision: int) -> PublicAnswer:
    row = session.get(PublicAnswer, number, with_for_update=True, populate_existing=True)
    if row is None:
        raise AnswerUnknown(str(number))
    if row.revision != revision:
        raise AnswerChanged()
    row.revision += 1
    return row


def _view(row: PublicAnswer) -> AnswerView:
    return AnswerView(
        number=row.number,
        revision=row.revision,
        origin=Origin(row.origin),
        question=row.question,
        answer=row.answer,
        topics=tuple(row.topics),
        language=row.language,
        owner=row.owner,
        published_week=row.published_week,
        reviewed_on=row.reviewed_on,
        review_by=row.review_by,
        law_date=row.law_date,
        corrected_on=row.corrected_on,
        retracted=row.retracted,
    )
