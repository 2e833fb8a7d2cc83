"""Thinning a request whose content a unit has taken over: what the person needs moves to a new key, the rest is gone.

What stays: what staff and the portal said to the person, what the person wrote after the package was made, and the
grounds of the handovers. What goes, with the old key: the person's words, the talk with the bot, notes and contact.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.records.handover import Handover
from portal.records.help_request import HelpRequest
from portal.records.message import Author, Message
from portal.records.note import Note
from portal.records.sealing import ContentKeys, DataKey

KEPT = (Author.STAFF, Author.PORTAL)
"""What these said to the person stays."""


def thin(session: Session, *, keys: ContentKeys, request: HelpRequest, after_message: int) -> None:
    """Thin a locked request; messages numbered above `after_message` were not handed over and stay.

    After the commit, call `Database.overwrite_erased()`. Raises ContentErased, ContentKeyMissing, ContentDamaged.
    """
    old = keys.open_data_key(request.wrapped_key, request.id)
    new, request.wrapped_key = keys.new_data_key(request.id)
    session.execute(delete(Note).where(Note.request_id == request.id))
    session.execute(
        delete(Message).where(
            Message.request_id == request.id, Message.author.not_in(KEPT), Message.number <= after_message
        )
    )
    request.contact = None
    request.submission_hash = None
    _move_messages(session, request.id, old, new)
    _move_grounds(session, request.id, old, new)
    session.flush()


def _move_messages(session: Session, request_id: UUID, old: DataKey, new: DataKey) -> None:
    for message in session.scalars(select(Message).where(Message.request_id == request_id)):
        message.body = new.seal(old.open(message.body, message.field), message.field)


def _move_grounds(session: Session, request_id: UUID, old: DataKey, new: DataKey) -> None:
    for row in session.scalars(select(Handover).where(Handover.request_id == request_id)):
        if row.reason is not None:
            row.reason = new.seal(old.open(row.reason, row.reason_field), row.reason_field)
        if row.return_text is not None:
            row.return_text = new.seal(old.open(row.return_text, row.return_field), row.return_field)
