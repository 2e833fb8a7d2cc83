"""The order in which requests are taken."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, select, text, true

from portal.desk import report_clocks, work
from portal.desk.queue import Filters, View, queue_page
from portal.desk.queue_alerts import danger_waiting
from portal.desk.queue_counts import COUNTED_TO, longest_waiting, queue_mark, view_counts
from portal.desk.reach import lanes
from portal.records.help_request import HelpRequest, State

VALID = timedelta(days=90)


@pytest.fixture
def own(session, hire):
    """What an agent of the contact centre reaches."""
    return lanes(hire(session, "reader"))


@pytest.fixture
def changed(session, submit):
    """Files a request and sets columns of it."""

    def file(columns=None, **details):
        request = session.get(HelpRequest, submit(session, **details).request_id)
        for name, value in (columns or {}).items():
            setattr(request, name, value)
        session.flush()
        return request

    return file


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


def test_danger_first_then_priority_then_children_then_the_longest_waiting(session, line, own, now):
    assert names(line, queue_page(session, lanes=own, now=now, limit=50)) == sorted(line.values())


def test_pages_follow_each_other_without_gap_or_repetition(session, line, now, own):
    seen, after = [], None
    while page := queue_page(session, lanes=own, now=now, limit=2, after=after):
        assert len(page) <= 2
        seen += names(line, page)
        after = page[-1].request_id

    assert seen == sorted(line.values())


def test_requests_that_came_in_the_same_moment_are_not_lost_between_pages(session, submit, now, own):
    filed = {submit(session).request_id for _ in range(5)}

    first = queue_page(session, lanes=own, now=now, limit=3)
    rest = queue_page(session, lanes=own, now=now, limit=3, after=first[-1].request_id)

    assert {row.request_id for row in [*first, *rest]} == filed
    assert len(first) + len(rest) == 5


def test_a_page_after_nothing_known_starts_from_the_top(session, line, now, own):
    assert len(queue_page(session, lanes=own, now=now, limit=50, after=uuid4())) == len(line)


def test_what_waits_for_the_person_or_is_closed_is_not_in_line(session, claimed, own, keys, now):
    def shown(view):
        return len(queue_page(session, lanes=own, now=now, limit=50, view=view))

    work.answer(session, keys=keys, **claimed.ids, body="svar", language="sv", now=now)
    assert (shown(View.OPEN), shown(View.WAITING), shown(View.CLOSED)) == (0, 1, 0)

    work.close(session, **claimed.ids, reason="answered", now=now, code_valid=VALID)
    assert (shown(View.OPEN), shown(View.WAITING), shown(View.CLOSED)) == (0, 0, 1)


def test_each_view_counts_what_it_shows_and_stops_at_the_cap(session, changed, claimed, own, now):
    for state in (State.QUARANTINE, State.WAITING_UNIT, State.WAITING_PERSON):
        changed({"state": state})
    views = [view for view in View if view != View.CLOSED]
    counts = view_counts(session, lanes=own, views=views, staff_id=claimed.staff_id)
    for view in views:
        rows = queue_page(session, lanes=own, now=now, limit=50, view=view, staff_id=claimed.staff_id)
        assert counts[view] == len(rows) == (0 if view == View.OTHER_PARTY else 1), view
    one = session.execute(select(HelpRequest.__table__).limit(1)).mappings().one()
    copies = [
        dict(one) | {"id": uuid4(), "reference": f"FL-{n}", "code_hash": str(n), "claimed_by": None, "state": "new"}
        for n in range(COUNTED_TO + 5)
    ]
    session.execute(HelpRequest.__table__.insert(), copies)
    assert view_counts(session, lanes=own, views=[View.OPEN])[View.OPEN] == COUNTED_TO


def test_of_two_parties_the_second_stands_in_a_view_of_its_own(session, changed, own, now):
    first, second, other = changed({"party": 1}), changed({"party": 2}, signals=["violence-now"]), changed()
    shown = {
        view: {row.request_id for row in queue_page(session, lanes=own, now=now, limit=50, view=view)} for view in View
    }
    assert shown[View.OPEN] == {first.id, other.id}
    assert shown[View.OTHER_PARTY] == {second.id}
    assert all(not ids for view, ids in shown.items() if view not in (View.OPEN, View.OTHER_PARTY))
    assert danger_waiting(session, lanes=own, now=now) == []
    assert [each.request_id for each in danger_waiting(session, lanes=own, now=now, view=View.OTHER_PARTY)] == [
        second.id
    ]


FILTERS = [
    (Filters(), "abc"),
    (Filters(priority=1), "b"),
    (Filters(language="so"), "c"),
    (Filters(topic="housing"), "c"),
    (Filters(topic="housing.eviction"), "c"),
    (Filters(topic="house"), ""),
    (Filters(channel="chat"), "b"),
    (Filters(child=True), "a"),
    (Filters(danger=True), "b"),
    (Filters(report=True), "a"),
    (Filters(unit="reception"), ""),
    (Filters(child=True, language="so"), ""),
]


def test_a_filter_leaves_what_it_names(session, submit, own, hire, now):
    filed = {
        submit(session, words="a", concerns_child=True).request_id: "a",
        submit(session, words="b", signals=["violence-now"], channel="chat").request_id: "b",
        submit(session, words="c", language="so", topics=["housing.eviction"]).request_id: "c",
    }
    report_clocks.start(session, request_id=next(iter(filed)), staff_id=hire(session).id, at=now)
    for filters, expected in FILTERS:
        rows = queue_page(session, lanes=own, now=now, limit=50, filters=filters)
        assert "".join(sorted(filed[row.request_id] for row in rows)) == expected, filters


def test_the_longest_waiting_of_every_language_is_found_also_of_one_nobody_knows(session, submit, own, now):
    hour = timedelta(hours=1)
    for language, hours in (("sv", 1), ("sv", 7), ("so", 3), ("xx", 2)):
        submit(session, language=language, now=now - hours * hour)
    found = longest_waiting(session, lanes=own)
    assert [(each.language, now - each.since) for each in found] == [
        ("sv", 7 * hour),
        ("so", 3 * hour),
        ("xx", 2 * hour),
    ]


def test_units_stand_in_one_order_and_a_unit_out_of_reach_in_none(session, changed, hire, now):
    late, early, _elsewhere = (
        changed({"unit": unit}, now=now - timedelta(hours=hours))
        for unit, hours in (("reception", 1), ("contact-centre", 2), ("outreach", 3))
    )
    both = lanes(replace(hire(session, "both"), units=frozenset({"contact-centre", "reception"})))
    rows = queue_page(session, lanes=both, now=now, limit=50)
    assert [row.request_id for row in rows] == [early.id, late.id]
    assert queue_page(session, lanes=[], now=now, limit=50) == []


def test_a_mark_changes_when_anything_happens(session, submit, hire, now):
    def mark(at=now):
        return queue_mark(session, within=true(), now=at, looks_since=at - timedelta(seconds=30))

    before = mark()
    assert mark() == before
    request = submit(session)
    arrived = mark()
    assert arrived != before
    work.claim(session, request_id=request.request_id, staff_id=hire(session).id, now=now)
    assert mark() != arrived
    assert mark(now + timedelta(minutes=1)) != mark()


def test_the_row_tells_who_works_on_it_until_the_claim_lapses(session, claimed, now, own):
    def holder(at):
        row = queue_page(session, lanes=own, now=at, limit=1)[0]
        return row.claimed_by, row.claimed_role

    assert holder(now) == (claimed.staff_id, "Socialsekreterare")
    assert holder(now + timedelta(minutes=15)) == (None, None)


def test_what_i_took_is_mine_until_somebody_else_takes_it(session, claimed, submit, hire, own, now):
    submit(session)
    colleague = hire(session, "colleague").id

    def mine(staff_id):
        rows = queue_page(session, lanes=own, now=now, limit=50, view=View.MINE, staff_id=staff_id)
        return [row.request_id for row in rows]

    assert (mine(claimed.staff_id), mine(colleague)) == ([claimed.request_id], [])

    work.claim(session, request_id=claimed.request_id, staff_id=colleague, now=now + timedelta(hours=1))
    assert (mine(claimed.staff_id), mine(colleague)) == ([], [claimed.request_id])


def test_a_row_holds_codes_only(session, submit, now, own):
    submit(session, words="hemligt")

    row = queue_page(session, lanes=own, now=now, limit=1)[0]

    assert "hemligt" not in str(row)
    assert (row.topics, row.child_concerned, row.anonymous) == (("home.violence",), False, True)


VIEWS = {
    View.OPEN: "ix_help_request_queue",
    View.MINE: "ix_help_request_held",
    View.WAITING: "ix_help_request_aside",
    View.QUARANTINE: "ix_help_request_aside",
    View.OTHER_PARTY: "ix_help_request_other_party",
    View.CLOSED: "ix_help_request_closed",
}


def test_every_view_is_read_in_its_order_from_an_index_and_no_further_than_it_shows(database, submit, hire, now):
    with database.session() as session:
        reader = hire(session)
        submit(session)
    asked = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    for view, index in VIEWS.items():
        asked.clear()
        with database.session(writes=False) as session:
            queue_page(session, lanes=lanes(reader), now=now, limit=20, view=view, staff_id=reader.id)
            plan = explained(session, database, next(call for call in asked if "ORDER BY" in call[0]))
        # Inside the part that is limited; the rows of one page may then be sorted.
        assert index in plan, f"{view}: {plan}"
        assert "SCAN help_request" not in plan, plan
        assert "Seq Scan on help_request" not in plan, plan
    asked.clear()
    with database.session(writes=False) as session:
        longest_waiting(session, lanes=lanes(reader))
        plan = explained(session, database, next(call for call in asked if "RECURSIVE" in call[0]))
    assert "ix_help_request_language" in plan


def explained(session, database, call):
    statement, parameters = call
    if database.is_sqlite:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    else:
        # With so few rows it would rather scan and sort; the question is whether it has to.
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            session.execute(text(f"SET LOCAL enable_{way} = off"))
        plan = session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(str(line) for line in plan)
