"""Published rules: content-addressed snapshots and which of them is in force."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.desk.errors import RulesetUnknown
from portal.records.base import JsonObject
from portal.records.ruleset import RulesetPublication, RulesetSnapshot


def publish(session: Session, *, content: Mapping[str, object], by: str, now: datetime) -> str:
    """Put rules in force and return their id, the SHA-256 of their canonical JSON.

    Publishing what is in force already changes nothing. Raises TypeError when `content` is not plain JSON.
    """
    text = canonical(content)
    ruleset_id = hashlib.sha256(text.encode()).hexdigest()
    _keep_snapshot(session, RulesetSnapshot(id=ruleset_id, content=text, published_at=now, published_by=by))
    _put_in_force(session, ruleset_id, by, now)
    return ruleset_id


def rollback(session: Session, *, to: str, by: str, now: datetime) -> str:
    """Put an earlier snapshot in force again and return its id. Raises RulesetUnknown."""
    if session.get(RulesetSnapshot, to) is None:
        raise RulesetUnknown(to)
    _put_in_force(session, to, by, now)
    return to


def current_id(session: Session) -> str | None:
    """The id of the rules in force, or None before the first publication. One cheap look-up."""
    return session.scalar(select(RulesetPublication.snapshot_id).order_by(RulesetPublication.number.desc()).limit(1))


def current(session: Session) -> tuple[str, JsonObject] | None:
    """Id and content of the rules in force, or None before the first publication."""
    ruleset_id = current_id(session)
    return (ruleset_id, content_of(session, ruleset_id=ruleset_id)) if ruleset_id else None


def history(session: Session, *, limit: int) -> list[tuple[str, datetime, str]]:
    """What was put in force, newest first: id, when, by whom."""
    rows = session.execute(
        select(RulesetPublication.snapshot_id, RulesetPublication.published_at, RulesetPublication.published_by)
        .order_by(RulesetPublication.number.desc())
        .limit(limit)
    )
    return [(row.snapshot_id, row.published_at, row.published_by) for row in rows]


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


def _put_in_force(session: Session, ruleset_id: str, by: str, now: datetime) -> None:
    if current_id(session) != ruleset_id:
        session.add(RulesetPublication(snapshot_id=ruleset_id, published_at=now, published_by=by))
        session.flush()
