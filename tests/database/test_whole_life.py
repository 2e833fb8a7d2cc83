"""A request's whole life, in any order: whatever people and clocks do to it, nothing that was said is lost, everything
that happens is written down, it has one owner at most, and what was erased nobody reads."""

from __future__ import annotations

import base64
import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

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
from portal.records.help_request import AWAITING_STAFF, HelpRequest, Priority, State
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


class Life:
    """Everything in one transaction that is rolled back; each step in a savepoint, as each page has its transaction."""

    def __init__(self, database: Database, seed: int) -> None:
        self.chance = random.Random(seed)
        self.session = database.open_session()
        self.keys = ContentKeys(base64.b64encode(b"k" * 32).decode())
        self.now = NOW
        self.said: dict[str, str] = {}  # what the person was told is kept, and who said it
        self.lived: list[str] = []  # what was done, for whoever looks for the reason of a failure
        self.number = 0
        self.staff = {name: self._hire(name, unit) for name, unit in STAFF.items()}
        publish(self.session, content=CONTENT, by="test", now=NOW)
        self.mine, self.other = self._file(), self._file()
        self.before = self._standing()

    def live(self, steps: int) -> None:
        for _ in range(steps):
            self.any_of(*self.everything_that_happens())()
            self.every_change_is_written_down()
            self.it_stands_in_one_way()
            self.the_owner_of_a_talk_holds_its_request()
            self.somebody_is_told_when_nobody_acts()
            self.nothing_that_was_said_is_lost()

    def everything_that_happens(self) -> list[Callable[[], None]]:
        happens = [
            self.take_or_let_go,
            self.answer,
            self.write_inside,
            self.close,
            self.put_aside,
            self.give_to,
            self.judge_how_urgent,
            self.link,
            self.hold,
            self.threat,
            self.hand_over,
            self.write,
            self.read,
            self.talk,
            self.time_passes,
        ]
        # What is seldom possible is tried seldom when it is not.
        when = {
            self.reopen: self.request.state == State.CLOSED,
            self.judge: self.request.state == State.QUARANTINE,
            self.press_as_second: bool(self._open_presses()),
            self.settle: self._waits_for_unit(),
            self.confirm: bool(self._handovers()),
            self.let_it_be_erased_unread: self.request.unread_told_at is not None,
        }
        return happens + [act for act, possible in when.items() if possible or self.chance.random() < 0.1]

    def any_of(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    def somebody(self) -> str:
        return str(self.any_of("holder", *STAFF))

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
        self.lived.append(verb.__name__)
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
        self.lived.append(f"{verb.__name__} by {who}")
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

    def take_or_let_go(self) -> None:
        who, verb = self.somebody(), self.any_of(work.claim, takeover.step_in, work.release, takeover.give_back)
        self._press(verb, who)

    def answer(self) -> None:
        who = self.somebody()
        self.number += 1
        body = f"answer {self.number}"
        if self._work(work.answer, who, keys=self.keys, body=body, language="sv"):
            self.said[body] = Author.STAFF

    def write_inside(self) -> None:
        who = self.somebody()
        self._press(work.add_note, who, keys=self.keys, body="a note")
        self._press(staff_drafts.save_draft, who, keys=self.keys, kind=DraftKind.ANSWER, body="a draft")

    def close(self) -> None:
        who, reason = self.somebody(), self.any_of("answered", "duplicate")
        self._work(work.close, who, reason=reason, code_valid=VALID)

    def reopen(self) -> None:
        who = self.somebody()
        self._press(work.reopen, who, ruleset=RULES)

    def put_aside(self) -> None:
        who = self.somebody()
        self._work(quarantine.put_aside, who, reason="gibberish", due_at=self.now + timedelta(hours=8))

    def judge(self) -> None:
        who, misuse = self.somebody(), self.any_of(True, False)
        if misuse:
            self._press(quarantine.close_as_misuse, who, code_valid=VALID)
        else:
            self._press(quarantine.take_back, who)

    def give_to(self) -> None:
        who, to = self.somebody(), self.any_of(*STAFF)
        self._press(ranking.give_to, who, to=find_staff(self.session, staff_id=self.staff[to]))

    def judge_how_urgent(self) -> None:
        who, priority, on = self.somebody(), self.any_of(*Priority), self.any_of(True, False)
        which = self.any_of(*LegalClock)
        self._press(ranking.rank, who, ruleset=RULES, priority=priority)
        self._press(protection.protect if on else protection.unprotect, who)
        due = self.now + timedelta(days=1)
        self._work(reports.treat_as_report, who, keys=self.keys, keep_from_guardian=on, feedback_due=due)
        self._press(reports.assess, who, which=which)

    def link(self) -> None:
        who, verb = self.somebody(), self.any_of(links.link_duplicate, links.mark_other_party, links.unlink)
        self._press(verb, who, other_id=self.other.request_id)

    def hold(self) -> None:
        who, on = self.somebody(), self.any_of(True, False)
        if on:
            self._press(legal_holds.place_hold, who, reason="court")
        else:
            self._press(legal_holds.end_holds, who)

    def threat(self) -> None:
        who, ends = self.somebody(), self.any_of(True, False)
        if ends:
            self._press(threats.end, who)
            return
        days = timedelta(days=30)
        self._press(threats.raise_alarm, who, key=AUDIT_KEY, longest=days, aftercare_due=self.now + days)
        until = {"expires_at": self.now + timedelta(days=2), "longest": days}
        self._press(threats.write_down, who, keys=self.keys, body="what happened", **until)

    def press_as_second(self) -> None:
        who = self.somebody()
        for press in self._open_presses():
            self._press(two_handlers.press_second, who, key=AUDIT_KEY, press_id=press)

    def _open_presses(self) -> list[UUID]:
        return list(self.session.scalars(select(SecondPress.id).where(SecondPress.used_at.is_(None))))

    # Handing over

    def hand_over(self) -> None:
        who, may_move, consent = self.somebody(), self.any_of(True, False), self.any_of(True, False)
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

    def settle(self) -> None:
        how = self.any_of("accept", "accept", "work here", "give back", "withdraw")
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

    def confirm(self) -> None:
        for row in self._handovers():
            if self._do(handover.confirm, handover_id=row.id, **self._receiving()):
                assert (row.package is None) != self._is_held()

    def _receiving(self) -> dict[str, Any]:
        return {"audit_key": AUDIT_KEY, "staff_id": self.staff["receiver"], "now": self.now}

    # What the person does

    def write(self) -> None:
        signals = self.any_of([], [], ["violence-now"])
        self.number += 1
        body = f"words {self.number}"
        details = {"keys": self.keys, "request_id": self.mine.request_id, "body": body, "language": "sv"}
        if self._do(person_writes, **details, now=self.now, signals=signals, ruleset=RULES):
            self.said[body] = Author.PERSON

    def read(self) -> None:
        with suppress(DomainError):
            open_with_code(self.session, code=self.mine.code, code_key=CODE_KEY, now=self.now)
            read_conversation(self.session, keys=self.keys, request_id=self.mine.request_id, now=self.now)
            self.session.expire_all()

    def talk(self) -> None:
        human = self.any_of(True, False)
        ids = {"request_id": self.mine.request_id, "now": self.now}
        if human:
            self._do(takeover.ask_for_human, keys=self.keys, **ids, ruleset=RULES)
        else:
            self._do(takeover.go_back_to_bot, **ids)

    # What time does

    def time_passes(self) -> None:
        """The worker's turns come with it."""
        step = self.any_of(timedelta(minutes=20), timedelta(days=1), timedelta(days=100))
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

    def every_change_is_written_down(self) -> None:
        before, self.before = self.before, self._standing()
        assert before[0] == self.before[0] or before[1] < self.before[1], (before, self.before)

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

    def the_owner_of_a_talk_holds_its_request(self) -> None:
        row, request = self.session.get(Takeover, self.mine.request_id), self.request
        if row is not None and row.holder == Holder.STAFF:
            assert row.staff_id == request.claimed_by
        if request.state == State.CLOSED:
            assert row is None or row.holder == Holder.BOT

    def somebody_is_told_when_nobody_acts(self) -> None:
        request = self.request
        if request.state in AWAITING_STAFF and request.acted_at is None:
            assert request.escalate_at is not None or request.escalated_to is not None

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
    first, lives = int(os.environ.get("FIRST_LIFE", "0")), int(os.environ.get("LIVES", "3"))
    for seed in range(first, first + lives):
        life = Life(database, seed)
        try:
            life.live(60)
        except AssertionError as broken:
            broken.add_note(f"life {seed}: {life.lived}")
            raise
        finally:
            life.session.close()
    database.close()
