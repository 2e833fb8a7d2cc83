"""Every form of the staff pages, filled with nonsense by somebody who may use it: never a crash, always a sentence.

The forms are read from the pages themselves, so that a new form is tried as soon as a page shows it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.desk import (
    account_changes,
    area_judging,
    area_signals,
    handover,
    links,
    public_work,
    quarantine,
    threats,
    work,
)
from portal.desk.accounts import StaffMember, add_staff
from portal.desk.contact import Contact, ContactChannel
from portal.desk.filing import file_request
from portal.desk.handover_package import Chosen, Ground, usual_keys
from portal.desk.legal_holds import place_hold
from portal.desk.public_questions import Places, ask
from portal.desk.public_text import AnswerDraft
from portal.desk.public_work import Change
from portal.desk.reply_editing import Written, add_reply
from portal.desk.request_page import load_request
from portal.desk.saved_views import save_view
from portal.desk.submit import Submitted
from portal.desk.takeover import glance
from portal.records.public_answer import PublicAnswer
from portal.records.staff_account import Role
from portal.triage.facts import Facts
from tests.pages.conftest import parts_of

PASSWORD: Final = "three quiet words"
UNIT: Final = "victim-support"
NOBODYS: Final = "00000000-0000-0000-0000-000000000000"
PLANTED: Final = "<script>planted</script>"
LAST: Final = ("staff.sign_in_again", "staff.sign_out")
"""Afterwards nobody is signed in."""

POLICY: Final = "Content-Security-Policy"

NONSENSE: Final = f"=1+1;{PLANTED}\r\nSet-Cookie: planted=1\0\u202eegaps\u2066 %s {{{{7*7}}}} ²"
FAR_OFF: Final = {"date": "0001-01-01", "datetime-local": "0001-01-01T00:00", "number": "9" * 30}


@dataclass
class Form:
    """One form of a page: where it goes, and what a browser would send of it."""

    action: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, what kind of field it is

    def filled(self, proof: str) -> dict[str, list[str]]:
        """What is chosen among choices, and nonsense wherever something can be written."""
        sent: dict[str, list[str]] = {"csrf_token": [proof]}
        for name, value, kind in self.fields:
            if name == "csrf_token":
                continue
            written = FAR_OFF.get(kind, NONSENSE if kind in ("text", "textarea", "password") else value)
            sent.setdefault(name, []).append(written)
        return sent


class FormsOf(HTMLParser):
    """The forms of one page that post something. Of several choices the last one is taken, of several buttons each."""

    def __init__(self, address: str, page: str) -> None:
        super().__init__()
        self.address, self.forms = address, list[Form]()
        self._open: Form | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action") or self.address) if given.get("method") == "post" else None
        if self._open is None or not given.get("name", self._select):
            return
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option":
            self._set(self._select, value, "select")
        elif tag == "textarea":
            self._open.fields.append((name, "", "textarea"))
        elif tag == "button" or (tag == "input" and kind == "radio"):
            self._set(name, value, tag)
        elif tag == "input":
            self._open.fields.append((name, value, kind))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "form" and self._open is not None:
            self.forms.append(self._open)
            self._open = None

    def _set(self, name: str, value: str, kind: str) -> None:
        """The last of several ways to fill in one field."""
        if self._open is not None:
            others = [each for each in self._open.fields if (each[0], each[2]) != (name, kind)]
            self._open.fields = [*others, (name, value, kind)]


@dataclass
class World:
    """A staff member with every right, a colleague, and something to do on every page."""

    app: Flask
    client: FlaskClient
    pages: list[str]
    reference: str

    def proof(self) -> str:
        page = self.client.get("/staff/password").get_data(as_text=True)
        return re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]

    def forms(self) -> dict[str, Form]:
        """One form of each route that the pages post to."""
        routes, found = self.app.url_map.bind("localhost"), dict[str, Form]()
        for address in self.pages:
            answer = self.client.get(address)
            assert answer.status_code == 200, (address, answer.status)
            for form in FormsOf(address, answer.get_data(as_text=True)).forms:
                found.setdefault(routes.match(form.action.split("?")[0], method="POST")[0], form)
        return found

    def routes(self, reference: str) -> Iterator[tuple[str, str]]:
        """Every route that takes something, with an address of it; those that end the sign-in come last."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda rule: (rule.endpoint in LAST, rule.endpoint)):
            if not rule.endpoint.startswith("staff.") or "POST" not in (rule.methods or ()):
                continue
            places: dict[str, Any] = dict.fromkeys(rule.arguments, reference)
            places |= {name: NOBODYS for name in rule.arguments if name.endswith("_id")} | {"number": 1, "unit": UNIT}
            with self.app.test_request_context():
                yield rule.endpoint, self.app.url_for(rule.endpoint, **{n: places[n] for n in rule.arguments})


@pytest.fixture
def world(app: Flask) -> World:
    parts, ruleset = parts_of(app), parts_of(app).rules.current().ruleset
    now, keys, key = clock.now(), parts.content_keys, parts.audit_key
    with parts.database.session() as db:

        def hire(name: str, *units: str) -> StaffMember:
            every = [role for role in Role if role != Role.TRAINEE]
            details: dict[str, Any] = {"units": ["contact-centre", *units], "sees_protected": True}
            return add_staff(
                db, username=name, display_role="Kollega", roles=every, password=PASSWORD, now=now, **details
            )

        def filed(**details: Any) -> Submitted:
            contact = Contact(name="Mira", channel=ContactChannel.PHONE, address="0701740605")
            given: dict[str, Any] = {"keys": keys, "code_key": parts.code_key, "ruleset": ruleset, "facts": Facts()}
            given |= {"words": "Hej.\nVem hjälper mig?", "language": "ar", "channel": "chat", "now": now}
            return file_request(db, **{**given, "contact": contact, **details})

        me, other = hire("me", UNIT), hire("other", UNIT)
        mine, free, aside, linked, sent, taken, asked = (filed() for _ in range(7))
        for request, whose in ((mine, me), (aside, other), (sent, other), (taken, other)):
            work.claim(db, request_id=request.request_id, staff_id=whose.id, now=now)
        mine_by: dict[str, Any] = {"request_id": mine.request_id, "staff_id": me.id, "now": now}
        links.link_duplicate(db, **mine_by, other_id=linked.request_id)
        threats.raise_alarm(
            db,
            key=key,
            request_id=free.request_id,
            staff_id=other.id,
            now=now,
            longest=timedelta(days=9),
            aftercare_due=now,
        )
        quarantine.put_aside(
            db, request_id=aside.request_id, staff_id=other.id, reason="fake", now=now, due_at=now + timedelta(hours=9)
        )
        place_hold(db, request_id=linked.request_id, staff_id=me.id, reason="court", now=now)
        handovers = []
        for request in (sent, taken):
            page = load_request(db, keys=keys, request_id=request.request_id)
            handovers.append(
                handover.send(
                    db,
                    keys=keys,
                    audit_key=key,
                    request_id=request.request_id,
                    staff_id=other.id,
                    unit=UNIT,
                    ground=Ground(code="consent"),
                    chosen=Chosen(keep=frozenset(usual_keys(page)), may_move=True),
                    seen=glance(db, request_id=request.request_id, now=now)[0],
                    due_at=now + timedelta(days=1),
                    adapters=[],
                    now=now,
                )
            )
        handover.accept(
            db,
            keys=keys,
            audit_key=key,
            handover_id=handovers[1],
            staff_id=other.id,
            code_valid=timedelta(days=9),
            confirm_within=timedelta(days=9),
            now=now,
        )
        signals = [
            area_signals.hand_in(
                db,
                keys=keys,
                code_key=parts.code_key,
                ruleset=ruleset,
                sighting=area_signals.Sighting(
                    area=None,
                    place="Parken",
                    week=area_signals.week_of(now.date()),
                    category=ruleset.municipality.area_signals.categories[0].slug,
                    how_often="once",
                    source="resident",
                    words="Lampan är trasig.",
                    wants_told=True,
                ),
                signals=[],
                language="sv",
                seed=f"{number:030d}",
                now=now,
            ).reference
            for number in range(2)
        ]
        area_judging.verify(
            db,
            keys=keys,
            audit_key=key,
            ruleset=ruleset,
            reference=signals[1],
            words="Lampan är trasig.",
            place="Parken",
            looked=True,
            staff_id=me.id,
            now=now,
        )
        ask(db, request_id=asked.request_id, places=Places(per_day=9, since=now), answer_due_at=now, now=now)
        drafted = filed()
        ask(db, request_id=drafted.request_id, places=Places(per_day=9, since=now), answer_due_at=now, now=now)
        public_work.scrub(db, Change(number=2, version=1, staff_id=other.id, now=now), keys=keys, text="Vem hjälper?")
        texts = dict.fromkeys(("greeting", "answer", "invitation", "sign_off"), "Vi.")
        days = {"law_date": date(2026, 1, 1), "review_by": date(2027, 1, 1)}
        draft = AnswerDraft(language="sv", **texts, **days)
        public_work.keep_draft(
            db, Change(number=2, version=2, staff_id=other.id, now=now), keys=keys, draft=draft, done=True, topics=[]
        )
        db.add(
            PublicAnswer(
                origin="asked",
                question="Vem?",
                answer="Vi.",
                topics=[],
                language="sv",
                owner="Vi",
                published_week=now.date(),
                reviewed_on=now.date(),
                **days,
            )
        )
        add_reply(db, slug="tack", written=Written(label="Tack", text="Tack."), staff_id=me.id, now=now, helplines=())
        save_view(db, keys=keys, staff_id=me.id, name="Min", chosen="show=mine", now=now)
        new = hire("new")
        account_changes.begin_recovery(db, staff_id=new.id, by=other.id, now=now, expires_at=now + timedelta(hours=1))
    client = app.test_client()
    proof = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/staff/sign-in").get_data(as_text=True))[-1]
    given = {"csrf_token": proof, "username": "me", "password": PASSWORD}
    assert client.post("/staff/sign-in", data=given).status_code == 303
    own, others = f"/staff/requests/{mine.reference}", f"/staff/requests/{free.reference}"
    pages = [
        *(own, f"{own}/contact", f"{own}/threat", f"{own}/report", f"{own}/protect", f"{own}/link", f"{own}/aside"),
        *(f"{own}/disclosure", f"{own}/handover/{UNIT}", others, f"{others}/report"),
        *(f"/staff/requests/{aside.reference}", f"/staff/requests/{sent.reference}", "/staff/queue", "/staff/week"),
        *(f"/staff/handovers/{each}" for each in handovers),
        *(f"/staff/area-signals/{each}" for each in (*signals, "new")),
        *("/staff/answers/1", "/staff/answers/2", "/staff/answers/published/1", "/staff/erasures"),
        *("/staff/replies/new", "/staff/replies/tack", "/staff/replies/tack/in/ar", f"/staff/accounts/{new.id}"),
        *("/staff/accounts", "/staff/agreements", "/staff/password", "/staff/second-factor"),
    ]
    return World(app, client, pages, mine.reference)


def complaint(answer: TestResponse) -> str:
    """What is wrong with an answer to nonsense; empty when nothing is."""
    page = answer.get_data(as_text=True)
    if answer.status_code >= 500:
        return answer.status
    if "Traceback" in page or PLANTED in page or "planted" in str([*answer.headers]):
        return "it shows what it should not"
    if answer.headers["Cache-Control"] != "no-store" or "default-src 'none'" not in answer.headers[POLICY]:
        return "it is not private"
    told = re.findall(r"<(?:p|h1)[^>]*>[^<]*\w[^<]*</", page)
    return "no sentence" if answer.status_code >= 400 and answer.mimetype == "text/html" and not told else ""


def test_nonsense_in_any_form_gets_a_sentence_and_leaves_no_trace_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    forms, proof = world.forms(), world.proof()
    everything = {name: [NONSENSE, "²"] for form in forms.values() for name, _, _ in form.fields}
    wrong: list[tuple[str, str]] = []
    for endpoint, address in world.routes(reference=world.reference):
        form = forms.get(endpoint)
        action = form.action if form else address
        sent = form.filled(proof) if form else {**everything, "csrf_token": [proof]}
        wrong.append((endpoint, complaint(world.client.post(action, data=sent))))
    assert len(forms) > 50
    assert len(wrong) > 80
    assert [each for each in wrong if each[1]] == []
    assert "planted" not in caplog.text
