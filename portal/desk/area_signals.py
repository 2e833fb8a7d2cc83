"""A worry about a place: handing it in, and reading with the code what became of it.

Nothing in the modules whose names begin with `area_` reads or writes a request about a person, and the code is hashed
under a key of its own, so that the two can never be joined.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.desk.area_errors import PersonInText, SignalUnknown
from portal.desk.codes_only import require_codes
from portal.desk.errors import CodeUnknown, EmptyText
from portal.records import receipt_code
from portal.records.area_signal import AreaSignal, HowOften, SignalSource, SignalState
from portal.records.derived_keys import derive_key
from portal.records.sealing import ContentErased, ContentKeys
from portal.triage.ruleset import Ruleset
from portal.understanding.person_data import certain, find_persons

WEEKS_BACK = 8
"""Weeks before this one that one may report about."""

_PREFIX = "OP"
_SHORTEST_SEED = 22  # characters; 16 random bytes in base64


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What somebody hands in. `area` is a slug of the list, or None with `place` in free words; `week` as 2026-W47."""

    area: str | None
    place: str
    week: str
    category: str
    how_often: str
    source: str
    words: str
    wants_told: bool


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """`code` is sixteen digits, ungrouped; to be shown only after the commit."""

    reference: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the code tells. `told` is a fixed sentence's code, `told_words` our own words in Swedish, if any."""

    reference: str
    state: str
    area_name: str | None
    category: str
    week: str
    created_at: datetime
    passed_to: tuple[str, ...]
    told: str | None
    told_words: str
    told_at: datetime | None
    erased: bool


def week_of(day: date) -> str:
    """The ISO week of a day, as 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def first_day(week: str) -> date:
    """The Monday of a week written as 2026-W47. Raises ValueError."""
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def weeks_to_report(today: date) -> list[str]:
    """This week and those before it that one may report about, newest first."""
    return [week_of(today - timedelta(weeks=back)) for back in range(WEEKS_BACK + 1)]


def areas_version(ruleset: Ruleset) -> str:
    """Twelve characters that name the list of areas as it stands now."""
    listed = [area.model_dump(mode="json") for area in ruleset.areas.values()]
    return hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()[:12]


def place_names(ruleset: Ruleset) -> list[str]:
    """Words of the rule files that name places and those who work there, so that they are not taken for persons."""
    areas = [name for area in ruleset.areas.values() for name in (area.name, *area.aliases)]
    services = [service.name for service in ruleset.services.values()]
    receivers = [receiver.label for receiver in ruleset.municipality.area_signals.receivers]
    lines = [line.name for line in ruleset.helplines.values()]
    return [*areas, *services, *receivers, *lines, ruleset.municipality.name]


def code_hash_of(code: str, code_key: bytes) -> str:
    """Under another key than the codes of requests: the same digits never meet in the two tables."""
    return receipt_code.keyed_hash(code, derive_key(code_key, "area signal code"))


def hand_in(
    session: Session,
    *,
    keys: ContentKeys,
    code_key: bytes,
    ruleset: Ruleset,
    sighting: Sighting,
    signals: Iterable[str] = (),
    language: str,
    seed: str,
    now: datetime,
) -> HandedIn:
    """Keep a worry about a place.

    `seed` (at least 22 random characters, made with the form) makes the code, so that the same form sent twice is kept
    once and gives the same code. Raises PersonInText when something in it tells for certain who somebody is, EmptyText,
    TextAmongCodes; ValueError for a code that is none.
    """
    require_no_person(ruleset, f"{sighting.place}\n{sighting.words}", looked=True)
    if not sighting.words.strip():
        raise EmptyText()
    code = receipt_code.code_from(_seed_of(code_key, seed, sighting))
    code_hash = code_hash_of(code, code_key)
    signal = _new_row(keys, ruleset, sighting, code_hash, list(signals), language, now)
    try:
        with session.begin_nested():
            session.add(signal)
    except IntegrityError:
        earlier = session.scalar(select(AreaSignal.reference).where(AreaSignal.code_hash == code_hash))
        if earlier is None:
            raise
        return HandedIn(reference=earlier, code=code)
    return HandedIn(reference=signal.reference, code=code)


def require_no_person(ruleset: Ruleset, text: str, *, looked: bool) -> None:
    """Raise PersonInText for what is certain; for what is only possible too, unless somebody has `looked` at it."""
    found = find_persons(text, place_names(ruleset))
    if certain(found) or (found and not looked):
        raise PersonInText(found)


def read_with_code(
    session: Session, *, keys: ContentKeys, code_key: bytes, code: str, now: datetime | None = None
) -> Standing:
    """What became of it; with `now`, what was told counts as read. Raises CodeMistyped, CodeUnknown."""
    code_hash = code_hash_of(receipt_code.parse(code), code_key)
    signal = session.scalar(select(AreaSignal).where(AreaSignal.code_hash == code_hash))
    if signal is None:
        raise CodeUnknown()
    return _standing(session, keys, signal, now)


def read_again(session: Session, *, keys: ContentKeys, reference: str, now: datetime) -> Standing:
    """The same for a visit that has entered the code before. Raises SignalUnknown."""
    signal = session.scalar(select(AreaSignal).where(AreaSignal.reference == reference))
    if signal is None:
        raise SignalUnknown(reference)
    return _standing(session, keys, signal, now)


def open_text(keys: ContentKeys, signal: AreaSignal, name: str) -> str:
    """One sealed text of a worry; empty when there is none. Raises ContentErased."""
    sealed: bytes | None = getattr(signal, name)
    return keys.open_data_key(signal.wrapped_key, signal.id).open(sealed, signal.field(name)) if sealed else ""


def seal_text(keys: ContentKeys, signal: AreaSignal, name: str, text: str) -> None:
    """Write one sealed text of a worry. Raises ContentErased."""
    sealed = keys.open_data_key(signal.wrapped_key, signal.id).seal(text, signal.field(name)) if text else None
    setattr(signal, name, sealed)


def _standing(session: Session, keys: ContentKeys, signal: AreaSignal, now: datetime | None) -> Standing:
    if now is not None and signal.told_at is not None and signal.told_read_at is None:
        signal.told_read_at = now
        session.flush()
    try:
        told_words = open_text(keys, signal, "told_words")
    except ContentErased:
        told_words = ""
    leader = session.get(AreaSignal, signal.merged_into) if signal.merged_into else signal
    shown = leader or signal
    return Standing(
        reference=signal.reference,
        state=shown.state,
        area_name=signal.area_name,
        category=signal.category,
        week=signal.week,
        created_at=signal.created_at,
        passed_to=tuple(shown.passed_to),
        told=signal.told,
        told_words=told_words,
        told_at=signal.told_at,
        erased=signal.erased_at is not None,
    )


def _seed_of(code_key: bytes, seed: str, sighting: Sighting) -> bytes:
    if len(seed) < _SHORTEST_SEED:
        raise ValueError("a seed this short could be guessed, and the code with it")
    whole = json.dumps(["area signal", seed, asdict(sighting)], sort_keys=True)
    return hmac.new(code_key, whole.encode("utf-8", "backslashreplace"), hashlib.sha256).digest()


def _new_row(
    keys: ContentKeys,
    ruleset: Ruleset,
    sighting: Sighting,
    code_hash: str,
    signals: Sequence[str],
    language: str,
    now: datetime,
) -> AreaSignal:
    codes: Mapping[str, object] = {
        "area": sighting.area,
        "week": sighting.week,
        "category": sighting.category,
        "signals": signals,
        "language": language,
    }
    require_codes("area signal", codes)
    first_day(sighting.week)
    area = ruleset.areas[sighting.area] if sighting.area else None
    signal_id = uuid4()
    key, wrapped_key = keys.new_data_key(signal_id)
    signal = AreaSignal(
        id=signal_id,
        reference=receipt_code.reference(_PREFIX),
        code_hash=code_hash,
        wrapped_key=wrapped_key,
        area=area.slug if area else None,
        area_name=area.name if area else None,
        area_from=area.valid.from_ if area else None,
        areas_version=areas_version(ruleset),
        week=sighting.week,
        category=sighting.category,
        how_often=HowOften(sighting.how_often),
        source=SignalSource(sighting.source),
        signals=list(signals),
        danger_since=now if signals else None,
        wants_told=sighting.wants_told,
        language=language,
        state=SignalState.NEW,
        passed_to=[],
        created_at=now,
    )
    signal.words = key.seal(sighting.words.strip(), signal.field("words"))
    if place := sighting.place.strip():
        signal.place_words = key.seal(place, signal.field("place_words"))
    return signal
