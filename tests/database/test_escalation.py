"""Nobody falls out of the queue: what nobody acted on is told, once, to whom the rules name."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.desk import presence, ranking, report_clocks, work
from portal.desk.errors import RequestClosed
from portal.desk.escalation import escalate
from portal.desk.filing import file_request
from portal.desk.follow_up import person_writes, raise_danger
from portal.desk.queue_alerts import legal_alerts, overdue
from portal.desk.reach import lanes
from portal.desk.rulesets import publish
from portal.records.event import Event, EventKind
from portal.records.help_request import HelpRequest
from portal.settings import ROOT
from portal.triage.facts import from_codes
from portal.triage.reader import content_of, read_content, read_sources

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CONTENT = content_of(read_sources(ROOT / "triage_rules"))
RULES = read_content(CONTENT)
DANGER = {"signals": ["violence-now"], "topics": ["home.violence"]}
ORDINARY = {"topics": ["money.debt"]}


@pytest.fixture
def file(keys, code_key, now):
    """Files what is known of a situation, by the shipped rules."""

    def file(session, codes, at=now, channel="form"):
        publish(session, content=CONTENT, by="test", now=now)
        filed = file_request(
            session,
            keys=keys,
            code_key=code_key,
            ruleset=RULES,
            facts=from_codes(codes),
            words="hej",
            language="sv",
            channel=channel,
            now=at,
        )
        return session.get_one(HelpRequest, filed.request_id)

    return file


def told(session, request_id):
    """Whom the steps of one request told, in order."""
    query = select(Event.detail).where(Event.request_id == request_id, Event.kind == EventKind.ESCALATED)
    return [
        detail.get("to") or (detail["clock"], detail["step"])
        for detail in session.scalars(query.order_by(Event.number))
    ]


def present(session, hire, now):
    agent = hire(session)
    presence.note_present(session, staff_id=agent.id, now=now)
    return agent


def test_danger_nobody_takes_is_told_to_the_supervisor_and_then_to_those_on_call(session, file, hire, now):
    agent = present(session, hire, now + 5 * MINUTE)
    request = file(session, DANGER)
    assert (request.priority, request.act_by) == (1, now + 2 * MINUTE)
    for minute, expected in ((1, []), (5, ["supervisor"]), (6, ["supervisor"])):
        escalate(session, ruleset=RULES, now=now + minute * MINUTE)
        assert told(session, request.id) == expected
    [alert] = overdue(session, lanes=lanes(agent), now=now + 6 * MINUTE)
    assert (alert.reference, alert.escalated_to) == (request.reference, "supervisor")
    escalate(session, ruleset=RULES, now=now + 10 * MINUTE)
    escalate(session, ruleset=RULES, now=now + 99 * MINUTE)
    assert told(session, request.id) == ["supervisor", "on-call"]
    assert (request.state, request.priority) == ("new", 1)


def test_danger_with_nobody_there_is_told_to_those_on_call_at_once_and_once(session, file, now):
    request, other = file(session, DANGER), file(session, ORDINARY)
    assert escalate(session, ruleset=RULES, now=now) == 1
    assert escalate(session, ruleset=RULES, now=now + MINUTE) == 0
    assert (told(session, request.id), told(session, other.id)) == (["on-call"], [])


def test_what_somebody_works_on_is_left_alone_until_they_fall_silent_or_let_go(session, file, hire, now):
    agent = present(session, hire, now + HOUR)
    request, let_go = file(session, DANGER), file(session, DANGER)
    for each in (request, let_go):
        work.claim(session, request_id=each.id, staff_id=agent.id, now=now + MINUTE)
    work.release(session, request_id=let_go.id, staff_id=agent.id, now=now + 3 * MINUTE)
    assert escalate(session, ruleset=RULES, now=now + 9 * MINUTE) == 1
    assert (told(session, request.id), told(session, let_go.id)) == ([], ["supervisor"])
    assert overdue(session, lanes=lanes(agent), now=now + 9 * MINUTE)[0].request_id == let_go.id
    escalate(session, ruleset=RULES, now=now + 17 * MINUTE)
    assert told(session, request.id) == ["supervisor", "on-call"]


def test_an_answer_stops_the_clock_and_writing_again_starts_it_anew(session, file, hire, keys, now):
    agent = present(session, hire, now + 3 * HOUR)
    request = file(session, DANGER)
    work.claim(session, request_id=request.id, staff_id=agent.id, now=now)
    work.answer(
        session, keys=keys, request_id=request.id, staff_id=agent.id, body="Hej", language="sv", now=now + MINUTE
    )
    assert escalate(session, ruleset=RULES, now=now + HOUR) == 0
    later = now + 2 * HOUR
    person_writes(session, keys=keys, request_id=request.id, body="Igen", language="sv", now=later, ruleset=RULES)
    assert (request.act_by, request.acted_at, request.escalation_step) == (later + 2 * MINUTE, None, 0)
    assert escalate(session, ruleset=RULES, now=later + 20 * MINUTE) == 2


def test_what_staff_open_again_is_not_late_at_once(session, file, hire, now):
    request, agent = file(session, ORDINARY), hire(session)
    ids = {"request_id": request.id, "staff_id": agent.id}
    work.claim(session, **ids, now=now)
    work.close(session, **ids, reason="answered", now=now, code_valid=timedelta(days=90))
    later = now + timedelta(days=30)
    work.reopen(session, **ids, now=later, ruleset=RULES)
    assert request.act_by > later
    assert escalate(session, ruleset=RULES, now=later) == 0


def test_danger_that_comes_later_makes_it_due_sooner_and_only_a_human_lowers_it(session, file, hire, now):
    agent = hire(session)
    request = file(session, ORDINARY)
    assert request.priority == 4
    raise_danger(session, request, ["violence-now"], now + HOUR, RULES)
    assert (request.priority, request.act_by) == (1, now + HOUR + 2 * MINUTE)
    due = request.act_by
    ranking.rank(session, ruleset=RULES, request_id=request.id, staff_id=agent.id, priority=3, now=now + HOUR)
    ranking.rank(session, ruleset=RULES, request_id=request.id, staff_id=agent.id, priority=3, now=now + HOUR)
    assert (request.priority, request.act_by) == (3, due)
    ranked = session.scalars(select(Event).where(Event.kind == EventKind.RANKED)).all()
    assert [(event.staff_id, event.detail) for event in ranked] == [(agent.id, {"from": 1, "to": 3})]
    work.claim(session, request_id=request.id, staff_id=agent.id, now=now)
    work.close(
        session, request_id=request.id, staff_id=agent.id, reason="answered", now=now, code_valid=timedelta(days=9)
    )
    with pytest.raises(RequestClosed):
        ranking.rank(session, ruleset=RULES, request_id=request.id, staff_id=agent.id, priority=2, now=now)


def test_two_workers_at_once_take_each_step_once(database, file, now):
    with database.session() as session:
        ids = [file(session, DANGER).id for _ in range(12)]
    start, failed = threading.Barrier(2), []

    def turn():
        start.wait()
        try:
            with database.session() as session:
                escalate(session, ruleset=RULES, now=now + 6 * MINUTE)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=turn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.session() as session:
        escalate(session, ruleset=RULES, now=now + 6 * MINUTE)
        assert failed == []
        assert [sorted(told(session, each)) for each in ids] == [["on-call", "supervisor"]] * 12


def test_the_law_s_clocks_warn_once_and_say_once_that_time_ran_out_weekends_included(session, file, hire, now):
    agent = present(session, hire, now)
    request = file(session, ORDINARY)
    report_clocks.start(session, request_id=request.id, staff_id=agent.id, at=now + HOUR)
    work.claim(session, request_id=request.id, staff_id=agent.id, now=now)
    work.close(
        session, request_id=request.id, staff_id=agent.id, reason="report-taken", now=now, code_valid=timedelta(days=9)
    )
    times = RULES.municipality.report_times

    def alerts(at):
        found = legal_alerts(session, lanes=lanes(agent), times=times, now=at)
        return [(str(each.clock), each.late) for each in found]

    assert alerts(now + 11 * HOUR) == []
    for hours in (12, 13, 24, 25):
        escalate(session, ruleset=RULES, now=now + hours * HOUR)
    assert told(session, request.id) == [("safety", "warned"), ("safety", "ran-out")]
    assert (alerts(now + 12 * HOUR), alerts(now + 24 * HOUR)) == ([("safety", False)], [("safety", True)])
    report_clocks.assess(session, request_id=request.id, which="safety", staff_id=agent.id, at=now + 26 * HOUR)
    assert alerts(now + 10 * 24 * HOUR) == [("preliminary", False)]
    escalate(session, ruleset=RULES, now=now + 15 * 24 * HOUR)
    assert told(session, request.id)[2:] == [("preliminary", "warned"), ("preliminary", "ran-out")]
