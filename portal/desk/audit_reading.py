"""Reading the audit log, and the course of one request without its words. Whoever reads is written down too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from portal.desk.audit import ONE_READING, Act, append
from portal.desk.errors import RequestUnknown
from portal.records.audit_entry import AuditEntry
from portal.records.base import JsonObject
from portal.records.event import Event
from portal.records.help_request import HelpRequest
from portal.records.staff_account import StaffAccount

ASKED_BY, ACCOUNT = "asked-by", "account"
"""Where the detail of a row holds the id of an account."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which rows. `subject`: a reference, an account's name, or another thing's; days begin and end in `since` and
    `until`; `protected`: about protected identities only; `untouched`: opened by somebody who did nothing with it."""

    username: str = ""
    subject: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None
    protected: bool = False
    untouched: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row as the auditor reads it. `username` None: the portal itself. `about`: the name of the account that the
    row is about; `is_request`: its course can be read."""

    number: int
    at: datetime
    username: str | None
    act: str
    subject: str
    about: str | None
    is_request: bool
    protected: bool
    why: str
    detail: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Access:
    """What one account did with protected identities: requests opened, those of them it did nothing with, and how
    often it asked for one that is hidden from it."""

    username: str
    opened: int
    untouched: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that happened to a request. `number`: its row in the log; None for what the request itself keeps."""

    at: datetime
    code: str
    number: int | None
    username: str | None
    why: str | None
    close_reason: str | None


@dataclass(frozen=True, kw_only=True)
class Course:
    """One request as an auditor sees it: codes of its handling and moments. Nothing of what it is about."""

    reference: str
    unit: str
    state: str
    channel: str
    priority: int
    protected: bool
    practice: bool
    created_at: datetime
    first_answer_at: datetime | None
    closed_at: datetime | None
    erased_at: datetime | None
    steps: tuple[Step, ...]


def lines(session: Session, *, limit: int, asked: Asked | None = None, before: int | None = None) -> list[Line]:
    """The newest rows that were asked for, at most `limit`, older than row number `before`."""
    query = (
        select(AuditEntry, StaffAccount.username, HelpRequest.protected)
        .outerjoin(StaffAccount, StaffAccount.id == AuditEntry.staff_id)
        .outerjoin(HelpRequest, HelpRequest.reference == AuditEntry.subject)
        .where(*_conditions(session, asked or Asked()))
        .order_by(AuditEntry.number.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(AuditEntry.number < before)
    found = session.execute(query).all()
    names = _names(session, [entry for entry, _, _ in found])
    return [_line(entry, username, protected, names) for entry, username, protected in found]


def protected_access(session: Session, *, since: datetime) -> list[Access]:
    """Who had to do with protected identities since then: those with the most that is odd first."""
    opened = and_(AuditEntry.act == Act.OPENED, HelpRequest.protected.is_(True), AuditEntry.at >= since)
    refused = and_(AuditEntry.act == Act.PROTECTED_REFUSED, AuditEntry.at >= since)
    counts = [
        _by_account(session, _of_requests(func.count(AuditEntry.subject.distinct())).where(opened)),
        _by_account(session, _of_requests(func.count(AuditEntry.subject.distinct())).where(opened, _untouched())),
        _by_account(session, select(AuditEntry.staff_id, func.count()).where(refused)),
    ]
    accounts = session.execute(
        select(StaffAccount.id, StaffAccount.username).where(StaffAccount.id.in_(counts[0].keys() | counts[2].keys()))
    )
    found = [
        Access(username=name, opened=opened, untouched=untouched, refused=refused)
        for staff_id, name in accounts
        for opened, untouched, refused in [[count.get(staff_id, 0) for count in counts]]
    ]
    return sorted(found, key=lambda each: (-each.refused, -each.untouched, -each.opened, each.username))


def course_of(session: Session, *, reference: str) -> Course:
    """The course of one request, whatever unit has it and however it is protected: no text is read for it, and no key
    is needed. Raises RequestUnknown."""
    request = session.scalar(select(HelpRequest).where(HelpRequest.reference == reference.strip().upper()))
    if request is None:
        raise RequestUnknown()
    steps = [*_events(session, request.id), *_readings(session, request.reference)]
    return Course(
        reference=request.reference,
        unit=request.unit,
        state=request.state,
        channel=request.channel,
        priority=request.priority,
        protected=request.protected,
        practice=request.practice,
        created_at=request.created_at,
        first_answer_at=request.first_answer_at,
        closed_at=request.closed_at,
        erased_at=request.erased_at,
        steps=tuple(sorted(steps, key=lambda step: step.at)),
    )


def note_read(
    session: Session, *, key: bytes, act: Act, subject: str, staff_id: UUID, at: datetime, detail: JsonObject
) -> None:
    """Write down that somebody read the log. The same again within one reading adds nothing."""
    last = session.scalar(
        select(AuditEntry)
        .where(AuditEntry.staff_id == staff_id, AuditEntry.act == act, AuditEntry.at > at - ONE_READING)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    if last is None or (last.subject, last.detail) != (subject, detail):
        append(session, key=key, act=act, subject=subject, staff_id=staff_id, at=at, detail=detail)


def _conditions(session: Session, asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.username:
        found.append(StaffAccount.username == asked.username.strip().casefold())
    if asked.subject:
        found.append(AuditEntry.subject.in_(_subjects(session, asked.subject)))
    if asked.act:
        found.append(AuditEntry.act == asked.act)
    if asked.since is not None:
        found.append(AuditEntry.at >= asked.since)
    if asked.until is not None:
        found.append(AuditEntry.at < asked.until)
    if asked.protected:
        found.append(HelpRequest.protected.is_(True))
    if asked.untouched:
        found += [AuditEntry.act == Act.OPENED, HelpRequest.id.is_not(None), _untouched()]
    return found


def _subjects(session: Session, typed: str) -> list[str]:
    """What somebody may mean by this: a reference, another thing as the log names it, or an account."""
    meant = typed.strip()
    account = session.scalar(select(StaffAccount.id).where(StaffAccount.username == meant.casefold()))
    return [meant, meant.upper(), *([str(account)] if account else [])]


def _untouched() -> ColumnElement[bool]:
    """The one who opened it has done nothing that the request keeps."""
    return ~exists().where(Event.request_id == HelpRequest.id, Event.staff_id == AuditEntry.staff_id)


def _of_requests(count: ColumnElement[int]) -> Select[UUID | None, int]:
    return select(AuditEntry.staff_id, count).join(HelpRequest, HelpRequest.reference == AuditEntry.subject)


def _by_account(session: Session, query: Select[UUID | None, int]) -> dict[UUID, int]:
    rows = session.execute(query.group_by(AuditEntry.staff_id))
    return {staff_id: count for staff_id, count in rows if staff_id is not None}


def _names(session: Session, entries: Iterable[AuditEntry]) -> dict[str, str]:
    """The names of the accounts that rows are about, by id."""
    ids = {found for entry in entries for text in _account_ids(entry) if (found := _id(text))}
    if not ids:
        return {}
    rows = session.execute(select(StaffAccount.id, StaffAccount.username).where(StaffAccount.id.in_(ids)))
    return {str(staff_id): name for staff_id, name in rows}


def _account_ids(entry: AuditEntry) -> tuple[object, ...]:
    return entry.subject, entry.detail.get(ASKED_BY), entry.detail.get(ACCOUNT)


def _id(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _line(entry: AuditEntry, username: str | None, protected: bool | None, names: dict[str, str]) -> Line:
    detail = {
        key: names.get(str(value), value) if key in (ASKED_BY, ACCOUNT) else value
        for key, value in entry.detail.items()
    }
    return Line(
        number=entry.number,
        at=entry.at,
        username=username,
        act=entry.act,
        subject=entry.subject,
        about=names.get(entry.subject),
        is_request=protected is not None,
        protected=bool(protected),
        why=entry.why,
        detail=detail,
    )


def _events(session: Session, request_id: UUID) -> list[Step]:
    rows = session.execute(
        select(Event, StaffAccount.username)
        .outerjoin(StaffAccount, StaffAccount.id == Event.staff_id)
        .where(Event.request_id == request_id)
        .order_by(Event.number)
    )
    return [
        Step(
            at=event.at,
            code=event.kind,
            number=None,
            username=name,
            why=None,
            close_reason=event.detail.get("reason"),
        )
        for event, name in rows
    ]


def _readings(session: Session, reference: str) -> list[Step]:
    rows = session.execute(
        select(AuditEntry, StaffAccount.username)
        .outerjoin(StaffAccount, StaffAccount.id == AuditEntry.staff_id)
        .where(AuditEntry.subject == reference)
        .order_by(AuditEntry.number)
    )
    return [
        Step(at=entry.at, code=entry.act, number=entry.number, username=name, why=entry.why, close_reason=None)
        for entry, name in rows
    ]
