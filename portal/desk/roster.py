"""Who works here: listing accounts, and switching them off. What opens one: `portal.desk.account_changes`."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk import agreements, staff_sessions
from portal.desk.accounts import locked_account
from portal.desk.errors import StaffUnknown
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
    account = session.get(StaffAccount, staff_id)
    if account is None:
        raise StaffUnknown(str(staff_id))
    return _row(account)


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
    """Let nobody sign in to this account, end where it is signed in and what waits for it; returns its name.

    Raises StaffUnknown.
    """
    account = locked_account(session, staff_id=staff_id)
    account.active = False
    agreements.call_off(session, staff_id=staff_id, now=now)
    staff_sessions.end_all(session, staff_id=staff_id, now=now)
    session.flush()
    return account.username


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
