"""Who works here: listing accounts, their roles and units, switching them on and off."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk import staff_sessions
from portal.desk.accounts import change_password, require_roles_that_go_together
from portal.desk.errors import OwnAccount, StaffUnknown
from portal.records.staff_account import Role, StaffAccount

# Without letters and digits that are mistaken for each other when read aloud or written down.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """One account as administrators see it."""

    id: UUID
    username: str
    display_role: str
    roles: tuple[Role, ...]
    units: tuple[str, ...]
    sees_protected: bool
    municipality_name: str | None
    active: bool
    locked_until: datetime | None
    created_at: datetime


def list_accounts(session: Session) -> list[AccountRow]:
    """Every account: those in use first, then by name."""
    rows = [_row(account) for account in session.scalars(select(StaffAccount))]
    return sorted(rows, key=lambda row: (not row.active, row.username))


def account_row(session: Session, *, staff_id: UUID) -> AccountRow:
    """The account with this id, in use or not. Raises StaffUnknown."""
    return _row(_account(session, staff_id))


def find_account(session: Session, *, username: str) -> AccountRow:
    """The account with this name, in use or not. Raises StaffUnknown."""
    name = username.strip().casefold()
    for row in list_accounts(session):
        if row.username == name:
            return row
    raise StaffUnknown(name)


def id_of(session: Session, *, username: str) -> UUID | None:
    """The id of the account with this name, or None."""
    return session.scalar(select(StaffAccount.id).where(StaffAccount.username == username.strip().casefold()))


def switch_off(session: Session, *, staff_id: UUID, now: datetime) -> str:
    """Let nobody sign in to this account, and end where it is signed in; returns its name. Raises StaffUnknown."""
    account = _account(session, staff_id)
    account.active = False
    staff_sessions.end_all(session, staff_id=staff_id, now=now)
    session.flush()
    return account.username


def switch_on(session: Session, *, staff_id: UUID, new_password: str, now: datetime) -> str:
    """Let an account be used again, under a new random password. Its second factor stays: a password that an
    administrator has seen lets nobody in alone.

    Returns its name. Raises StaffUnknown, PasswordTooShort.
    """
    change_password(session, staff_id=staff_id, new_password=new_password, now=now, password_made=True)
    account = _account(session, staff_id)
    account.active = True
    session.flush()
    return account.username


def change_rights(
    session: Session,
    *,
    staff_id: UUID,
    by: UUID,
    roles: Sequence[str],
    units: Sequence[str],
    sees_protected: bool,
    now: datetime,
) -> bool:
    """Give an account these roles and units instead of those it has; returns whether that changed anything.

    Rights follow at the next click. Where something was taken away, the account is signed out as well, so that no page
    with what one may no longer see stays in use. Raises StaffUnknown, OwnAccount, TraineeAlone; ValueError for an
    unknown role or for none.
    """
    if staff_id == by:
        raise OwnAccount()
    if not roles:
        raise ValueError("an account needs a role")
    require_roles_that_go_together(roles)
    account = _account(session, staff_id)
    before = (list(account.roles), list(account.units), account.sees_protected)
    after = (sorted({Role(role) for role in roles}), sorted(set(units)), sees_protected)
    account.roles, account.units, account.sees_protected = [str(role) for role in after[0]], after[1], after[2]
    taken = set(before[0]) - set(after[0]) or set(before[1]) - set(after[1]) or (before[2] and not sees_protected)
    if taken:
        staff_sessions.end_all(session, staff_id=staff_id, now=now)
    session.flush()
    return before != after


def random_password() -> str:
    """Twenty random letters and digits in groups of five; about 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _row(account: StaffAccount) -> AccountRow:
    return AccountRow(
        id=account.id,
        username=account.username,
        display_role=account.display_role,
        roles=tuple(Role(role) for role in account.roles),
        units=tuple(account.units),
        sees_protected=account.sees_protected,
        municipality_name=account.municipality_name,
        active=account.active,
        locked_until=account.locked_until,
        created_at=account.created_at,
    )


def _account(session: Session, staff_id: UUID) -> StaffAccount:
    account = session.get(StaffAccount, staff_id)
    if account is None:
        raise StaffUnknown(str(staff_id))
    return account
