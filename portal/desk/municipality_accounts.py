"""The municipality's own accounts (OpenID Connect): which account here belongs to whom its provider names.

An administrator states the name that the provider uses (`preferred_username`), and a second person agrees
(`portal.desk.account_changes`). The first sign-in under that name keeps the provider's lasting id (`sub`); from then on
only the id counts, because a name can pass to somebody else. Nobody who is not linked comes in, and no account is made
by itself. Roles are given here and nowhere else.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.desk import staff_sessions
from portal.desk.accounts import StaffMember, find_staff
from portal.desk.errors import MunicipalityNameTaken, NotLinked
from portal.records.staff_account import StaffAccount


def link(session: Session, *, account: StaffAccount, name: str, now: datetime) -> bool:
    """From now on the provider knows this account's owner by this name; an empty one unlinks. Returns whether that
    changed anything; then the lasting id is forgotten and the account signed out. Raises MunicipalityNameTaken."""
    wanted = folded(name) or None
    if wanted == account.municipality_name:
        return False
    try:
        with session.begin_nested():
            account.municipality_name, account.municipality_subject = wanted, None
    except IntegrityError as error:
        raise MunicipalityNameTaken() from error
    staff_sessions.end_all(session, staff_id=account.id, now=now)
    session.flush()
    return True


def require_free(session: Session, *, name: str) -> None:
    """Raises MunicipalityNameTaken."""
    if session.scalar(select(StaffAccount.id).where(StaffAccount.municipality_name == folded(name))):
        raise MunicipalityNameTaken()


def find_linked(session: Session, *, subject: str, name: str) -> StaffMember:
    """The account of whom the provider named by id and name. Raises NotLinked, also for an account that is off."""
    account = session.scalar(select(StaffAccount).where(StaffAccount.municipality_subject == subject))
    if account is None and folded(name):
        account = session.scalar(
            select(StaffAccount)
            .where(StaffAccount.municipality_name == folded(name), StaffAccount.municipality_subject.is_(None))
            .with_for_update()
        )
    member = find_staff(session, staff_id=account.id) if account else None
    if account is None or member is None:
        raise NotLinked()
    account.municipality_subject = subject
    session.flush()
    return member


def folded(name: str) -> str:
    return name.strip().casefold()
