"""Reading and adding what was said: the one place that seals and opens messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.errors import EmptyText
from portal.desk.message_content import NoticeView, Opened, Part, opened
from portal.records.message import Author, Content, Message
from portal.records.sealing import DataKey
from portal.records.staff_account import StaffAccount


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a talk with the bot, to be kept with the request. `at` is when it was said."""

    author: Author
    body: str
    language: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageView:
    """One message, opened. `body` is None once the request was erased; `staff_role` is set where staff did it.

    `body` is all of it as one text. Pages show the `parts`, or the `notice`, through `portal.said`.
    """

    id: UUID
    author: Author
    opening: bool
    body: str | None
    language: str
    created_at: datetime
    read_by_person_at: datetime | None
    staff_role: str | None
    parts: tuple[Part, ...] = ()
    notice: NoticeView | None = None


def add_message(
    session: Session,
    *,
    key: DataKey,
    request_id: UUID,
    author: Author,
    body: str,
    language: str,
    at: datetime,
    staff_id: UUID | None = None,
    opening: bool = False,
    content: Content = Content.WORDS,
) -> Message:
    """Seal and add one message. Raises EmptyText."""
    if not body.strip():
        raise EmptyText()
    message = Message(
        id=uuid4(),
        request_id=request_id,
        author=author,
        opening=opening,
        content=content,
        staff_id=staff_id,
        language=language,
        created_at=at,
    )
    message.body = key.seal(body, message.field)
    session.add(message)
    session.flush()
    return message


def read_messages(
    session: Session, *, request_id: UUID, key: DataKey | None, authors: Sequence[Author] = tuple(Author)
) -> tuple[MessageView, ...]:
    """Messages, of these authors, in the order they were said; without a key (erased) their bodies are None."""
    query = (
        select(Message, StaffAccount.display_role)
        .outerjoin(StaffAccount, StaffAccount.id == Message.staff_id)
        .where(Message.request_id == request_id, Message.author.in_(authors))
        .order_by(Message.created_at, Message.number)
    )
    return tuple(_view(message, role, key) for message, role in session.execute(query))


def opening_words(messages: Sequence[MessageView]) -> str | None:
    """The words the request was sent with, or None when there were none or they were erased."""
    return next((message.body for message in messages if message.opening), None)


def _view(message: Message, role: str | None, key: DataKey | None) -> MessageView:
    held = Opened(body="")
    if key is not None:
        held = opened(message.content, key.open(message.body, message.field), message.language)
    return MessageView(
        id=message.id,
        author=Author(message.author),
        opening=message.opening,
        body=held.body if key is not None else None,
        language=message.language,
        created_at=message.created_at,
        read_by_person_at=message.read_by_person_at,
        staff_role=role,
        parts=held.parts,
        notice=held.notice,
    )
