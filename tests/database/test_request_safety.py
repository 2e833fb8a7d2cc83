"""What keeps people safe around one request: two parties, two handlers, quarantine, safe ways, protected identities."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk import (
    links,
    protection,
    quarantine,
    ranking,
    reading,
    safe_contact,
    staff_tasks,
    threats,
    two_handlers,
    work,
)
from portal.desk.accounts import StaffMember, add_staff
from portal.desk.audit import Act, Why, audit_key, note_opened
from portal.desk.contact import Contact, ContactChannel
from portal.desk.errors import NotClaimed, RequestUnknown
from portal.desk.follow_up import person_writes, read_conversation
from portal.desk.reach import find, is_other_side, within_reach
from portal.desk.request_errors import (
    BadExpiry,
    DangerNeverAside,
    LinkNeeded,
    NotLinkable,
    NotSetAside,
    SecondMustBeAnother,
    SecondNeeded,
    SetAside,
    UnsafeContact,
)
from portal.records.audit_entry import AuditEntry
from portal.records.event import Event
from portal.records.help_request import CloseReason, HelpRequest, State
from portal.records.sealing import ContentKeys
from portal.records.threat import PairedAct
from tests.database.conftest import NOW

AUDIT = audit_key("s" * 40)
MONTH = timedelta(days=30)
VALID = timedelta(days=90)


def opened(session: Session, request: Any, member: StaffMember, why: Why | None = None) -> None:
    note_opened(session, key=AUDIT, request_id=request.request_id, staff_id=member.id, at=NOW, why=why)


def kinds(session: Session, request: Any) -> list[str]:
    return list(
        session.scalars(select(Event.kind).where(Event.request_id == request.request_id).order_by(Event.number))
    )


@pytest.fixture
def pair(session: Session, hire: Callable[..., StaffMember]) -> Iterator[tuple[StaffMember, StaffMember]]:
    return hire(session, "one"), hire(session, "two")


@pytest.fixture
def supervisor(session: Session) -> StaffMember:
    return add_staff(
        session, username="boss", display_role="Arbetsledare", roles=["supervisor"], password="p" * 12, now=NOW
    )


def test_nobody_reads_both_parties_and_no_hint_leads_from_one_to_the_other(session, submit, pair) -> None:
    one, two = pair
    hers, his, again = (submit(session) for _ in range(3))
    opened(session, hers, one)
    opened(session, his, one)  # only looked whether it is the other side
    opened(session, his, two)
    links.mark_other_party(session, request_id=hers.request_id, other_id=his.request_id, staff_id=one.id, now=NOW)
    assert {session.get(HelpRequest, each.request_id).party for each in (hers, his)} == {1, 2}
    assert find(session, member=one, reference=hers.reference) == hers.request_id
    assert find(session, member=two, reference=his.reference) == his.request_id
    for member, closed in ((one, his), (two, hers)):
        with pytest.raises(RequestUnknown):
            find(session, member=member, reference=closed.reference)
        assert is_other_side(session, member=member, reference=closed.reference)
        assert not is_other_side(session, member=member, reference=again.reference)
    # What he wrote a second time is his side too.
    links.link_duplicate(session, request_id=his.request_id, other_id=again.request_id, staff_id=two.id, now=NOW)
    with pytest.raises(RequestUnknown):
        find(session, member=one, reference=again.reference)
    everything = HelpRequest.id.is_not(None)
    assert links.maybe_related(session, within=everything, request_id=hers.request_id) == []
    assert [row.reference for row in links.linked(session, within=everything, request_id=his.request_id)] == [
        again.reference
    ]
    with pytest.raises(NotLinkable):
        links.link_duplicate(session, request_id=hers.request_id, other_id=again.request_id, staff_id=one.id, now=NOW)
    links.unmark_parties(session, request_id=hers.request_id, staff_id=two.id, now=NOW)
    assert session.get(HelpRequest, hers.request_id).party is None
    assert find(session, member=one, reference=his.reference) == his.request_id


def test_a_duplicate_is_linked_before_it_is_closed_and_both_stay(session, submit, pair, claimed) -> None:
    one, _ = pair
    far = submit(session, facts={"area": "elsewhere"})
    near = submit(session, now=NOW - timedelta(days=2))
    within = within_reach(one)
    ids = {**claimed.ids, "now": NOW}
    assert [row.reference for row in links.maybe_related(session, within=within, request_id=claimed.request_id)] == [
        near.reference
    ]
    with pytest.raises(LinkNeeded):
        work.close(session, **ids, reason="duplicate", code_valid=VALID)
    links.link_duplicate(session, **ids, other_id=near.request_id)
    for other in (near.request_id, claimed.request_id):
        with pytest.raises(NotLinkable):
            links.link_duplicate(session, **ids, other_id=other)
    work.close(session, **ids, reason="duplicate", code_valid=VALID)
    assert session.get(HelpRequest, near.request_id).state == State.NEW
    assert kinds(session, near)[-1] == "linked"
    assert far.reference not in [
        row.reference for row in links.linked(session, within=within, request_id=near.request_id)
    ]


def test_misuse_is_judged_by_another_human_and_danger_never_waits_there(
    session, submit, pair, claimed, keys: ContentKeys
) -> None:
    one, two = pair
    ids = {**claimed.ids, "now": NOW}
    with pytest.raises(NotSetAside):
        work.close(session, **ids, reason="misuse", code_valid=VALID)
    due = NOW + timedelta(hours=8)
    quarantine.put_aside(session, **ids, reason="gibberish", due_at=due)
    aside = {"request_id": claimed.request_id, "now": NOW}
    with pytest.raises(SetAside):
        work.claim(session, **aside, staff_id=two.id)
    with pytest.raises(SetAside):
        ranking.give_to(session, **aside, to=two, staff_id=one.id)
    with pytest.raises(SecondMustBeAnother):
        quarantine.close_as_misuse(session, **ids, code_valid=VALID)
    assert quarantine.escalate_overdue(session, now=due - timedelta(seconds=1)) == 0
    assert [quarantine.escalate_overdue(session, now=due) for _ in range(2)] == [1, 0]
    # Danger in what the person writes brings it out at once, whatever was thought of it.
    person_writes(session, keys=keys, **aside, body="Han slår mig nu", language="sv", signals=["violence-now"])
    request = session.get(HelpRequest, claimed.request_id)
    assert (request.state, request.urgency) == (State.NEW, "emergency")
    assert quarantine.aside_row(session, request_id=claimed.request_id) is None
    work.claim(session, **ids)
    with pytest.raises(DangerNeverAside):
        quarantine.put_aside(session, **ids, reason="abuse", due_at=due)

    junk = submit(session)
    work.claim(session, request_id=junk.request_id, staff_id=one.id, now=NOW)
    put = {"request_id": junk.request_id, "staff_id": one.id, "now": NOW}
    quarantine.put_aside(session, **put, reason="flood", due_at=due)
    quarantine.take_back(session, **put)
    assert session.get(HelpRequest, junk.request_id).state == State.NEW
    with pytest.raises(NotSetAside):
        quarantine.take_back(session, **put)
    work.claim(session, **put)
    quarantine.put_aside(session, **put, reason="flood", due_at=due)
    quarantine.close_as_misuse(session, request_id=junk.request_id, staff_id=two.id, now=NOW, code_valid=VALID)
    assert session.get(HelpRequest, junk.request_id).close_reason == CloseReason.MISUSE


def test_after_a_threat_nothing_reaches_the_person_without_a_second_member_of_staff(
    session, pair, claimed, keys: ContentKeys
) -> None:
    _one, two = pair
    ids = {**claimed.ids, "now": NOW}
    rank = session.get(HelpRequest, claimed.request_id).priority
    threats.raise_alarm(session, key=AUDIT, **ids, longest=MONTH, aftercare_due=NOW + timedelta(hours=8))
    threats.raise_alarm(session, key=AUDIT, **ids, longest=MONTH, aftercare_due=NOW + timedelta(hours=8))
    (alarm,) = threats.open_alarms(session, now=NOW, practice=False)
    with pytest.raises(SecondMustBeAnother):
        threats.acknowledge(session, threat_id=alarm.id, staff_id=claimed.staff_id, now=NOW)
    threats.acknowledge(session, threat_id=alarm.id, staff_id=two.id, now=NOW)
    assert threats.open_alarms(session, now=NOW, practice=False) == []
    threats.raise_alarm(session, key=AUDIT, **ids, longest=MONTH, aftercare_due=NOW + timedelta(hours=8))
    assert len(threats.open_alarms(session, now=NOW, practice=False)) == 1  # it calls again
    said = {"keys": keys, **ids, "body": "Vi kan ses med en kollega.", "language": "sv"}
    with pytest.raises(SecondNeeded):
        work.answer(session, **said)
    asked = {"keys": keys, **ids, "act": PairedAct.ANSWER, "alone_after": timedelta(minutes=10)}
    two_handlers.ask_second(session, **asked, body=said["body"])
    (press,) = two_handlers.waiting_presses(
        session, key=_key(session, keys, claimed), request_id=claimed.request_id, now=NOW
    )
    assert press.body == said["body"]
    second = {"request_id": claimed.request_id, "press_id": press.id, "now": NOW, "key": AUDIT}
    with pytest.raises(SecondMustBeAnother):
        two_handlers.press_second(session, **second, staff_id=claimed.staff_id)
    two_handlers.press_second(session, **second, staff_id=two.id)
    with pytest.raises(SecondNeeded):
        work.answer(session, **{**said, "body": "Något annat."})
    work.answer(session, **said)
    with pytest.raises(SecondNeeded):  # one press, one answer
        work.answer(session, **said)
    with pytest.raises(SecondNeeded):
        work.close(session, **ids, reason="answered", code_valid=VALID)
    # Nobody came: the person is not left without help.
    two_handlers.ask_second(session, **{**asked, "act": PairedAct.CLOSE}, code="answered")
    later = {**ids, "now": NOW + timedelta(minutes=10)}
    work.close(session, **later, reason="answered", code_valid=VALID)
    assert session.get(HelpRequest, claimed.request_id).priority == rank
    (task,) = staff_tasks.open_tasks(session, within=HelpRequest.id == claimed.request_id)
    assert (task.kind, task.about) == ("aftercare", "Socialsekreterare")


def _key(session: Session, keys: ContentKeys, claimed: Any) -> Any:
    return keys.open_data_key(session.get(HelpRequest, claimed.request_id).wrapped_key, claimed.request_id)


def test_a_note_on_a_threat_ends_by_itself(session, claimed, supervisor, keys: ContentKeys) -> None:
    ids = {**claimed.ids, "now": NOW}
    threats.raise_alarm(session, key=AUDIT, **ids, longest=MONTH, aftercare_due=NOW)
    note = {"keys": keys, **ids, "body": "Skrev: jag vet var ni sitter.", "longest": MONTH}
    for wrong in (NOW, NOW + MONTH + timedelta(seconds=1)):
        with pytest.raises(BadExpiry):
            threats.write_down(session, **note, expires_at=wrong)
    threats.write_down(session, **note, expires_at=NOW + timedelta(days=3))
    threats.write_down(session, **{**note, "body": "Ringde sedan."}, expires_at=NOW + timedelta(days=2))
    view = {"key": _key(session, keys, claimed), "request_id": claimed.request_id}
    seen = threats.counting_threat(session, **view, now=NOW)
    assert seen is not None
    assert seen.body == "Skrev: jag vet var ni sitter.\n\nRingde sedan."
    assert threats.counting_threat(session, **view, now=NOW + timedelta(days=2)) is None
    work.close(session, **{**ids, "now": NOW + timedelta(days=2)}, reason="answered", code_valid=VALID)
    threats.end(session, **{**ids, "staff_id": supervisor.id})
    assert threats.counting_threat(session, **view, now=NOW) is None


@pytest.mark.parametrize(
    ("contact", "channel", "result", "safe_time", "refused"),
    [
        (None, "phone", "reached", True, "channel"),
        (Contact(channel=ContactChannel.NONE, name="A"), "phone", "reached", True, "channel"),
        (Contact(channel=ContactChannel.SMS, address="0701740605"), "phone", "reached", True, "channel"),
        (Contact(channel=ContactChannel.PHONE, address="0701740605"), "sms", "sent", True, "channel"),
        (Contact(channel=ContactChannel.PHONE, address="0701740605"), "phone", "message-left", True, "message"),
        (
            Contact(channel=ContactChannel.PHONE, address="0701740605", best_times="kväll"),
            "phone",
            "reached",
            False,
            "times",
        ),
        (
            Contact(channel=ContactChannel.PHONE, address="0701740605", best_times="kväll", may_leave_message=True),
            "phone",
            "message-left",
            True,
            None,
        ),
        (Contact(channel=ContactChannel.EMAIL, address="a@b.se"), "email", "sent", False, None),
    ],
)
def test_only_the_way_that_the_person_called_safe_can_be_used(
    session, submit, hire, keys: ContentKeys, contact, channel, result, safe_time, refused
) -> None:
    request, staff = submit(session, contact=contact), hire(session)
    ids = {"request_id": request.request_id, "staff_id": staff.id, "now": NOW}
    act = {"keys": keys, **ids, "channel": channel, "result": result, "safe_time": safe_time}
    with pytest.raises(NotClaimed):
        safe_contact.record_contact(session, **act)
    work.claim(session, **ids)
    if refused is None:
        safe_contact.reveal(session, keys=keys, key=AUDIT, **ids)
        safe_contact.record_contact(session, **act)
        assert kinds(session, request)[-1] == "contacted"
        return
    with pytest.raises(UnsafeContact) as caught:
        safe_contact.record_contact(session, **act)
    assert caught.value.why == refused
    if contact is None or contact.channel == ContactChannel.NONE:
        with pytest.raises(UnsafeContact):
            safe_contact.reveal(session, keys=keys, key=AUDIT, **ids)


def test_a_protected_identity_exists_for_few_waits_for_nobody_unseen_and_tries_are_written_down(
    session, submit, hire, keys: ContentKeys
) -> None:
    one = hire(session, "one")
    request = submit(session, protected=True)
    with pytest.raises(RequestUnknown):
        find(session, member=one, reference=request.reference)
    assert protection.waiting_for_nobody(session) == 1
    for asked in (request.reference, "FL-NOPE", "not a reference at all!"):
        protection.note_not_found(session, key=AUDIT, member=one, reference=asked, now=NOW)
    rows = session.execute(select(AuditEntry.act, AuditEntry.subject).order_by(AuditEntry.number)).all()
    assert [tuple(row) for row in rows] == [
        (Act.PROTECTED_REFUSED, request.reference),
        (Act.NOT_FOUND, "FL-NOPE"),
        (Act.NOT_FOUND, "unreadable"),
    ]
    few = add_staff(
        session,
        username="few",
        display_role="Skyddade",
        roles=["agent"],
        password="p" * 12,
        now=NOW,
        sees_protected=True,
    )
    assert protection.waiting_for_nobody(session) == 0
    assert protection.odd_tries(session, member=few, now=NOW) == 1
    assert protection.odd_tries(session, member=one, now=NOW) == 0  # else the count would confirm it
    reads = {"request_id": request.request_id, "staff_id": few.id, "now": NOW}
    work.claim(session, **reads)
    assert reading.why_open(session, **reads) is None  # also one's own
    opened(session, request, few, Why.PERSON_CALLED)
    assert reading.why_open(session, **reads) == Why.PERSON_CALLED
    assert reading.why_open(session, **{**reads, "now": NOW + timedelta(minutes=15)}) is None

    plain = submit(session)
    work.claim(session, request_id=plain.request_id, staff_id=one.id, now=NOW)
    protection.protect(session, request_id=plain.request_id, staff_id=one.id, now=NOW)
    assert session.get(HelpRequest, plain.request_id).claimed_by is None
    talk = read_conversation(session, keys=keys, request_id=plain.request_id, now=NOW)
    assert talk.messages[0].body == "Jag vågar inte gå hem."


def test_ordinary_work_asks_for_no_reason_and_what_is_closed_or_a_colleagues_does(session, submit, pair) -> None:
    _one, two = pair
    request = submit(session)
    mine, hers = ({"request_id": request.request_id, "staff_id": each.id, "now": NOW} for each in pair)
    assert reading.why_open(session, **hers) == Why.QUEUE
    work.claim(session, **mine)
    assert reading.why_open(session, **mine) == Why.OWN
    assert reading.why_open(session, **hers) is None
    opened(session, request, two, Why.COLLEAGUE_AWAY)
    assert reading.why_open(session, **hers) == Why.COLLEAGUE_AWAY
    later = {**hers, "now": NOW + timedelta(minutes=14, seconds=59)}
    assert reading.why_open(session, **later) == Why.COLLEAGUE_AWAY
    lapsed = {**hers, "now": NOW + work.CLAIM_LAPSES_AFTER}
    assert reading.why_open(session, **lapsed) == Why.QUEUE
    work.close(session, **mine, reason="answered", code_valid=VALID)
    assert reading.why_open(session, **mine) == Why.OWN  # has just closed it
    assert reading.why_open(session, **{**mine, "now": NOW + timedelta(minutes=15)}) is None
    assert [(look.role, look.why) for look in reading.looks(session, reference=request.reference)] == [
        ("Socialsekreterare", Why.COLLEAGUE_AWAY)
    ]
