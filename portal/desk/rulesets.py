"""Published rules: content-addressed snapshots and which of them is in force."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.desk.errors import RulesetAmbiguous, RulesetChanged, RulesetUnknown
from portal.records.base import JsonObject
from portal.records.ruleset import RulesetPublication, RulesetSnapshot

SHORTEST_PREFIX = 8
"""Characters of an id that name a ruleset, if only one begins so."""


@dataclass(frozen=True)
class Publication:
    """One time when rules were put in force. `accepted_loss` is why danger cases might lose their level, if any did."""

    ruleset_id: str
    at: datetime
    by: str
    accepted_loss: str | None


def publish(
    session: Session, *, content: Mapping[str, object], by: str, now: datetime, accepted_loss: str | None = None
) -> str:
    """Put rules in force and return their id, the SHA-256 of their canonical JSON.

    Publishing what is in force already changes nothing. Raises TypeError when `content` is not plain JSON.
    """
    as_text = canonical(content)
    ruleset_id = hashlib.sha256(as_text.encode()).hexdigest()
    _let_one_publish(session)
    _keep_snapshot(session, RulesetSnapshot(id=ruleset_id, content=as_text, published_at=now, published_by=by))
    _put_in_force(session, ruleset_id, by, now, accepted_loss)
    return ruleset_id


def require_in_force(session: Session, *, ruleset_id: str | None) -> None:
    """Hold off every other publication until this transaction ends. Raises RulesetChanged when one came before.

    What was compared with the rules in force may only take their place while they still are in force.
    """
    _let_one_publish(session)
    in_force = current_id(session)
    if in_force != ruleset_id:
        raise RulesetChanged(in_force)


def rollback(session: Session, *, to: str, by: str, now: datetime) -> str:
    """Put an earlier snapshot in force again and return its id. Raises RulesetUnknown."""
    if session.get(RulesetSnapshot, to) is None:
        raise RulesetUnknown(to)
    _let_one_publish(session)
    _put_in_force(session, to, by, now)
    return to


def one_before(session: Session) -> str | None:
    """The rules that were in force before the present ones first were: going back twice goes back two steps."""
    ids = list(session.scalars(select(RulesetPublication.snapshot_id).order_by(RulesetPublication.number)))
    first = ids.index(ids[-1]) if ids else 0
    return ids[first - 1] if first else None


def find(session: Session, *, prefix: str) -> str:
    """The id that begins with `prefix`, SHORTEST_PREFIX characters or more. Raises RulesetUnknown, RulesetAmbiguous."""
    if len(prefix) < SHORTEST_PREFIX or not prefix.isalnum():
        raise RulesetUnknown(prefix)
    begins_so = RulesetSnapshot.id.startswith(prefix.lower(), autoescape=True)
    found = session.scalars(select(RulesetSnapshot.id).where(begins_so).limit(2)).all()
    if not found:
        raise RulesetUnknown(prefix)
    if len(found) > 1:
        raise RulesetAmbiguous(prefix)
    return found[0]


def is_known(session: Session, *, ruleset_id: str) -> bool:
    """Whether a ruleset with this id was ever published, and so found sound then."""
    return session.get(RulesetSnapshot, ruleset_id) is not None


def current_id(session: Session) -> str | None:
    """The id of the rules in force, or None before the first publication. One cheap look-up."""
    return session.scalar(select(RulesetPublication.snapshot_id).order_by(RulesetPublication.number.desc()).limit(1))


def current(session: Session) -> tuple[str, JsonObject] | None:
    """Id and content of the rules in force, or None before the first publication."""
    ruleset_id = current_id(session)
    return (ruleset_id, content_of(session, ruleset_id=ruleset_id)) if ruleset_id else None


def history(session: Session, *, limit: int) -> list[Publication]:
    """What was put in force, newest first."""
    rows = session.scalars(select(RulesetPublication).order_by(RulesetPublication.number.desc()).limit(limit))
    return [Publication(row.snapshot_id, row.published_at, row.published_by, row.accepted_loss) for row in rows]


def content_of(session: Session, *, ruleset_id: str) -> JsonObject:
    """The content of any snapshot that was ever published. Raises RulesetUnknown."""
    snapshot = session.get(RulesetSnapshot, ruleset_id)
    if snapshot is None:
        raise RulesetUnknown(ruleset_id)
    content: JsonObject = json.loads(snapshot.content)
    return content


def canonical(content: Mapping[str, object]) -> str:
    """The one way to write `content` as JSON: equal content gives equal text."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _keep_snapshot(session: Session, snapshot: RulesetSnapshot) -> None:
    if session.get(RulesetSnapshot, snapshot.id) is not None:
        return
    try:
        with session.begin_nested():
            session.add(snapshot)
    except IntegrityError:
        pass  # another process published the same content this very moment


def _let_one_publish(session: Session) -> None:
    """Wait for whoever publishes now. Without this, PostgreSQL could number two publications in one order and show
    them in the other, or let one replace rules that it was never compared with. Readers are not held up; SQLite lets
    only one write anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE ruleset_publication IN EXCLUSIVE MODE"))


def _put_in_force(session: Session, ruleset_id: str, by: str, now: datetime, accepted_loss: str | None = None) -> None:
    if current_id(session) != ruleset_id:
        session.add(
            RulesetPublication(snapshot_id=ruleset_id, published_at=now, published_by=by, accepted_loss=accepted_loss)
        )
        session.flush()
