"""The order in which requests are taken."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, text, true

from portal.desk import work
from portal.desk.queue import count_arrived, count_held, queue_counts, queue_page
from portal.records.help_request import State

VALID = timedelta(days=90)


@pytest.fixture
def line(session, submit, now):
    """Requests filed in the worst possible order; the names say where each belongs."""
    wanted = [
        ("6 information", {"urgency": "planned", "priority": 5}, 9),
        ("5 ordinary, short wait", {"urgency": "soon"}, 1),
        ("4 ordinary, long wait", {"urgency": "planned", "concerns_child": False}, 5),
        ("3 ordinary, a child, short wait", {"urgency": "soon", "concerns_child": True}, 0),
        ("2 today", {"urgency": "today"}, 0),
        ("1 emergency, short wait", {"urgency": "emergency"}, 0),
        ("0 danger, long wait", {"urgency": "planned", "signals": ["violence-now"]}, 2),
    ]
    return {
        submit(session, now=now - timedelta(hours=hours), **details).request_id: name for name, details, hours in wanted
    }


def names(line, rows):
    return [line[row.request_id] for row in rows]


def test_danger_first_then_priority_then_children_then_the_longest_waiting(session, line, now):
    assert names(line, queue_page(session, within=true(), now=now, limit=50)) == sorted(line.values())


def test_pages_follow_each_other_without_gap_or_repetition(session, line, now):
    seen, after = [], None
    while page := queue_page(session, within=true(), now=now, limit=2, after=after):
        assert len(page) <= 2
        seen += names(line, page)
        after = page[-1].request_id

    assert seen == sorted(line.values())


def test_requests_that_came_in_the_same_moment_are_not_lost_between_pages(session, submit, now):
    filed = {submit(session).request_id for _ in range(5)}

    first = queue_page(session, within=true(), now=now, limit=3)
    rest = queue_page(session, within=true(), now=now, limit=3, after=first[-1].request_id)

    assert {row.request_id for row in [*first, *rest]} == filed
    assert len(first) + len(rest) == 5


def test_a_page_after_nothing_known_starts_from_the_top(session, line, now):
    assert len(queue_page(session, within=true(), now=now, limit=50, after=uuid4())) == len(line)


def test_what_waits_for_the_person_or_is_closed_is_not_in_line(session, claimed, submit, hire, keys, now):
    work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=now)
    assert queue_page(session, within=true(), now=now, limit=50) == []
    assert len(queue_page(session, within=true(), now=now, limit=50, states=[State.WAITING_PERSON])) == 1

    work.close(session, **claimed.ids, reason="answered", now=now, code_valid=VALID)
    assert queue_page(session, within=true(), now=now, limit=50) == []
    assert len(queue_page(session, within=true(), now=now, limit=50, states=list(State))) == 1
    assert queue_counts(session, within=true()) == {
        State.NEW: 0,
        State.CLAIMED: 0,
        State.IN_DIALOGUE: 0,
        State.WAITING_PERSON: 0,
        State.WAITING_UNIT: 0,
        State.QUARANTINE: 0,
        State.CLOSED: 1,
    }


def test_the_row_tells_who_works_on_it_until_the_claim_lapses(session, claimed, now):
    def holder(at):
        row = queue_page(session, within=true(), now=at, limit=1)[0]
        return row.claimed_by, row.claimed_role

    assert holder(now) == (claimed.staff_id, "Socialsekreterare")
    assert holder(now + timedelta(minutes=15)) == (None, None)


def test_what_i_took_is_mine_until_somebody_else_takes_it(session, claimed, submit, hire, now):
    submit(session)
    colleague = hire(session, "colleague").id

    def mine(staff_id):
        rows = queue_page(session, within=true(), now=now, limit=50, held_by=staff_id)
        assert count_held(session, staff_id=staff_id) == len(rows)
        return [row.request_id for row in rows]

    assert (mine(claimed.staff_id), mine(colleague)) == ([claimed.request_id], [])

    work.claim(session, request_id=claimed.request_id, staff_id=colleague, now=now + timedelta(hours=1))
    assert (mine(claimed.staff_id), mine(colleague)) == ([], [claimed.request_id])


def test_what_began_to_wait_since_a_moment_is_counted(session, line, now):
    assert count_arrived(session, within=true(), since=now - timedelta(hours=2)) == 4
    assert count_arrived(session, within=true(), since=now) == 0


def test_a_row_holds_codes_only(session, submit, now):
    submit(session, words="hemligt")

    row = queue_page(session, within=true(), now=now, limit=1)[0]

    assert "hemligt" not in str(row)
    assert (row.topics, row.child_concerned, row.anonymous) == (("home.violence",), False, True)


def test_the_order_comes_from_an_index(database, submit, now):
    with database.session() as session:
        submit(session)
    asked = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    with database.session(writes=False) as session:
        queue_page(session, within=true(), now=now, limit=20)
        statement, parameters = next(call for call in asked if "ORDER BY" in call[0])
        if database.is_sqlite:
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        else:
            # With so few rows it would rather scan and sort; the question is whether it has to.
            for way in ("seqscan", "sort", "incremental_sort", "bitmapscan"):
                session.execute(text(f"SET LOCAL enable_{way} = off"))
            plan = session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
        described = "\n".join(str(line) for line in plan)

    assert "ix_help_request_queue" in described
    assert "Sort" not in described
    assert "TEMP B-TREE" not in described
