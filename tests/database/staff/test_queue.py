"""The queue: what comes first, what it says, and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from portal import clock
from portal.desk.submit import Submitted
from tests.database.staff.browsing import (
    Client,
    path_of,
    press,
    text,
)


def test_the_queue_puts_danger_first_then_urgency_then_children_then_waiting(
    filed: Callable[..., Submitted], signed_in: Client, now: datetime
) -> None:
    hour = timedelta(hours=1)
    old = filed(words="a", urgency="soon", now=now - 9 * hour)
    child = filed(words="b", urgency="soon", facts={"age": 12}, concerns_child=True, now=now - hour)
    today = filed(words="c", urgency="today", now=now - hour)
    danger = filed(words="d", urgency="emergency", signals=["violence-now"], now=now)
    page = text(signed_in("agent1").get("/staff/queue"))
    places = [page.index(request.reference) for request in (danger, today, child, old)]
    assert places == sorted(places)
    assert "Våld eller hot just nu" in page
    assert "Har väntat i 9 timmar" in page


def test_a_promise_that_has_passed_is_said_and_one_that_was_kept_is_not(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock, now: datetime
) -> None:
    request = filed(answer_due_at=now + timedelta(hours=1))
    client = signed_in("agent1")
    assert "Lovat svar: tisdag 10 mars 16:00" in text(client.get("/staff/queue"))
    stopped.move(timedelta(minutes=20))
    press(client, path_of(request, "claim"))
    stopped.move(timedelta(minutes=20))
    press(client, path_of(request, "answer"), answer="Hej!", language="sv")
    stopped.move(timedelta(minutes=25))
    late = filed(words="x", answer_due_at=now + timedelta(hours=1), now=now)
    waiting = text(client.get("/staff/queue?show=waiting"))
    assert request.reference in waiting
    assert "Lovat svar" not in waiting
    queue = text(client.get("/staff/queue"))
    assert late.reference in queue
    assert "Lovat svar har passerat: tisdag 10 mars 16:00" in queue
    assert "Lovat svar har passerat" in text(client.get(path_of(late)))
    assert "Lovat svar" not in text(client.get(path_of(request)))


def test_the_tabs_show_what_they_say(filed: Callable[..., Submitted], signed_in: Client, now: datetime) -> None:
    mine, other, free, done = (filed(words=word) for word in "abcd")
    me, colleague = signed_in("agent1"), signed_in("agent2")
    press(me, path_of(mine, "claim"))
    press(colleague, path_of(other, "claim"))
    press(colleague, path_of(done, "claim"))
    press(colleague, path_of(done, "close"), reason="answered")
    shown = {
        tab: {r.reference for r in (mine, other, free, done) if r.reference in text(me.get(f"/staff/queue?show={tab}"))}
        for tab in ("open", "mine", "waiting", "closed", "no-such-tab")
    }
    open_ones = {mine.reference, other.reference, free.reference}
    assert shown == {
        "open": open_ones,
        "mine": {mine.reference},
        "waiting": set(),
        "closed": {done.reference},
        "no-such-tab": open_ones,
    }
    queue = text(me.get("/staff/queue"))
    assert "Rådgivare har den" in queue
    assert "Du har den" in queue


def test_a_long_queue_is_shown_in_parts(filed: Callable[..., Submitted], signed_in: Client, now: datetime) -> None:
    requests = [filed(words=str(n), now=now - timedelta(minutes=200 - n)) for n in range(53)]
    client = signed_in("agent1")
    first = text(client.get("/staff/queue"))
    more = re.search(r'href="(/staff/queue\?[^"]*after=[^"]+)"', first)
    assert more is not None
    second = text(client.get(more.group(1)))
    assert [request.reference in first for request in requests] == [True] * 50 + [False] * 3
    assert [request.reference in second for request in requests] == [False] * 50 + [True] * 3


def test_news_count_those_who_came_after_the_page(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock, now: datetime
) -> None:
    filed(words="before", now=now - timedelta(minutes=1))
    client = signed_in("agent1")
    address = re.search(r'data-news="([^"]+)"', text(client.get("/staff/queue")))
    assert address is not None
    assert client.get(address.group(1)).get_json()["new"] == 0
    filed(words="after", now=stopped.move(timedelta(seconds=1)))
    news = client.get(address.group(1)).get_json()
    assert news == {"new": 1, "sentence": "1 ny fråga – visa"}
    assert client.get("/staff/queue/news?since=yesterday").get_json()["new"] == 0


def test_a_reference_is_found_however_it_is_typed_and_an_unknown_one_is_said(
    filed: Callable[..., Submitted], signed_in: Client
) -> None:
    request = filed()
    client = signed_in("agent1")
    found = client.get("/staff/queue", query_string={"reference": f" {request.reference.lower()} "})
    assert found.location == path_of(request)
    unknown = client.get("/staff/queue?reference=FL-0000-0000")
    assert unknown.status_code == 404
    assert "ingen fråga med den referensen" in text(unknown)
    assert client.get("/staff/requests/FL-0000-0000").status_code == 404
