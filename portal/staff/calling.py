"""Danger that nobody has taken, in words for the band above every staff page. It tells that something waits, where to
open it and since when; never what it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk.queue_alerts import SHOWN, Alert, calling
from portal.desk.rights import Right, may
from portal.records.help_request import EscalatedTo, Priority
from portal.records.staff_account import Role
from portal.staff import signed_in
from portal.staff.queue_lines import TOLD


@dataclass(frozen=True, slots=True)
class Calling:
    """What nobody has taken. `first` is the most urgent that one may name; `others` are of second parties in a matter,
    which are told of but not named. `sounds` are marks of what must be heard, one for each thing and each telling."""

    danger: int = 0
    more: bool = False
    first: str | None = None
    since: datetime | None = None
    late: bool = False
    told: str = ""
    others: int = 0
    overdue: int = 0
    sounds: tuple[str, ...] = ()


def read_calling(db: Session, now: datetime) -> Calling:
    """For the signed-in person: danger in their reach and, for those who are alerted, what else is overdue."""
    alerts = calling(db, lanes=signed_in.lanes(), now=now, overdue_too=alerted())
    danger = [alert for alert in alerts if alert.priority == Priority.P1]
    overdue = [alert for alert in alerts if alert.priority != Priority.P1]
    named = next((alert for alert in danger if not alert.other_party), None)
    return Calling(
        danger=len(danger),
        more=len(danger) >= SHOWN,
        first=named.reference if named else None,
        since=named.waiting_since if named else None,
        late=named is not None and named.act_by is not None and named.act_by <= now,
        told=str(TOLD[EscalatedTo(named.escalated_to)]) if named and named.escalated_to else "",
        others=sum(alert.other_party for alert in danger),
        overdue=len(overdue),
        sounds=tuple(_sounds(danger, overdue)),
    )


def alerted() -> bool:
    """Whether the signed-in person is told what nobody has acted on."""
    return may(signed_in.who().roles, Right.REASSIGN) or Role.ON_CALL in signed_in.who().roles


def sound_of(what: UUID, told: object) -> str:
    """A mark that names nothing. Whoever is alerted hears it anew when somebody else has been told."""
    return hashlib.sha256(f"{what}/{told if alerted() else None}".encode()).hexdigest()[:12]


def _sounds(danger: Iterable[Alert], overdue: Iterable[Alert]) -> Iterable[str]:
    for alert in danger:
        yield sound_of(alert.request_id, alert.escalated_to)
    for alert in overdue:
        yield "once-" + sound_of(alert.request_id, alert.escalated_to)
