"""Answering with parts: replies from the library and own words, together and in order. Sending forgets the draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk import work
from portal.desk.errors import EmptyText
from portal.desk.message_content import Mark, Part
from portal.desk.replies import SWEDISH, Fill, Pick, parts_of
from portal.desk.reply_errors import AnsweredMeanwhile
from portal.desk.staff_drafts import forget_draft
from portal.records.help_request import HelpRequest
from portal.records.message import Author, Message
from portal.records.sealing import ContentKeys
from portal.records.staff_draft import DraftKind


def last_answer(session: Session, *, request_id: UUID) -> tuple[int, UUID | None]:
    """The number of the newest answer that staff sent, and who did; 0 when there is none."""
    newest = _newest_answer(session, request_id)
    return (newest.number, newest.staff_id) if newest else (0, None)


def send_answer(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    body: str,
    language: str,
    now: datetime,
    picks: Sequence[Pick],
    own_words_at: int,
    fill: Fill,
    seen: int | None,
) -> None:
    """Send `picks` with own words (`body`, written in `language`) before the pick number `own_words_at`.

    Swedish words to a reader of another language are marked so. `seen` is the number of `last_answer` when the page
    was shown; None does not ask. Everything that `work.answer` and `replies.parts_of` raise, and AnsweredMeanwhile.
    """
    request = work.held(session, request_id, staff_id, now)
    _nothing_sent_since(session, request_id, staff_id, seen)
    parts = list(parts_of(session, picks=picks, language=request.language, fill=fill))
    if body.strip():
        parts.insert(min(max(own_words_at, 0), len(parts)), own_words(body, language, request))
    if not parts:
        raise EmptyText()
    work.answer(session, keys=keys, request_id=request_id, staff_id=staff_id, parts=parts, now=now)
    forget_draft(session, request_id=request_id, staff_id=staff_id, kind=DraftKind.ANSWER)


def add_note(
    session: Session, *, keys: ContentKeys, request_id: UUID, staff_id: UUID, body: str, kind: str, now: datetime
) -> None:
    """Write an internal note, and forget its draft. Raises what `work.add_note` raises."""
    work.add_note(session, keys=keys, request_id=request_id, staff_id=staff_id, body=body, kind=kind, now=now)
    forget_draft(session, request_id=request_id, staff_id=staff_id, kind=DraftKind.NOTE)


def own_words(body: str, language: str, request: HelpRequest) -> Part:
    """Free text as a part. Swedish for a reader of another language goes with a note on how to get it explained."""
    swedish_for_others = language == SWEDISH and request.language != SWEDISH
    return Part(body=body, language=language, mark=Mark.EXPLAINED if swedish_for_others else Mark.NONE)


def _nothing_sent_since(session: Session, request_id: UUID, staff_id: UUID, seen: int | None) -> None:
    newest = _newest_answer(session, request_id)
    if seen is not None and newest is not None and newest.number > seen:
        raise AnsweredMeanwhile(by_colleague=newest.staff_id != staff_id)


def _newest_answer(session: Session, request_id: UUID) -> Message | None:
    return session.scalar(
        select(Message)
        .where(Message.request_id == request_id, Message.author == Author.STAFF)
        .order_by(Message.number.desc())
        .limit(1)
    )
