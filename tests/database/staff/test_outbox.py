"""From the outbox to the unit: once for whoever keeps ids, whatever dies on the way, and without a word of content."""

from __future__ import annotations

import json
import logging
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock, turns
from portal.current import EXTENSION, Parts
from portal.desk.outbox import LEASE, Notice, pause_after, put_in_outbox, take_next
from portal.desk.submit import Submitted
from portal.desk.told_outside import tell_outside
from portal.outbox import delivery, webhook
from portal.records.area_signal import AreaSignal
from portal.records.database import Database
from portal.records.event import Event
from portal.records.help_request import HelpRequest
from portal.records.outbox import Adapter, OutboxItem
from portal.rules_in_use import RulesInUse
from portal.settings import OutboxSettings
from portal.triage.notify import EscalationNotice, Notify
from tests.database.receivers import DRIP, HANG, Calls, Mailbox, http_receiver, mail_server
from tests.database.staff.browsing import Submit

UNIT = "victim-support"
WORDS = "Hemlighetsorden Antonsson hemma"


class Rules:
    def __init__(self, rules: RulesInUse) -> None:
        self._rules = rules

    def current(self) -> RulesInUse:
        return self._rules


@dataclass
class Post:
    """A portal with an outbox, a request, and receivers for what leaves."""

    app: Flask
    database: Database
    request: Submitted
    calls: Calls
    mailbox: Mailbox
    folder: Path
    clock: clock.FrozenClock

    def put(self, *adapters: Adapter) -> None:
        payload = {"event": "handover-sent", "handover": str(uuid4()), "unit": UNIT}
        with self.database.session() as session:
            put_in_outbox(
                session,
                kind="handover-sent",
                unit=UNIT,
                adapters=adapters,
                request_id=self.request.request_id,
                payload=payload,
                now=clock.now(),
            )

    def deliver(self) -> int:
        with self.app.app_context():
            return delivery.deliver_due()

    def with_rules(self, **changes: Any) -> None:
        """The municipality decides otherwise."""
        parts: Parts = self.app.extensions[EXTENSION]
        rules = parts.rules.current()
        municipality = rules.ruleset.municipality.model_copy(update=changes)
        ruleset = replace(rules.ruleset, municipality=municipality)
        self.app.extensions[EXTENSION] = replace(parts, rules=Rules(replace(rules, ruleset=ruleset)))

    def items(self) -> list[tuple[str, int, str | None]]:
        with self.database.session(writes=False) as session:
            rows = session.scalars(select(OutboxItem).order_by(OutboxItem.adapter, OutboxItem.created_at))
            return [(row.state, row.tries, row.last_error) for row in rows]

    def die_while_delivering(self, monkeypatch: pytest.MonkeyPatch, *, sent: bool) -> None:
        """A worker process of its own that is killed just before, or just after, the call."""

        def call_and_die(*arguments: Any, **details: Any) -> None:
            if sent:
                webhook.call_webhook(*arguments, **details)
            os.kill(os.getpid(), signal.SIGKILL)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the child uses none of the parent's threads
            child = os.fork()
        if child == 0:
            self.database.engine.dispose(close=False)
            monkeypatch.setattr(delivery, "call_webhook", call_and_die)
            try:
                self.deliver()
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.fixture
def calls() -> Iterator[Calls]:
    with http_receiver() as calls:
        yield calls


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def post(
    make_app: Callable[..., Flask],
    database: Database,
    submit: Submit,
    shipped_rules: RulesInUse,
    calls: Calls,
    mailbox: Mailbox,
    tmp_path: Path,
    stopped: clock.FrozenClock,
) -> Post:
    app = make_app(
        outbox=OutboxSettings(
            public_url="https://portal.example.org",
            smtp_host="127.0.0.1",
            smtp_port=mailbox.port,
            smtp_security="off",
            mail_from="svara-inte@example.org",
            webhook_secret="w" * 32,
            folder=tmp_path / "drop",
        )
    )
    notify = Notify(mail="enhet@example.org", webhook=calls.url, folder="stod")
    services = dict(shipped_rules.ruleset.services)
    services[UNIT] = services[UNIT].model_copy(update={"notify": notify})
    ruleset = replace(shipped_rules.ruleset, services=MappingProxyType(services))
    parts: Parts = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(parts, rules=Rules(replace(shipped_rules, ruleset=ruleset)))
    with database.session() as session:
        request = submit(session, words=WORDS)
    return Post(app, database, request, calls, mailbox, tmp_path / "drop" / "stod", stopped)


def test_each_way_brings_codes_and_a_link_and_not_one_of_the_persons_words(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post.put(*Adapter)
    assert post.deliver() == 3
    assert post.deliver() == 0
    assert post.items() == [("sent", 1, None)] * 3
    called = json.loads(post.calls.got[0][1])
    (dropped,) = post.folder.iterdir()
    mail = message_from_bytes(post.mailbox.mails[0].content, policy=policy.default)  # type: ignore[arg-type]
    link = f"https://portal.example.org/staff/handovers/{called['handover']}"
    assert called["link"] == link
    assert set(called) == {"id", "event", "handover", "unit", "link"}
    assert json.loads(dropped.read_text())["link"] == link
    assert mail["Subject"] == "En ny fråga väntar"
    assert link in mail.get_content()
    left = json.dumps(called) + dropped.read_text() + str(mail) + mail.get_content() + caplog.text
    for word in (*WORDS.split(), post.request.reference, post.request.code):
        assert word not in left


def test_that_nobody_has_acted_leaves_the_house_once_for_each_telling_and_without_content(
    post: Post, submit: Submit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    now = clock.now()
    clocks = {"act_by": now, "escalate_at": now + timedelta(minutes=5), "signals": ["violence-now"]}
    with post.database.session() as session:
        danger = submit(session, words="hemligt", **clocks)
        made_up = submit(session, words="practice", **clocks)
        session.get_one(HelpRequest, made_up.request_id).practice = True
        seen = AreaSignal(
            id=uuid4(), reference="OP-SEEN", code_hash="h", words=b"", areas_version="v", week="2026-W11",
            category="damage", how_often="once", source="resident", signals=["violence-now"], danger_since=now,
            wants_told=False, language="sv", state="new", passed_to=[], created_at=now,
        )  # fmt: skip
        session.add(seen)

    def turn() -> int:
        with post.app.app_context():
            turns.queue_clocks()
            turns.area_danger()
            return delivery.deliver_due()

    assert turn() == 0  # no address: nobody outside is told
    address = EscalationNotice(mail="jour@example.org", webhook=post.calls.url)
    post.with_rules(escalation_notices={"on-call": address})
    post.clock.move(timedelta(minutes=11))
    assert [turn(), turn()] == [4, 0]
    bodies = [json.loads(body) for _, body in post.calls.got]
    assert [set(body) for body in bodies] == [{"id", "event", "to", "priority", "link"}] * 2
    assert {(body["event"], body["to"], body["priority"]) for body in bodies} == {("escalated", "on-call", 1)}
    assert bodies[0]["link"] == "https://portal.example.org/staff/queue"
    mails = [message_from_bytes(each.content, policy=policy.default) for each in post.mailbox.mails]  # type: ignore[arg-type]
    assert [(mail["To"], mail["Subject"]) for mail in mails] == [("jour@example.org", "Någon behöver svara nu")] * 2
    left = json.dumps(bodies) + "".join(str(mail) + mail.get_content() for mail in mails) + caplog.text
    for word in ("hemligt", danger.reference, made_up.reference, "OP-SEEN", "violence", "home."):
        assert word not in left
    with post.database.session(writes=False) as session:
        assert [
            item.request_id for item in session.scalars(select(OutboxItem).where(OutboxItem.adapter == "mail"))
        ] in (
            [danger.request_id, None],
            [None, danger.request_id],
        )
        assert session.get_one(AreaSignal, seen.id).danger_told == "on-call"


def test_a_telling_that_was_rolled_back_leaves_no_notice_and_one_that_is_refused_is_given_up(post: Post) -> None:
    address = EscalationNotice(webhook=post.calls.url)
    post.with_rules(escalation_notices={"on-call": address})
    rules = post.app.extensions[EXTENSION].rules.current().ruleset
    told = {"ruleset": rules, "to": "on-call", "priority": 1, "request_id": None, "now": clock.now()}

    def tell_and_fail() -> None:
        with post.database.session() as session:
            tell_outside(session, **told)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        tell_and_fail()
    assert post.items() == []
    with post.database.session() as session:
        tell_outside(session, **told)
        tell_outside(session, **told | {"priority": 4})
        tell_outside(session, **told | {"to": "supervisor"})
    post.calls.answers = [404]
    assert post.deliver() == 0
    assert post.items() == [("given-up", 1, "http-404")]


@pytest.mark.parametrize("sent", [False, True], ids=["before sending", "after sending"])
def test_a_killed_worker_loses_nothing_and_the_receiver_has_it_once(
    post: Post, monkeypatch: pytest.MonkeyPatch, sent: bool
) -> None:
    post.put(Adapter.WEBHOOK)
    post.die_while_delivering(monkeypatch, sent=sent)
    assert len(post.calls.got) == int(sent)
    assert post.deliver() == 0  # it may still be on its way
    post.clock.move(LEASE)
    assert post.deliver() == 1
    assert post.deliver() == 0
    assert len(post.calls.got) == 1 + int(sent)
    assert len(post.calls.kept) == 1
    assert post.items() == [("sent", 2, None)]


def test_a_receiver_that_fails_and_hangs_gets_it_in_the_end_under_one_id(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT", (1, 0.2))
    post.calls.answers = [500, HANG, 429, 204]
    post.put(Adapter.WEBHOOK)
    errors = []
    for _ in range(4):
        post.deliver()
        errors.append(post.items()[0][2])
        post.clock.move(timedelta(hours=1, minutes=30))
    assert errors == ["http-500", "timeout", "http-429", None]
    assert len({headers["Idempotency-Key"] for headers, _ in post.calls.got}) == 1
    assert post.items() == [("sent", 4, None)]


@pytest.mark.parametrize(("how", "code"), [(HANG, "timeout"), (DRIP, "timeout"), (503, "http-503")])
def test_a_receiver_that_does_not_take_it_holds_up_no_other_and_is_asked_once_a_turn(
    post: Post, monkeypatch: pytest.MonkeyPatch, how: int, code: str
) -> None:
    monkeypatch.setattr(delivery, "WITHIN", 0.3)
    post.calls.answers = [how]
    for adapter in (Adapter.WEBHOOK, Adapter.WEBHOOK, Adapter.WEBHOOK, Adapter.FOLDER):
        post.put(adapter)
        post.clock.move(timedelta(seconds=1))
    assert post.deliver() == 1
    assert len(list(post.folder.iterdir())) == len(post.calls.got) == 1
    assert post.items()[1:] == [("failed-for-now", 1, code), ("waiting", 0, None), ("waiting", 0, None)]
    assert post.deliver() == 2


def test_what_nobody_thought_of_is_a_failure_like_any_other_and_stops_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise ValueError("something that was not meant for logs")

    monkeypatch.setattr(delivery, "call_webhook", break_down)
    post.put(Adapter.WEBHOOK)
    post.clock.move(timedelta(seconds=1))
    post.put(Adapter.FOLDER)
    assert post.deliver() == 1
    assert post.items() == [("sent", 1, None), ("failed-for-now", 1, "broken")]
    assert "ValueError" in caplog.text
    assert "not meant" not in caplog.text


def test_what_cannot_arrive_is_given_up_loudly_and_an_operator_sends_it_again(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.calls.answers = [404]
    post.put(Adapter.WEBHOOK)
    post.deliver()
    assert post.items() == [("given-up", 1, "http-404")]
    assert "was given up (http-404)" in caplog.text
    with post.database.session(writes=False) as session:
        event = session.scalars(select(Event).where(Event.kind == "escalated")).one()
        assert event.detail == {"why": "notice-given-up", "unit": UNIT, "adapter": "webhook"}
    assert post.app.test_client().get("/readyz").get_json()["stuck_notices"] == 1
    runner = post.app.test_cli_runner()
    listed = runner.invoke(args=["outbox", "list"]).output
    assert "given-up" in listed
    assert "http-404" in listed
    assert "1 notices will be tried again." in runner.invoke(args=["outbox", "retry"]).output
    assert runner.invoke(args=["outbox", "retry", str(uuid4())]).exit_code == 1
    assert post.deliver() == 1
    assert post.app.test_client().get("/readyz").get_json()["stuck_notices"] == 0


def test_after_a_day_of_trying_it_is_given_up_and_escalates_once(post: Post) -> None:
    post.calls.answers = [503] * 20
    post.put(Adapter.WEBHOOK)
    for _ in range(20):
        post.deliver()
        post.clock.move(timedelta(minutes=90))
    (state, tries, error) = post.items()[0]
    assert (state, error) == ("given-up", "http-503")
    assert 10 < tries < 20
    with post.database.session(writes=False) as session:
        assert len(session.scalars(select(Event).where(Event.kind == "escalated")).all()) == 1


def test_two_workers_take_different_notices_and_a_late_failure_undoes_no_success(post: Post) -> None:
    post.put(Adapter.WEBHOOK, Adapter.MAIL)
    with post.database.session() as session:
        mine = take_next(session, now=clock.now())
    with post.database.session() as session:
        other = take_next(session, now=clock.now())
        assert take_next(session, now=clock.now()) is None
    assert mine is not None
    assert other is not None
    assert mine.id != other.id
    post.clock.move(LEASE)
    assert post.deliver() == 2
    from portal.desk.outbox import note_failed

    with post.database.session() as session:
        assert not note_failed(session, notice=mine, error="timeout", final=True, now=clock.now())
    assert [state for state, _, _ in post.items()] == ["sent", "sent"]


def test_a_unit_without_an_address_and_a_way_that_is_not_set_up_are_kept_and_named(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = replace(post.app.extensions[EXTENSION].settings, outbox=OutboxSettings())
    post.app.extensions[EXTENSION] = replace(post.app.extensions[EXTENSION], settings=bare)
    post.put(*Adapter)
    assert post.deliver() == 0
    assert post.items() == [("failed-for-now", 1, "not-configured")] * 3
    gone = Notice(
        id=UUID(int=1),
        kind="handover-sent",
        adapter=Adapter.MAIL,
        unit="gone",
        payload={},
        created_at=clock.now(),
        turn=1,
    )
    with post.app.app_context(), pytest.raises(delivery.Undelivered, match="no-address"):
        delivery._address(gone)


def test_pauses_grow_to_an_hour_and_differ() -> None:
    pauses = [pause_after(turn) for turn in (1, 4, 40)]
    assert timedelta(seconds=10) <= pauses[0] <= timedelta(seconds=15)
    assert timedelta(seconds=80) <= pauses[1] <= timedelta(seconds=120)
    assert timedelta(hours=1) <= pauses[2] <= timedelta(hours=1, minutes=30)
    assert len({pause_after(5) for _ in range(20)}) > 1
