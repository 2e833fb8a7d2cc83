"""What a supervisor does with worries about places: read, strip, verify, bring together, pass on, tell back, close.

No verb passes on or tells a text with a person in it. Every opening of a text is written in the audit log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.desk import audit
from portal.desk.area_errors import SignalChanged, SignalUnknown, TooFewSignals
from portal.desk.area_signals import open_text, place_names, require_no_person, seal_text
from portal.desk.errors import EmptyText
from portal.records.area_signal import AreaSignal, SignalState, Told
from portal.records.sealing import ContentKeys
from portal.triage.ruleset import Ruleset
from portal.understanding.person_data import Found, find_persons

OPEN_STATES = (SignalState.NEW, SignalState.VERIFIED, SignalState.PASSED_ON)
"""What somebody still has to do something about."""

MOST_LISTED = 200


@dataclass(frozen=True, kw_only=True)
class SignalRow:
    """A worry in a list: codes only, no text."""

    reference: str
    state: str
    area_name: str | None
    week: str
    category: str
    how_often: str
    source: str
    signals: tuple[str, ...]
    danger_unseen: bool
    wants_told: bool
    told: bool
    created_at: datetime
    merged: int


@dataclass(frozen=True, kw_only=True)
class OpenedSignal(SignalRow):
    """A worry with its texts, which are empty once erased. `found` is what the check sees in them now."""

    language: str
    area_from: date | None
    areas_version: str
    words: str
    place: str
    passed_words: str
    passed_to: tuple[str, ...]
    passed_at: datetime | None
    told_code: str | None
    told_words: str
    told_at: datetime | None
    told_read_at: datetime | None
    verified_at: datetime | None
    leads: tuple[str, ...]
    led_by: str | None
    found: tuple[Found, ...]
    erased: bool


@dataclass(frozen=True, kw_only=True)
class PassedOn:
    """What was passed on: the text that holds no person."""

    reference: str
    area_name: str | None
    category: str
    words: str
    receivers: tuple[str, ...]


def waiting(session: Session) -> list[SignalRow]:
    """Those nobody has read yet, danger first, then the oldest."""
    rows = _rows(session, select(AreaSignal).where(AreaSignal.state == SignalState.NEW))
    return sorted(rows, key=lambda row: (not row.signals, row.created_at))


def of_week(session: Session, week: str) -> list[SignalRow]:
    """Those of a week that somebody has read, by area and category, so that what belongs together stands together."""
    query = select(AreaSignal).where(AreaSignal.week == week, AreaSignal.state != SignalState.NEW)
    return sorted(_rows(session, query), key=lambda row: (row.area_name or "~", row.category, row.created_at))


def passed_on_of_week(session: Session, *, keys: ContentKeys, week: str) -> list[PassedOn]:
    """What was passed on of a week's worries, oldest first; for those who take the week out, which is written down."""
    query = select(AreaSignal).where(
        AreaSignal.week == week, AreaSignal.passed_words.is_not(None), AreaSignal.erased_at.is_(None)
    )
    return [
        PassedOn(
            reference=signal.reference,
            area_name=signal.area_name,
            category=signal.category,
            words=open_text(keys, signal, "passed_words"),
            receivers=tuple(signal.passed_to),
        )
        for signal in session.scalars(query.order_by(AreaSignal.created_at))
    ]


def open_signal(
    session: Session,
    *,
    keys: ContentKeys,
    audit_key: bytes,
    ruleset: Ruleset,
    reference: str,
    staff_id: UUID,
    now: datetime,
) -> OpenedSignal:
    """A worry with its texts; that it was opened is written down. Raises SignalUnknown."""
    signal = _find(session, reference)
    if signal.erased_at is None:
        audit.append(session, key=audit_key, act=audit.Act.OPENED, subject=signal.reference, at=now, staff_id=staff_id)
    texts = dict.fromkeys(("words", "place_words", "passed_words", "told_words"), "")
    if signal.erased_at is None:
        texts = {name: open_text(keys, signal, name) for name in texts}
    led = session.scalars(select(AreaSignal).where(AreaSignal.merged_into == signal.id)).all()
    leader = session.get(AreaSignal, signal.merged_into) if signal.merged_into else None
    return OpenedSignal(
        **_codes(signal, len(led)),
        language=signal.language,
        area_from=signal.area_from,
        areas_version=signal.areas_version,
        words=texts["words"],
        place=texts["place_words"],
        passed_words=texts["passed_words"],
        passed_to=tuple(signal.passed_to),
        passed_at=signal.passed_at,
        told_code=signal.told,
        told_words=texts["told_words"],
        told_at=signal.told_at,
        told_read_at=signal.told_read_at,
        verified_at=signal.verified_at,
        leads=tuple(each.reference for each in led),
        led_by=leader.reference if leader else None,
        found=tuple(find_persons(f"{texts['place_words']}\n{texts['words']}", place_names(ruleset))),
        erased=signal.erased_at is not None,
    )


def verify(
    session: Session,
    *,
    keys: ContentKeys,
    audit_key: bytes,
    ruleset: Ruleset,
    reference: str,
    words: str,
    place: str,
    looked: bool,
    staff_id: UUID,
    now: datetime,
) -> None:
    """Somebody has read it and kept `words` and `place`, which replace what was written.

    Raises SignalUnknown, SignalChanged, EmptyText, PersonInText (see `require_no_person`).
    """
    signal = _find(session, reference, SignalState.NEW)
    if not words.strip():
        raise EmptyText()
    require_no_person(ruleset, f"{place}\n{words}", looked=looked)
    seal_text(keys, signal, "words", words.strip())
    seal_text(keys, signal, "place_words", place.strip())
    signal.state, signal.verified_at = SignalState.VERIFIED, now
    signal.danger_since = None
    _note(session, audit_key, signal, staff_id, now)


def set_aside(session: Session, *, audit_key: bytes, reference: str, staff_id: UUID, now: datetime) -> None:
    """It is no worry about a place; it counts nowhere. Raises SignalUnknown, SignalChanged."""
    signal = _find(session, reference, SignalState.NEW, SignalState.VERIFIED)
    signal.state, signal.closed_at = SignalState.NOT_AREA, now
    signal.danger_since = None
    _note(session, audit_key, signal, staff_id, now)


def merge(session: Session, *, audit_key: bytes, references: Sequence[str], staff_id: UUID, now: datetime) -> str:
    """Bring several worries about the same area together; the oldest leads, the others stay as they are below it.

    Returns the leader's reference. Raises SignalUnknown, SignalChanged, TooFewSignals.
    """
    signals = [_find(session, reference, SignalState.VERIFIED) for reference in sorted(set(references))]
    if len(signals) < 2 or len({(signal.area, signal.area_from) for signal in signals}) > 1:
        raise TooFewSignals()
    leader, *others = sorted(signals, key=lambda signal: (signal.created_at, signal.reference))
    for signal in others:
        for led in session.scalars(select(AreaSignal).where(AreaSignal.merged_into == signal.id)):
            led.merged_into = leader.id
        signal.state, signal.merged_into = SignalState.MERGED, leader.id
        _note(session, audit_key, signal, staff_id, now)
    return leader.reference


def split(session: Session, *, audit_key: bytes, reference: str, staff_id: UUID, now: datetime) -> None:
    """Undo: what was brought together under this one stands by itself again. Raises SignalUnknown, SignalChanged."""
    leader = _find(session, reference, SignalState.VERIFIED)
    for signal in session.scalars(select(AreaSignal).where(AreaSignal.merged_into == leader.id)):
        signal.state, signal.merged_into = SignalState.VERIFIED, None
        _note(session, audit_key, signal, staff_id, now)


def pass_on(
    session: Session,
    *,
    keys: ContentKeys,
    audit_key: bytes,
    ruleset: Ruleset,
    reference: str,
    words: str,
    receivers: Sequence[str],
    looked: bool,
    staff_id: UUID,
    now: datetime,
) -> None:
    """Write down what was passed on to whom. Nothing is sent: staff do that by the way the rule file names.

    Raises SignalUnknown, SignalChanged, EmptyText, PersonInText; ValueError for a receiver that is none.
    """
    signal = _find(session, reference, SignalState.VERIFIED, SignalState.PASSED_ON)
    known = {receiver.slug for receiver in ruleset.municipality.area_signals.receivers}
    if not receivers or not set(receivers) <= known:
        raise ValueError("a receiver is missing or not in the list")
    if not words.strip():
        raise EmptyText()
    require_no_person(ruleset, words, looked=looked)
    seal_text(keys, signal, "passed_words", words.strip())
    signal.passed_to = sorted({*signal.passed_to, *receivers})
    signal.state, signal.passed_at = SignalState.PASSED_ON, now
    _note(session, audit_key, signal, staff_id, now, receivers=sorted(receivers))


def tell_back(
    session: Session,
    *,
    keys: ContentKeys,
    audit_key: bytes,
    ruleset: Ruleset,
    reference: str,
    told: str,
    words: str,
    looked: bool,
    staff_id: UUID,
    now: datetime,
) -> None:
    """What those read who have the code, of this one and of all that were brought together under it.

    Raises SignalUnknown, SignalChanged (not read yet), PersonInText; ValueError for a sentence that does not exist.
    """
    readable = (SignalState.VERIFIED, SignalState.PASSED_ON, SignalState.CLOSED, SignalState.NOT_AREA)
    signal = _find(session, reference, *readable)
    require_no_person(ruleset, words, looked=looked)
    led = session.scalars(select(AreaSignal).where(AreaSignal.merged_into == signal.id).with_for_update()).all()
    for each in (signal, *led):
        if each.erased_at is None:
            seal_text(keys, each, "told_words", words.strip())
        each.told, each.told_at, each.told_read_at = Told(told), now, None
    _note(session, audit_key, signal, staff_id, now, told=told)


def close(session: Session, *, audit_key: bytes, reference: str, staff_id: UUID, now: datetime) -> None:
    """Nothing more will be done. Raises SignalUnknown, SignalChanged."""
    signal = _find(session, reference, SignalState.VERIFIED, SignalState.PASSED_ON)
    signal.state, signal.closed_at = SignalState.CLOSED, now
    _note(session, audit_key, signal, staff_id, now)


def _find(session: Session, reference: str, *states: SignalState) -> AreaSignal:
    """The worry, locked until the transaction ends where it must be in one of these states."""
    query = select(AreaSignal).where(AreaSignal.reference == reference.strip().upper())
    signal = session.scalar(query.with_for_update() if states else query)
    if signal is None:
        raise SignalUnknown(reference)
    if states and (signal.state not in states or signal.erased_at is not None):
        raise SignalChanged(signal.state)
    return signal


def _note(session: Session, key: bytes, signal: AreaSignal, staff_id: UUID, now: datetime, **detail: object) -> None:
    session.flush()
    audit.append(
        session,
        key=key,
        act=audit.Act.JUDGED,
        subject=signal.reference,
        at=now,
        staff_id=staff_id,
        detail={"state": str(signal.state), **detail},
    )


def _rows(session: Session, query: Select[AreaSignal]) -> list[SignalRow]:
    signals = session.scalars(query.order_by(AreaSignal.created_at.desc()).limit(MOST_LISTED)).all()
    counted = (
        select(AreaSignal.merged_into, func.count())
        .where(AreaSignal.merged_into.in_([signal.id for signal in signals]))
        .group_by(AreaSignal.merged_into)
    )
    led = {row[0]: row[1] for row in session.execute(counted)}
    return [SignalRow(**_codes(signal, led.get(signal.id, 0))) for signal in signals]


def _codes(signal: AreaSignal, merged: int) -> dict[str, Any]:
    return {
        "reference": signal.reference,
        "state": signal.state,
        "area_name": signal.area_name,
        "week": signal.week,
        "category": signal.category,
        "how_often": signal.how_often,
        "source": signal.source,
        "signals": tuple(signal.signals),
        "danger_unseen": signal.danger_since is not None,
        "wants_told": signal.wants_told,
        "told": signal.told is not None,
        "created_at": signal.created_at,
        "merged": merged,
    }
