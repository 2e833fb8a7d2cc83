"""A draft put away under sixteen digits, so that its writer can go on with it on another device.

The database holds the code's keyed hash and the draft's cookie, sealed under a key that only code and secret key
together make: the row alone opens nothing. A code lives and ends with its draft.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.errors import CodeExpired, CodeUnknown
from portal.desk.visits import find_visit
from portal.records import receipt_code
from portal.records.derived_keys import derive_key
from portal.records.sealing import DataKey
from portal.records.visit import Visit

_FIELD = "cookie"


def put_away(session: Session, *, cookie: str, code_key: bytes, now: datetime) -> str:
    """A new code for this draft, sixteen digits, ungrouped. An earlier one opens nothing any more.

    Raises VisitUnknown, VisitExpired.
    """
    visit = find_visit(session, cookie=cookie, now=now)
    code = receipt_code.new_code()
    visit.code_hash = _hash(code, code_key)
    visit.sealed_cookie = _key(code, code_key, visit.id).seal(cookie, _FIELD)
    session.flush()
    return code


def open_again(session: Session, *, code: str, code_key: bytes, now: datetime) -> str:
    """The cookie of the draft that a typed code belongs to. Raises CodeMistyped, CodeUnknown, CodeExpired."""
    digits = receipt_code.parse(code)
    visit = session.scalar(select(Visit).where(Visit.code_hash == _hash(digits, code_key)))
    if visit is None or visit.sealed_cookie is None:
        raise CodeUnknown()
    if visit.expires_at <= now:
        raise CodeExpired()
    return _key(digits, code_key, visit.id).open(visit.sealed_cookie, _FIELD)


def withdraw(session: Session, *, cookie: str, now: datetime) -> None:
    """End the draft's code, if it has one. Raises VisitUnknown, VisitExpired."""
    visit = find_visit(session, cookie=cookie, now=now)
    visit.code_hash = visit.sealed_cookie = None
    session.flush()


def _hash(code: str, code_key: bytes) -> str:
    return receipt_code.keyed_hash(code, derive_key(code_key, "draft code"))


def _key(code: str, code_key: bytes, visit_id: str) -> DataKey:
    return DataKey(derive_key(code_key + code.encode(), "draft cookie"), visit_id)
