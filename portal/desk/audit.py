"""The audit log: who opened what and why. Append-only, chained by seals, and without content.

Each row's seal covers the row and the seal before it, under a key that the database does not know. Changing, removing
or inserting a row breaks the chain from there on; cutting its end off shows against a head that was written down.
Reading it: `portal.desk.audit_reading`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.desk.codes_only import require_codes
from portal.desk.errors import RequestUnknown
from portal.records.audit_entry import AuditEntry
from portal.records.derived_keys import derive_key
from portal.records.help_request import HelpRequest

FIRST_SEAL = "0" * 64
"""What the first row is chained to."""

ONE_READING = timedelta(minutes=15)
"""So long, opening the same page again is part of the same reading."""

_ADVISORY_LOCK = 4_112_717  # any number that nothing else in the database locks


class Act(StrEnum):
    """What is written down. Others may be added; none is ever taken away, because old rows name them."""

    OPENED = "opened"
    SEARCHED = "searched"
    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    SIGN_IN_FAILED = "sign-in-failed"
    ACCOUNT_CHANGED = "account-changed"
    UNMASKED = "unmasked"
    DISCLOSED = "disclosed"
    EXPORTED = "exported"
    HELD = "held"
    HOLD_ENDED = "hold-ended"
    ERASED = "erased"
    HANDED_OVER = "handed-over"
    CHANGED_MANY = "changed-many"
    ALARM = "alarm"
    PUBLISHED = "published"
    NOT_FOUND = "not-found"  # asked for a request that does not exist, or not for them
    PROTECTED_REFUSED = "protected-refused"  # asked for one whose protection hides it from them
    SECONDED = "seconded"  # pressed as the second of two
    JUDGED = "judged"
    READ_LOG = "read-log"  # read this log, or took it out
    FOLLOWED = "followed"  # read the course of one request, without its words


class Why(StrEnum):
    """Why somebody opened a request. The first four follow from how it stands; the rest must be said."""

    QUEUE = "queue"  # it waits, and anybody in the unit may take it
    OWN = "own"  # one has it
    HANDOVER = "handover"  # it was handed over to one's unit
    DUTY = "duty"  # part of what the role is for (an account's administrator, a worker's erasing)
    COLLEAGUE_AWAY = "colleague-away"
    PERSON_CALLED = "person-called"
    SUPERVISION = "supervision"
    COMPLAINT = "complaint"
    DISCLOSURE = "disclosure"
    THREAT = "threat"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What checking the chain found. `broken_at` is the number of the first row that does not fit, or None."""

    rows: int
    head: str
    broken_at: int | None


def audit_key(secret_key: str) -> bytes:
    """The key under which rows are sealed; pass it as `key`."""
    return derive_key(secret_key, "audit log")


def append(
    session: Session,
    *,
    key: bytes,
    act: Act,
    subject: str,
    at: datetime,
    staff_id: UUID | None,
    why: Why = Why.DUTY,
    detail: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Add a row; it counts with the caller's commit. Raises TextAmongCodes when `detail` holds more than codes."""
    require_codes("detail", detail)
    _one_at_a_time(session)
    last = session.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=at,
        staff_id=staff_id,
        act=act,
        subject=subject,
        why=why,
        detail=dict(detail or {}),
    )
    entry.seal = _seal(entry, last.seal if last else FIRST_SEAL, key)
    session.add(entry)
    session.flush()
    return entry


def note_opened(
    session: Session, *, key: bytes, request_id: UUID, staff_id: UUID, at: datetime, why: Why | None = None
) -> None:
    """Somebody opened a request. Opening it again for the same reason within `ONE_READING` adds nothing.

    Without `why` it follows from how the request stands: one's own, or waiting in the queue. Raises RequestUnknown.
    """
    request = session.get(HelpRequest, request_id)
    if request is None:
        raise RequestUnknown(str(request_id))
    why = why or (Why.OWN if request.claimed_by == staff_id else Why.QUEUE)
    if not is_noted(session, reference=request.reference, staff_id=staff_id, at=at, why=why):
        append(session, key=key, act=Act.OPENED, subject=request.reference, why=why, at=at, staff_id=staff_id)


def is_noted(session: Session, *, reference: str, staff_id: UUID, at: datetime, why: Why) -> bool:
    """Whether opening the request now is part of a reading that is written down already."""
    last = session.scalar(
        select(AuditEntry)
        .where(AuditEntry.subject == reference, AuditEntry.staff_id == staff_id, AuditEntry.act == Act.OPENED)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    return last is not None and last.why == why and last.at > at - ONE_READING


def verify(session: Session, *, key: bytes, heads: Mapping[int, str] | None = None) -> Verdict:
    """Walk the whole chain. `heads` are seals by row number that were written down elsewhere: where the log now ends
    before one of them, or has another seal there, its end was cut off or made anew."""
    before, number = FIRST_SEAL, 0
    for entry in _rows(session):
        if entry.number != number + 1 or not hmac.compare_digest(entry.seal, _seal(entry, before, key)):
            return Verdict(rows=number, head=before, broken_at=entry.number)
        if not hmac.compare_digest(entry.seal, (heads or {}).get(entry.number, entry.seal)):
            return Verdict(rows=number, head=before, broken_at=entry.number)
        before, number = entry.seal, entry.number
    if missing := [row for row in heads or {} if row > number]:
        return Verdict(rows=number, head=before, broken_at=min(missing))
    return Verdict(rows=number, head=before, broken_at=None)


def _rows(session: Session) -> Iterator[AuditEntry]:
    """All rows in order, a thousand at a time: the log is long, and reading may stop anywhere."""
    query = select(AuditEntry).order_by(AuditEntry.number).limit(1000)
    rows = session.scalars(query).all()
    while rows:
        yield from rows
        rows = session.scalars(query.where(AuditEntry.number > rows[-1].number)).all()


def _seal(entry: AuditEntry, before: str, key: bytes) -> str:
    row = [
        before,
        entry.number,
        entry.at.astimezone(UTC).isoformat(),
        entry.staff_id.hex if entry.staff_id else None,
        str(entry.act),
        entry.subject,
        str(entry.why),
        entry.detail,
    ]
    return hmac.new(key, json.dumps(row, sort_keys=True).encode(), hashlib.sha256).hexdigest()


def _one_at_a_time(session: Session) -> None:
    """Two rows must not follow the same one. SQLite lets only one transaction write in any case."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
