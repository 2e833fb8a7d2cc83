"""Too many failures, counted so that nobody can lock a colleague out.

A lock on the account would be a weapon: ten wrong passwords, typed by anybody who knows a colleague's name, would keep
that colleague out. So failures are counted apart:

- A browser in which somebody has signed in to this account before carries a random token. Its failures are its own, and
  those of all other browsers never touch it: a colleague at the usual computer always comes in.
- All unknown browsers together are counted on the account. After ten failures none of them comes in for five minutes,
  not even with the right password: whoever guesses gets 2,880 tries a day, from however many machines.
- Somebody's very first sign-in has no known browser yet. Its password was made by the portal at random (99 bits), so
  guessing it is hopeless and the lock does not apply to it.
- Passkeys and recovery codes cannot be guessed, so they are never locked.

A right password forgives nothing by itself: failures are forgotten when the whole sign-in is done, second factor
included, so that somebody who has the password cannot try codes without end.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.desk.staff_sessions import hash_token
from portal.records.staff_account import StaffAccount
from portal.records.staff_sign_in import StaffDevice

FAILURES_BEFORE_LOCK: Final = 10
LOCKED_FOR: Final = timedelta(minutes=5)

REMEMBERED: Final = timedelta(days=180)
"""A browser that was not used for so long is unknown again."""

Counted = StaffAccount | StaffDevice
"""What failures are counted on: a known browser, or the account for all others."""


def counted_on(session: Session, account: StaffAccount, *, browser: Sequence[str], now: datetime) -> Counted:
    """Where failures of a browser with these tokens count for this account."""
    if not browser:
        return account
    device = session.scalar(
        select(StaffDevice)
        .where(
            StaffDevice.staff_id == account.id,
            StaffDevice.token_hash.in_([hash_token(token) for token in browser]),
            StaffDevice.used_at > now - REMEMBERED,
        )
        .with_for_update()
    )
    return device or account


def is_locked(counted: Counted, now: datetime) -> bool:
    return counted.locked_until is not None and counted.locked_until > now


def note_failure(counted: Counted, now: datetime) -> None:
    counted.failed_count += 1
    if counted.failed_count % FAILURES_BEFORE_LOCK == 0:
        counted.locked_until = now + LOCKED_FOR


def note_success(session: Session, *, staff_id: UUID, browser: Sequence[str], now: datetime) -> str | None:
    """A whole sign-in was done: failures are forgotten and the browser is known. Returns its token if that is new."""
    account = session.get_one(StaffAccount, staff_id)
    counted = counted_on(session, account, browser=browser, now=now)
    forgive(counted)
    session.execute(delete(StaffDevice).where(StaffDevice.staff_id == staff_id, StaffDevice.used_at < now - REMEMBERED))
    if isinstance(counted, StaffDevice):
        counted.used_at = now
        session.flush()
        return None
    token = secrets.token_urlsafe(32)
    session.add(StaffDevice(staff_id=staff_id, token_hash=hash_token(token), used_at=now))
    session.flush()
    return token


def forgive(counted: Counted) -> None:
    counted.failed_count = 0
    counted.locked_until = None


def forget_all(session: Session, *, staff_id: UUID) -> None:
    """No browser is known for this account any more: whoever copied such a token has nothing."""
    session.execute(
        delete(StaffDevice).where(StaffDevice.staff_id == staff_id).execution_options(synchronize_session="fetch")
    )
