"""The legal clocks of a report on a child run from receipt until a human has assessed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.desk import report_clocks, reports, work
from portal.desk.errors import RequestUnknown
from portal.desk.follow_up import person_writes
from portal.desk.report_clocks import AlreadyAssessed, NoReport
from portal.desk.retention import erase_expired
from portal.records.event import Event, EventKind
from portal.records.help_request import HelpRequest
from portal.records.report_clock import ReportClock

HOUR = timedelta(hours=1)


def kinds(session, request_id):
    query = select(Event.kind).where(Event.request_id == request_id).order_by(Event.number)
    return [EventKind(kind) for kind in session.scalars(query)]


def test_the_clocks_run_from_when_the_words_came_and_not_from_the_press_of_a_button(session, claimed, keys, now):
    request_id = claimed.request_id
    report_clocks.start(session, **claimed.ids, at=now + 5 * HOUR)
    assert session.get(ReportClock, request_id).received_at == now
    assert session.get(HelpRequest, request_id).priority == 2
    report_clocks.start(session, **claimed.ids, at=now + 6 * HOUR)
    assert session.get(ReportClock, request_id).started_at == now + 5 * HOUR
    assert kinds(session, request_id).count(EventKind.REPORT_TAKEN) == 1


def test_what_was_answered_already_does_not_make_a_new_report_late(session, claimed, keys, now):
    work.answer(session, keys=keys, **claimed.ids, body="Hej", language="sv", now=now + HOUR)
    for hours in (100, 101):
        person_writes(
            session, keys=keys, request_id=claimed.request_id, body="De slår", language="sv", now=now + hours * HOUR
        )
    report_clocks.start(session, **claimed.ids, at=now + 102 * HOUR)
    assert session.get(ReportClock, claimed.request_id).received_at == now + 100 * HOUR


def test_a_clock_stops_once_by_a_humans_assessment_and_the_other_goes_on(session, claimed, now):
    with pytest.raises(NoReport):
        report_clocks.assess(session, **claimed.ids, which="safety", at=now)
    report_clocks.start(session, **claimed.ids, at=now)
    report_clocks.assess(session, **claimed.ids, which="safety", at=now + HOUR)
    row = session.get(ReportClock, claimed.request_id)
    assert (row.safety_assessed_at, row.safety_assessed_by) == (now + HOUR, claimed.staff_id)
    assert row.preliminary_assessed_at is None
    with pytest.raises(AlreadyAssessed):
        report_clocks.assess(session, **claimed.ids, which="safety", at=now + 2 * HOUR)
    with pytest.raises(ValueError, match="other"):
        report_clocks.assess(session, **claimed.ids, which="other", at=now)
    assert kinds(session, claimed.request_id)[-2:] == [EventKind.REPORT_TAKEN, EventKind.REPORT_ASSESSED]


def test_a_clock_that_still_runs_when_the_request_is_closed_can_be_stopped_by_whoever_assessed(session, claimed, now):
    report_clocks.start(session, **claimed.ids, at=now)
    work.close(session, **claimed.ids, reason="report-taken", now=now, code_valid=HOUR)
    assert len(erase_expired(session, now=now + 2 * HOUR)) == 1
    reports.assess(session, **claimed.ids, which="preliminary", now=now + 3 * HOUR)
    assert session.get(ReportClock, claimed.request_id).preliminary_assessed_at == now + 3 * HOUR


def test_only_a_request_that_is_there_can_be_a_report(session, claimed, now):
    with pytest.raises(RequestUnknown):
        report_clocks.start(session, request_id=uuid4(), staff_id=claimed.staff_id, at=now)
