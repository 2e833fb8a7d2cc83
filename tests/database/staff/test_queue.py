"""The queue: what comes first, what it says, and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal import clock
from portal.desk import takeover
from portal.desk.follow_up import person_writes
from portal.desk.queue import View
from portal.desk.submit import Submitted
from portal.records.audit_entry import AuditEntry
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.records.request_look import RequestLook
from portal.records.saved_view import SavedView
from portal.records.sealing import ContentKeys
from tests.database.staff.browsing import (
    Client,
    path_of,
    press,
    text,
    token,
)


def test_the_queue_puts_danger_first_then_priority_then_children_then_waiting(
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


def test_what_happens_out_of_reach_does_not_show_in_an_open_queue(
    filed: Callable[..., Submitted], signed_in: Client, hired: Callable[..., None], database: Database
) -> None:
    hired("elsewhere", "agent", units=["family-counselling", "outreach"], sees_protected=True)
    filed(words="ours")
    theirs = [filed(words=word) for word in ("sealed", "protected")]
    hidden = ({"unit": "family-counselling"}, {"unit": "outreach", "protected": True})
    with database.session() as session:
        for request, kept in zip(theirs, hidden, strict=True):
            session.execute(update(HelpRequest).where(HelpRequest.reference == request.reference).values(**kept))
    client, colleague = signed_in("agent1"), signed_in("elsewhere")
    shown = re.search(r'data-live-at="([^"]+)" data-mark="([0-9a-f]{16})"', text(client.get("/staff/queue")))
    assert shown is not None
    news = f"{shown[1]}&mark={shown[2]}"
    assert client.get(news).status_code == 204
    press(colleague, path_of(theirs[1], "why"), why="supervision")
    for request in theirs:
        press(colleague, path_of(request, "claim"))
        assert colleague.get(path_of(request)).status_code == 200
        assert colleague.get(path_of(request, "looking")).status_code == 200
    assert client.get(news).status_code == 204
    filed(words="ours too")
    assert client.get(news).status_code == 200


def test_a_long_queue_is_shown_in_parts(filed: Callable[..., Submitted], signed_in: Client, now: datetime) -> None:
    requests = [filed(words=str(n), now=now - timedelta(minutes=200 - n)) for n in range(53)]
    client = signed_in("agent1")
    first = text(client.get("/staff/queue"))
    more = re.search(r'href="(/staff/queue\?[^"]*after=[^"]+)"', first)
    assert more is not None
    second = text(client.get(more.group(1)))
    assert [request.reference in first for request in requests] == [True] * 50 + [False] * 3
    assert [request.reference in second for request in requests] == [False] * 50 + [True] * 3


def test_the_next_in_the_queue_is_taken_with_one_button_and_two_colleagues_get_one_each(
    filed: Callable[..., Submitted], signed_in: Client, now: datetime
) -> None:
    hour = timedelta(hours=1)
    later = filed(words="a", now=now - hour)
    somali = filed(words="b", language="so", now=now - 2 * hour)
    danger = filed(words="c", urgency="emergency", signals=["violence-now"], now=now)
    me, colleague = signed_in("agent1"), signed_in("agent2")
    assert press(me, "/staff/queue/next", here="show=open").location == path_of(danger)
    assert press(colleague, "/staff/queue/next", here="show=open&language=sv").location == path_of(later)
    assert press(me, "/staff/queue/next", here="").location == path_of(somali)
    assert "Den stod först i kön." in text(me.get(path_of(somali)))
    nothing = press(colleague, "/staff/queue/next", here="show=open&language=sv")
    assert nothing.location == "/staff/queue?show=open&language=sv"
    assert "Ingen väntar som inte redan har någon." in text(colleague.get(nothing.location))
    assert me.post("/staff/queue/next", data={"here": ""}).location == "/staff/queue?show=open"


def test_the_page_is_asked_for_again_only_when_something_happened(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock, now: datetime
) -> None:
    filed(words="before", now=now - timedelta(minutes=1))
    client = signed_in("agent1")
    shown = re.search(r'data-live-at="([^"]+)" data-mark="([^"]+)"', text(client.get("/staff/queue?language=sv")))
    assert shown is not None
    address = f"{shown[1]}&mark={shown[2]}"
    assert client.get(address).status_code == 204
    later = filed(words="after", now=stopped.move(timedelta(seconds=1)))
    hidden = filed(words="of another filter", language="so", now=clock.now())
    news = client.get(address)
    assert news.status_code == 200
    assert later.reference in text(news)
    assert hidden.reference not in text(news)
    assert "<html" not in text(news)


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


def test_time_left_is_said_in_words_and_who_was_told(
    filed: Callable[..., Submitted], signed_in: Client, database: Database, stopped: clock.FrozenClock, now: datetime
) -> None:
    minute = timedelta(minutes=1)
    left, late, today, week = (
        filed(words=str(minutes), act_by=now + minutes * minute, escalate_at=now) for minutes in (8, -12, 200, 9000)
    )
    client = signed_in("agent1")
    page = text(client.get("/staff/queue"))
    for words in ("8 min kvar", "försenad 12 min", "3 tim 20 min kvar", "senast mån 16 mars 21:00"):
        assert words in page
    press(client, path_of(left, "claim"))
    assert "8 min kvar" not in text(client.get("/staff/queue"))
    assert {late.reference, today.reference, week.reference} <= set(re.findall(r"FL-[0-9A-Z-]+", page))


def test_a_danger_nobody_has_taken_stands_above_everything_whatever_is_chosen(
    filed: Callable[..., Submitted], signed_in: Client
) -> None:
    danger = filed(signals=["violence-now"])
    client = signed_in("agent1")
    assert "Ingen i fara väntar" not in text(client.get("/staff/queue"))
    band = text(client.get("/staff/queue?show=closed&language=so")).partition('id="q-tabs"')[0]
    assert "Fara. Ingen har tagit den." in band
    assert danger.reference in band
    press(client, path_of(danger, "claim"))
    assert "Ingen i fara väntar på att bli tagen." in text(client.get("/staff/queue"))


def test_supervisors_are_told_what_nobody_acted_on(
    filed: Callable[..., Submitted], signed_in: Client, hired: Callable[..., None], database: Database, now: datetime
) -> None:
    hired("boss", "supervisor")
    hired("night", "on-call")
    late = filed(act_by=now, escalate_at=now)
    with database.session() as session:
        session.execute(update(HelpRequest).values(escalated_to="supervisor"))
    told = "1 har väntat för länge"
    assert told in text(signed_in("boss").get("/staff/queue"))
    assert told in text(signed_in("night").get("/staff/queue"))
    agents = text(signed_in("agent1").get("/staff/queue"))
    assert told not in agents
    assert "Arbetsledaren vet" in agents
    assert late.reference in agents


def test_the_second_party_of_a_matter_is_only_in_a_view_of_its_own(
    filed: Callable[..., Submitted], signed_in: Client, database: Database, keys: ContentKeys
) -> None:
    first, second = filed(words="a"), filed(words="b", signals=["violence-now"], channel="chat")
    with database.session() as session:
        for request, party in ((first, 1), (second, 2)):
            session.get_one(HelpRequest, request.request_id).party = party
        takeover.ask_for_human(session, keys=keys, request_id=second.request_id, now=clock.now())
    client = signed_in("agent1")
    shown = {view: text(client.get(f"/staff/queue?show={view.value}")) for view in View}
    assert {view for view, page in shown.items() if second.reference in page} == {View.OTHER_PARTY}
    assert first.reference in shown[View.OPEN]
    assert first.reference not in shown[View.OTHER_PARTY]
    assert "Den andra parten" in shown[View.OPEN]


def test_a_chosen_view_is_kept_under_a_name_sealed_and_for_oneself(
    filed: Callable[..., Submitted], signed_in: Client, database: Database
) -> None:
    filed(language="so")
    me, colleague = signed_in("agent1"), signed_in("agent2")
    page = text(me.get("/staff/queue?language=so&child=1&topic=no-such&priority=9"))
    assert "Inget i det här urvalet." in page
    here = re.findall(r'name="here" value="([^"]*)"', page)[0]
    assert here == "show=open&language=so&child=1"
    press(me, "/staff/queue/views", name="<b>Mina somaliska</b>", here=here + "&next=//elsewhere.example")
    kept = me.get("/staff/queue").get_data(as_text=True)
    assert "&lt;b&gt;Mina somaliska" in kept
    address = re.search(r'<ul class="q-views".*?href="([^"]+)"', kept, re.DOTALL)
    assert address is not None
    assert address[1].replace("&amp;", "&") == f"/staff/queue?{here}"
    with database.session() as session:
        view = session.scalars(select(SavedView)).one()
        assert b"somaliska" not in view.name
    assert "somaliska" not in text(colleague.get("/staff/queue"))
    press(colleague, f"/staff/queue/views/{view.id}/forget")
    assert "somaliska" in text(me.get("/staff/queue"))
    press(me, f"/staff/queue/views/{view.id}/forget")
    assert "somaliska" not in text(me.get("/staff/queue"))


def test_keys_can_be_switched_off_by_each(signed_in: Client) -> None:
    me = signed_in("agent1")
    assert 'data-keys="on"' in text(me.get("/staff/queue"))
    press(me, "/staff/queue/setting")
    assert 'data-keys="off"' in text(me.get("/staff/queue"))
    press(me, "/staff/queue/setting", shortcuts="y")
    assert 'data-keys="on"' in text(me.get("/staff/queue"))
    press(me, "/staff/queue/setting")
    assert 'data-keys="on"' in text(signed_in("agent2").get("/staff/queue"))


def test_who_looks_at_a_request_is_shown_by_role_and_forgotten(
    filed: Callable[..., Submitted], signed_in: Client, database: Database, stopped: clock.FrozenClock
) -> None:
    request = filed()
    me, colleague = signed_in("agent1"), signed_in("agent2")
    colleague.get(path_of(request))
    assert "Rådgivare tittar nu" in text(me.get("/staff/queue"))
    assert "Rådgivare tittar nu" in text(me.get(path_of(request)))
    assert "Socialsekreterare tittar nu" in text(colleague.get(path_of(request, "looking")))
    stopped.move(timedelta(seconds=20))
    colleague.get(path_of(request, "looking"))
    stopped.move(timedelta(seconds=20))
    assert "Rådgivare tittar nu" in text(me.get("/staff/queue"))
    stopped.move(timedelta(seconds=31))
    assert "tittar nu" not in text(me.get("/staff/queue"))
    me.get(path_of(request, "looking"))
    with database.session() as session:
        assert len(session.scalars(select(RequestLook)).all()) == 1


def test_a_human_changes_the_priority_and_it_stands_in_the_history(
    filed: Callable[..., Submitted], signed_in: Client
) -> None:
    request = filed()
    client = signed_in("agent1")
    said = client.post(
        path_of(request, "rank"), data={"csrf_token": token(client), "priority": "2"}, follow_redirects=True
    )
    assert "Frågan har nu prioritet 2" in text(said)
    assert "Fick en annan prioritet" in text(said)
    assert "q-row-2" in text(client.get("/staff/queue"))
    press(client, path_of(request, "rank"), priority="0")
    assert "Välj en prioritet" in text(client.get("/staff/queue"))


def test_several_are_taken_and_let_go_at_once_and_each_that_was_not_is_named(
    filed: Callable[..., Submitted], signed_in: Client
) -> None:
    one, two, taken = (filed(words=word) for word in "abc")
    me, colleague = signed_in("agent1"), signed_in("agent2")
    press(colleague, path_of(taken, "claim"))
    said = many(me, "take", [one, two, taken])
    assert "Du har tagit 2 frågor." in said
    assert f"{taken.reference} hoppades över: Rådgivare har redan tagit hand om frågan." in said
    said = many(me, "release", [one, taken])
    assert "1 fråga är tillbaka i kön." in said
    assert f"{taken.reference} hoppades över: Du håller inte längre i frågan." in said
    assert "Markera först" in many(me, "take", [])


def test_a_supervisor_gives_several_to_a_colleague_who_may_read_them(
    filed: Callable[..., Submitted], signed_in: Client, hired: Callable[..., None], database: Database
) -> None:
    hired("boss", "supervisor")
    hired("elsewhere", "agent", units=["outreach"])
    one, two = filed(words="a"), filed(words="b")
    boss, agent = signed_in("boss"), signed_in("agent1")
    press(agent, path_of(one, "claim"))
    page = many(boss, "give", [one, two])
    assert one.reference in page
    assert two.reference in page
    to = {name: value for value, name in re.findall(r'<option value="([^"]+)">[^<]*\((\w+)\)', page)}
    assert "admin" not in to
    assert "Kollegan får inte läsa den frågan." in many(boss, "give", [one], to=to["elsewhere"])
    assert "Rådgivare har fått 2 frågor." in many(boss, "give", [one, two], to=to["agent2"])
    assert text(signed_in("agent2").get("/staff/queue?show=mine")).count("Du har den") == 2
    with database.session() as session:
        given = session.scalars(select(AuditEntry).where(AuditEntry.act == "changed-many")).one()
        assert given.detail == {"references": sorted([one.reference, two.reference])}
    assert agent.post("/staff/queue/give", data={"csrf_token": token(agent)}).status_code == 403


def test_several_are_closed_only_after_being_read_and_shown_and_never_danger(
    filed: Callable[..., Submitted],
    signed_in: Client,
    hired: Callable[..., None],
    keys: ContentKeys,
    database: Database,
) -> None:
    hired("boss", "supervisor")
    boss = signed_in("boss")
    read, unread, wrote, changed = (filed(words=word) for word in "abcd")
    danger = filed(words="e", signals=["violence-now"])
    for request in (read, wrote, changed, danger):
        boss.get(path_of(request))
    with database.session() as session:
        person_writes(
            session,
            keys=keys,
            request_id=wrote.request_id,
            body="En sak till",
            language="sv",
            now=clock.now() + timedelta(seconds=1),
        )
    everything = [read, unread, wrote, changed, danger]
    page = many(boss, "close", everything).partition("<h1")[2]
    will, _, wont = page.partition("Det här stängs inte")
    assert [each.reference in will for each in everything] == [True, False, False, True, False]
    assert wont.count("Ingen har läst det senaste") == 2
    assert wont.count("prioritet 1") == 1
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    press(signed_in("agent1"), path_of(changed, "claim"))
    assert "Välj varför du stänger" in many(boss, "close", everything, reason="", seen=seen)
    refused = many(boss, "close", everything, reason="misuse", seen=seen)
    assert "stängd." not in refused  # misuse lies aside first, and another one judges it
    assert f"{read.reference} hoppades över" in refused
    said = many(boss, "close", everything, reason="test", seen=seen)
    assert "1 fråga är stängd." in said
    assert f"{changed.reference} hoppades över: Något har hänt" in said
    with database.session() as session:
        closed = select(HelpRequest.reference).where(HelpRequest.state == "closed")
        assert session.scalars(closed).all() == [read.reference]


def many(client: FlaskClient, act: str, requests: list[Submitted], **fields: str | list[str]) -> str:
    """Tick these and press one of the buttons under the queue; the page one is led to."""
    ticked = [request.reference for request in requests]
    answer = client.post(
        f"/staff/queue/{act}",
        data={"csrf_token": token(client), "chosen": ticked, "here": "", **fields},
        follow_redirects=True,
    )
    assert answer.status_code in (200, 400)
    return text(answer)
