"""The municipality's own accounts (OpenID Connect): which account here belongs to whom its provider names.

An administrator states the name that the provider uses (`preferred_username`). The first sign-in under that name keeps
the provider's lasting id (`sub`); from then on only the id counts, because a name can pass to somebody else. Nobody who
is not linked comes in, and no account is made by itself. Roles are given here and nowhere else.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk import staff_sessions
from portal.desk.accounts import StaffMember, find_staff
from portal.desk.errors import MunicipalityNameTaken, NotLinked, OwnAccount, StaffUnknown
from portal.records.staff_account import StaffAccount


def link(session: Session, *, staff_id: UUID, by: UUID, name: str, now: datetime) -> bool:
    """State by which name the provider knows this account's owner; an empty one unlinks. Returns whether that changed
    anything; then the lasting id is forgotten and the account signed out.

    Raises StaffUnknown, MunicipalityNameTaken; OwnAccount, because nobody links themselves.
    """
    if staff_id == by:
        raise OwnAccount()
    account = session.get(StaffAccount, staff_id)
    if account is None:
        raise StaffUnknown(str(staff_id))
    wanted = _folded(name) or None
    if wanted == account.municipality_name:
        return False
    if wanted and session.scalar(select(StaffAccount.id).where(StaffAccount.municipality_name == wanted)):
        raise MunicipalityNameTaken()
    account.municipality_name = wanted
    account.municipality_subject = None
    staff_sessions.end_all(session, staff_id=staff_id, now=now)
    session.flush()
    return True


def find_linked(session: Session, *, subject: str, name: str) -> StaffMember:
    """The account of whom the provider named by id and name. Raises NotLinked, also for an account that is off."""
    account = session.scalar(select(StaffAccount).where(StaffAccount.municipality_subject == subject))
    if account is None and _folded(name):
        account = session.scalar(
            select(StaffAccount)
            .where(StaffAccount.municipality_name == _folded(name), StaffAccount.municipality_subject.is_(None))
            .with_for_update()
        )
    member = find_staff(session, staff_id=account.id) if account else None
    if account is None or member is None:
        raise NotLinked()
    account.municipality_subject = subject
    session.flush()
    return member


def _folded(name: str) -> str:
    return name.strip().casefold()
