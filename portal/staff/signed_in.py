"""Who is signed in here. The cookie only names a sign-in; `portal.desk.staff_sessions` says whether it counts.

A sign-in is whole once the second factor was given, where one is needed or set up. Before that it opens nothing but
the page that asks for it.
"""

from __future__ import annotations

from contextlib import suppress
from enum import Enum, auto
from typing import Any, Final
from uuid import UUID

from flask import g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from portal import clock, current
from portal.desk import audit, known_browsers, presence, second_factor, staff_sessions
from portal.desk.accounts import StaffMember, find_staff
from portal.desk.audit import Act
from portal.desk.errors import DomainError
from portal.desk.reach import Lane, Reach, find, within_reach
from portal.desk.reach import lanes as lanes_of
from portal.desk.rights import Right, rights_of
from portal.desk.staff_sessions import SignIn
from portal.staff import cookies
from portal.staff.menu import menu_for

MOST_BROWSER_TOKENS: Final = 5
"""So many accounts can know one browser."""


class Standing(Enum):
    """How far a sign-in has come."""

    WHOLE = auto()
    CODE_NEEDED = auto()
    SET_UP_NEEDED = auto()


def begin(db: Session, member: StaffMember, *, factor: str | None, how: str = "password") -> Standing:
    """Sign in under a fresh token; what was signed in here before ends. Returns what is still needed."""
    now = clock.now()
    end(db)
    session.pop("csrf_token", None)
    cookies.keep(cookies.SIGN_IN, staff_sessions.begin(db, staff_id=member.id, factor=factor, now=now))
    standing = _standing(db, member, factor)
    if standing is Standing.WHOLE:
        _note_whole(db, member, factor or how)
    return standing


def finish(db: Session, factor: str) -> None:
    """The second factor was given, so the sign-in is whole."""
    staff_sessions.give_factor(db, sign_in_id=which().id, factor=factor)
    _note_whole(db, who(), factor)


def _note_whole(db: Session, member: StaffMember, how: str) -> None:
    know_browser(db, member)
    write_down(db, Act.SIGNED_IN, subject=str(member.id), who=member, how=how)


def know_browser(db: Session, member: StaffMember) -> None:
    """A whole sign-in was done here: from now on the account knows this browser."""
    known = known_as()
    fresh = known_browsers.note_success(db, staff_id=member.id, browser=known, now=clock.now())
    tokens = [fresh, *known] if fresh else known
    kept = ".".join(tokens[:MOST_BROWSER_TOKENS])
    cookies.keep(cookies.BROWSER, kept, lifetime=known_browsers.REMEMBERED)


def known_as() -> list[str]:
    """The tokens by which accounts know this browser."""
    held = cookies.read(cookies.BROWSER)
    return held.split(".") if held else []


def limit() -> str:
    """Which limit trying to sign in counts on: browsers in which somebody has signed in have one of their own."""
    return "sign-in-known" if known_as() or was_signed_in() else "sign-in"


def end(db: Session) -> None:
    """Sign out, on the server and here."""
    token = cookies.read(cookies.SIGN_IN)
    found = token and staff_sessions.find(db, token=token, now=clock.now())
    if found:
        staff_sessions.end(db, sign_in_id=found.id, now=clock.now())
    forget()


def forget() -> None:
    """Let go of the cookie of a sign-in that counts no more."""
    cookies.drop(cookies.SIGN_IN)


def was_signed_in() -> bool:
    """Whether the browser says that somebody signed in, be it still so or not."""
    return cookies.read(cookies.SIGN_IN) is not None


def look_up(*, is_sign_of_life: bool) -> bool:
    """Find out who is signed in and keep it for this request; false for nobody. Raises DomainError when the database
    does not answer."""
    token, now = cookies.read(cookies.SIGN_IN), clock.now()
    if token is None:
        return False
    with current.reading() as db:
        found = staff_sessions.find(db, token=token, now=now)
        member = find_staff(db, staff_id=found.staff_id) if found else None
        if found is None or member is None:
            return False
        standing = _standing(db, member, found.factor)
    if standing is not Standing.WHOLE and now - found.begun_at > staff_sessions.UNFINISHED:
        return False
    g.staff, g.staff_sign_in, g.staff_standing = member, found, standing
    if is_sign_of_life and now - found.seen_at >= staff_sessions.SEEN_EVERY:
        with suppress(DomainError), current.writing() as db:
            staff_sessions.note_seen(db, sign_in_id=found.id, now=now)
    return True


def who() -> StaffMember:
    """Who is signed in, on a page that the guard let through."""
    member: StaffMember = g.staff
    return member


def which() -> SignIn:
    """The sign-in itself, on a page that the guard let through."""
    found: SignIn = g.staff_sign_in
    return found


def standing() -> Standing:
    """How far the sign-in has come."""
    found: Standing = g.staff_standing
    return found


def needs_factor(member: StaffMember) -> bool:
    """Whether this account may not be without a second factor."""
    return current.settings().staff_second_factor and second_factor.is_needed(member.roles)


def write_down(db: Session, act: Act, *, subject: str, who: StaffMember | None, **codes: object) -> None:
    """An entry in the audit log about signing in or accounts; codes only."""
    audit.append(
        db,
        key=current.parts().audit_key,
        act=act,
        subject=subject,
        at=clock.now(),
        staff_id=who.id if who else None,
        detail=codes,
    )


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
    """Services whose requests only their own staff may reach."""
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
    """What every staff page may use: who is wholly signed in, or None, their rights and menu, the proof of a form."""
    me = g.get("staff") if g.get("staff_standing") is Standing.WHOLE else None
    return {
        "me": me,
        "my_rights": rights_of(me.roles) if me else frozenset(),
        "my_menu": menu_for(me.roles) if me else [],
        "rights": Right,
        "csrf": generate_csrf,
    }


def _standing(db: Session, member: StaffMember, factor: str | None) -> Standing:
    if factor is not None:
        return Standing.WHOLE
    if second_factor.factors_of(db, staff_id=member.id):
        return Standing.CODE_NEEDED
    return Standing.SET_UP_NEEDED if needs_factor(member) else Standing.WHOLE


def _sealed_units() -> frozenset[str]:
    services = current.ruleset().services
    return frozenset(slug for slug, service in services.items() if service.compartment == "sealed")
