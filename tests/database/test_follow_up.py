"""The person comes back with the receipt code."""

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.desk import work
from portal.desk.errors import CodeExpired, CodeMistyped, CodeUnknown, EmptyText, RequestUnknown
from portal.desk.follow_up import confirm_saved, open_with_code, person_writes, read_conversation
from portal.desk.request_page import load_request
from portal.records.receipt_code import grouped, hash_key

VALID = timedelta(days=90)


@pytest.fixture
def close(session, claimed, now):
    return lambda: work.close(session, **claimed.ids, reason="answered", now=now, code_valid=VALID)


@pytest.fixture
def answer(session, claimed, keys, now):
    return lambda: work.answer(session, keys=keys, **claimed.ids, body="Hej!", language="sv", now=now)


@pytest.fixture
def write(session, claimed, keys, now):
    def write(body="Tack", **more):
        ids = {"keys": keys, "request_id": claimed.request_id, "language": "sv"}
        person_writes(session, **ids, body=body, **({"now": now} | more))

    return write


@pytest.fixture
def page(session, keys, claimed):
    return lambda: load_request(session, keys=keys, request_id=claimed.request_id)


@pytest.fixture
def enter(session, claimed, code_key, now):
    def enter(code=claimed.code, at=now):
        return open_with_code(session, code=code, code_key=code_key, now=at)

    return enter


def test_the_code_opens_the_request_however_it_is_typed(enter, claimed):
    arabic = claimed.code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    for typed in (claimed.code, grouped(claimed.code), f" {grouped(arabic)}\u200f\n"):
        assert enter(typed).request_id == claimed.request_id


def test_a_code_of_nobody_is_unknown(enter, claimed):
    other = str((int(claimed.code) + 1) % 10**16).zfill(16)

    with pytest.raises(CodeUnknown):
        enter(other)


def test_half_a_code_is_mistyped_not_unknown(enter, claimed):
    with pytest.raises(CodeMistyped) as refused:
        enter(claimed.code[:15])

    assert refused.value.reason == "length"


def test_a_code_means_nothing_under_another_secret(session, claimed, now):
    with pytest.raises(CodeUnknown):
        open_with_code(session, code=claimed.code, code_key=hash_key("another secret"), now=now)


def test_an_open_request_has_a_code_that_never_expires(enter, claimed, now):
    assert enter(at=now + timedelta(days=3650)).request_id == claimed.request_id


def test_a_closed_request_opens_until_its_code_is_over(enter, close, claimed, now):
    close()

    assert enter(at=now + VALID - timedelta(seconds=1)).state == "closed"
    with pytest.raises(CodeExpired):
        enter(at=now + VALID)


def test_an_unread_answer_keeps_the_code_open_until_it_was_read(session, enter, answer, close, claimed, keys, now):
    answer()
    close()
    late = now + VALID + timedelta(days=10)

    assert enter(at=late).request_id == claimed.request_id
    read_conversation(session, keys=keys, request_id=claimed.request_id, now=late)
    with pytest.raises(CodeExpired):
        enter(at=late)


def test_reading_shows_the_talk_and_marks_the_answers_read(session, answer, claimed, keys, page, now):
    answer()
    read_at = now + timedelta(hours=1)
    ids = {"keys": keys, "request_id": claimed.request_id}

    first = read_conversation(session, **ids, now=read_at)
    again = read_conversation(session, **ids, now=read_at + timedelta(hours=1))

    assert [(m.author, m.body) for m in first.messages] == [
        ("person", "Jag vågar inte gå hem."),
        ("staff", "Hej!"),
    ]
    assert (first.unread, again.unread) == (1, 0)
    assert [m.read_by_person_at for m in page().messages] == [None, read_at]


def test_the_person_never_sees_internal_notes(session, claimed, keys, now):
    work.add_note(session, keys=keys, **claimed.ids, body="internt", now=now)

    seen = read_conversation(session, keys=keys, request_id=claimed.request_id, now=now)

    assert "internt" not in str(seen)


def test_writing_after_an_answer_puts_the_request_back_in_line(answer, write, page, now):
    answer()
    later = now + timedelta(hours=2)
    write("En sak till", now=later)

    seen = page()
    assert (seen.state, seen.waiting_since) == ("in-dialogue", later)
    assert seen.messages[-1].body == "En sak till"


def test_writing_twice_does_not_cost_the_place_in_line(write, page, now):
    write(now=now + timedelta(hours=1))

    assert (page().state, page().waiting_since) == ("claimed", now)


def test_writing_reopens_a_closed_request(close, write, page, now):
    close()
    later = now + timedelta(days=2)
    write(now=later)

    seen = page()
    assert (seen.state, seen.closed_at, seen.code_expires_at) == ("in-dialogue", None, None)
    assert [event.kind for event in seen.events][-2:] == ["person-wrote", "reopened"]


def test_danger_in_a_later_message_raises_the_request(write, page):
    write("han är här nu", signals=["violence-now"])
    write("och igen", signals=["violence-now"])

    seen = page()
    assert (seen.urgency, seen.signals) == ("emergency", ("violence-now",))
    assert [event.kind for event in seen.events].count("danger-raised") == 1


def test_calm_words_later_do_not_lower_it(write, page):
    write("han är här nu", signals=["violence-now"])
    write("det är lugnt")

    assert page().urgency == "emergency"


def test_a_promise_not_yet_kept_is_never_moved_later(write, page, now):
    write(answer_due_at=now + timedelta(days=3))

    assert page().answer_due_at == now + timedelta(hours=4)


def test_after_an_answer_a_new_message_gets_a_new_promise(answer, write, page, now):
    answer()
    write(answer_due_at=now + timedelta(days=3))

    assert page().answer_due_at == now + timedelta(days=3)


def test_an_empty_message_is_refused_and_reopens_nothing(close, write, page):
    close()

    with pytest.raises(EmptyText):
        write("\n ")
    assert page().state == "closed"


def test_saying_that_the_code_is_saved_counts_once(session, claimed, enter, page, now):
    assert enter().code_saved is False

    for minutes in (1, 2):
        confirm_saved(session, request_id=claimed.request_id, now=now + timedelta(minutes=minutes))

    assert enter().code_saved is True
    assert [event.kind for event in page().events].count("code-saved") == 1


def test_a_request_that_is_not_there_is_said_so(session, keys, now):
    with pytest.raises(RequestUnknown):
        read_conversation(session, keys=keys, request_id=uuid4(), now=now)
