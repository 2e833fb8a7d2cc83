"""Handing a request over: what leaves, who wins, what stays."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.desk import handover, legal_holds, quarantine, report_clocks, threats, two_handlers, work
from portal.desk.audit import verify
from portal.desk.contact import Contact, ContactChannel
from portal.desk.errors import ContentErased
from portal.desk.follow_up import open_with_code, person_writes, read_conversation
from portal.desk.handover_clocks import escalate_overdue
from portal.desk.handover_errors import (
    HandoverOpen,
    HandoverSettled,
    MayNotMove,
    NotConfirmable,
    NothingToSend,
    RequestChanged,
)
from portal.desk.handover_package import (
    Chosen,
    Ground,
    hash_of,
    offered_messages,
    offered_notes,
    open_package,
    usual_keys,
)
from portal.desk.request_errors import SecondNeeded
from portal.desk.request_page import load_request
from portal.desk.retention import erase_expired
from portal.desk.staff_drafts import read_drafts, save_draft
from portal.desk.takeover import glance
from portal.desk.translations import add_translation
from portal.records.base import Base
from portal.records.event import Event
from portal.records.handover import ConsentHow, Handover, ReturnReason
from portal.records.help_request import HelpRequest, State
from portal.records.outbox import Adapter, OutboxItem
from portal.records.staff_draft import DraftKind
from portal.records.threat import PairedAct, SecondPress

AUDIT_KEY = b"a" * 32
DUE = timedelta(hours=20)
UNIT = "victim-support"
WORDS = "Han hotar mig.\nHan heter Anton och bor i trean.\nJag behöver hjälp."
CONTACT = Contact(name="Mira", channel=ContactChannel.PHONE, address="0701740605", never_contact="Anton")


class Desk:
    """A claimed request with words, a note and a contact; and what staff and a unit do with it."""

    def __init__(self, database, keys, code_key, submit, hire, now):
        self.database, self.keys, self.code_key, self.now = database, keys, code_key, now
        with database.session() as session:
            self.sender, self.receiver = hire(session, "sender").id, hire(session, "receiver").id
            filed = submit(session, words=WORDS, contact=CONTACT)
            self.request_id, self.code = filed.request_id, filed.code
            ids = {"request_id": self.request_id, "staff_id": self.sender, "now": now}
            work.claim(session, **ids)
            work.add_note(session, keys=keys, **ids, body="Hon viskade.\nMannen var hemma.")

    def page(self, session):
        return load_request(session, keys=self.keys, request_id=self.request_id)

    def send(self, session, *, strike=(), notes=False, **changes):
        page = self.page(session)
        keep = usual_keys(page) - set(strike)
        if notes:
            keep |= {piece.key for note in offered_notes(page) for piece in note.pieces}
        details = {
            "ground": Ground(code="consent", consent_how=ConsentHow.BY_PHONE),
            "chosen": Chosen(keep=frozenset(keep)),
            "seen": glance(session, request_id=self.request_id, now=self.now)[0],
            "unit": UNIT,
            "due_at": self.now + DUE,
            "adapters": [Adapter.MAIL],
            "staff_id": self.sender,
        }
        return handover.send(
            session,
            keys=self.keys,
            audit_key=AUDIT_KEY,
            request_id=self.request_id,
            now=self.now,
            **(details | changes),
        )

    def sent(self, **changes):
        with self.database.session() as session:
            return self.send(session, **changes)

    def accept(self, session, handover_id):
        return handover.accept(
            session,
            keys=self.keys,
            handover_id=handover_id,
            code_valid=timedelta(days=90),
            confirm_within=timedelta(days=3),
            **self.receiving,
        )

    def give_back(self, session, handover_id):
        return handover.give_back(
            session,
            keys=self.keys,
            handover_id=handover_id,
            reason=ReturnReason.WRONG_UNIT,
            words="Ring familjerätten om barnet.",
            **self.receiving,
        )

    def withdraw(self, session):
        return handover.withdraw(
            session,
            keys=self.keys,
            audit_key=AUDIT_KEY,
            request_id=self.request_id,
            staff_id=self.sender,
            now=self.now,
        )

    @property
    def receiving(self):
        return {"audit_key": AUDIT_KEY, "staff_id": self.receiver, "now": self.now}

    def events(self, session):
        return list(
            session.scalars(select(Event.kind).where(Event.request_id == self.request_id).order_by(Event.number))
        )


@pytest.fixture
def desk(database, keys, code_key, submit, hire, now):
    return Desk(database, keys, code_key, submit, hire, now)


def test_the_unit_gets_what_was_left_in_and_the_notice_says_nothing_of_it(desk, session):
    page = desk.page(session)
    named = offered_messages(page)[0].pieces[1]
    session.rollback()
    handover_id = desk.sent(strike={named.key})
    with desk.database.session() as session:
        text = handover.fetch(session, keys=desk.keys, handover_id=handover_id, **desk.receiving)
        row = session.get(Handover, handover_id)
        package = json.loads(text)
        assert package["messages"][0]["text"] == "Han hotar mig.\n[…]\nJag behöver hjälp."
        assert package["contact"]["never_contact"] == "Anton"
        assert package["notes"] == []
        assert "viskade" not in text
        assert row.package_hash == hash_of(text)
        assert row.ground == "consent"
        request = session.get(HelpRequest, desk.request_id)
        assert (request.state, request.claimed_by) == (State.WAITING_UNIT, None)
        told = session.scalars(select(OutboxItem)).one()
        assert told.payload["handover"] == str(handover_id)
        assert not {"Anton", "Mira", "hotar"} & set(json.dumps(told.payload).split())
        assert verify(session, key=AUDIT_KEY).broken_at is None


def test_without_reach_name_and_number_stay_but_the_rules_of_safe_contact_go_along(desk, session):
    keep = frozenset(usual_keys(desk.page(session)))
    handover_id = desk.send(session, chosen=Chosen(keep=keep, reach=False))
    package = handover.open_package(desk.keys, session.get(Handover, handover_id))
    assert "Mira" not in package
    assert "0701740605" not in package
    assert json.loads(package)["contact"]["never_contact"] == "Anton"


def test_what_cannot_be_sent_is_refused(desk, session, keys, now):
    with pytest.raises(NothingToSend):
        desk.send(session, chosen=Chosen())
    with pytest.raises(work.NotClaimed):
        desk.send(session, staff_id=desk.receiver)
    seen = glance(session, request_id=desk.request_id, now=now)[0]
    person_writes(session, keys=keys, request_id=desk.request_id, body="En sak till.", language="sv", now=now)
    with pytest.raises(RequestChanged):
        desk.send(session, seen=seen)
    desk.send(session)
    work.claim(session, request_id=desk.request_id, staff_id=desk.sender, now=now)
    with pytest.raises(HandoverOpen):
        desk.send(session)


def test_of_accept_return_and_withdraw_at_once_exactly_one_wins(desk, url):
    from portal.records.database import Database

    handover_id = desk.sent()
    patient = Database(url, busy_timeout=10)
    desk.database = patient
    start, outcomes = threading.Barrier(6), []

    def run(verb, *arguments):
        start.wait()
        try:
            with patient.session() as session:
                verb(session, *arguments)
                outcomes.append(verb.__name__)
        except HandoverSettled:
            outcomes.append("too late")

    verbs = [(desk.accept, handover_id), (desk.give_back, handover_id), (desk.withdraw,)] * 2
    threads = [threading.Thread(target=run, args=verb) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 6
    assert outcomes.count("too late") == 5, outcomes
    with patient.session(writes=False) as session:
        settled = {"handover-accepted", "handover-returned", "handover-withdrawn"}
        assert len(settled.intersection(desk.events(session))) == 1
    patient.close()


def test_after_yes_the_old_key_opens_nothing_and_the_person_still_reads_the_answer(desk, session, keys, now):
    work.answer(
        session, keys=keys, request_id=desk.request_id, staff_id=desk.sender, body="Kom i dag.", language="sv", now=now
    )
    handover_id = desk.send(session, ground=Ground(code="harm-test", reason="Ingen lider men."))
    before = session.get(HelpRequest, desk.request_id).wrapped_key
    row = desk.accept(session, handover_id)
    page = desk.page(session)
    assert session.get(HelpRequest, desk.request_id).wrapped_key != before
    assert (page.state, page.close_reason) == (State.CLOSED, "handed-over")
    assert (len(page.messages), page.messages[0].body) == (2, "Kom i dag.")
    assert page.messages[1].notice.notice == "unit-will-reach-you"
    assert (page.notes, page.contact) == ((), None)
    assert {"handover-accepted", "thinned", "closed"} <= set(desk.events(session))
    opened = open_with_code(session, code=desk.code, code_key=desk.code_key, now=now)
    talk = read_conversation(session, keys=keys, request_id=opened.request_id, now=now)
    assert talk.messages[0].body == "Kom i dag."
    reason = keys.open_data_key(session.get(HelpRequest, desk.request_id).wrapped_key, desk.request_id)
    assert reason.open(row.reason, row.reason_field) == "Ingen lider men."
    # The unit still fetches the package; once it says that it has it, nobody can.
    assert "Han hotar mig." in handover.fetch(session, keys=keys, handover_id=handover_id, **desk.receiving)
    handover.confirm(session, handover_id=handover_id, **desk.receiving)
    with pytest.raises(ContentErased):
        handover.fetch(session, keys=keys, handover_id=handover_id, **desk.receiving)
    with pytest.raises(NotConfirmable):
        handover.confirm(session, handover_id=handover_id, **desk.receiving)
    assert (row.package, row.wrapped_key) == (None, None)
    assert row.package_hash  # the receipt


def test_what_the_person_writes_while_the_unit_thinks_is_kept_and_stays_with_the_contact_centre(
    desk, session, keys, now
):
    handover_id = desk.send(session)
    person_writes(
        session,
        keys=keys,
        request_id=desk.request_id,
        body="Han är här nu.",
        language="sv",
        now=now,
        signals=["violence-now"],
    )
    assert desk.page(session).state == State.IN_DIALOGUE
    desk.accept(session, handover_id)
    page = desk.page(session)
    assert page.state == State.IN_DIALOGUE
    assert [message.body for message in page.messages if message.notice is None] == ["Han är här nu."]


def test_what_comes_back_waits_since_it_first_did_with_the_reason_and_without_a_package(desk, session, keys):
    waiting_since = desk.page(session).waiting_since
    handover_id = desk.send(session)
    row = desk.give_back(session, handover_id)
    page = desk.page(session)
    assert (page.state, page.waiting_since, page.claimed_by) == (State.NEW, waiting_since, None)
    assert row.return_code == "wrong-unit"
    key = keys.open_data_key(session.get(HelpRequest, desk.request_id).wrapped_key, desk.request_id)
    assert key.open(row.return_text, row.return_field) == "Ring familjerätten om barnet."
    assert row.package is None
    assert page.words == WORDS


def test_what_comes_back_to_a_colleague_who_works_on_it_is_theirs(desk, session, keys, now):
    handover_id = desk.send(session)
    ids = {"request_id": desk.request_id, "staff_id": desk.sender, "now": now}
    work.claim(session, **ids)
    work.answer(session, keys=keys, **ids, body="Vi har frågat dem.", language="sv")
    desk.give_back(session, handover_id)
    request = session.get(HelpRequest, desk.request_id)
    assert (request.state, request.claimed_by) == (State.CLAIMED, desk.sender)


def test_the_clocks_of_waiting_run_again_for_whoever_was_answered_before(desk, session, keys, now):
    work.answer(
        session,
        keys=keys,
        request_id=desk.request_id,
        staff_id=desk.sender,
        body="Vi frågar dem.",
        language="sv",
        now=now,
    )
    request = session.get(HelpRequest, desk.request_id)
    assert request.escalate_at is None
    handover_id = desk.send(session)
    desk.give_back(session, handover_id)
    assert (request.state, request.escalate_at is not None) == (State.NEW, True)


def test_a_closed_request_that_waits_for_a_unit_is_not_erased_and_comes_back_open(desk, session, now):
    handover_id = desk.send(session)
    work.claim(session, request_id=desk.request_id, staff_id=desk.sender, now=now)
    work.close(
        session,
        request_id=desk.request_id,
        staff_id=desk.sender,
        reason="answered",
        now=now,
        code_valid=timedelta(days=1),
    )
    assert erase_expired(session, now=now + timedelta(days=30)) == []
    desk.give_back(session, handover_id)
    assert desk.page(session).state == State.NEW


def test_taking_the_request_itself_needs_the_senders_leave_and_keeps_everything(desk, session):
    handover_id = desk.send(session)
    with pytest.raises(MayNotMove):
        handover.accept_and_work_here(session, keys=desk.keys, handover_id=handover_id, **desk.receiving)
    session.rollback()
    session.begin()
    keep = frozenset(usual_keys(desk.page(session)))
    handover_id = desk.send(session, chosen=Chosen(keep=keep, may_move=True))
    handover.accept_and_work_here(session, keys=desk.keys, handover_id=handover_id, **desk.receiving)
    page = desk.page(session)
    assert (page.unit, page.state, page.claimed_by) == (UNIT, State.CLAIMED, desk.receiver)
    assert (page.words, len(page.notes)) == (WORDS, 1)
    assert "thinned" not in desk.events(session)


def test_each_overdue_clock_escalates_once_and_nothing_is_erased(desk, session, now):
    handover_id = desk.send(session)
    assert escalate_overdue(session, now=now + DUE - timedelta(seconds=1)) == 0
    assert escalate_overdue(session, now=now + DUE) == 1
    assert escalate_overdue(session, now=now + DUE) == 0
    row = desk.accept(session, handover_id)
    late = row.confirm_due_at + timedelta(days=400)
    assert escalate_overdue(session, now=late) == 1
    assert escalate_overdue(session, now=late) == 0
    assert row.package is not None
    details = session.scalars(select(Event.detail).where(Event.kind == "escalated").order_by(Event.number))
    assert [detail["why"] for detail in details] == ["handover-unanswered", "handover-unconfirmed"]


def threaten(desk, session):
    """Staff were threatened on this request: from now on two handle it."""
    threats.raise_alarm(
        session,
        key=AUDIT_KEY,
        request_id=desk.request_id,
        staff_id=desk.sender,
        now=desk.now,
        longest=timedelta(days=30),
        aftercare_due=desk.now + timedelta(days=1),
    )


def test_after_a_threat_a_colleague_must_agree_to_exactly_what_goes(desk, session, keys, now):
    threaten(desk, session)
    report_clocks.start(session, request_id=desk.request_id, staff_id=desk.sender, at=now)
    with pytest.raises(SecondNeeded) as needed:
        desk.send(session)
    assert "Han hotar mig." in needed.value.body
    ids = {"request_id": desk.request_id, "now": now}
    two_handlers.ask_second(
        session,
        keys=keys,
        staff_id=desk.sender,
        act=needed.value.act,
        alone_after=timedelta(minutes=10),
        code=UNIT,
        body=needed.value.body,
        **ids,
    )
    press = session.scalars(select(SecondPress)).one()
    two_handlers.press_second(session, key=AUDIT_KEY, press_id=press.id, staff_id=desk.receiver, **ids)
    with pytest.raises(SecondNeeded):
        desk.send(session, strike={offered_messages(desk.page(session))[0].pieces[1].key})
    with pytest.raises(SecondNeeded):
        desk.send(session, unit="family-law")
    handover_id = desk.send(session)
    package = json.loads(handover.open_package(keys, session.get(Handover, handover_id)))
    assert package["codes"]["threat"] is True
    assert package["codes"]["report_received_at"] == "2026-03-10T14:00:00Z"


def handover_text(session, keys, handover_id):
    return open_package(keys, session.get(Handover, handover_id))


def test_what_stays_after_thinning_can_still_be_read(desk, session, keys, now):
    ids = {"request_id": desk.request_id, "staff_id": desk.sender, "now": now}
    opening = next(message for message in desk.page(session).messages if message.opening)
    translated = {"keys": keys, **ids, "translator": "interpreter"}
    add_translation(session, **translated, message_id=opening.id, body="Han hotar mig, på svenska.")
    handover_id = desk.send(session)
    assert "Han hotar mig, på svenska." in handover_text(session, keys, handover_id)
    person_writes(session, keys=keys, request_id=desk.request_id, body="Ka waran?", language="so", now=now)
    late = desk.page(session).messages[-1]
    work.claim(session, **ids)
    add_translation(session, **translated, message_id=late.id, body="Hur går det?")
    threaten(desk, session)
    threats.write_down(
        session, keys=keys, **ids, body="Han skrek.", expires_at=now + timedelta(days=2), longest=timedelta(days=30)
    )
    save_draft(session, keys=keys, **ids, kind=DraftKind.ANSWER, body="Hej igen")
    work.add_note(session, keys=keys, **ids | {"now": now + timedelta(hours=1)}, body="Hon har bytt nummer.")
    two_handlers.ask_second(
        session, keys=keys, **ids, act=PairedAct.ANSWER, alone_after=timedelta(minutes=10), body="Ett svar"
    )
    desk.accept(session, handover_id)
    key = keys.open_data_key(session.get(HelpRequest, desk.request_id).wrapped_key, desk.request_id)
    threat = threats.counting_threat(session, key=key, request_id=desk.request_id, now=now)
    (press,) = two_handlers.waiting_presses(session, key=key, request_id=desk.request_id, now=now)
    drafts = read_drafts(session, keys=keys, request_id=desk.request_id, staff_id=desk.sender)
    assert [note.body for note in desk.page(session).notes] == ["Hon har bytt nummer."]
    translations = desk.page(session).translations
    assert [each.body for each in translations[late.id]] == ["Hur går det?"]
    assert opening.id not in translations
    assert "Han skrek." in threat.body
    assert press.body == "Ett svar"
    assert drafts[DraftKind.ANSWER].body == "Hej igen"


def test_thinning_knows_every_column_that_is_sealed_under_a_requests_key():
    """A new one would become unreadable for good when a request is thinned: move or destroy it there too."""
    sealed = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if str(column.type) == "BLOB" and any(key.column.table.name == "help_request" for key in table.foreign_keys)
    }
    package = {"handover.wrapped_key", "handover.package"}  # under a key of their own
    elsewhere = {f"public_question.{name}" for name in ("scrubbed", "draft", "comment")}
    moved = {"message.body", "translation.body", "staff_draft.body", "second_press.body", "threat.body", *elsewhere}
    assert sealed - package == moved | {"note.body", "handover.reason", "handover.return_text"}


def test_a_legal_hold_keeps_what_the_unit_has_until_it_ends(desk, session, now):
    held = {"request_id": desk.request_id, "staff_id": desk.sender, "now": now}
    handover_id = desk.send(session)
    desk.accept(session, handover_id)  # only the package holds the words now
    legal_holds.place_hold(session, **held, reason="court")
    row = handover.confirm(session, handover_id=handover_id, **desk.receiving)
    assert "Anton" in handover.open_package(desk.keys, row)
    with pytest.raises(NotConfirmable):
        handover.confirm(session, handover_id=handover_id, **desk.receiving)
    assert escalate_overdue(session, now=now + timedelta(days=30)) == 0
    with pytest.raises(ContentErased):
        handover.fetch(session, keys=desk.keys, handover_id=handover_id, **desk.receiving)
    legal_holds.end_holds(session, **held)
    with pytest.raises(ContentErased):
        handover.open_package(desk.keys, session.get(Handover, handover_id))


def test_under_a_legal_hold_a_units_yes_thins_nothing(desk, session, now):
    handover_id = desk.send(session)
    legal_holds.place_hold(
        session, request_id=desk.request_id, staff_id=desk.sender, now=now, reason="supervisory-authority"
    )
    desk.accept(session, handover_id)
    page = desk.page(session)
    assert (page.words, page.contact.name, page.notes[0].body) == (WORDS, "Mira", "Hon viskade.\nMannen var hemma.")
    assert page.state == State.CLOSED


def test_what_waits_for_a_unit_is_not_put_aside_as_misuse(desk, session, now):
    """The unit's answer would take it out again, or close it, and whoever judges misuse would find nothing to judge."""
    desk.send(session)
    ids = {"request_id": desk.request_id, "staff_id": desk.sender, "now": now}
    work.claim(session, **ids)
    with pytest.raises(HandoverOpen):
        quarantine.put_aside(session, **ids, reason="gibberish", due_at=now)
