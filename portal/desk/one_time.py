"""Random values that are handed out and may come back once: a passkey's challenge, a provider's `state`."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from portal.records.staff_sign_in import OneTimeValue

LIFETIME: Final = timedelta(minutes=10)


def issue(session: Session, *, purpose: str, now: datetime, bound_to: str = "") -> bytes:
    """32 random bytes that count once, within ten minutes, for this purpose and whom they are bound to."""
    session.execute(delete(OneTimeValue).where(OneTimeValue.expires_at <= now))
    value = secrets.token_bytes(32)
    row = OneTimeValue(value_hash=_hash(value, purpose, bound_to), purpose=purpose, expires_at=now + LIFETIME)
    session.add(row)
    session.flush()
    return value


def take(session: Session, *, value: bytes, purpose: str, now: datetime, bound_to: str = "") -> bool:
    """Whether this value was handed out for this and has not come back before. It never counts again."""
    taken = session.execute(
        delete(OneTimeValue).where(
            OneTimeValue.value_hash == _hash(value, purpose, bound_to), OneTimeValue.expires_at > now
        )
    )
    return cast(CursorResult[object], taken).rowcount == 1


def _hash(value: bytes, purpose: str, bound_to: str) -> str:
    return hashlib.sha256(f"{purpose}|{bound_to}|".encode() + value).hexdigest()
