"""Thinning a request whose content a unit has taken over: what the person needs moves to a new key, the rest is gone.

What goes, with the old key: the person's words with their translations, the talk with the bot, notes and contact.
What stays: what staff and the portal said to the person, what was written and noted after the package was made, what
two must press for, a threat against staff, what staff have not sent yet, a question to be answered in public, and the
grounds of the handovers.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from portal.records.handover import Handover
from portal.records.help_request import HelpRequest
from portal.records.message import FROM_US, Message
from portal.records.note import Note
from portal.records.public_question import PublicQuestion
from portal.records.sealing import ContentKeys, DataKey
from portal.records.staff_draft import StaffDraft
from portal.records.threat import SecondPress, Threat
from portal.records.translation import Translation


def thin(session: Session, *, keys: ContentKeys, request: HelpRequest, after_message: int, sent_at: datetime) -> None:
    """Thin a locked request. Messages numbered above `after_message`, and notes written after `sent_at`, could not be
    handed over and stay.

    After the commit, call `Database.overwrite_erased()`. Raises ContentErased, ContentKeyMissing, ContentDamaged.
    """
    old = keys.open_data_key(request.wrapped_key, request.id)
    new, request.wrapped_key = keys.new_data_key(request.id)
    session.execute(delete(Note).where(Note.request_id == request.id, Note.created_at <= sent_at))
    handed_over = and_(
        Message.request_id == request.id, Message.author.not_in(FROM_US), Message.number <= after_message
    )
    session.execute(delete(Translation).where(Translation.message_id.in_(select(Message.id).where(handed_over))))
    session.execute(delete(Message).where(handed_over))
    request.contact = None
    request.submission_hash = None
    _move(session, request.id, old, new)
    session.flush()


def _move(session: Session, request_id: UUID, old: DataKey, new: DataKey) -> None:
    """Seal everything that is left under the new key. A column that is missing here could never be read again."""

    def moved(sealed: bytes, field: str) -> bytes:
        return new.seal(old.open(sealed, field), field)

    bodies: list[Message | Note | Translation | StaffDraft | SecondPress | Threat] = [
        *session.scalars(select(Message).where(Message.request_id == request_id)),
        *session.scalars(select(Note).where(Note.request_id == request_id)),
        *session.scalars(select(Translation).where(Translation.request_id == request_id)),
        *session.scalars(select(StaffDraft).where(StaffDraft.request_id == request_id)),
        *session.scalars(select(SecondPress).where(SecondPress.request_id == request_id)),
        *session.scalars(select(Threat).where(Threat.request_id == request_id)),
    ]
    for row in bodies:
        if row.body is not None:
            row.body = moved(row.body, row.field)
    for handover in session.scalars(select(Handover).where(Handover.request_id == request_id)):
        handover.reason = moved(handover.reason, handover.reason_field) if handover.reason else None
        handover.return_text = moved(handover.return_text, handover.return_field) if handover.return_text else None
    for question in session.scalars(select(PublicQuestion).where(PublicQuestion.request_id == request_id)):
        for name in ("scrubbed", "draft", "comment"):
            sealed = getattr(question, name)
            setattr(question, name, moved(sealed, question.field(name)) if sealed else None)
