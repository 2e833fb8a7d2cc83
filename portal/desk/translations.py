"""Putting in what a human translated, and reading it beside the message it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.errors import EmptyText, MessageUnknown
from portal.desk.log import record_event
from portal.desk.work import held
from portal.records.event import EventKind
from portal.records.message import Author, Message
from portal.records.sealing import ContentKeys, DataKey
from portal.records.staff_account import StaffAccount
from portal.records.translation import Translation, Translator


@dataclass(frozen=True, kw_only=True)
class TranslationView:
    """One translation into Swedish. `staff_role` put it in; `body` is None once the request was erased."""

    id: UUID
    translator: Translator
    staff_role: str
    body: str | None
    created_at: datetime


def add_translation(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    message_id: UUID,
    translator: str,
    body: str,
    now: datetime,
) -> None:
    """Keep a translation of one of the person's messages; earlier ones of it stay.

    Raises EmptyText; MessageUnknown for what is no message of the person in this request; NotClaimed, RequestClosed,
    RequestUnknown, ContentErased.
    """
    if not body.strip():
        raise EmptyText()
    request = held(session, request_id, staff_id, now)
    message = session.scalar(
        select(Message).where(
            Message.id == message_id, Message.request_id == request_id, Message.author == Author.PERSON
        )
    )
    if message is None:
        raise MessageUnknown(str(message_id))
    key = keys.open_data_key(request.wrapped_key, request_id)
    row = Translation(
        id=uuid4(),
        request_id=request_id,
        message_id=message_id,
        staff_id=staff_id,
        translator=Translator(translator),
        created_at=now,
    )
    row.body = key.seal(body, row.field)
    session.add(row)
    detail = {"translator": str(row.translator)}
    kind = EventKind.TRANSLATED
    record_event(session, request_id=request_id, kind=kind, at=now, staff_id=staff_id, detail=detail)


def read_translations(
    session: Session, *, request_id: UUID, key: DataKey | None
) -> Mapping[UUID, tuple[TranslationView, ...]]:
    """The translations of each message of a request that has any, the newest first."""
    rows = session.execute(
        select(Translation, StaffAccount.display_role)
        .join(StaffAccount, StaffAccount.id == Translation.staff_id)
        .where(Translation.request_id == request_id)
        .order_by(Translation.number.desc())
    )
    found: dict[UUID, tuple[TranslationView, ...]] = {}
    for row, role in rows:
        view = TranslationView(
            id=row.id,
            translator=Translator(row.translator),
            staff_role=role,
            body=key.open(row.body, row.field) if key is not None else None,
            created_at=row.created_at,
        )
        found[row.message_id] = (*found.get(row.message_id, ()), view)
    return found
