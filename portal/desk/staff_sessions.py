"""Where staff are signed in. A cookie names a sign-in; whether it counts, this table alone says.

Signing out, switching an account off, a changed password, a role taken away and a recovery end it here, so that a
copied cookie is worth nothing afterwards. Tokens are random; only their hash is stored.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.records.staff_account import StaffAccount
from portal.records.staff_sign_in import StaffSession

IDLE: Final = timedelta(minutes=30)
"""Without a sign of life for this long, one has to sign in again."""

LONGEST: Final = timedelta(hours=12)
"""A working day with room to spare; after it one has to sign in again in any case."""

UNFINISHED: Final = timedelta(minutes=10)
"""So long after the password there is time to give the second factor, or to set one up."""

SEEN_EVERY: Final = timedelta(minutes=1)
"""Signs of life are written down this often and not with every click."""

KEPT: Final = timedelta(days=30)
"""Ended sign-ins are forgotten after this; the audit log knows of them."""


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """One sign-in that counts. `factor` is the second factor that was given, or None."""

    id: UUID
    staff_id: UUID
    factor: str | None
    begun_at: datetime
    seen_at: datetime


def begin(session: Session, *, staff_id: UUID, factor: str | None, now: datetime) -> str:
    """Sign in to this account; returns the token for the cookie."""
    session.execute(
        delete(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.begun_at < now - KEPT - LONGEST)
    )
    token = secrets.token_urlsafe(32)
    session.add(StaffSession(staff_id=staff_id, token_hash=hash_token(token), factor=factor, begun_at=now, seen_at=now))
    session.flush()
    return token


def find(session: Session, *, token: str, now: datetime) -> SignIn | None:
    """The sign-in with this token; None when it ended, lay idle, lasted too long, or its account is off."""
    row = session.execute(
        select(StaffSession, StaffAccount)  # both, so that asking for the account afterwards costs nothing
        .join(StaffAccount, StaffAccount.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == hash_token(token))
    ).one_or_none()
    if row is None:
        return None
    held, account = row
    over = held.ended_at is not None or now - held.seen_at > IDLE or now - held.begun_at > LONGEST
    if over or not account.active:
        return None
    return SignIn(id=held.id, staff_id=held.staff_id, factor=held.factor, begun_at=held.begun_at, seen_at=held.seen_at)


def note_seen(session: Session, *, sign_in_id: UUID, now: datetime) -> None:
    """Somebody is there."""
    _change(session, sign_in_id, seen_at=now)


def give_factor(session: Session, *, sign_in_id: UUID, factor: str) -> None:
    """The second factor was given in this sign-in."""
    _change(session, sign_in_id, factor=factor)


def note_wrong_code(session: Session, *, sign_in_id: UUID) -> int:
    """A wrong code was given; returns how many now."""
    held = session.get_one(StaffSession, sign_in_id, with_for_update=True)
    held.wrong_codes += 1
    session.flush()
    return held.wrong_codes


def end(session: Session, *, sign_in_id: UUID, now: datetime) -> None:
    """Sign out."""
    _change(session, sign_in_id, ended_at=now)


def end_all(session: Session, *, staff_id: UUID, now: datetime) -> None:
    """End wherever this account is signed in."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session="fetch")
    )


def hash_token(token: str) -> str:
    """What is stored of a random token. It needs no salt and no slow hash, because nobody can guess 256 bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _change(session: Session, sign_in_id: UUID, **values: object) -> None:
    session.execute(
        update(StaffSession)
        .where(StaffSession.id == sign_in_id, StaffSession.ended_at.is_(None))
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
