"""Figures are counted from what requests really went through, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from portal.desk import work
from portal.desk.accounts import StaffMember
from portal.desk.daily_counts import count, counted
from portal.desk.errors import TextAmongCodes
from portal.desk.figures import Figures, Span, median, read_figures, share_of
from portal.desk.follow_up import read_conversation
from portal.desk.log import record_event
from portal.desk.submit import Submitted
from portal.records.daily_count import Counted
from portal.records.event import EventKind
from portal.records.help_request import HelpRequest
from portal.records.public_answer import AnswerSearchMiss
from portal.records.sealing import ContentKeys
from tests.database.conftest import NOW

Submit = Callable[..., Submitted]
LONG = timedelta(days=90)


@pytest.fixture
def answered(
    session: Session, keys: ContentKeys, submit: Submit, hire: Callable[..., StaffMember]
) -> Callable[..., Submitted]:
    """A request that was answered after so many minutes, and closed when `reason` is told."""
    agent = hire(session)

    def answer(after: int, *, reason: str = "", **details: Any) -> Submitted:
        filed = submit(session, **details)
        ids = {"request_id": filed.request_id, "staff_id": agent.id}
        later = details.get("now", NOW) + timedelta(minutes=after)
        work.claim(session, **ids, now=later)
        work.answer(session, keys=keys, **ids, body="Svar", language="sv", now=later)
        if reason:
            work.close(session, **ids, reason=reason, now=later, code_valid=LONG)
        return filed

    return answer


def figures(session: Session, **changes: Any) -> Figures:
    span = {"start": NOW - timedelta(days=7), "end": NOW + timedelta(days=7), "now": NOW + timedelta(days=1)}
    return read_figures(session, Span(**{**span, **changes}))


def test_a_request_is_counted_by_its_codes(session: Session, submit: Submit) -> None:
    submit(
        session,
        language="so",
        channel="chat",
        topics=["home.violence", "home.fights", "money.rent"],
        facts={"age": 14, "area": "hageby"},
    )
    submit(session, language="sv", topics=[], facts={}, signals=["violence-now"], urgency="emergency")
    found = figures(session)
    assert found.by_channel == {"chat": 1, "form": 1}
    assert (found.by_topic, found.without_topic) == ({"home": 1, "money": 1}, 1)
    assert found.by_age == {14: 1, None: 1}
    assert found.by_area == {"hageby": 1, None: 1}
    assert found.by_hour == {int(NOW.timestamp()) // 3600: 2}
    assert [(each.language, each.urgency, each.dangerous) for each in sorted(found.arrivals)] == [
        ("sv", "emergency", True),
        ("so", "soon", False),
    ]


def test_waiting_ends_when_a_human_answers_or_reaches_the_person(
    session: Session, submit: Submit, answered: Callable[..., Submitted]
) -> None:
    answered(30, language="so")
    phoned = answered(60, language="ar")
    only_phoned = submit(session, language="fi")
    submit(session, language="sv")
    for filed, after in ((phoned, 20), (only_phoned, 45)):
        record_event(session, request_id=filed.request_id, kind=EventKind.CONTACTED, at=NOW + timedelta(minutes=after))
    waits = {
        each.language: each.first_human and (each.first_human - each.created) // 60
        for each in figures(session).arrivals
    }
    assert waits == {"so": 30, "ar": 20, "fi": 45, "sv": None}


def test_a_second_answer_does_not_make_the_first_one_later(
    session: Session, keys: ContentKeys, answered: Callable[..., Submitted]
) -> None:
    answered(30, reason="answered")
    (arrival,) = figures(session).arrivals
    assert (arrival.closed, (arrival.first_human or 0) - arrival.created) == (1, 1800)


def test_answers_that_were_read_are_told_from_those_that_were_not(
    session: Session, keys: ContentKeys, answered: Callable[..., Submitted]
) -> None:
    read = answered(5, language="ti")
    answered(5, language="ti")
    read_conversation(session, keys=keys, request_id=read.request_id, now=NOW + timedelta(hours=1))
    assert figures(session).answers == {"ti": (1, 1)}


def test_what_is_no_persons_matter_is_not_counted(
    session: Session, submit: Submit, answered: Callable[..., Submitted]
) -> None:
    for reason in ("test", "duplicate", "misuse", "guided-on"):
        closed = answered(5, reason="answered")
        session.execute(update(HelpRequest).where(HelpRequest.id == closed.request_id).values(close_reason=reason))
    for values in ({"practice": True}, {"state": "quarantine"}):
        session.execute(update(HelpRequest).where(HelpRequest.id == submit(session).request_id).values(**values))
    submit(session, now=NOW - timedelta(days=8))
    found = figures(session)
    assert len(found.arrivals) == 1
    assert found.by_close_reason == {"duplicate": 1, "misuse": 1, "guided-on": 1}


def test_sealed_units_and_protected_people_are_counted_in_the_total_alone(session: Session, submit: Submit) -> None:
    sealed, protected, plain = (submit(session) for _ in range(3))
    session.execute(update(HelpRequest).where(HelpRequest.id == sealed.request_id).values(unit="family"))
    session.execute(update(HelpRequest).where(HelpRequest.id == protected.request_id).values(protected=True))
    for filed in (sealed, protected, plain):
        record_event(session, request_id=filed.request_id, kind=EventKind.THREAT_MARKED, at=NOW)
    found = figures(session, sealed_units=frozenset({"family"}))
    assert (len(found.arrivals), found.counted_in_total_alone) == (1, 2)
    assert found.waiting == {"sv": (1, NOW)}
    assert found.events[EventKind.THREAT_MARKED] == 1


def test_who_waits_now_is_counted_whenever_they_came(
    session: Session, submit: Submit, answered: Callable[..., Submitted]
) -> None:
    long_ago = NOW - timedelta(days=30)
    submit(session, language="so", now=long_ago)
    submit(session, language="so")
    answered(5, language="so")
    assert figures(session).waiting == {"so": (2, long_ago)}


def test_the_number_of_queries_is_the_same_for_many_as_for_none(session: Session, submit: Submit) -> None:
    with queries(session) as none:
        figures(session)
    for number in range(12):
        submit(session, language=("sv", "so", "ar")[number % 3], topics=[f"home.{number}"])
    with queries(session) as many:
        figures(session)
    assert len(many) == len(none) == 7


@contextmanager
def queries(session: Session) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield asked
    event.remove(session.get_bind(), "before_cursor_execute", note)


def test_a_days_count_grows_and_is_found_by_its_day(session: Session) -> None:
    monday = date(2026, 3, 9)
    for day, language in ((0, "so"), (0, "so"), (1, "sv"), (9, "so")):
        count(session, what=Counted.EASE_5, language=language, day=monday + timedelta(days=day))
    assert counted(session, first=monday, last=monday + timedelta(days=6)) == {
        (Counted.EASE_5, "so"): 2,
        (Counted.EASE_5, "sv"): 1,
    }
    with pytest.raises(TextAmongCodes):
        count(session, what=Counted.EASE_5, language="jag heter Ali", day=monday)


def test_searches_in_vain_are_counted_by_the_week_that_begins_in_the_period(session: Session) -> None:
    for week, times in ((date(2026, 3, 2), 7), (date(2026, 3, 9), 3)):
        session.add(AnswerSearchMiss(week=week, count=times))
    session.flush()
    assert figures(session, start=datetime(2026, 3, 9, tzinfo=UTC)).public == (0, 0, 0, 3)


def test_half_and_nine_tenths_are_values_that_were() -> None:
    assert median([5, 1, 9, 7]) == 5
    assert share_of(range(1, 21), 0.9) == 18
    assert share_of([7], 0.9) == 7


def test_moments_are_whole_seconds_of_the_real_time(session: Session, submit: Submit) -> None:
    moment = datetime(2026, 3, 10, 23, 59, 59, 900_000, tzinfo=UTC)
    submit(session, now=moment)
    assert [each.created for each in figures(session).arrivals] == [int(moment.timestamp())]
