"""The help-seeker's draft, kept on the server and sealed under a key that only the person's cookie holds.

The cookie value is 32 random bytes; the row's name and the sealing key are both derived from it, so the
database alone neither tells whose draft it is nor lets anyone read it.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from portal.desk.errors import VisitExpired, VisitUnknown
from portal.records.base import JsonObject
from portal.records.derived_keys import derive_key
from portal.records.sealing import DataKey
from portal.records.visit import Visit

_FIELD = "visit"


def open_visit(
    session: Session, *, now: datetime, lifetime: timedelta, body: Mapping[str, object] | None = None
) -> str:
    """Begin a draft and return the cookie value that alone opens it."""
    cookie = secrets.token_urlsafe(32)
    visit_id, key = _name_and_key(cookie)
    session.add(Visit(id=visit_id, body=_seal(key, body or {}), created_at=now, expires_at=now + lifetime))
    session.flush()
    return cookie


def load(session: Session, *, cookie: str, now: datetime, for_update: bool = False) -> JsonObject:
    """The draft, locked where asked until the transaction ends. Raises VisitUnknown, VisitExpired, ContentDamaged."""
    visit, key = _find(session, cookie, now, for_update=for_update)
    body: JsonObject = json.loads(key.open(visit.body, _FIELD))
    return body


def save(session: Session, *, cookie: str, body: Mapping[str, object], now: datetime, lifetime: timedelta) -> None:
    """Replace the draft; it lives `lifetime` from now. Raises VisitUnknown, VisitExpired."""
    visit, key = _find(session, cookie, now)
    visit.body = _seal(key, body)
    visit.expires_at = now + lifetime
    session.flush()


def forget(session: Session, *, cookie: str) -> None:
    """Delete the draft at once; quick exit and "begin again" end here. Forgetting nothing is no error."""
    if not cookie:
        return
    visit_id, _ = _name_and_key(cookie)
    session.execute(delete(Visit).where(Visit.id == visit_id))


def forget_expired(session: Session, *, now: datetime) -> int:
    """Delete every draft whose time is over and return how many there were."""
    result = session.execute(delete(Visit).where(Visit.expires_at <= now))
    return result.rowcount if isinstance(result, CursorResult) else 0


def find_visit(session: Session, *, cookie: str, now: datetime) -> Visit:
    """The row of a draft. Raises VisitUnknown, VisitExpired."""
    visit, _ = _find(session, cookie, now)
    return visit


def _find(session: Session, cookie: str, now: datetime, *, for_update: bool = False) -> tuple[Visit, DataKey]:
    visit_id, key = _name_and_key(cookie)
    visit = session.get(Visit, visit_id, with_for_update=for_update or None)
    if visit is None:
        raise VisitUnknown()
    if visit.expires_at <= now:
        raise VisitExpired()
    return visit, key


def _name_and_key(cookie: str) -> tuple[str, DataKey]:
    if not cookie:
        raise VisitUnknown()
    name = derive_key(cookie, "visit name").hex()
    return name, DataKey(derive_key(cookie, "visit key"), name)


def _seal(key: DataKey, body: Mapping[str, object]) -> bytes:
    return key.seal(json.dumps(dict(body)), _FIELD)
