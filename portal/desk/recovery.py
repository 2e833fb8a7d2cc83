"""Recovery by two persons: when somebody has lost the password or the second factor.

An administrator begins it; a second person, another administrator or a supervisor, agrees, and only then is there a
code, shown once, to be handed over in person. With it the owner sets a new password; everything that signed in before
is worth nothing then. Neither of the two can do it alone, and nobody recovers themselves. Each step has an hour.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from portal.desk import second_factor
from portal.desk.accounts import change_password, find_staff
from portal.desk.errors import OwnAccount, RecoveryUnknown, StaffUnknown
from portal.desk.staff_sessions import hash_token
from portal.records.staff_account import StaffAccount
from portal.records.staff_factor import StaffRecovery

AN_HOUR: Final = timedelta(hours=1)
"""To agree, and then to use the code."""

# Without letters and digits that are mistaken for each other when read aloud or written down.
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 4, 5


@dataclass(frozen=True, kw_only=True)
class OpenRecovery:
    """A recovery that waits for a second person."""

    id: UUID
    staff_id: UUID
    username: str
    display_role: str
    begun_by: UUID
    begun_by_name: str
    expires_at: datetime


def begin(session: Session, *, staff_id: UUID, by: UUID, now: datetime) -> UUID:
    """Ask for a recovery; what was asked before for the same account is called off. Raises OwnAccount, StaffUnknown."""
    if staff_id == by:
        raise OwnAccount()
    if find_staff(session, staff_id=staff_id) is None:
        raise StaffUnknown(str(staff_id))
    call_off(session, staff_id=staff_id, now=now)
    recovery = StaffRecovery(staff_id=staff_id, begun_by=by, expires_at=now + AN_HOUR)
    session.add(recovery)
    session.flush()
    return recovery.id


def approve(session: Session, *, recovery_id: UUID, by: UUID, now: datetime) -> tuple[UUID, str, str]:
    """Agree as the second person. Returns whose it is, their name, and the code, which nobody can look up later.

    Raises RecoveryUnknown; OwnAccount for the one who began it and for the one who is to be recovered.
    """
    recovery = session.get(StaffRecovery, recovery_id, with_for_update=True)
    if recovery is None or recovery.approved_by is not None or not _is_open(recovery, now):
        raise RecoveryUnknown()
    if by in (recovery.begun_by, recovery.staff_id):
        raise OwnAccount()
    code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    recovery.approved_by = by
    recovery.code_hash = _hash(code)
    recovery.expires_at = now + AN_HOUR
    session.flush()
    return recovery.staff_id, session.get_one(StaffAccount, recovery.staff_id).username, code


def use(session: Session, *, code: str, new_password: str, now: datetime) -> UUID:
    """Set a new password with the code; returns whose. Second factors, known browsers and sign-ins are gone then.

    Raises RecoveryUnknown, PasswordTooShort.
    """
    recovery = session.scalar(select(StaffRecovery).where(StaffRecovery.code_hash == _hash(code)).with_for_update())
    if recovery is None or not _is_open(recovery, now) or find_staff(session, staff_id=recovery.staff_id) is None:
        raise RecoveryUnknown()
    reset(session, staff_id=recovery.staff_id, new_password=new_password, now=now)
    recovery.ended_at = now
    session.flush()
    return recovery.staff_id


def reset(session: Session, *, staff_id: UUID, new_password: str, now: datetime, password_made: bool = False) -> None:
    """A new password, and no second factor any more. Raises StaffUnknown, PasswordTooShort."""
    change_password(session, staff_id=staff_id, new_password=new_password, now=now, password_made=password_made)
    second_factor.remove_all(session, staff_id=staff_id)


def call_off(session: Session, *, staff_id: UUID, now: datetime) -> None:
    """End whatever recovery of this account is under way."""
    session.execute(
        update(StaffRecovery)
        .where(StaffRecovery.staff_id == staff_id, StaffRecovery.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session="fetch")
    )


def list_waiting(session: Session, *, now: datetime) -> list[OpenRecovery]:
    """Those that wait for a second person, oldest first."""
    whose, starter = aliased(StaffAccount), aliased(StaffAccount)
    rows = session.execute(
        select(StaffRecovery, whose, starter)
        .join(whose, whose.id == StaffRecovery.staff_id)
        .join(starter, starter.id == StaffRecovery.begun_by)
        .where(StaffRecovery.approved_by.is_(None), StaffRecovery.ended_at.is_(None), StaffRecovery.expires_at > now)
        .order_by(StaffRecovery.expires_at)
    )
    return [
        OpenRecovery(
            id=recovery.id,
            staff_id=account.id,
            username=account.username,
            display_role=account.display_role,
            begun_by=recovery.begun_by,
            begun_by_name=by.username,
            expires_at=recovery.expires_at,
        )
        for recovery, account, by in rows
    ]


def _is_open(recovery: StaffRecovery, now: datetime) -> bool:
    return recovery.ended_at is None and recovery.expires_at > now


def _hash(code: str) -> str:
    """What is stored of a code, however it was typed."""
    return hash_token("".join(letter for letter in code.upper() if letter.isalnum()))
