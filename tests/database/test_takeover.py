"""A human takes a chat over: one owner at a time, given back, and ended when the request is."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert, true
from sqlalchemy.exc import IntegrityError

from portal.desk import presence, protection, quarantine, takeover, work
from portal.desk.conversation import Line
from portal.desk.errors import (
    AlreadyClaimed,
    ContentErased,
    NotClaimed,
    NotFromChat,
    NotTakenOver,
    RequestClosed,
    RequestUnknown,
)
from portal.desk.follow_up import person_writes
from portal.desk.queue import queue_page
from portal.desk.reach import Lane
from portal.desk.request_page import load_request
from portal.desk.roster import switch_off
from portal.records.help_request import HelpRequest
from portal.records.message import Author
from portal.records.takeover import Holder, Takeover

VALID = timedelta(days=90)
EVERYTHING = (Lane("contact-centre", true()),)


@pytest.fixture
def chat(session, submit):
    """A talk that was sent from the chat."""
    return submit(session, channel="chat").request_id


@pytest.fixture
def staff(session, hire):
    return hire(session, "first").id


@pytest.fixture
def colleague(session, hire):
    return hire(session, "second").id


@pytest.fixture
def ask(session, keys, chat, now):
    def ask(at=now, **details):
        takeover.ask_for_human(session, keys=keys, request_id=chat, now=at, **details)

    return ask


@pytest.fixture
def step_in(session, chat, now):
    def step_in(who, at=now):
        takeover.step_in(session, request_id=chat, staff_id=who, now=at)

    return step_in


@pytest.fixture
def talk(session, keys, chat, now):
    def talk(at=now):
        return takeover.read_sent_talk(session, keys=keys, request_id=chat, now=at)

    return talk


@pytest.fixture
def write(session, keys, chat, now):
    def write(body, at=now):
        person_writes(session, keys=keys, request_id=chat, body=body, language="sv", now=at)

    return write


@pytest.fixture
def reply(session, keys, chat, now):
    def reply(who, body, at=now):
        work.answer(session, keys=keys, request_id=chat, staff_id=who, body=body, language="sv", now=at)

    return reply


def kinds(talk):
    return [event.kind for event in talk.events]


def test_a_talk_that_was_only_sent_has_no_owner(talk):
    assert (talk().holder, talk().role, kinds(talk())) == (None, None, [])


def test_who_asks_for_a_human_waits_until_one_comes(ask, step_in, talk, staff, now):
    ask()
    assert (talk().holder, talk().since) == (Holder.WAITING, now)

    step_in(staff, now + timedelta(minutes=1))
    assert (talk().holder, talk().role) == (Holder.STAFF, "Socialsekreterare")
    assert kinds(talk()) == ["human-asked", "taken-over"]


def test_asking_twice_is_asking_once(ask, step_in, talk, staff, now):
    ask()
    ask(now + timedelta(minutes=5))
    assert (talk().since, kinds(talk())) == (now, ["human-asked"])

    step_in(staff)
    ask(now + timedelta(minutes=6))
    assert (talk().holder, kinds(talk())) == (Holder.STAFF, ["human-asked", "taken-over"])


def test_asking_brings_an_answered_request_back_into_the_queue(session, ask, step_in, reply, chat, staff, now):
    step_in(staff)
    reply(staff, "Ring oss.")
    takeover.give_back(session, request_id=chat, staff_id=staff, now=now)
    later = now + timedelta(minutes=9)
    ask(later)

    [row] = queue_page(session, lanes=EVERYTHING, now=later, limit=9)
    assert (row.request_id, row.waiting_since, row.talk_holder) == (chat, later, Holder.WAITING)


def test_staff_step_in_without_being_asked(step_in, talk, staff):
    step_in(staff)
    assert (talk().holder, kinds(talk())) == (Holder.STAFF, ["taken-over"])


def test_stepping_in_takes_the_request_too(session, step_in, chat, staff, colleague):
    step_in(staff)
    assert session.get(HelpRequest, chat).claimed_by == staff

    with pytest.raises(AlreadyClaimed):
        step_in(colleague)


def test_stepping_in_twice_is_stepping_in_once(step_in, talk, staff):
    step_in(staff)
    step_in(staff)
    assert kinds(talk()) == ["taken-over"]


def test_of_two_who_step_in_at_once_exactly_one_owns_the_talk(database, submit, hire, now):
    with database.session() as session:
        chat = submit(session, channel="chat").request_id
        people = [hire(session, name).id for name in ("first", "second")]
    ready, refused = threading.Barrier(2), []

    def step_in(who):
        ready.wait()
        try:
            with database.session() as session:
                takeover.step_in(session, request_id=chat, staff_id=who, now=now)
        except AlreadyClaimed as error:
            refused.append((who, error.by))

    threads = [threading.Thread(target=step_in, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.session(writes=False) as session:
        owner = session.get(Takeover, chat).staff_id
        events = [event.kind for event in takeover._told(session, chat)]
    [(loser, winner)] = refused
    assert (owner, {loser, winner}) == (winner, set(people))
    assert events == ["taken-over"]


def test_only_a_talk_can_be_taken_over(session, submit, staff, now):
    form = submit(session, channel="form").request_id
    with pytest.raises(NotFromChat):
        takeover.step_in(session, request_id=form, staff_id=staff, now=now)
    assert session.get(HelpRequest, form).claimed_by is None


def test_a_talk_given_back_is_the_bots_and_its_request_is_free(
    session, ask, step_in, talk, chat, staff, colleague, now
):
    ask()
    step_in(staff)
    takeover.give_back(session, request_id=chat, staff_id=staff, now=now)
    assert (talk().holder, talk().role) == (Holder.BOT, None)
    assert kinds(talk()) == ["human-asked", "taken-over", "given-back"]

    ask()
    step_in(colleague)
    assert talk().holder == Holder.STAFF


def test_only_the_owner_gives_a_talk_back(session, step_in, chat, staff, colleague, now):
    step_in(staff)
    with pytest.raises(NotClaimed):
        takeover.give_back(session, request_id=chat, staff_id=colleague, now=now)


def test_what_nobody_took_over_cannot_be_given_back(session, ask, chat, staff, now):
    ask()
    work.claim(session, request_id=chat, staff_id=staff, now=now)
    with pytest.raises(NotTakenOver):
        takeover.give_back(session, request_id=chat, staff_id=staff, now=now)


def test_what_the_person_writes_while_a_human_owns_the_talk_reaches_the_request(
    step_in, write, reply, talk, page_of, staff, now
):
    step_in(staff)
    write("är du där?", now + timedelta(seconds=1))
    reply(staff, "Ja.", now + timedelta(seconds=2))
    assert [message.body for message in page_of().messages][-2:] == ["är du där?", "Ja."]
    assert [(answer.body, answer.staff_role) for answer in talk().answers] == [("Ja.", "Socialsekreterare")]


@pytest.fixture
def page_of(session, keys, chat):
    return lambda: load_request(session, keys=keys, request_id=chat)


def test_whoever_answers_a_person_who_waits_owns_the_talk(session, ask, reply, talk, chat, staff, now):
    ask()
    work.claim(session, request_id=chat, staff_id=staff, now=now)
    assert talk().holder == Holder.WAITING

    reply(staff, "Hej, jag är här.")
    assert (talk().holder, talk().role) == (Holder.STAFF, "Socialsekreterare")


def test_an_answer_to_a_talk_that_nobody_waits_in_takes_nothing_over(session, reply, talk, chat, staff, now):
    work.claim(session, request_id=chat, staff_id=staff, now=now)
    reply(staff, "Vi hörs i morgon.")
    assert (talk().holder, kinds(talk())) == (None, [])


def test_letting_the_request_go_leaves_the_person_waiting_for_another_human(session, step_in, talk, chat, staff, now):
    step_in(staff)
    work.release(session, request_id=chat, staff_id=staff, now=now)
    assert (talk().holder, talk().role) == (Holder.WAITING, None)


def test_a_talk_that_is_put_aside_or_protected_from_its_owner_has_no_owner(session, step_in, talk, chat, staff, now):
    ids = {"request_id": chat, "staff_id": staff, "now": now}
    step_in(staff)
    session.get(HelpRequest, chat).urgency = "soon"
    quarantine.put_aside(session, **ids, reason="flood", due_at=now)
    assert talk().holder == Holder.WAITING
    quarantine.take_back(session, **ids)
    step_in(staff)
    protection.protect(session, **ids)
    assert talk().holder == Holder.WAITING


def test_a_talk_goes_with_the_claim_when_its_owner_fell_silent(session, step_in, talk, chat, staff, colleague, now):
    step_in(staff)
    later = now + work.CLAIM_LAPSES_AFTER
    assert talk(later).claim_lapsed
    work.claim(session, request_id=chat, staff_id=colleague, now=later)
    assert session.get(Takeover, chat).staff_id == colleague
    assert (talk(later).claim_lapsed, kinds(talk())) == (False, ["taken-over", "taken-over"])


def test_closing_ends_who_owns_the_talk(session, step_in, talk, chat, staff, now):
    step_in(staff)
    work.close(session, request_id=chat, staff_id=staff, reason="answered", now=now, code_valid=VALID)
    assert (talk().holder, talk().state, kinds(talk())) == (None, "closed", ["taken-over", "closed"])
    with pytest.raises(RequestClosed):
        takeover.step_in(session, request_id=chat, staff_id=staff, now=now)


def test_who_writes_after_closing_is_back_in_the_queue_without_an_owner(
    session, step_in, write, talk, chat, staff, now
):
    step_in(staff)
    work.close(session, request_id=chat, staff_id=staff, reason="answered", now=now, code_valid=VALID)
    write("en sak till")
    [row] = queue_page(session, lanes=EVERYTHING, now=now, limit=9)
    assert (row.request_id, row.talk_holder, talk().holder) == (chat, None, None)


def test_closing_does_not_take_the_talk_from_the_bot(session, step_in, talk, chat, staff, now):
    step_in(staff)
    takeover.give_back(session, request_id=chat, staff_id=staff, now=now)
    work.claim(session, request_id=chat, staff_id=staff, now=now)
    work.close(session, request_id=chat, staff_id=staff, reason="answered", now=now, code_valid=VALID)
    assert talk().holder == Holder.BOT


@pytest.mark.parametrize("came", [False, True])
def test_the_person_can_always_go_back_to_the_bot_and_staff_keep_the_request(
    session, ask, step_in, talk, chat, staff, now, came
):
    ask()
    if came:
        step_in(staff)
    takeover.go_back_to_bot(session, request_id=chat, now=now)
    takeover.go_back_to_bot(session, request_id=chat, now=now)
    assert talk().holder == Holder.BOT
    assert kinds(talk()).count("left-chat") == 1
    assert session.get(HelpRequest, chat).claimed_by == (staff if came else None)


def test_what_was_said_with_the_bot_meanwhile_is_read_once_the_person_asks_again(
    session, ask, step_in, page_of, chat, staff, now
):
    step_in(staff)
    takeover.give_back(session, request_id=chat, staff_id=staff, now=now)
    minute = timedelta(minutes=1)
    lines = [
        Line(author=Author.PERSON, body="han är tillbaka", language="sv", at=now + minute),
        Line(author=Author.BOT, body="Vill du prata med en människa?", language="sv", at=now + minute),
    ]
    ask(now + 2 * minute, lines=lines, signals=["violence-now"])
    page = page_of()
    assert [message.body for message in page.messages][-2:] == [line.body for line in lines]
    assert (page.urgency, page.signals) == ("emergency", ("violence-now",))


def test_danger_without_new_lines_still_raises_the_request(ask, page_of):
    ask()
    ask(signals=["violence-now"])
    assert page_of().urgency == "emergency"


def test_those_who_wait_are_listed_the_longest_waiting_first(session, submit, keys, ask, chat, now):
    other = submit(session, channel="chat")
    takeover.ask_for_human(session, keys=keys, request_id=other.request_id, now=now - timedelta(minutes=3))
    ask()
    waiting = takeover.waiting_chats(session, within=true(), now=now)
    assert [(each.since, each.reference) for each in waiting] == [
        (now - timedelta(minutes=3), other.reference),
        (now, session.get(HelpRequest, chat).reference),
    ]


def test_who_is_answered_does_not_wait_until_the_owner_falls_silent(session, ask, step_in, write, reply, staff, now):
    ask()
    step_in(staff)
    assert takeover.waiting_chats(session, within=true(), now=now) == []

    reply(staff, "Hej.")
    later = now + work.CLAIM_LAPSES_AFTER
    assert takeover.waiting_chats(session, within=true(), now=later) == [], "nobody waits who has the last answer"
    write("hallå?", later)
    assert len(takeover.waiting_chats(session, within=true(), now=later)) == 1


@pytest.mark.parametrize(
    "happens",
    ["human asked", "stepped in", "written", "answered", "given back", "left", "closed"],
)
def test_whatever_changes_a_talk_is_seen_at_a_glance(session, ask, step_in, write, reply, chat, staff, now, happens):
    step_in(staff) if happens != "human asked" else None
    if happens == "stepped in":
        takeover.give_back(session, request_id=chat, staff_id=staff, now=now)
    before, _ = takeover.glance(session, request_id=chat, now=now)
    {
        "human asked": ask,
        "stepped in": lambda: step_in(staff),
        "written": lambda: write("hej"),
        "answered": lambda: reply(staff, "hej"),
        "given back": lambda: takeover.give_back(session, request_id=chat, staff_id=staff, now=now),
        "left": lambda: takeover.go_back_to_bot(session, request_id=chat, now=now),
        "closed": lambda: work.close(
            session, request_id=chat, staff_id=staff, reason="answered", now=now, code_valid=VALID
        ),
    }[happens]()
    assert takeover.glance(session, request_id=chat, now=now)[0] > before


def test_somebody_is_there_for_two_minutes_after_a_page_last_asked(session, staff, chat, now):
    def there(at):
        assert takeover.glance(session, request_id=chat, now=at)[1] is takeover.anybody_present(session, now=at)
        return takeover.anybody_present(session, now=at)

    assert not there(now)
    presence.note_present(session, staff_id=staff, now=now)
    assert there(now + timedelta(seconds=119))
    assert not there(now + timedelta(seconds=120))
    presence.note_gone(session, staff_id=staff)
    assert not there(now)


def test_an_account_that_was_switched_off_is_not_there(session, staff, now):
    presence.note_present(session, staff_id=staff, now=now)
    switch_off(session, staff_id=staff, now=now)
    assert not takeover.anybody_present(session, now=now)


def test_the_database_itself_refuses_a_talk_of_staff_without_an_owner_and_an_owner_elsewhere(session, chat, staff, now):
    for holder, owner in ((Holder.STAFF, None), (Holder.BOT, staff), (Holder.WAITING, staff)):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(insert(Takeover).values(request_id=chat, holder=holder, staff_id=owner, since=now))


def test_there_is_one_owner_at_a_time(session, step_in, chat, staff, colleague, now):
    step_in(staff)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(Takeover).values(request_id=chat, holder=Holder.STAFF, staff_id=colleague, since=now))


def test_a_request_that_is_not_there_or_erased_is_said_so(session, keys, chat, staff, now):
    from uuid import uuid4

    nowhere = {"request_id": uuid4(), "now": now}
    with pytest.raises(RequestUnknown):
        takeover.ask_for_human(session, keys=keys, **nowhere)
    with pytest.raises(RequestUnknown):
        takeover.go_back_to_bot(session, **nowhere)
    with pytest.raises(RequestUnknown):
        takeover.step_in(session, staff_id=staff, **nowhere)
    with pytest.raises(RequestUnknown):
        takeover.read_sent_talk(session, keys=keys, **nowhere)
    session.get(HelpRequest, chat).wrapped_key = None
    session.flush()
    with pytest.raises(ContentErased):
        takeover.ask_for_human(session, keys=keys, request_id=chat, now=now)
    assert takeover.read_sent_talk(session, keys=keys, request_id=chat, now=now).answers == ()
