"""Who is signed in. This module alone reads and writes what the browser's cookie holds of it.

The cookie is signed, not secret: it holds an account's id, a mark of its password, and two moments. It counts only
as long as the server finds the account switched on, the password unchanged and the last sign of life recent.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from portal import clock, current
from portal.desk import presence
from portal.desk.accounts import StaffMember
from portal.desk.errors import DomainError
from portal.desk.reach import Lane, Reach, find, within_reach
from portal.desk.reach import lanes as lanes_of
from portal.desk.rights import Right, rights_of
from portal.desk.roster import find_signed_in

FIELD: Final = "staff"

IDLE: Final = timedelta(minutes=30)
"""Without a sign of life for this long, one has to sign in again."""

LONGEST: Final = timedelta(hours=12)
"""A working day with room to spare; after it one has to sign in again in any case."""


def begin(member: StaffMember, mark: str) -> None:
    """Sign in: nothing that the browser held before goes on."""
    now = clock.now().timestamp()
    session.clear()
    session[FIELD] = {"id": member.id.hex, "mark": mark, "since": now, "seen": now}


def end() -> None:
    """Sign out."""
    session.clear()


def was_signed_in() -> bool:
    """Whether the browser says that somebody signed in, be it still so or not."""
    return FIELD in session


def find_member(*, is_sign_of_life: bool) -> StaffMember | None:
    """Who is signed in, or None. Raises DomainError when the database does not answer."""
    held = session.get(FIELD)
    now = clock.now()
    if not isinstance(held, dict) or not _is_recent(held, now):
        return None
    try:
        staff_id = UUID(str(held["id"]))
    except ValueError:
        return None
    with current.reading() as db:
        member = find_signed_in(db, staff_id=staff_id, mark=str(held["mark"]))
    if member is not None and is_sign_of_life:
        session[FIELD] = {**held, "seen": now.timestamp()}
    return member


def remember(member: StaffMember) -> None:
    """Keep who is signed in for the rest of this request."""
    g.staff = member


def who() -> StaffMember:
    """Who is signed in, on a page that the guard let through."""
    member: StaffMember = g.staff
    return member


def reach() -> Reach:
    """Which requests exist for the signed-in person."""
    return within_reach(who(), sealed_units=sealed_units())


def lanes() -> tuple[Lane, ...]:
    """The parts of that reach, each of which one index has in the queue's order."""
    return lanes_of(who(), sealed_units=sealed_units())


def find_request(db: Session, reference: str) -> UUID:
    """The request with this reference, if it exists for the signed-in person. Raises RequestUnknown."""
    return find(db, member=who(), reference=reference, sealed_units=sealed_units())


def sealed_units() -> frozenset[str]:
    """Services whose compartment nobody from outside enters."""
    services = current.ruleset().services
    return frozenset(slug for slug, service in services.items() if service.compartment == "sealed")


def note_present() -> None:
    """An agent's page is open, so that people in the chat can be told that somebody is there. Never in the way."""
    now = clock.now()
    if presence.is_stale(who().present_at, now):
        with suppress(DomainError), current.writing() as db:
            presence.note_present(db, staff_id=who().id, now=now)


def note_gone() -> None:
    """Whoever signs out is not there any more."""
    with suppress(DomainError), current.writing() as db:
        presence.note_gone(db, staff_id=who().id)


def words() -> dict[str, Any]:
    """What every staff page may use: who is signed in (None before that), their rights, the proof of a form."""
    me = g.get("staff")
    return {"me": me, "my_rights": rights_of(me.roles) if me else frozenset(), "rights": Right, "csrf": generate_csrf}


def _is_recent(held: dict[str, Any], now: datetime) -> bool:
    moment = now.timestamp()
    return moment - float(held["seen"]) <= IDLE.total_seconds() and moment - float(held["since"]) <= (
        LONGEST.total_seconds()
    )
