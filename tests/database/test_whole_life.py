"""A request's whole life, in any order: whatever people and clocks do to it, nothing that was said is lost, everything
that happens is written down, it has one owner at most, and what was erased nobody reads."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from portal.desk import (
    handover,
    handover_clocks,
    legal_holds,
    links,
    protection,
    quarantine,
    ranking,
    reports,
    retention,
    staff_drafts,
    takeover,
    threats,
    two_handlers,
    work,
)
from portal.desk.accounts import find_staff
from portal.desk.errors import DomainError
from portal.desk.escalation import escalate
from portal.desk.filing import file_request
from portal.desk.follow_up import open_with_code, person_writes, read_conversation
from portal.desk.handover_package import Chosen, Ground, usual_keys
from portal.desk.handover_views import handovers_of
from portal.desk.report_clocks import LegalClock
from portal.desk.request_errors import SecondNeeded
from portal.desk.request_page import load_request
from portal.desk.rulesets import publish
from portal.records.database import Database
from portal.records.event import Event
from portal.records.handover import ConsentHow, Handover, HandoverState, ReturnReason
from portal.records.help_request import AWAITING_STAFF, HelpRequest, State
from portal.records.legal_hold import LegalHold
from portal.records.message import Author, Message
from portal.records.quarantine import Quarantine
from portal.records.sealing import ContentKeys
from portal.records.staff_account import CONTACT_CENTRE, StaffAccount
from portal.records.staff_draft import DraftKind, StaffDraft
from portal.records.takeover import Holder, Takeover
from portal.records.threat import SecondPress
from portal.triage.facts import from_codes
from tests.database.conftest import NOW
from tests.database.test_escalation import CONTENT, RULES

AUDIT_KEY, CODE_KEY = b"a" * 32, b"c" * 32
UNIT = "victim-support"
STAFF = {"one": CONTACT_CENTRE, "two": CONTACT_CENTRE, "receiver": UNIT}
VALID = timedelta(days=90)

somebody = st.sampled_from(["holder", "one", "two", "receiver"])


class Life(RuleBasedStateMachine):
    """Everything in one transaction that is rolled back; each step in a savepoint, as each page has its transaction."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.session = database.open_session()
        self.keys = ContentKeys(base64.b64encode(b"k" * 32).decode())
        self.now = NOW
        self.said: dict[str, str] = {}  # what the person was told is kept, and who said it
        self.number = 0
        self.staff = {name: self._hire(name, unit) for name, unit in STAFF.items()}
        publish(self.session, content=CONTENT, by="test", now=NOW)
        self.mine, self.other = self._file(), self._file()
        self.before = self._standing()

    def teardown(self) -> None:
        self.session.close()

    def _hire(self, name: str, unit: str) -> UUID:
        account = StaffAccount(
            username=name, display_role="Kollega", roles=["agent"], units=[unit], password="-", created_at=NOW
        )
        self.session.add(account)
        self.session.flush()
        return account.id

    def _file(self) -> Any:
        self.number += 1
        words = f"words {self.number}"
        filed = file_request(
            self.session,
            keys=self.keys,
            code_key=CODE_KEY,
            ruleset=RULES,
            facts=from_codes({"topics": ["money.debt"]}),
            words=words,
            language="sv",
            channel="chat",
            now=self.now,
        )
        self.said.setdefault(words, Author.PERSON)
        return filed

    def _do(self, verb: Callable[..., Any], **details: Any) -> bool:
        """Whether it was done; what stands in the way leaves everything as it was."""
        try:
            with self.session.begin_nested():
                verb(self.session, **details)
        except DomainError:
            self.session.expire_all()
            return False
        self.session.expire_all()
        return True

    def _press(self, verb: Callable[..., Any], who: str, **details: Any) -> bool:
        staff_id = self.staff.get(who) or self.request.claimed_by or self.staff["one"]
        whose = {"request_id": self.mine.request_id, "staff_id": staff_id, "now": self.now}
        try:
            with self.session.begin_nested():
                verb(self.session, **whose, **details)
        except SecondNeeded as error:
            asked = {**whose, "act": error.act, "body": error.body, "alone_after": timedelta(minutes=10)}
            code = str(details.get("reason") or details.get("unit") or "")
            return self._do(two_handlers.ask_second, keys=self.keys, code=code, **asked) and False
        except DomainError:
            return False
        finally:
            self.session.expire_all()
        return True

    @property
    def request(self) -> HelpRequest:
        return self.session.get_one(HelpRequest, self.mine.request_id)

    def _work(self, verb: Callable[..., Any], who: str, **details: Any) -> bool:
        """As `_press`, by somebody who takes the request first where that is possible."""
        if who != "holder":
            self._press(work.claim, who)
        return self._press(verb, who, **details)

    # What staff do

    @rule(who=somebody, verb=st.sampled_from([work.claim, takeover.step_in, work.release, takeover.give_back]))
    def take_or_let_go(self, who: str, verb: Any) -> None:
        self._press(verb, who)

    @rule(who=somebody)
    def answer(self, who: str) -> None:
        self.number += 1
        body = f"answer {self.number}"
        if self._work(work.answer, who, keys=self.keys, body=body, language="sv"):
            self.said[body] = Author.STAFF

    @rule(who=somebody)
    def write_inside(self, who: str) -> None:
        self._press(work.add_note, who, keys=self.keys, body="a note")
        self._press(staff_drafts.save_draft, who, keys=self.keys, kind=DraftKind.ANSWER, body="a draft")

    @rule(who=somebody, reason=st.sampled_from(["answered", "duplicate"]))
    def close(self, who: str, reason: str) -> None:
        self._work(work.close, who, reason=reason, code_valid=VALID)

    @precondition(lambda self: self.request.state == State.CLOSED or self.number % 4 == 0)
    @rule(who=somebody)
    def reopen(self, who: str) -> None:
        self._press(work.reopen, who, ruleset=RULES)

    @rule(who=somebody)
    def put_aside(self, who: str) -> None:
        self._work(quarantine.put_aside, who, reason="gibberish", due_at=self.now + timedelta(hours=8))

    @precondition(lambda self: self.request.state == State.QUARANTINE or self.number % 4 == 0)
    @rule(who=somebody, misuse=st.booleans())
    def judge(self, who: str, misuse: bool) -> None:
        if misuse:
            self._press(quarantine.close_as_misuse, who, code_valid=VALID)
        else:
            self._press(quarantine.take_back, who)

    @rule(who=somebody, to=st.sampled_from(list(STAFF)))
    def give_to(self, who: str, to: str) -> None:
        self._press(ranking.give_to, who, to=find_staff(self.session, staff_id=self.staff[to]))

    @rule(who=somebody, priority=st.integers(1, 5), on=st.booleans(), which=st.sampled_from(LegalClock))
    def judge_how_urgent(self, who: str, priority: int, on: bool, which: LegalClock) -> None:
        self._press(ranking.rank, who, ruleset=RULES, priority=priority)
        self._press(protection.protect if on else protection.unprotect, who)
        due = self.now + timedelta(days=1)
        self._work(reports.treat_as_report, who, keys=self.keys, keep_from_guardian=on, feedback_due=due)
        self._press(reports.assess, who, which=which)

    @rule(who=somebody, verb=st.sampled_from([links.link_duplicate, links.mark_other_party, links.unlink]))
    def link(self, who: str, verb: Any) -> None:
        self._press(verb, who, other_id=self.other.request_id)

    @rule(who=somebody, on=st.booleans())
    def hold(self, who: str, on: bool) -> None:
        if on:
            self._press(legal_holds.place_hold, who, reason="court")
        else:
            self._press(legal_holds.end_holds, who)

    @rule(who=somebody, ends=st.booleans())
    def threat(self, who: str, ends: bool) -> None:
        if ends:
            self._press(threats.end, who)
            return
        days = timedelta(days=30)
        self._press(threats.raise_alarm, who, key=AUDIT_KEY, longest=days, aftercare_due=self.now + days)
        until = {"expires_at": self.now + timedelta(days=2), "longest": days}
        self._press(threats.write_down, who, keys=self.keys, body="what happened", **until)

    @precondition(lambda self: self._open_presses())
    @rule(who=somebody)
    def press_as_second(self, who: str) -> None:
        for press in self._open_presses():
            self._press(two_handlers.press_second, who, key=AUDIT_KEY, press_id=press)

    def _open_presses(self) -> list[UUID]:
        return list(self.session.scalars(select(SecondPress.id).where(SecondPress.used_at.is_(None))))

    # Handing over

    @rule(who=somebody, may_move=st.booleans(), consent=st.booleans())
    def hand_over(self, who: str, may_move: bool, consent: bool) -> None:
        if who != "holder":
            self._press(work.claim, who)
        if self.request.erased_at is not None:
            return
        page = load_request(self.session, keys=self.keys, request_id=self.mine.request_id)
        ground = Ground(code="consent", consent_how=ConsentHow.BY_PHONE) if consent else Ground(code="law", reason="r")
        self._press(
            handover.send,
            who,
            keys=self.keys,
            audit_key=AUDIT_KEY,
            unit=UNIT,
            ground=ground,
            chosen=Chosen(keep=frozenset(usual_keys(page)), may_move=may_move),
            seen=takeover.glance(self.session, request_id=self.mine.request_id, now=self.now)[0],
            due_at=self.now + timedelta(days=1),
            adapters=(),
        )

    @precondition(lambda self: self._handovers())
    @rule(how=st.sampled_from(["accept", "accept", "work here", "give back", "withdraw"]))
    def settle(self, how: str) -> None:
        if how == "withdraw":
            self._press(handover.withdraw, "one", keys=self.keys, audit_key=AUDIT_KEY, ruleset=RULES)
            return
        verb, details = {
            "accept": (handover.accept, {"code_valid": VALID, "confirm_within": timedelta(days=3)}),
            "work here": (handover.accept_and_work_here, {"ruleset": RULES}),
            "give back": (handover.give_back, {"reason": ReturnReason.OTHER, "words": "no", "ruleset": RULES}),
        }[how]
        for row in self._handovers():
            self._do(verb, handover_id=row.id, keys=self.keys, **self._receiving(), **details)

    @precondition(lambda self: self._handovers())
    @rule()
    def confirm(self) -> None:
        for row in self._handovers():
            if self._do(handover.confirm, handover_id=row.id, **self._receiving()):
                assert (row.package is None) != self._is_held()

    def _receiving(self) -> dict[str, Any]:
        return {"audit_key": AUDIT_KEY, "staff_id": self.staff["receiver"], "now": self.now}

    # What the person does

    @rule(signals=st.sampled_from([[], [], ["violence-now"]]))
    def write(self, signals: list[str]) -> None:
        self.number += 1
        body = f"words {self.number}"
        details = {"keys": self.keys, "request_id": self.mine.request_id, "body": body, "language": "sv"}
        if self._do(person_writes, **details, now=self.now, signals=signals, ruleset=RULES):
            self.said[body] = Author.PERSON

    @rule()
    def read(self) -> None:
        with suppress(DomainError):
            open_with_code(self.session, code=self.mine.code, code_key=CODE_KEY, now=self.now)
            read_conversation(self.session, keys=self.keys, request_id=self.mine.request_id, now=self.now)
            self.session.expire_all()

    @rule(human=st.booleans())
    def talk(self, human: bool) -> None:
        ids = {"request_id": self.mine.request_id, "now": self.now}
        if human:
            self._do(takeover.ask_for_human, keys=self.keys, **ids, ruleset=RULES)
        else:
            self._do(takeover.go_back_to_bot, **ids)

    # What time does

    @rule(step=st.sampled_from([timedelta(minutes=20), timedelta(days=1), timedelta(days=100)]))
    def time_passes(self, step: timedelta) -> None:
        """The worker's turns come with it."""
        self.now += step
        escalate(self.session, ruleset=RULES, now=self.now)
        handover_clocks.escalate_overdue(self.session, now=self.now)
        quarantine.escalate_overdue(self.session, now=self.now)
        kept = self.request.erased_at is None and (
            self._is_held() or self._is_unread() or self._waits_for_unit() or self.request.state != State.CLOSED
        )
        retention.erase_expired(self.session, now=self.now)
        retention.tell_of_unread(self.session, now=self.now, after=timedelta(days=14))
        self.session.expire_all()
        assert not (kept and self.request.erased_at is not None)

    @precondition(lambda self: self.request.unread_told_at is not None)
    @rule()
    def let_it_be_erased_unread(self) -> None:
        ids = {"request_id": self.mine.request_id, "staff_id": self.staff["one"]}
        self._do(retention.allow_unread_erasure, **ids)

    # What always holds

    def _is_held(self) -> bool:
        query = select(LegalHold).where(LegalHold.request_id == self.mine.request_id, LegalHold.ended_at.is_(None))
        return self.session.scalar(query) is not None

    def _is_unread(self) -> bool:
        unread = (Message.author == Author.STAFF, Message.read_by_person_at.is_(None))
        query = select(Message.number).where(Message.request_id == self.mine.request_id, *unread).limit(1)
        return self.request.erase_unread_by is None and self.session.scalar(query) is not None

    def _waits_for_unit(self) -> bool:
        return any(row.state == HandoverState.SENT for row in self._handovers())

    def _handovers(self) -> list[Handover]:
        return list(self.session.scalars(select(Handover).where(Handover.request_id == self.mine.request_id)))

    def _standing(self) -> tuple[Any, int]:
        request = self.request
        stands = (request.state, request.unit, request.protected, request.priority, request.party, request.claimed_by)
        happened = self.session.scalar(select(func.count()).where(Event.request_id == request.id)) or 0
        return (*stands, request.erased_at), happened

    @invariant()
    def every_change_is_written_down(self) -> None:
        before, self.before = self.before, self._standing()
        assert before[0] == self.before[0] or before[1] < self.before[1], (before, self.before)

    @invariant()
    def it_stands_in_one_way(self) -> None:
        request = self.request
        aside = self.session.scalar(
            select(func.count()).where(Quarantine.request_id == request.id, Quarantine.outcome.is_(None))
        )
        assert (request.state == State.QUARANTINE) == (aside == 1), (request.state, aside)
        assert (request.state == State.CLOSED) == (request.closed_at is not None) == (request.erase_after is not None)
        assert (request.claimed_by is None) == (request.claimed_at is None) == (request.touched_at is None)
        if request.state in (State.CLOSED, State.QUARANTINE, State.NEW):
            assert request.claimed_by is None, request.state
        if request.state == State.CLAIMED:
            assert request.claimed_by is not None
        if request.state == State.WAITING_UNIT:
            assert self._waits_for_unit()

    @invariant()
    def the_owner_of_a_talk_holds_its_request(self) -> None:
        row, request = self.session.get(Takeover, self.mine.request_id), self.request
        if row is not None and row.holder == Holder.STAFF:
            assert row.staff_id == request.claimed_by
        if request.state == State.CLOSED:
            assert row is None or row.holder == Holder.BOT

    @invariant()
    def somebody_is_told_when_nobody_acts(self) -> None:
        request = self.request
        if request.state in AWAITING_STAFF and request.acted_at is None:
            assert request.escalate_at is not None or request.escalated_to is not None

    @invariant()
    def nothing_that_was_said_is_lost(self) -> None:
        request = self.request
        page = load_request(self.session, keys=self.keys, request_id=request.id)  # opens everything
        handovers_of(self.session, keys=self.keys, request_id=request.id)
        if request.erased_at is not None:
            assert {message.body for message in page.messages} <= {None}
            assert page.contact is None
            return
        key = self.keys.open_data_key(request.wrapped_key, request.id)
        threats.counting_threat(self.session, key=key, request_id=request.id, now=self.now)
        two_handlers.waiting_presses(self.session, key=key, request_id=request.id, now=self.now)
        for staff_id in self.session.scalars(select(StaffDraft.staff_id)).all():
            staff_drafts.read_drafts(self.session, keys=self.keys, request_id=request.id, staff_id=staff_id)
        kept = {message.body for message in page.messages}
        taken = "".join(handover.open_package(self.keys, row) for row in self._handovers() if row.package is not None)
        arrived = any(row.confirmed_at is not None for row in self._handovers())
        for words, author in self.said.items():
            if words == "words 2":
                continue  # the other request's
            assert words in kept or (author == Author.PERSON and (f'"{words}"' in taken or arrived)), words


def test_whatever_happens_in_whatever_order_the_promises_hold(sqlite_template: Path, tmp_path: Path) -> None:
    """On SQLite alone: what two do at once is tested elsewhere, and the order of things is the same everywhere."""
    shutil.copy(sqlite_template, tmp_path / "portal.db")
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    few = settings(
        max_examples=int(os.environ.get("LIVES", "12")),
        stateful_step_count=int(os.environ.get("STEPS", "30")),
        derandomize="LIVES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Life(database), settings=few)
    database.close()
