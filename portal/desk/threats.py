"""A threat against staff: one key raises the alarm; two handle the request from then on; the note ends by itself.

Nothing here changes the request's priority: the person who threatens still gets help.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.audit import Act, Why, append
from portal.desk.errors import EmptyText, RequestUnknown
from portal.desk.log import record_event
from portal.desk.reach import Reach
from portal.desk.request_errors import BadExpiry, NoThreat, SecondMustBeAnother
from portal.desk.staff_tasks import add_task
from portal.desk.two_handlers import threat_counts
from portal.records.event import EventKind
from portal.records.help_request import HelpRequest
from portal.records.sealing import ContentKeys, DataKey
from portal.records.staff_account import StaffAccount
from portal.records.staff_task import TaskKind
from portal.records.threat import Threat

ALARM_LASTS = timedelta(hours=8)
"""An alarm that nobody has acknowledged stops calling after a working day; the threat itself still counts."""


@dataclass(frozen=True, kw_only=True)
class ThreatView:
    """The threat that counts now. `body` is what was written down of it, if anything was."""

    id: UUID
    raised_by: UUID
    raised_role: str
    raised_at: datetime
    acknowledged_role: str | None
    acknowledged_at: datetime | None
    body: str | None
    written_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class AlarmRow:
    """An alarm that nobody has answered. `username` is for colleagues, who must find whoever raised it."""

    id: UUID
    request_id: UUID
    reference: str
    raised_by: UUID
    role: str
    username: str
    raised_at: datetime


def raise_alarm(
    session: Session,
    *,
    key: bytes,
    request_id: UUID,
    staff_id: UUID,
    now: datetime,
    longest: timedelta,
    aftercare_due: datetime,
) -> None:
    """Call colleagues; from now on two handle the request, for `longest` unless a note says an earlier day.

    Raising it again calls again. Raises RequestUnknown.
    """
    request = session.get(HelpRequest, request_id, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    threat = _counting(session, request_id, now)
    if threat is None:
        threat = Threat(id=uuid4(), request_id=request_id, raised_by=staff_id, raised_at=now, expires_at=now + longest)
        session.add(threat)
        record_event(session, request_id=request_id, kind=EventKind.THREAT_MARKED, at=now, staff_id=staff_id)
    threat.raised_by, threat.raised_at = staff_id, now
    threat.acknowledged_by = threat.acknowledged_at = None
    session.flush()
    add_task(
        session, request_id=request_id, kind=TaskKind.AFTERCARE, about_staff=staff_id, due_at=aftercare_due, now=now
    )
    record_event(session, request_id=request_id, kind=EventKind.ALARM_RAISED, at=now, staff_id=staff_id)
    append(session, key=key, act=Act.ALARM, subject=request.reference, at=now, staff_id=staff_id, why=Why.THREAT)


def acknowledge(session: Session, *, threat_id: UUID, staff_id: UUID, now: datetime) -> None:
    """A colleague is on the way. Answering twice changes nothing. Raises NoThreat, SecondMustBeAnother."""
    threat = session.get(Threat, threat_id, with_for_update=True)
    if threat is None:
        raise NoThreat()
    if threat.raised_by == staff_id:
        raise SecondMustBeAnother()
    if threat.acknowledged_at is None:
        threat.acknowledged_by, threat.acknowledged_at = staff_id, now
        session.flush()


def write_down(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    body: str,
    expires_at: datetime,
    now: datetime,
    longest: timedelta,
) -> None:
    """Note what happened, about the situation, and until when two handle it. What was written before is kept above.

    Raises NoThreat, EmptyText, BadExpiry, RequestUnknown, ContentErased.
    """
    if not body.strip():
        raise EmptyText()
    latest = now + longest
    if not now < expires_at <= latest:
        raise BadExpiry(latest)
    # Locked, so that of two who write both are kept, and nothing is sealed under a key that thinning forgets meanwhile.
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    threat = _counting(session, request_id, now)
    if threat is None:
        raise NoThreat()
    key = keys.open_data_key(request.wrapped_key, request_id)
    before = key.open(threat.body, threat.field) + "\n\n" if threat.body is not None else ""
    threat.body = key.seal(before + body, threat.field)
    threat.written_at, threat.expires_at = now, expires_at
    record_event(session, request_id=request_id, kind=EventKind.THREAT_MARKED, at=now, staff_id=staff_id)


def end(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """A supervisor ends it before its day. Raises NoThreat."""
    threat = _counting(session, request_id, now)
    if threat is None:
        raise NoThreat()
    threat.ended_by, threat.ended_at = staff_id, now
    record_event(session, request_id=request_id, kind=EventKind.THREAT_OVER, at=now, staff_id=staff_id)


def counting_threat(session: Session, *, key: DataKey | None, request_id: UUID, now: datetime) -> ThreatView | None:
    """The threat that counts now, opened; without a key (erased) it has no text."""
    threat = _counting(session, request_id, now)
    if threat is None:
        return None
    return ThreatView(
        id=threat.id,
        raised_by=threat.raised_by,
        raised_role=_role(session, threat.raised_by) or "",
        raised_at=threat.raised_at,
        acknowledged_role=_role(session, threat.acknowledged_by),
        acknowledged_at=threat.acknowledged_at,
        body=key.open(threat.body, threat.field) if key is not None and threat.body is not None else None,
        written_at=threat.written_at,
        expires_at=threat.expires_at,
    )


def open_alarms(session: Session, *, now: datetime, practice: bool) -> Sequence[AlarmRow]:
    """Alarms that nobody has answered, oldest first. Every colleague sees them: it is about a human in danger.

    `practice` tells whether those raised in practice requests are wanted, or the real ones.
    """
    rows = session.execute(
        select(Threat, HelpRequest.reference, StaffAccount.display_role, StaffAccount.username)
        .join(HelpRequest, HelpRequest.id == Threat.request_id)
        .join(StaffAccount, StaffAccount.id == Threat.raised_by)
        .where(
            Threat.acknowledged_at.is_(None),
            Threat.raised_at > now - ALARM_LASTS,
            threat_counts(now),
            HelpRequest.practice.is_(practice),
        )
        .order_by(Threat.raised_at)
    )
    return [
        AlarmRow(
            id=threat.id,
            request_id=threat.request_id,
            reference=reference,
            raised_by=threat.raised_by,
            role=role,
            username=username,
            raised_at=threat.raised_at,
        )
        for threat, reference, role, username in rows
    ]


def within(session: Session, *, reach: Reach, alarms: Sequence[AlarmRow]) -> frozenset[UUID]:
    """The requests of these alarms that are within reach."""
    asked = [alarm.request_id for alarm in alarms]
    if not asked:
        return frozenset()
    return frozenset(session.scalars(select(HelpRequest.id).where(HelpRequest.id.in_(asked), reach)))


def _counting(session: Session, request_id: UUID, now: datetime) -> Threat | None:
    return session.scalar(
        select(Threat)
        .where(Threat.request_id == request_id, threat_counts(now))
        .order_by(Threat.raised_at.desc())
        .limit(1)
    )


def _role(session: Session, staff_id: UUID | None) -> str | None:
    if staff_id is None:
        return None
    return session.scalar(select(StaffAccount.display_role).where(StaffAccount.id == staff_id))
