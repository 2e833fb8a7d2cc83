"""What the request's page makes impossible, asks for, and tells colleagues.

On SQLite alone: what the desk does is tried on both databases in tests/database/test_request_safety.py.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.event import listen
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal import clock
from portal.desk.contact import Contact, ContactChannel
from portal.desk.submit import Submitted
from portal.records.audit_entry import AuditEntry
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.records.staff_account import Role
from tests.database.staff.browsing import Client, path_of, text, token

PHONE = Contact(
    name="Nour",
    channel=ContactChannel.PHONE,
    address="070-174 06 05",
    best_times="bara 12 till 13",
    code_word="blåbär",
)


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "portal.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


def press(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Post a form as a page of ours would; a browser's proof of origin is fetched once."""
    if not hasattr(client, "proof"):
        client.proof = token(client)  # type: ignore[attr-defined]
    return client.post(address, data={"csrf_token": client.proof, **fields})  # type: ignore[attr-defined]


def looks(database: Database, request: Submitted) -> list[tuple[str, str]]:
    """Act and reason of everything the log holds about a request."""
    with database.session(writes=False) as session:
        rows = session.execute(
            select(AuditEntry.act, AuditEntry.why)
            .where(AuditEntry.subject == request.reference)
            .order_by(AuditEntry.number)
        )
        return [(act, why) for act, why in rows]


def test_a_colleagues_request_opens_after_a_reason_and_what_was_written_is_kept(
    filed: Callable[..., Submitted], signed_in: Client, database: Database, stopped: clock.FrozenClock
) -> None:
    request = filed(words="Det jag skrev till er.")
    client, colleague = signed_in("agent1"), signed_in("agent2")
    press(client, path_of(request, "claim"))
    asked = colleague.get(path_of(request))
    assert "Socialsekreterare arbetar med frågan sedan 15:00." in text(asked)
    assert "Det jag skrev till er." not in text(asked)
    # Posting something is no way around the question.
    refused = press(colleague, path_of(request, "answer"), answer="Mitt långa svar.", language="sv")
    assert refused.status_code == 409
    assert "Det jag skrev till er." not in text(refused)
    assert "Mitt långa svar." in text(refused)
    assert press(colleague, path_of(request, "why"), why="curiosity").status_code == 400
    assert looks(database, request) == []
    opened = press(colleague, path_of(request, "why"), why="colleague-away", answer="Mitt långa svar.", language="sv")
    assert "Det jag skrev till er." in text(opened)
    assert "Mitt långa svar." in text(opened)
    assert "Det jag skrev till er." in text(colleague.get(path_of(request)))
    stopped.move(timedelta(minutes=14))
    client.get(path_of(request))
    press(client, path_of(request, "claim"))
    stopped.move(timedelta(minutes=1))
    assert "Varför öppnar du" in text(colleague.get(path_of(request)))
    assert colleague.get(path_of(request, "talk") + "?mark=0").status_code == 403
    assert looks(database, request) == [("opened", "colleague-away"), ("opened", "own")]
    page = text(client.get(path_of(request)))
    seen = page[page.index('id="looks"') :]
    assert "Rådgivare" in seen
    assert "kollegan är borta" in seen


def test_the_number_is_shown_to_whoever_holds_the_request_and_only_in_the_way_the_person_allows(
    filed: Callable[..., Submitted], signed_in: Client, database: Database
) -> None:
    request, unsafe = filed(contact=PHONE), filed()
    client = signed_in("agent1")
    assert client.get(path_of(request, "contact")).status_code == 409
    for each in (request, unsafe):
        press(client, path_of(each, "claim"))
    page = text(client.get(path_of(request, "contact")))
    for words in ("blåbär", "070-174 06 05", "bara 12 till 13", "Lämna inget meddelande."):
        assert words in page, words
    assert "Jag lämnade ett meddelande" not in page
    assert ("unmasked", "duty") in looks(database, request)
    done = path_of(request, "contact/done")
    for fields, status, sentence in (
        ({"result": "message-left", "channel": "phone", "safe_time": "y"}, 400, "Hur gick det?"),
        ({"result": "reached", "channel": "sms", "safe_time": "y"}, 400, "inte valt det sättet"),
        ({"result": "reached", "channel": "phone"}, 400, "Hör bara av dig då"),
        ({"result": "reached", "channel": "phone", "safe_time": "y"}, 303, ""),
    ):
        answer = press(client, done, **fields)
        assert answer.status_code == status, fields
        assert sentence in text(answer)
    assert "Personen kontaktades på annat sätt: Jag pratade med personen" in text(client.get(path_of(request)))
    assert "Visa numret" not in text(client.get(path_of(unsafe)))
    assert "Stäng: ingen säker väg att nå personen" in text(client.get(path_of(unsafe)))
    assert client.get(path_of(unsafe, "contact")).status_code == 400
    assert press(client, path_of(unsafe, "contact/done"), result="reached", channel="phone").status_code == 400


def test_an_alarm_reaches_colleagues_and_from_then_on_two_answer(
    app: Flask,
    filed: Callable[..., Submitted],
    signed_in: Client,
    hired: Callable[..., None],
    database: Database,
    stopped: clock.FrozenClock,
) -> None:
    hired("boss", "supervisor")
    request = filed(words="Jag vet var ni sitter.")
    client, colleague, boss = signed_in("agent1"), signed_in("agent2"), signed_in("boss")
    press(client, path_of(request, "claim"))
    mark = re.findall(r'data-watch="([^"]+)"', text(colleague.get("/staff/queue")))[0]
    assert colleague.get(mark).status_code == 204
    assert "Larma" in text(client.get(path_of(request)))
    assert press(client, path_of(request, "alarm")).location == path_of(request, "threat")
    for each in (colleague, boss):
        assert "Larm: Socialsekreterare (agent1) behöver hjälp." in text(each.get(mark))
    assert "behöver hjälp" not in text(signed_in("admin").get("/staff/accounts"))
    threat = re.findall(r"/staff/watch/alarms/[0-9a-f-]+", text(colleague.get("/staff/queue")))[0]
    assert press(client, threat).status_code == 400  # not by oneself
    press(colleague, threat)
    assert "behöver hjälp" not in text(boss.get("/staff/queue"))
    assert "Rådgivare har svarat på larmet" in text(client.get(path_of(request, "threat")))

    day = clock.now().date()
    late = press(client, path_of(request, "threat"), body="Skrev hot.", until=str(day + timedelta(days=31)))
    assert late.status_code == 400
    assert "Skrev hot." in text(late)
    assert press(client, path_of(request, "threat"), body="Skrev hot.", until="").status_code == 400
    press(client, path_of(request, "threat"), body="Skrev hot.", until=str(day + timedelta(days=3)))

    said = {"answer": "Vi är två som svarar dig.", "language": "sv"}
    asked = press(client, path_of(request, "answer"), **said)
    assert asked.status_code == 409
    assert "Din kollega ser nu vad du vill göra" in text(asked)
    assert said["answer"] in text(asked)
    page = text(colleague.get(path_of(request)))  # without a reason: two handle it
    assert said["answer"] in page
    wanted = re.findall(r'name="press" value="([^"]+)"', page)[0]
    for press_id, who, status in (("nonsense", colleague, 409), (wanted, client, 400), (wanted, colleague, 303)):
        assert press(who, path_of(request, "second"), press=press_id).status_code == status
    assert press(client, path_of(request, "answer"), **said).status_code == 303
    closing = {"reason": "answered"}
    assert press(client, path_of(request, "close"), **closing).status_code == 409
    assert "Stänga frågan: Besvarad" in text(client.get(path_of(request)))
    stopped.move(timedelta(minutes=10))
    assert press(client, path_of(request, "close"), **closing).status_code == 303
    assert [act for act, _ in looks(database, request)].count("alarm") == 1
    assert ("seconded", "threat") in looks(database, request)
    with database.session(writes=False) as session:
        assert session.scalars(select(HelpRequest.priority)).one() == 4  # as before the threat

    # Somebody else talks with the colleague afterwards.
    task = re.findall(r"/staff/watch/tasks/[0-9a-f-]+", text(boss.get("/staff/watch")))[0]
    assert task not in text(client.get("/staff/watch"))
    for nobody in (client, colleague):
        assert press(nobody, task).status_code == 404
    assert press(boss, task).status_code == 303
    assert "Prata med kollegan" not in text(boss.get("/staff/watch"))
    assert press(colleague, path_of(request, "threat/end")).status_code == 403
    press(boss, path_of(request, "why"), why="supervision")
    assert press(boss, path_of(request, "threat/end")).status_code == 303
    assert press(boss, path_of(request, "threat/end")).status_code == 409


def test_every_route_answers_for_a_hidden_request_as_for_one_that_does_not_exist(
    app: Flask, filed: Callable[..., Submitted], hired: Callable[..., None], signed_in: Client, database: Database
) -> None:
    hired("every", *(role for role in Role if role != Role.TRAINEE), units=["contact-centre", "outreach"])
    hidden, nothing, client = (
        filed(protected=True, signals=["violence-now"]).reference,
        "FL-2222-2222",
        signed_in("every"),
    )
    client.get("/staff/password")  # who is there is written down now, and not again
    client.get("/staff/queue")
    proof, asked = token(client), list[str]()
    listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    sent = {"csrf_token": proof, "other": hidden, "why": "complaint", "reason": "court", "answer": "x", "note": "x"} | {
        "priority": "2"
    }

    def answer(rule: Rule, method: str, reference: str) -> tuple[int, str, list[str]]:
        places = {"reference": reference, "unit": "victim-support", "message_id": UUID(int=0)}
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **{name: places[name] for name in rule.arguments})
        asked.clear()
        got = client.open(address, method=method, data=sent if method == "POST" else None)
        page = re.sub(r'name="csrf_token" value="[^"]+"', "", got.get_data(as_text=True))
        return got.status_code, page.replace(reference, "FL"), list(asked)

    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff/requests/")]
    assert len(rules) > 40
    for rule in rules:
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        assert answer(rule, method, hidden) == answer(rule, method, nothing), (rule.endpoint, method)


def test_a_protected_identity_is_found_by_few_and_tries_show_without_confirming(
    filed: Callable[..., Submitted],
    signed_in: Client,
    hired: Callable[..., None],
    database: Database,
) -> None:
    request, known = filed(protected=True), filed()
    client = signed_in("agent1")
    assert "1 fråga väntar på någon som får läsa skyddade uppgifter" in text(signed_in("admin").get("/staff/accounts"))
    hired("few", "agent", sees_protected=True)
    hired("boss", "supervisor")
    few = signed_in("few")
    assert "väntar på någon" not in text(signed_in("admin").get("/staff/accounts"))
    nothing = re.sub(r'value="[^"]*"', "", text(client.get("/staff/requests/FL-NOPE-NOPE")))
    for asked in (path_of(request), path_of(request, "threat"), path_of(request, "contact")):
        answer = client.get(asked)
        assert answer.status_code == 404
        assert re.sub(r'value="[^"]*"', "", text(answer)) == nothing
    assert client.get(f"/staff/queue?reference={request.reference}").status_code == 404
    assert looks(database, request) == [("protected-refused", "duty")] * 4
    assert "försökt öppna något som är skyddat" in text(signed_in("boss").get("/staff/queue"))
    assert "försökt öppna" not in text(client.get("/staff/queue"))

    assert "Varför öppnar du" in text(few.get(path_of(request)))
    press(few, path_of(request, "claim"))
    assert "Varför öppnar du" in text(few.get(path_of(request)))  # one's own, too
    press(few, path_of(request, "why"), why="person-called")
    assert "Skyddade uppgifter" in text(few.get(path_of(request)))

    assert "Du hittar den inte längre." in text(client.get(path_of(known, "protect")))
    assert press(client, path_of(known, "protect")).location == "/staff/queue"
    assert client.get(path_of(known)).status_code == 404


def test_misuse_is_put_aside_and_judged_by_a_colleague_while_the_person_notices_nothing(
    app: Flask,
    filed: Callable[..., Submitted],
    signed_in: Client,
    hired: Callable[..., None],
    stopped: clock.FrozenClock,
) -> None:
    hired("boss", "supervisor")
    request, danger = filed(), filed(signals=["violence-now"], urgency="emergency")
    client, colleague = signed_in("agent1"), signed_in("agent2")
    for each in (request, danger):
        press(client, path_of(each, "claim"))
    assert "Lägg åt sidan" not in text(client.get(path_of(danger)))
    refused = press(client, path_of(danger, "aside"), reason="gibberish")
    assert "Sådant läggs aldrig åt sidan." in text(refused)
    assert press(client, path_of(request, "close"), reason="misuse").status_code == 400
    assert press(client, path_of(request, "aside"), reason="").status_code == 400
    assert press(client, path_of(request, "aside"), reason="gibberish").status_code == 303
    assert "Bara en annan kollega kan stänga den som missbruk." in text(client.get(path_of(request)))
    assert press(client, path_of(request, "aside/close")).status_code == 400
    person = app.test_client()
    page = person.get("/sv/follow-up").get_data(as_text=True)
    proof = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[-1]
    follow_up = person.post("/sv/follow-up", data={"csrf_token": proof, "code": request.code}, follow_redirects=True)
    assert "Du får svar senast" in text(follow_up)
    assert "granska" not in text(follow_up)
    assert "missbruk" not in text(follow_up)
    assert "inte granskats i tid" not in text(signed_in("boss").get("/staff/queue"))
    stopped.move(timedelta(days=1, hours=1))
    assert "1 fråga ligger åt sidan och har inte granskats i tid" in text(signed_in("boss").get("/staff/queue"))
    colleague = signed_in("agent2")
    assert request.reference in text(colleague.get("/staff/watch"))
    assert press(colleague, path_of(request, "aside/close")).status_code == 303
    assert press(colleague, path_of(request, "aside/back")).status_code == 409


def test_linked_requests_stay_both_and_the_other_partys_side_is_closed(
    filed: Callable[..., Submitted], signed_in: Client, hired: Callable[..., None]
) -> None:
    hired("boss", "supervisor")
    first, again, other = filed(facts={"area": "a"}), filed(facts={"area": "a"}), filed(words="Den andras ord.")
    client = signed_in("agent1")
    assert again.reference in text(client.get(path_of(first)))  # a hint: the same topic, area and language
    press(client, path_of(first, "claim"))
    assert press(client, path_of(first, "close"), reason="duplicate").status_code == 400
    unknown = press(client, path_of(first, "link"), other="FL-NOPE-NOPE", kind="duplicate")
    assert unknown.status_code == 400
    assert "FL-NOPE-NOPE" in text(unknown)
    assert press(client, path_of(first, "link"), other=again.reference.lower(), kind="duplicate").status_code == 303
    assert press(client, path_of(first, "link"), other=other.reference, kind="other-party").status_code == 303
    page = text(client.get(path_of(first)))
    assert "Part 1 i en sak med två parter." in page
    assert other.reference not in page
    shut = client.get(path_of(other))
    assert shut.status_code == 403
    assert "Du har läst en annan sida av samma sak." in text(shut)
    assert "Den andras ord." not in text(press(client, path_of(other, "claim")))
    assert other.reference not in text(client.get("/staff/queue"))
    assert press(client, path_of(first, "close"), reason="duplicate").status_code == 303
    assert client.get(path_of(again)).status_code == 200
    boss = signed_in("boss")
    press(boss, path_of(first, "why"), why="supervision")
    assert press(boss, path_of(first, "parties/remove")).status_code == 303
    assert press(boss, path_of(first, "link/remove"), other=again.reference).status_code == 303
    assert "Den andras ord." in text(client.get(path_of(other)))


def test_notes_are_marked_as_fact_or_assessment(filed: Callable[..., Submitted], signed_in: Client) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    press(client, path_of(request, "note"), note="Läraren såg blåmärken.", kind="fact")
    press(client, path_of(request, "note"), note="Jag tror att hon är rädd.")
    assert press(client, path_of(request, "note"), note="Annat", kind="rumour").status_code == 400
    page = text(client.get(path_of(request)))
    marks = re.findall(r'staff-kind-(\w+)">(\w+)<.*?own-words" dir="auto">([^<]+)<', page, re.DOTALL)
    assert marks == [
        ("fact", "Fakta", "Läraren såg blåmärken."),
        ("assessment", "Bedömning", "Jag tror att hon är rädd."),
    ]


def test_treating_it_as_a_report_starts_the_clocks_and_the_person_reads_plain_words(
    app: Flask, filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock
) -> None:
    request = filed(entrance="professional", contact=Contact(name="Lärare", never_contact="föräldrarna"))
    client = signed_in("agent1")
    assert press(client, path_of(request, "report"), keep_from_guardian="y").status_code == 409  # one must hold it
    press(client, path_of(request, "claim"))
    asked = text(client.get(path_of(request, "report")))
    words = re.findall(r'<p class="own-words">([^<]+)</p>', asked)[0]
    assert "orosanmälan" in words
    assert re.search(r'name="keep_from_guardian" value="y" checked', asked)  # somebody must not know
    stopped.move(timedelta(minutes=20))
    assert press(client, path_of(request, "report"), keep_from_guardian="y").status_code == 303
    page = text(client.get(path_of(request)))
    for said in ("Hanteras som en orosanmälan.", "Kontakta inte vårdnadshavare än.", "Återkoppla till den som anmälde"):
        assert said in page, said
    assert press(client, path_of(request, "report")).status_code == 409
    person = app.test_client()
    proof = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', person.get("/sv/follow-up").get_data(as_text=True))[-1]
    read = person.post("/sv/follow-up", data={"csrf_token": proof, "code": request.code}, follow_redirects=True)
    assert words in text(read)
    assert "föräldrarna" not in text(read)
    for status in (303, 409):
        assert press(client, path_of(request, "report/safety")).status_code == status
    assert "Bedöm om barnet behöver skydd direkt</b> Gjord tisdag 10 mars 15:20" in text(client.get(path_of(request)))
    press(client, path_of(request, "silence/end"))
    assert "Kontakta inte vårdnadshavare än.</b>" not in text(client.get(path_of(request)))
    other = filed()
    press(client, path_of(other, "claim"))
    assert press(client, path_of(other, "report/preliminary")).status_code == 409
