"""Who works here: listing accounts, switching them on and off, and whether a signed-in browser still counts."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.accounts import StaffMember, change_password, find_staff
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
    active: bool
    locked_until: datetime | None
    created_at: datetime


def list_accounts(session: Session) -> list[AccountRow]:
    """Every account: those in use first, then by name."""
    accounts = session.scalars(select(StaffAccount))
    rows = [
        AccountRow(
            id=account.id,
            username=account.username,
            display_role=account.display_role,
            roles=tuple(Role(role) for role in account.roles),
            active=account.active,
            locked_until=account.locked_until,
            created_at=account.created_at,
        )
        for account in accounts
    ]
    return sorted(rows, key=lambda row: (not row.active, row.username))


def find_account(session: Session, *, username: str) -> AccountRow:
    """The account with this name, in use or not. Raises StaffUnknown."""
    name = username.strip().casefold()
    for row in list_accounts(session):
        if row.username == name:
            return row
    raise StaffUnknown(name)


def switch_off(session: Session, *, staff_id: UUID) -> str:
    """Let nobody sign in to this account, and end where it is signed in; returns its name. Raises StaffUnknown."""
    account = _account(session, staff_id)
    account.active = False
    session.flush()
    return account.username


def switch_on(session: Session, *, staff_id: UUID, new_password: str) -> str:
    """Let an account be used again, under a new password: whatever was signed in before stays ended.

    Returns its name. Raises StaffUnknown, PasswordTooShort.
    """
    change_password(session, staff_id=staff_id, new_password=new_password)
    account = _account(session, staff_id)
    account.active = True
    session.flush()
    return account.username


def random_password() -> str:
    """Twenty random letters and digits in groups of five; about 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def sign_in_mark(session: Session, *, staff_id: UUID) -> str:
    """A mark of the password in force, kept where somebody signs in. It tells nothing about the password.

    Raises StaffUnknown.
    """
    return _mark(_account(session, staff_id))


def find_signed_in(session: Session, *, staff_id: UUID, mark: str) -> StaffMember | None:
    """Who signed in with this mark; None when the account is off or its password was changed since."""
    member = find_staff(session, staff_id=staff_id)
    if member is None or not secrets.compare_digest(_mark(_account(session, staff_id)), mark):
        return None
    return member


def _mark(account: StaffAccount) -> str:
    # The stored hash holds 16 random bytes of salt, so that nothing can be guessed from its hash.
    return hashlib.sha256(account.password.encode()).hexdigest()[:32]


def _account(session: Session, staff_id: UUID) -> StaffAccount:
    account = session.get(StaffAccount, staff_id)
    if account is None:
        raise StaffUnknown(str(staff_id))
    return account
