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
from portal.desk.figures import (
    CLOSED_UNANSWERED,
    IN_TIME,
    LATE,
    WAITS,
    WAITS_TOO_LONG,
    Figures,
    Part,
    Span,
    median,
    read_figures,
    share_of,
)
from portal.desk.follow_up import person_writes, read_conversation
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
    span = {"begins": (NOW - timedelta(days=7),), "end": NOW + timedelta(days=7), "now": NOW + timedelta(days=1)}
    return read_figures(session, Span(**{**span, **changes}))


def the_part(session: Session, **changes: Any) -> Part:
    (part,) = figures(session, **changes).parts
    return part


def test_a_request_is_counted_by_its_codes(session: Session, submit: Submit) -> None:
    submit(
        session,
        language="so",
        channel="chat",
        topics=["home.violence", "home.fights", "money.rent"],
        facts={"age": 14, "area": "hageby"},
    )
    submit(session, language="sv", topics=[], facts={}, signals=["violence-now"], urgency="emergency")
    found = the_part(session)
    assert found.by_channel == {"chat": 1, "form": 1}
    assert found.by_topic == {"home": 1, "money": 1, "": 1}
    assert found.by_age == {14: 1, None: 1}
    assert found.by_area == {"hageby": 1, None: 1}
    assert found.by_hour == {int(NOW.timestamp()) // 3600: 2}
    assert set(found.groups) == {("sv", 1), ("so", 4)}
    assert found.dangers == [int(NOW.timestamp())]


def test_waiting_ends_when_a_human_answers_or_reaches_the_person(
    session: Session, submit: Submit, answered: Callable[..., Submitted]
) -> None:
    answered(30, language="so")
    phoned = answered(60, language="ar")
    only_phoned = submit(session, language="fi")
    submit(session, language="sv")
    for filed, after in ((phoned, 20), (only_phoned, 45)):
        for minutes, result in ((1, "no-answer"), (after, "reached")):
            at = NOW + timedelta(minutes=minutes)
            detail = {"channel": "phone", "result": result}
            record_event(session, request_id=filed.request_id, kind=EventKind.CONTACTED, at=at, detail=detail)
    waits = {
        language: [seconds // 60 for seconds in group.until_answered]
        for (language, _), group in the_part(session).groups.items()
    }
    assert waits == {"so": [30], "ar": [20], "fi": [45], "sv": []}


def test_a_second_answer_does_not_make_the_first_one_later(
    session: Session, keys: ContentKeys, answered: Callable[..., Submitted]
) -> None:
    answered(30, reason="answered")
    (group,) = the_part(session).groups.values()
    assert group.until_answered == [1800]


def test_answers_that_were_read_are_told_from_those_that_were_not(
    session: Session, keys: ContentKeys, answered: Callable[..., Submitted]
) -> None:
    read = answered(5, language="ti")
    answered(5, language="ti")
    read_conversation(session, keys=keys, request_id=read.request_id, now=NOW + timedelta(hours=1))
    assert the_part(session).answers == {"ti": (1, 1)}


def test_what_is_no_persons_matter_is_not_counted(
    session: Session, submit: Submit, answered: Callable[..., Submitted]
) -> None:
    for reason in ("test", "duplicate", "misuse", "guided-on"):
        closed = answered(5, reason="answered")
        session.execute(update(HelpRequest).where(HelpRequest.id == closed.request_id).values(close_reason=reason))
    for values in ({"practice": True}, {"state": "quarantine"}):
        session.execute(update(HelpRequest).where(HelpRequest.id == submit(session).request_id).values(**values))
    submit(session, now=NOW - timedelta(days=8))
    found = the_part(session)
    assert found.size == 1
    assert found.by_close_reason == {"duplicate": 1, "misuse": 1, "guided-on": 1}


def test_sealed_units_and_protected_people_are_counted_in_the_total_alone(session: Session, submit: Submit) -> None:
    sealed, protected, plain = (submit(session) for _ in range(3))
    session.execute(update(HelpRequest).where(HelpRequest.id == sealed.request_id).values(unit="family"))
    session.execute(update(HelpRequest).where(HelpRequest.id == protected.request_id).values(protected=True))
    for filed in (sealed, protected, plain):
        record_event(session, request_id=filed.request_id, kind=EventKind.THREAT_MARKED, at=NOW)
    found = figures(session, sealed_units=frozenset({"family"}))
    assert (found.parts[0].size, found.parts[0].counted_in_total_alone) == (1, 2)
    assert found.waiting == {"sv": (1, NOW)}
    assert found.parts[0].events[EventKind.THREAT_MARKED] == 1


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
    assert len(many) == len(none) == 12


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
    assert counted(session, begins=[monday, monday + timedelta(days=1)], last=monday + timedelta(days=6)) == [
        {(Counted.EASE_5, "so"): 2},
        {(Counted.EASE_5, "sv"): 1},
    ]
    with pytest.raises(TextAmongCodes):
        count(session, what=Counted.EASE_5, language="jag heter Ali", day=monday)


def test_searches_in_vain_are_counted_by_the_week_that_begins_in_the_period(session: Session) -> None:
    for week, times in ((date(2026, 3, 2), 7), (date(2026, 3, 9), 3)):
        session.add(AnswerSearchMiss(week=week, count=times))
    session.flush()
    found = figures(session, begins=(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)))
    assert [part.public for part in found.parts] == [{"searched-in-vain": 7}, {"searched-in-vain": 3}]


def test_half_and_nine_tenths_are_values_that_were() -> None:
    assert median([5, 1, 9, 7]) == 5
    assert share_of(range(1, 21), 0.9) == 18
    assert share_of([7], 0.9) == 7


def test_moments_are_whole_seconds_of_the_real_time(session: Session, submit: Submit) -> None:
    moment = datetime(2026, 3, 10, 23, 59, 59, 900_000, tzinfo=UTC)
    submit(session, now=moment, signals=["violence-now"], urgency="emergency")
    found = the_part(session)
    assert found.dangers == [int(moment.timestamp())]
    assert found.by_hour == {int(moment.timestamp()) // 3600: 1}


def test_a_request_is_counted_in_the_month_in_which_it_came(session: Session, submit: Submit) -> None:
    for days in (0, 1, 1, 40):
        submit(session, now=NOW + timedelta(days=days))
    begins = tuple(NOW + timedelta(days=days) for days in (0, 1, 20))
    found = figures(session, begins=begins, end=NOW + timedelta(days=30))
    assert [part.size for part in found.parts] == [1, 2, 0]
    assert [sum(part.by_hour.values()) for part in found.parts] == [1, 2, 0]


def test_a_target_is_met_when_somebody_takes_it_in_time_by_the_clock_of_its_priority(
    session: Session, submit: Submit, hire: Callable[..., StaffMember]
) -> None:
    """Taken and given back without an answer is not taken; who has not been taken in time is late, answered or not."""
    agent = hire(session)

    def at(minutes: int) -> datetime:
        return NOW + timedelta(minutes=minutes)

    def due_in(minutes: int, **details: Any) -> dict[str, Any]:
        filed = submit(session, act_by=at(minutes), **details)
        return {"request_id": filed.request_id, "staff_id": agent.id}

    waits, overdue, taken = due_in(9999), due_in(30, language="so"), due_in(30, language="ti", priority=2)
    work.claim(session, **taken, now=at(29))
    given_back = due_in(30, language="fi")
    work.claim(session, **given_back, now=at(5))
    work.release(session, **given_back, now=at(6))
    work.claim(session, **given_back, now=at(31))
    closed = due_in(30, language="ar")
    work.claim(session, **closed, now=at(5))
    work.close(session, **closed, reason="withdrawn", now=at(6), code_valid=LONG)
    assert waits != overdue
    found = {language: group for (language, _), group in the_part(session).groups.items()}
    became = {language: group.outcomes.index(1) for language, group in found.items()}
    assert became == {
        "sv": WAITS,
        "so": WAITS_TOO_LONG,
        "ti": WAITS,
        "fi": WAITS_TOO_LONG,
        "ar": CLOSED_UNANSWERED,
    }
    assert (found["ti"].until_taken, found["fi"].until_taken) == ([29 * 60], [31 * 60])


def test_an_answer_is_in_time_when_it_was_taken_in_time_also_after_the_person_writes_again(
    session: Session, keys: ContentKeys, submit: Submit, hire: Callable[..., StaffMember]
) -> None:
    agent = hire(session)
    for language, minutes in (("so", 2), ("sv", 3)):
        filed = submit(session, language=language, act_by=NOW + timedelta(minutes=2))
        ids = {"request_id": filed.request_id, "staff_id": agent.id}
        work.claim(session, **ids, now=NOW + timedelta(minutes=minutes))
        work.answer(session, keys=keys, **ids, body="Svar", language="sv", now=NOW + timedelta(hours=1))
        later = NOW + timedelta(hours=2)
        person_writes(session, keys=keys, request_id=filed.request_id, body="Tack", language="sv", now=later)
    became = {language: group.outcomes.index(1) for (language, _), group in the_part(session).groups.items()}
    assert became == {"so": IN_TIME, "sv": LATE}
