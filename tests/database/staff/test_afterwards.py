"""Every page about a request with everything on it, by rules that no longer know its codes, and once it is erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.commands.retention import run_retention
from portal.desk import (
    disclosure,
    handover,
    interpreters,
    legal_holds,
    links,
    reports,
    takeover,
    threats,
    two_handlers,
    work,
)
from portal.desk.follow_up import read_conversation
from portal.desk.handover_package import Chosen, Ground, usual_keys
from portal.desk.request_page import load_request
from portal.desk.staff_drafts import save_draft
from portal.desk.submit import Submitted
from portal.records.database import Database
from portal.records.handover import ConsentHow, ReturnReason
from portal.records.help_request import HelpRequest
from portal.records.interpreter_request import InterpreterMode
from portal.records.sealing import ContentKeys
from portal.records.staff_account import StaffAccount
from portal.records.staff_draft import DraftKind
from portal.records.threat import PairedAct
from tests.database.staff.browsing import Client, path_of, press, text

WORDS = "Hemlighetsorden Antonsson hemma"
GONE = {
    "topics": ["gone.topic"],
    "facts": {"about": "gone", "area": "gone-area", "age": 15, "never-known": "yes"},
    "suggestions": [{"service": "gone-service", "level": "strong", "rules": ["gone-rule"]}],
    "language": "xx",
}


def everything(database: Database, keys: ContentKeys, mine: Submitted, other: Submitted) -> None:
    """What staff and a unit that the rules no longer have can do to a request, all of it done to this one."""
    now, days, audit_key = clock.now(), timedelta(days=1), b"a" * 32
    with database.session() as session:
        ids = {account.username: account.id for account in session.scalars(select(StaffAccount))}
        whose = {"request_id": mine.request_id, "staff_id": ids["both"], "now": now}
        takeover.ask_for_human(session, keys=keys, request_id=mine.request_id, now=now)
        takeover.step_in(session, **whose)
        work.add_note(session, keys=keys, **whose, body=WORDS)
        for kind in DraftKind:
            save_draft(session, keys=keys, **whose, kind=kind, body='{"words": "x", "pieces": ["own"]}')
        wished = {"language": "yy", "mode": InterpreterMode.PHONE, "wished_at": None}
        interpreters.ask_for_interpreter(session, keys=keys, **whose, **wished)
        reports.treat_as_report(session, keys=keys, **whose, keep_from_guardian=True, feedback_due=now + days)
        links.link_duplicate(session, other_id=other.request_id, **whose)
        page = load_request(session, keys=keys, request_id=mine.request_id)
        sent = handover.send(
            session,
            keys=keys,
            audit_key=audit_key,
            **whose,
            unit="gone-unit",
            ground=Ground(code="consent", consent_how=ConsentHow.BY_PHONE, reason=WORDS),
            chosen=Chosen(keep=frozenset(usual_keys(page)), may_move=True),
            seen=takeover.glance(session, request_id=mine.request_id, now=now)[0],
            due_at=now + days,
            adapters=(),
        )
        more = {"reason": ReturnReason.OTHER, "words": WORDS}
        given = {"staff_id": ids["agent2"], "now": now, "handover_id": sent}
        handover.give_back(session, keys=keys, audit_key=audit_key, **given, **more)
        work.claim(session, **whose)
        work.answer(session, keys=keys, **whose, body=WORDS, language="zz")
        safety = {"longest": 30 * days, "aftercare_due": now + days}
        threats.raise_alarm(session, key=audit_key, **whose, **safety)
        until = {"expires_at": now + 29 * days, "longest": 30 * days}
        threats.write_down(session, keys=keys, **whose, body=WORDS, **until)
        asked = {"act": PairedAct.ANSWER, "alone_after": timedelta(minutes=10), "body": WORDS}
        two_handlers.ask_second(session, keys=keys, **whose, **asked)
        paper = {"receiver": "person", "ground": "own-data", "masked": 0, "text": WORDS}
        disclosure.note_disclosure(session, **whose, **paper)
        legal_holds.place_hold(session, **whose, reason="court")
        session.get_one(HelpRequest, mine.request_id).signals = ["gone-signal"]


def pages(app: Flask, request: Submitted) -> Iterator[str]:
    """Every address about this request that a browser can ask for, and the lists in which it may stand."""
    yield from (f"/staff/{name}" for name in ("queue", "handovers", "erasures", "log"))
    for rule in app.url_map.iter_rules():
        about_it = rule.rule.startswith("/staff/requests/") and rule.arguments == {"reference"}
        if about_it and "GET" in (rule.methods or ()):
            yield rule.rule.replace("<reference>", request.reference)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # the pages are the same on both, and many
def test_every_page_opens_with_codes_that_the_rules_no_longer_have_and_after_erasing(
    app: Flask,
    database: Database,
    keys: ContentKeys,
    filed: Callable[..., Submitted],
    hired: Callable[..., None],
    signed_in: Client,
    stopped: clock.FrozenClock,
) -> None:
    hired("both", "agent", "supervisor", "auditor")
    mine, other = (filed(**GONE, words=WORDS, channel="chat") for _ in range(2))
    everything(database, keys, mine, other)
    browser = signed_in("both")
    for address in pages(app, mine):
        assert browser.get(address).status_code < 500, address
    assert WORDS in text(browser.get(path_of(mine)))

    with database.session() as session:
        staff_id = session.scalars(select(StaffAccount.id).where(StaffAccount.username == "both")).one()
        whose = {"request_id": mine.request_id, "staff_id": staff_id, "now": clock.now()}
        threats.end(session, **whose)
        work.close(session, **whose, reason="report-taken", code_valid=timedelta(days=90))
        read_conversation(session, keys=keys, request_id=mine.request_id, now=clock.now())
    stopped.move(timedelta(days=91))
    with app.app_context():
        assert run_retention()[0] == 0  # it is held
    browser = signed_in("both")
    assert press(browser, path_of(mine, "hold/end")).status_code == 303
    with app.app_context():
        assert run_retention()[0] == 1
    for address in pages(app, mine):
        answer = browser.get(address)
        assert answer.status_code < 500, address
        assert "Hemlighetsorden" not in text(answer), address
