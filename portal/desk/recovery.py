"""Setting signing in up anew, with a code that the second of two persons hands over (`portal.desk.account_changes`).

It serves whoever has lost the password or the second factor, and whoever is given the right to read for the first time.
With the code the owner sets a new password; everything that signed in before is worth nothing then.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk import agreements, second_factor
from portal.desk.accounts import change_password, locked_account
from portal.desk.errors import RecoveryUnknown
from portal.desk.staff_sessions import hash_token
from portal.records.account_agreement import AccountAgreement

# Without letters and digits that are mistaken for each other when read aloud or written down.
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 4, 5


def new_code() -> tuple[str, str]:
    """A code, and what is stored of it."""
    code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return code, _hash(code)


def use(session: Session, *, code: str, new_password: str, now: datetime) -> UUID:
    """Set a new password with the code; returns whose. Second factors, known browsers and sign-ins are gone then.

    Raises RecoveryUnknown, PasswordTooShort.
    """
    staff_id = session.scalar(select(AccountAgreement.staff_id).where(AccountAgreement.code_hash == _hash(code)))
    if staff_id is None:
        raise RecoveryUnknown()
    account = locked_account(session, staff_id=staff_id)
    row = session.scalars(
        select(AccountAgreement)
        .where(AccountAgreement.code_hash == _hash(code))
        .execution_options(populate_existing=True)
    ).one()
    if row.ended_at is not None or row.expires_at <= now or not account.active:
        raise RecoveryUnknown()
    reset(session, staff_id=staff_id, new_password=new_password, now=now)
    row.ended_at = now
    session.flush()
    return staff_id


def reset(session: Session, *, staff_id: UUID, new_password: str, now: datetime, password_made: bool = False) -> None:
    """A new password, and no second factor any more; codes that were handed over before are worth nothing.

    Raises StaffUnknown, PasswordTooShort.
    """
    change_password(session, staff_id=staff_id, new_password=new_password, now=now, password_made=password_made)
    second_factor.remove_all(session, staff_id=staff_id)
    agreements.end_codes(session, staff_id=staff_id, now=now)


def _hash(code: str) -> str:
    """What is stored of a code, however it was typed."""
    return hash_token("".join(letter for letter in code.upper() if letter.isalnum()))
