"""Asking for an interpreter for a request. Booking is done outside the portal; here stands what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.log import record_event
from portal.desk.message_content import Notice
from portal.desk.plain_notes import tell_person
from portal.desk.work import held
from portal.records.event import EventKind
from portal.records.interpreter_request import InterpreterMode, InterpreterRequest
from portal.records.sealing import ContentKeys
from portal.records.staff_account import StaffAccount


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One interpreter that was asked for. `wished_at` None: no time was named."""

    language: str
    mode: InterpreterMode
    wished_at: datetime | None
    asked_at: datetime
    staff_role: str


def ask_for_interpreter(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    language: str,
    mode: InterpreterMode,
    wished_at: datetime | None,
    now: datetime,
) -> None:
    """Write it down, and tell the person in plain words.

    Raises NotClaimed, RequestClosed, RequestUnknown, ContentErased.
    """
    held(session, request_id, staff_id, now)
    session.add(
        InterpreterRequest(
            id=uuid4(),
            request_id=request_id,
            staff_id=staff_id,
            language=language,
            mode=mode,
            wished_at=wished_at,
            asked_at=now,
        )
    )
    detail = {"language": language, "mode": str(mode)}
    kind = EventKind.INTERPRETER_ASKED
    record_event(session, request_id=request_id, kind=kind, at=now, staff_id=staff_id, detail=detail)
    codes = {"language": language}
    notice = Notice.INTERPRETER_ASKED
    tell_person(session, keys=keys, request_id=request_id, notice=notice, codes=codes, now=now, staff_id=staff_id)


def asked_for(session: Session, *, request_id: UUID) -> tuple[Asked, ...]:
    """What was asked for on this request, the newest first."""
    rows = session.execute(
        select(InterpreterRequest, StaffAccount.display_role)
        .join(StaffAccount, StaffAccount.id == InterpreterRequest.staff_id)
        .where(InterpreterRequest.request_id == request_id)
        .order_by(InterpreterRequest.asked_at.desc())
    )
    return tuple(
        Asked(
            language=row.language,
            mode=InterpreterMode(row.mode),
            wished_at=row.wished_at,
            asked_at=row.asked_at,
            staff_role=role,
        )
        for row, role in rows
    )
