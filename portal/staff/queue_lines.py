"""The rows of the queue in words: what it is, how much time is left, who has it and who looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from flask_babel import gettext, lazy_gettext

from portal import current
from portal.desk.queue import QueueRow
from portal.desk.queue_alerts import Alert, LegalAlert, legal_due
from portal.desk.queue_counts import LongestWaiting
from portal.desk.report_clocks import LegalClock
from portal.records.help_request import AWAITING_STAFF, EscalatedTo, State
from portal.staff import labels, signed_in
from portal.staff.moments import length_words
from portal.staff.promise import promised
from portal.staff.queue_filters import unit_name

Pace = Literal["calm", "soon", "late"]

SOON: Final = timedelta(minutes=30)
"""Time that is left is marked when it is less than this."""

DAY: Final = timedelta(hours=24)

ASSESSMENT: Final = {
    LegalClock.SAFETY: lazy_gettext("Skyddsbedömning"),
    LegalClock.PRELIMINARY: lazy_gettext("Förhandsbedömning"),
}
TOLD: Final = {
    EscalatedTo.SUPERVISOR: lazy_gettext("Arbetsledaren vet"),
    EscalatedTo.ON_CALL: lazy_gettext("Jouren vet"),
    EscalatedTo.UNIT_HEAD: lazy_gettext("Enhetschefen vet"),
}


@dataclass(frozen=True, slots=True)
class Left:
    """How much time is left, in words; `pace` tells how pressing it is."""

    words: str
    pace: Pace
    what: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row in words. `free` tells whether one may take it; `standing` how far it has come and who has it."""

    row: QueueRow
    dangers: list[str]
    topics: list[str]
    language: str
    unit: str
    waited: str
    left: Left | None
    legal: list[Left]
    told: str
    due: datetime | None
    late: bool
    free: bool
    mine: bool
    standing: str
    looking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert in words."""

    reference: str
    rank: int
    dangers: list[str]
    topics: list[str]
    language: str
    child: bool
    left: Left | None
    told: str


def line_of(row: QueueRow, now: datetime, looking: Mapping[UUID, tuple[str, ...]]) -> Line:
    due = promised(row.state, row.waiting_since, row.answer_due_at)
    return Line(
        row=row,
        dangers=[labels.danger_label(signal) for signal in row.signals],
        topics=[labels.topic_label(topic) for topic in row.topics],
        language=labels.language_name(row.language),
        unit=unit_name(row.unit) if len(signed_in.who().units) > 1 else "",
        waited=length_words(now - row.waiting_since),
        left=_left_of(row, now),
        legal=_legal_of(row, now),
        told=_told(row.escalated_to) if row.claimed_by is None else "",
        due=due,
        late=due is not None and due <= now,
        free=row.claimed_by is None and row.state != State.CLOSED,
        mine=row.claimed_by == signed_in.who().id,
        standing=_standing(row),
        looking=looking.get(row.request_id, ()),
    )


def alert_line(alert: Alert, now: datetime) -> AlertLine:
    return AlertLine(
        reference=alert.reference,
        rank=alert.priority.value,
        dangers=[labels.danger_label(signal) for signal in alert.signals],
        topics=[labels.topic_label(topic) for topic in alert.topics],
        language=labels.language_name(alert.language),
        child=alert.child_concerned,
        left=time_left(alert.act_by, now) if alert.act_by else None,
        told=_told(alert.escalated_to),
    )


def legal_line(alert: LegalAlert, now: datetime) -> tuple[str, Left]:
    """The reference, and how much time the law leaves."""
    return alert.reference, time_left(alert.due, now, what=str(ASSESSMENT[alert.clock]))


def waiting_lines(rows: Sequence[LongestWaiting], now: datetime) -> list[tuple[LongestWaiting, str, str]]:
    """Each language's longest waiting: the row, the language's name, how long."""
    return [(row, labels.language_name(row.language), _shortest(now - row.since)) for row in rows]


def time_left(due: datetime, now: datetime, *, what: str = "") -> Left:
    """As in "8 min kvar", "försenad 12 min", or the moment itself when it is more than a day away."""
    length = abs(due - now)
    if due <= now:
        return Left(gettext("försenad %(length)s", length=_short(length)), "late", what)
    if length > DAY:
        ruleset = current.ruleset()
        moment = labels.day_and_time(ruleset.local(due))
        return Left(gettext("senast %(moment)s", moment=moment), "calm", what)
    pace: Pace = "soon" if length <= SOON else "calm"
    return Left(gettext("%(length)s kvar", length=_short(length)), pace, what)


def _shortest(length: timedelta) -> str:
    """The largest part of a length alone."""
    hours = int(length.total_seconds() // 3600)
    if hours >= 24:
        return length_words(timedelta(days=hours // 24))
    return _hours(hours) if hours else _short(length)


def _short(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return str(gettext("under 1 min"))
    if minutes < 60:
        return str(gettext("%(num)s min", num=minutes))
    hours, minutes = divmod(minutes, 60)
    if hours >= 24:
        return length_words(length)
    return str(gettext("%(hours)s tim %(minutes)s min", hours=hours, minutes=minutes) if minutes else _hours(hours))


def _hours(hours: int) -> str:
    return str(gettext("%(num)s tim", num=hours))


def _left_of(row: QueueRow, now: datetime) -> Left | None:
    """The time until a human acts, as long as nobody works on it."""
    if row.act_by is None or row.state not in AWAITING_STAFF or row.claimed_by is not None:
        return None
    return time_left(row.act_by, now)


def _legal_of(row: QueueRow, now: datetime) -> list[Left]:
    if row.report is None:
        return []
    due = legal_due(row.report, current.ruleset().municipality.report_times)
    return [time_left(moment, now, what=str(ASSESSMENT[clock])) for clock, moment in due.items()]


def _told(escalated_to: str | None) -> str:
    return str(TOLD[EscalatedTo(escalated_to)]) if escalated_to else ""


def _standing(row: QueueRow) -> str:
    if row.claimed_by is None:
        return str(labels.STATE[row.state])
    holder = (
        gettext("Du har den")
        if row.claimed_by == signed_in.who().id
        else gettext("%(role)s har den", role=row.claimed_role)
    )
    return str(holder if row.state == State.CLAIMED else f"{labels.STATE[row.state]}. {holder}")
