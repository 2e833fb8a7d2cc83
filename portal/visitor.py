"""Who is asking, as far as we need to know: a draft that only the browser's session cookie can find and read.

One class owns what a help-seeker's cookie and draft hold. When the database does not answer, the visit lives on for
the length of the request, so that danger cards and telephone numbers are still shown.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from flask import g, session
from sqlalchemy.orm import Session

from portal import clock, current
from portal.desk import draft_codes, visits
from portal.desk.daily_counts import count
from portal.desk.errors import DomainError, VisitExpired, VisitUnknown
from portal.i18n.languages import language
from portal.records.daily_count import Counted
from portal.triage.facts import Facts, UnknownFact, from_codes
from portal.visit_merge import merge

log = logging.getLogger(__name__)

COOKIE_FIELD: Final = "visit"
LIFETIME: Final = timedelta(hours=24)
"""How long an untouched draft stays, so that somebody who has to put the phone away can come back to it."""


@dataclass
class Visit:
    """One help-seeker's draft. `data` is plain JSON; `stored` is false while the database does not answer.

    A draft that could not be read is not written either: what is already kept is worth more than this page.
    `found` is the draft as it was read, so that what another page keeps in the same moment is not written over.
    `to_count` is what happened, to be counted for the figures when the draft is kept; it is no part of the draft.
    """

    cookie: str | None
    data: dict[str, Any] = field(default_factory=dict)
    stored: bool = True
    readable: bool = True
    found: dict[str, Any] = field(default_factory=dict)
    to_count: list[Counted] = field(default_factory=list)

    @property
    def facts(self) -> Facts:
        """What is known so far, less what the rules in use no longer have."""
        try:
            return current.ruleset().forget_unknown(from_codes(self.data.get("facts", {})))
        except UnknownFact:
            return Facts()

    @facts.setter
    def facts(self, facts: Facts) -> None:
        self.data["facts"] = facts.to_codes()

    @property
    def words(self) -> str:
        """The person's own words."""
        return str(self.data.get("words", ""))

    @property
    def asked(self) -> list[str]:
        """The questions that have been answered or passed over, in order."""
        asked: list[str] = self.data.setdefault("asked", [])
        return asked

    def save(self) -> bool:
        """Keep the draft. False, and no error, when the database does not answer: the page then carries the text."""
        if not self.readable:
            return False
        try:
            with current.writing() as db:
                if self.cookie is not None:
                    stored = visits.load(db, cookie=self.cookie, now=clock.now(), for_update=True)
                    self.data = merge(self.found, self.data, stored)
                self.cookie = _keep(db, self.cookie, self.data)
                self._count(db)
        except (VisitUnknown, VisitExpired):
            # Gone since this request began: the person left through the quick exit, so nothing may come back.
            session.pop(COOKIE_FIELD, None)
            self.stored = False
            return False
        except DomainError as error:
            log.warning("A draft could not be kept (%s).", error.code)
            self.stored = False
            return False
        if session.get(COOKIE_FIELD) != self.cookie:
            session[COOKIE_FIELD] = self.cookie
        self.stored = True
        self.found = deepcopy(self.data)
        self.to_count = []
        return True

    def _count(self, db: Session) -> None:
        """Count what happened since the draft was read; a danger that is new to it had its card shown."""
        here, hours = current.ruleset().local(clock.now()), current.ruleset().contact_hours
        happened = Counter(self.to_count)
        if not _dangers_in(self.data) <= _dangers_in(self.found):
            happened[Counted.DANGER_CARD if hours.is_open(here) else Counted.DANGER_CARD_CLOSED] += 1
        for what, times in sorted(happened.items()):
            count(db, what=what, language=language().tag, day=here.date(), times=times)

    def end_code(self) -> None:
        """The code under which the draft was put away opens nothing from now on."""
        self.data.pop("draft_code", None)
        if self.cookie is None or not self.readable:
            return
        try:
            with current.writing() as db:
                draft_codes.withdraw(db, cookie=self.cookie, now=clock.now())
        except DomainError as error:
            log.warning("A draft's code could not be ended now (%s); it expires by itself.", error.code)

    def forget(self) -> None:
        """Destroy the draft and let go of the cookie."""
        session.clear()
        g.pop("visit", None)
        if self.cookie is None:
            return
        try:
            with current.writing() as db:
                visits.forget(db, cookie=self.cookie)
        except DomainError as error:
            log.warning("A draft could not be removed now (%s); it expires by itself.", error.code)


def current_visit() -> Visit:
    """This request's visit; a new, empty one when there is none, which is kept only once it is saved."""
    if "visit" not in g:
        g.visit = _load()
    visit: Visit = g.visit
    return visit


def keep_aside(change: Callable[[Visit], None]) -> bool:
    """Change the draft behind a page that is being written: read and written at one go, so that nothing is lost of what
    another page of the same person keeps in the same moment, such as a receipt. False when it could not be kept."""
    cookie = session.get(COOKIE_FIELD)
    if not isinstance(cookie, str):
        visit = Visit(None)
        change(visit)
        return visit.save()
    try:
        with current.writing() as db:
            visit = Visit(cookie, visits.load(db, cookie=cookie, now=clock.now(), for_update=True))
            change(visit)
            _keep(db, cookie, visit.data)
    except DomainError as error:
        log.warning("A draft could not be kept aside (%s).", error.code)
        return False
    return True


def _load() -> Visit:
    cookie = session.get(COOKIE_FIELD)
    if not isinstance(cookie, str):
        return Visit(None)
    try:
        with current.reading() as db:
            data = visits.load(db, cookie=cookie, now=clock.now())
        return Visit(cookie, data, found=deepcopy(data))
    except (VisitUnknown, VisitExpired):
        return Visit(None)
    except DomainError as error:
        log.warning("A draft could not be read (%s).", error.code)
        return Visit(cookie, stored=False, readable=False)


def _dangers_in(data: dict[str, Any]) -> set[str]:
    return {*data.get("facts", {}).get("signals", []), *data.get("raised", [])}


def _keep(db: Session, cookie: str | None, data: dict[str, Any]) -> str:
    """Store the draft and return the cookie that opens it: a new one for a new draft."""
    now = clock.now()
    if cookie is None:
        return visits.open_visit(db, now=now, lifetime=LIFETIME, body=data)
    visits.save(db, cookie=cookie, body=data, now=now, lifetime=LIFETIME)
    return cookie
