"""The second factor: who needs one, who has one, and codes from an app (TOTP, RFC 6238).

The app's secret is sealed under a key that the database does not know. A code counts once: the step of the last one is
kept, and only later steps count after it. Clocks may differ by one step of 30 seconds.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Final
from uuid import UUID

import pyotp
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk import known_browsers, staff_sessions
from portal.desk.errors import LastFactor
from portal.desk.rights import Right, rights_of
from portal.desk.staff_sessions import SignIn
from portal.records.derived_keys import derive_key
from portal.records.sealing import DataKey
from portal.records.staff_account import Role, StaffAccount
from portal.records.staff_factor import StaffPasskey, StaffTotp

TOTP: Final = "totp"
PASSKEY: Final = "passkey"

WRONG_CODES: Final = 5
"""After so many the password is asked for again."""

NEEDING: Final = frozenset({Right.READ_REQUESTS, Right.MANAGE_ACCOUNTS, Right.AGREE_ON_ACCOUNTS, Right.READ_AUDIT})
"""Whoever has one of these rights needs a second factor."""

_STEP: Final = 30  # seconds
_DRIFT: Final = 1  # steps
_DIGITS: Final = 6
_FIELD: Final = "totp"


@dataclass(frozen=True, kw_only=True)
class Factors:
    """What an account has set up."""

    totp: bool
    passkeys: int
    offered: bool = False  # a secret waits for the app's first code

    def __bool__(self) -> bool:
        return self.totp or self.passkeys > 0


class Given(Enum):
    """What came of a code."""

    RIGHT = auto()
    WRONG = auto()
    OVER = auto()  # too many: the password is asked for again


def factor_key(secret_key: str) -> bytes:
    """The key under which secrets and names of second factors are sealed; pass it as `key`."""
    return derive_key(secret_key, "second factor")


def is_needed(roles: Iterable[Role]) -> bool:
    """Whether somebody with these roles needs a second factor, where the operator asks for one at all."""
    return not NEEDING.isdisjoint(rights_of(roles))


def factors_of(session: Session, *, staff_id: UUID) -> Factors:
    totp = session.get(StaffTotp, staff_id)
    passkeys = session.scalar(select(func.count()).select_from(StaffPasskey).where(StaffPasskey.staff_id == staff_id))
    return Factors(
        totp=totp is not None and totp.secret is not None,
        passkeys=passkeys or 0,
        offered=totp is not None and totp.offered is not None,
    )


def offer_totp(session: Session, *, key: bytes, staff_id: UUID) -> str:
    """The secret to set an app up with: the same until a code from the app confirms it."""
    session.get_one(StaffAccount, staff_id, with_for_update=True)  # two pages at once are offered the same secret
    row = session.get(StaffTotp, staff_id, with_for_update=True)
    if row is None:
        row = StaffTotp(staff_id=staff_id)
        session.add(row)
    if row.offered is None:
        row.offered = DataKey(key, str(staff_id)).seal(pyotp.random_base32(), _FIELD)
    session.flush()
    return DataKey(key, str(staff_id)).open(row.offered, _FIELD)


def confirm_totp(session: Session, *, key: bytes, staff_id: UUID, code: str, now: datetime) -> bool:
    """Take the offered secret into use when the code shows that the app has it. The secret before it is gone."""
    row = session.get(StaffTotp, staff_id, with_for_update=True)
    if row is None or row.offered is None:
        return False
    step = _step_of(DataKey(key, str(staff_id)).open(row.offered, _FIELD), code, now=now, after=None)
    if step is None:
        return False
    row.secret, row.offered, row.last_step = row.offered, None, step
    session.flush()
    return True


def check_totp(session: Session, *, key: bytes, staff_id: UUID, code: str, now: datetime) -> bool:
    """Whether this is a code of the account's app that was not used before."""
    row = session.get(StaffTotp, staff_id, with_for_update=True)
    if row is None or row.secret is None:
        return False
    step = _step_of(DataKey(key, str(staff_id)).open(row.secret, _FIELD), code, now=now, after=row.last_step)
    if step is None:
        return False
    row.last_step = step
    session.flush()
    return True


def give_code(
    session: Session, *, key: bytes, sign_in: SignIn, browser: Sequence[str], code: str, now: datetime
) -> Given:
    """Give a code in a sign-in whose password was right. Wrong codes count as failures, as wrong passwords do, so that
    somebody who has the password cannot try codes without end."""
    account = session.get_one(StaffAccount, sign_in.staff_id, with_for_update=True)
    counted = known_browsers.counted_on(session, account, browser=browser, now=now)
    locked = known_browsers.is_locked(counted, now)
    if not locked and check_totp(session, key=key, staff_id=account.id, code=code, now=now):
        return Given.RIGHT
    known_browsers.note_failure(counted, now)
    if locked or staff_sessions.note_wrong_code(session, sign_in_id=sign_in.id) >= WRONG_CODES:
        staff_sessions.end(session, sign_in_id=sign_in.id, now=now)
        return Given.OVER
    return Given.WRONG


def code_now(session: Session, *, key: bytes, staff_id: UUID, now: datetime) -> str | None:
    """The code that an app would show, also for a secret that is only offered yet; None without a secret."""
    row = session.get(StaffTotp, staff_id)
    sealed = row and (row.offered or row.secret)
    if not sealed:
        return None
    return pyotp.TOTP(DataKey(key, str(staff_id)).open(sealed, _FIELD)).generate_otp(_step(now))


def remove_totp(session: Session, *, staff_id: UUID, needed: bool) -> None:
    """Codes from the app count no more. Raises LastFactor when a factor is `needed` and there is no other."""
    if needed and not factors_of(session, staff_id=staff_id).passkeys:
        raise LastFactor()
    row = session.get(StaffTotp, staff_id)
    if row is not None:
        session.delete(row)
    session.flush()


def remove_all(session: Session, *, staff_id: UUID) -> None:
    """The account has no second factor any more and has to set one up."""
    remove_totp(session, staff_id=staff_id, needed=False)
    for passkey in session.scalars(select(StaffPasskey).where(StaffPasskey.staff_id == staff_id)):
        session.delete(passkey)
    session.flush()


def address_for_app(secret: str, *, username: str, issuer: str) -> str:
    """What the square code on the page says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // _STEP


def _step_of(secret: str, code: str, *, now: datetime, after: int | None) -> int | None:
    """The step that the code belongs to, if it is later than `after`."""
    typed = "".join(code.split())
    if len(typed) != _DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    steps = range(_step(now) - _DRIFT, _step(now) + _DRIFT + 1)
    app = pyotp.TOTP(secret, digits=_DIGITS, interval=_STEP)
    fitting = [step for step in steps if hmac.compare_digest(app.generate_otp(step), typed)]
    return next((step for step in fitting if after is None or step > after), None)
