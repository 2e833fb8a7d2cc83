"""What staff do with a request, and who may."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest

from portal.desk import work
from portal.desk.errors import (
    AlreadyClaimed,
    EmptyText,
    NotClaimed,
    RequestClosed,
    RequestNotClosed,
    RequestUnknown,
)
from portal.desk.follow_up import person_writes
from portal.desk.request_page import load_request

VALID = timedelta(days=90)


@pytest.fixture
def colleague(session, hire):
    return hire(session, "colleague").id


@pytest.fixture
def page(session, keys, claimed):
    return lambda: load_request(session, keys=keys, request_id=claimed.request_id)


def test_of_two_who_claim_at_once_exactly_one_wins(database, submit, hire, keys, now):
    rounds = 10
    with database.session() as session:
        staff = [hire(session, name).id for name in ("left", "right")]
        requests = [submit(session).request_id for _ in range(rounds)]
    start = threading.Barrier(2)
    won: list[tuple[int, object]] = []
    lost: list[tuple[int, object]] = []

    def claim_all(staff_id):
        for number, request_id in enumerate(requests):
            start.wait()
            try:
                with database.session() as session:
                    work.claim(session, request_id=request_id, staff_id=staff_id, now=now)
                won.append((number, staff_id))
            except AlreadyClaimed as refused:
                lost.append((number, refused.by))

    threads = [threading.Thread(target=claim_all, args=[staff_id]) for staff_id in staff]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(number for number, _ in won) == list(range(rounds))
    assert sorted(lost, key=lambda pair: pair[0]) == sorted(won, key=lambda pair: pair[0])
    with database.session() as session:
        holders = [load_request(session, keys=keys, request_id=each).claimed_by for each in requests]
    assert holders == [staff_id for _, staff_id in sorted(won, key=lambda pair: pair[0])]


def test_who_comes_second_is_told_whose_it_is_and_for_how_long(session, claimed, colleague, now):
    with pytest.raises(AlreadyClaimed) as refused:
        work.claim(session, request_id=claimed.request_id, staff_id=colleague, now=now + timedelta(minutes=5))

    assert refused.value.by == claimed.staff_id
    assert refused.value.role == "Socialsekreterare"
    assert refused.value.until == now + timedelta(minutes=15)


def test_a_claim_lapses_after_fifteen_idle_minutes(session, claimed, colleague, page, now):
    with pytest.raises(AlreadyClaimed):
        work.claim(
            session, request_id=claimed.request_id, staff_id=colleague, now=now + timedelta(minutes=14, seconds=59)
        )

    work.claim(session, request_id=claimed.request_id, staff_id=colleague, now=now + timedelta(minutes=15))

    assert page().claimed_by == colleague
    with pytest.raises(NotClaimed) as refused:
        work.release(session, **claimed.ids, now=now + timedelta(minutes=16))
    assert refused.value.by == colleague


def test_work_keeps_a_claim_alive(session, claimed, colleague, keys, now):
    work.answer(session, keys=keys, **claimed.ids, body="Vi läser nu.", language="sv", now=now + timedelta(minutes=14))

    with pytest.raises(AlreadyClaimed):
        work.claim(session, request_id=claimed.request_id, staff_id=colleague, now=now + timedelta(minutes=20))


def test_an_answer_that_took_long_to_write_is_not_lost(session, claimed, keys, page, now):
    work.answer(session, keys=keys, **claimed.ids, body="Långt svar", language="sv", now=now + timedelta(hours=2))

    assert page().messages[-1].body == "Långt svar"


def test_answering_tells_who_in_which_role_and_waits_for_the_person(session, claimed, keys, page, now):
    answered = now + timedelta(minutes=3)
    work.answer(session, keys=keys, **claimed.ids, body="Kom hit i dag.", language="sv", now=answered)

    seen = page()
    message = seen.messages[-1]
    assert (message.author, message.body, message.staff_role) == ("staff", "Kom hit i dag.", "Socialsekreterare")
    assert message.read_by_person_at is None
    assert (seen.state, seen.first_answer_at, seen.claimed_by) == ("waiting-person", answered, claimed.staff_id)


def test_the_first_answer_stays_the_first(session, claimed, keys, page, now):
    for minutes in (1, 2):
        at = now + timedelta(minutes=minutes)
        work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=at)

    assert page().first_answer_at == now + timedelta(minutes=1)


def test_only_the_one_who_claimed_answers_closes_and_releases(session, claimed, colleague, keys, now):
    ids = {"request_id": claimed.request_id, "staff_id": colleague, "now": now}

    with pytest.raises(NotClaimed):
        work.answer(session, keys=keys, **ids, body="svar", language="sv")
    with pytest.raises(NotClaimed):
        work.close(session, **ids, reason="answered", code_valid=VALID)
    with pytest.raises(NotClaimed):
        work.release(session, **ids)


def test_an_unclaimed_request_is_not_answered(session, claimed, keys, now):
    work.release(session, **claimed.ids, now=now)

    with pytest.raises(NotClaimed) as refused:
        work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=now)
    assert refused.value.by is None


def test_an_empty_answer_or_note_is_refused(session, claimed, keys, now):
    with pytest.raises(EmptyText):
        work.answer(session, keys=keys, **claimed.ids, body=" \n\t", language="sv", now=now)
    with pytest.raises(EmptyText):
        work.add_note(session, keys=keys, **claimed.ids, body=" ", now=now)


def test_notes_are_kept_apart_from_the_conversation(session, claimed, colleague, keys, page, now):
    work.add_note(session, keys=keys, request_id=claimed.request_id, staff_id=colleague, body="Ring skolan", now=now)

    seen = page()
    assert [note.body for note in seen.notes] == ["Ring skolan"]
    assert "Ring skolan" not in [message.body for message in seen.messages]


def test_a_page_shows_what_belongs_to_its_own_request_only(session, claimed, submit, keys, page, now):
    other = submit(session, words="någon annans ord").request_id
    work.add_note(session, keys=keys, request_id=other, staff_id=claimed.staff_id, body="annan", now=now)

    seen = page()
    assert (seen.notes, seen.words, len(seen.messages)) == ((), "Jag vågar inte gå hem.", 1)
    assert [event.kind for event in seen.events] == ["submitted", "claimed"]


def test_releasing_gives_an_unanswered_request_back_as_new(session, claimed, page, now):
    work.release(session, **claimed.ids, now=now)

    assert (page().state, page().claimed_by) == ("new", None)


def test_releasing_does_not_forget_that_there_is_a_dialogue(session, claimed, keys, page, now):
    work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=now)
    person_writes(session, keys=keys, request_id=claimed.request_id, body="tack", language="sv", now=now)
    work.release(session, **claimed.ids, now=now)

    assert page().state == "in-dialogue"


def test_closing_needs_one_of_the_known_reasons(session, claimed, now):
    with pytest.raises(ValueError, match="because I say so"):
        work.close(session, **claimed.ids, reason="because I say so", now=now, code_valid=VALID)


def test_a_closed_request_says_why_and_how_long_the_code_is_valid(session, claimed, page, now):
    work.close(session, **claimed.ids, reason="guided-on", now=now, code_valid=VALID)

    seen = page()
    assert (seen.state, seen.close_reason, seen.closed_at) == ("closed", "guided-on", now)
    assert (seen.code_expires_at, seen.claimed_by) == (now + VALID, None)


def test_a_closed_request_is_neither_claimed_answered_nor_closed_again(session, claimed, keys, now):
    work.close(session, **claimed.ids, reason="answered", now=now, code_valid=VALID)

    with pytest.raises(RequestClosed):
        work.claim(session, **claimed.ids, now=now)
    with pytest.raises(RequestClosed):
        work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=now)
    with pytest.raises(RequestClosed):
        work.close(session, **claimed.ids, reason="answered", now=now, code_valid=VALID)


def test_reopening_undoes_the_closing(session, claimed, colleague, page, now):
    work.close(session, **claimed.ids, reason="answered", now=now, code_valid=VALID)
    work.reopen(session, request_id=claimed.request_id, staff_id=colleague, now=now)

    seen = page()
    assert (seen.state, seen.close_reason, seen.closed_at, seen.code_expires_at) == (
        "in-dialogue",
        None,
        None,
        None,
    )


def test_an_open_request_is_not_reopened(session, claimed, now):
    with pytest.raises(RequestNotClosed):
        work.reopen(session, **claimed.ids, now=now)


def test_every_step_is_written_down_with_who_and_when(session, claimed, keys, page, now):
    at = now + timedelta(minutes=1)
    work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=at)
    work.add_note(session, keys=keys, **claimed.ids, body="not", now=at)
    work.release(session, **claimed.ids, now=at)
    work.claim(session, **claimed.ids, now=at)
    work.claim(session, **claimed.ids, now=at)  # what is mine already is no new event
    work.close(session, **claimed.ids, reason="booked", now=at, code_valid=VALID)
    work.reopen(session, **claimed.ids, now=at)

    events = page().events
    assert [event.kind for event in events] == [
        "submitted",
        "claimed",
        "answered",
        "noted",
        "released",
        "claimed",
        "closed",
        "reopened",
    ]
    assert [event.staff_role for event in events] == [None] + ["Socialsekreterare"] * 7
    assert {event.at for event in events} == {now, at}
    assert events[6].detail == {"reason": "booked"}


def test_a_request_that_is_not_there_is_said_so(session, keys, colleague, now):
    ids = {"request_id": uuid4(), "staff_id": colleague, "now": now}

    for verb in (work.claim, work.release, work.reopen):
        with pytest.raises(RequestUnknown):
            verb(session, **ids)
    with pytest.raises(RequestUnknown):
        load_request(session, keys=keys, request_id=ids["request_id"])
