"""Putting a talk away and coming back to it, on this device or another, with a code that lives as long as the draft."""

from __future__ import annotations

import logging

from flask import g, session

from portal import clock, current
from portal.desk import draft_codes, visits
from portal.desk.errors import CodeUnknown, DomainError
from portal.visitor import COOKIE_FIELD, LIFETIME, Visit

log = logging.getLogger(__name__)


def give_code(visit: Visit) -> bool:
    """Put the draft, which must be saved, away under a new code. False when that could not be done."""
    if visit.cookie is None:
        return False
    now = clock.now()
    try:
        with current.writing() as db:
            code = draft_codes.put_away(db, cookie=visit.cookie, code_key=current.parts().code_key, now=now)
    except DomainError as error:
        log.warning("A draft could not be put away (%s).", error.code)
        return False
    visit.data["draft_code"] = {"code": code, "until": (now + LIFETIME).isoformat()}
    return visit.save()


def come_back(code: str) -> bool:
    """Go on here with the draft behind this code; what was begun on this device makes room. False for no draft's code.

    Raises CodeMistyped, CodeExpired, DatabaseBusy, DatabaseUnavailable.
    """
    try:
        with current.reading() as db:
            cookie = draft_codes.open_again(db, code=code, code_key=current.parts().code_key, now=clock.now())
    except CodeUnknown:
        return False
    here = session.get(COOKIE_FIELD)
    if isinstance(here, str) and here != cookie:
        with current.writing() as db:
            visits.forget(db, cookie=here)
    session[COOKIE_FIELD] = cookie
    g.pop("visit", None)
    return True
