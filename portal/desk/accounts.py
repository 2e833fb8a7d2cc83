"""Staff accounts: adding, checking and changing the password. How failures count: `portal.desk.known_browsers`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.desk import known_browsers, staff_sessions
from portal.desk.errors import PasswordTooShort, StaffUnknown, TraineeAlone, UsernameTaken
from portal.records.staff_account import CONTACT_CENTRE, Role, StaffAccount

SHORTEST_PASSWORD = 12

_hasher = PasswordHasher()


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """Who is signed in, without anything secret."""

    id: UUID
    username: str
    display_role: str
    roles: frozenset[Role]
    units: frozenset[str] = frozenset({CONTACT_CENTRE})
    sees_protected: bool = False
    present_at: datetime | None = None


def add_staff(
    session: Session,
    *,
    username: str,
    display_role: str,
    roles: Sequence[str],
    password: str,
    now: datetime,
    units: Sequence[str] = (CONTACT_CENTRE,),
    sees_protected: bool = False,
    password_made: bool = False,
) -> StaffMember:
    """Add an account. `units` are those whose requests it may read, if its roles let it read any; `password_made` says
    that the password is random and not somebody's invention.

    Raises UsernameTaken, PasswordTooShort, TraineeAlone; ValueError for an empty name or an unknown role.
    """
    name = _folded(username)
    if not name or not display_role.strip():
        raise ValueError("a staff account needs a name and a role to show")
    require_roles_that_go_together(roles)
    account = StaffAccount(
        username=name,
        display_role=display_role.strip(),
        roles=sorted({Role(role) for role in roles}),
        units=sorted(set(units)),
        sees_protected=sees_protected,
        password=_hash(password),
        password_made=password_made,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise UsernameTaken(name) from error
    return _member(account)


def verify_password(
    session: Session, *, username: str, password: str, now: datetime, browser: Sequence[str] = ()
) -> StaffMember | None:
    """The account if the password is right, else None. `browser` holds the tokens that the browser is known by.

    None says no more than that: a wrong name, a wrong password, an inactive account and too many failures look alike
    and cost the same work. It returns instead of raising because the caller must commit the count of failures. A right
    password does not end the count: `known_browsers.note_success` does, when the whole sign-in is done.
    """
    account = session.scalar(select(StaffAccount).where(StaffAccount.username == _folded(username)).with_for_update())
    decoy = _decoy()  # made before it is known whether it is needed
    right = _matches(account.password if account else decoy, password)
    if account is None or not account.active:
        return None
    counted = known_browsers.counted_on(session, account, browser=browser, now=now)
    if known_browsers.is_locked(counted, now) and not account.password_made:
        return None
    if not right:
        known_browsers.note_failure(counted, now)
        session.flush()
        return None
    if _hasher.check_needs_rehash(account.password):
        account.password = _hasher.hash(password)
    session.flush()
    return _member(account)


def change_password(
    session: Session, *, staff_id: UUID, new_password: str, now: datetime, password_made: bool = False
) -> None:
    """Set a new password, lift a lock, end wherever the account is signed in, and forget its known browsers.

    Raises StaffUnknown, PasswordTooShort.
    """
    account = locked_account(session, staff_id=staff_id)
    account.password = _hash(new_password)
    account.password_made = password_made
    known_browsers.forgive(account)
    known_browsers.forget_all(session, staff_id=staff_id)
    staff_sessions.end_all(session, staff_id=staff_id, now=now)
    session.flush()


def find_staff(session: Session, *, staff_id: UUID) -> StaffMember | None:
    """The active account with this id, or None."""
    account = session.get(StaffAccount, staff_id)
    return _member(account) if account is not None and account.active else None


def locked_account(session: Session, *, staff_id: UUID) -> StaffAccount:
    """The account as it is now, in use or not. Nobody else changes it, or agrees to anything about it, meanwhile.

    Raises StaffUnknown.
    """
    session.flush()  # reading it anew must not undo what was changed here
    account = session.get(StaffAccount, staff_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise StaffUnknown(str(staff_id))
    return account


def require_roles_that_go_together(roles: Sequence[str]) -> None:
    """Raises TraineeAlone."""
    if Role.TRAINEE in roles and len(set(roles)) > 1:
        raise TraineeAlone()


def _folded(username: str) -> str:
    return username.strip().casefold()


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(SHORTEST_PASSWORD)
    return _hasher.hash(password)


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except VerificationError:
        return False


@cache
def _decoy() -> str:
    """A hash that no password fits, checked in place of an account that is not there."""
    return _hasher.hash("there is no such account")


def _member(account: StaffAccount) -> StaffMember:
    return StaffMember(
        id=account.id,
        username=account.username,
        display_role=account.display_role,
        roles=frozenset(Role(role) for role in account.roles),
        units=frozenset(account.units),
        sees_protected=account.sees_protected,
        present_at=account.present_at,
    )
