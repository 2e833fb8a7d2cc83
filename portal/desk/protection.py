"""Protected identities: a small group reads them; for everybody else they do not exist."""

import re
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk.accounts import StaffMember
from portal.desk.audit import Act, append
from portal.desk.errors import RequestUnknown
from portal.desk.log import record_event
from portal.desk.rights import MAY, Right
from portal.desk.talk_holder import claim_released
from portal.desk.work import let_go
from portal.records.audit_entry import AuditEntry
from portal.records.event import EventKind
from portal.records.help_request import HelpRequest, State
from portal.records.staff_account import StaffAccount

ODD_FOR: Final = timedelta(days=1)
"""So long supervisors see that somebody tried to open what is protected from them."""

_REFERENCE = re.compile(r"[A-Z0-9-]{1,20}")


def protect(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """From now on only the small group finds the request. Who is not in it loses it. Raises RequestUnknown."""
    request = _locked(session, request_id)
    if request.protected:
        return
    request.protected = True
    holder = session.get(StaffAccount, request.claimed_by) if request.claimed_by else None
    if holder is not None and not holder.sees_protected:
        let_go(request)
        claim_released(session, request_id=request_id, now=now)
    record_event(session, request_id=request_id, kind=EventKind.PROTECTED, at=now, staff_id=staff_id)


def unprotect(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """The protection was a mistake, or has ended. Raises RequestUnknown."""
    request = _locked(session, request_id)
    if request.protected:
        request.protected = False
        record_event(session, request_id=request_id, kind=EventKind.UNPROTECTED, at=now, staff_id=staff_id)


def note_not_found(session: Session, *, key: bytes, member: StaffMember, reference: str, now: datetime) -> None:
    """Write down that somebody asked for a request that does not exist for them.

    It is written for every such reference, so that neither the answer nor the time it takes tells which exist.
    """
    asked = reference.strip().upper()
    asked = asked if _REFERENCE.fullmatch(asked) else "unreadable"
    hidden = session.scalar(select(HelpRequest.protected).where(HelpRequest.reference == asked))
    act = Act.PROTECTED_REFUSED if hidden and not member.sees_protected else Act.NOT_FOUND
    append(session, key=key, act=act, subject=asked, at=now, staff_id=member.id)


def odd_tries(session: Session, *, member: StaffMember, now: datetime) -> int:
    """How often others lately tried to open what is protected from them. One's own tries do not count, or the count
    would confirm them."""
    counted = select(func.count()).where(
        AuditEntry.act == Act.PROTECTED_REFUSED, AuditEntry.at > now - ODD_FOR, AuditEntry.staff_id != member.id
    )
    return session.scalar(counted) or 0


def waiting_for_nobody(session: Session) -> int:
    """How many open requests with a protected identity nobody may read, because no account in their unit is marked."""
    by_unit = session.execute(
        select(HelpRequest.unit, func.count())
        .where(HelpRequest.protected.is_(True), HelpRequest.practice.is_(False), HelpRequest.state != State.CLOSED)
        .group_by(HelpRequest.unit)
    ).all()
    if not by_unit:
        return 0
    readers = session.scalars(select(StaffAccount).where(StaffAccount.active, StaffAccount.sees_protected)).all()
    read = {unit for reader in readers if MAY[Right.WORK_REQUESTS] & set(reader.roles) for unit in reader.units}
    return sum(count for unit, count in by_unit if unit not in read)


def _locked(session: Session, request_id: UUID) -> HelpRequest:
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    return request
