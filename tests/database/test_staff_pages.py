"""Staff pages against both databases: who may open what, who holds a request, and that nothing written is lost."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import clock
from portal.access import ROLES
from portal.app import create_app
from portal.current import EXTENSION, Parts
from portal.desk import work
from portal.desk.accounts import add_staff
from portal.desk.contact import Contact, ContactChannel
from portal.desk.follow_up import open_with_code, person_writes, read_conversation
from portal.desk.roster import find_account, switch_off, switch_on
from portal.desk.submit import Submitted
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.records.sealing import ContentKeys
from portal.rules_in_use import RulesInUse, compile_in_use
from portal.settings import ROOT, Settings
from portal.triage.reader import read_folder

PASSWORD = "three quiet words"
PEOPLE = {
    "agent1": ("Socialsekreterare", "agent"),
    "agent2": ("Rådgivare", "agent"),
    "admin": ("Administratör", "administrator"),
}
Submit = Callable[..., Submitted]
Client = Callable[[str], FlaskClient]


class SettledRules:
    """The shipped rules, compiled once for all these tests."""

    def __init__(self, rules: RulesInUse) -> None:
        self._rules = rules

    def current(self) -> RulesInUse:
        return self._rules


@pytest.fixture(scope="session")
def shipped_rules() -> RulesInUse:
    return compile_in_use(read_folder(ROOT / "triage_rules"))


@pytest.fixture
def stopped(now: datetime) -> Iterator[clock.FrozenClock]:
    with clock.freeze(now) as frozen:
        yield frozen


@pytest.fixture
def make_app(
    url: str,
    database: Database,
    keys: ContentKeys,
    code_key: bytes,
    shipped_rules: RulesInUse,
    stopped: clock.FrozenClock,
    tmp_path: Path,
) -> Iterator[Callable[..., Flask]]:
    opened: list[Database] = []

    def make(**changes: Any) -> Flask:
        settings = Settings(
            secret_key="s" * 40,
            bot_secret="b" * 40,
            content_key="a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
            database_url=url,
            var_folder=tmp_path,
            **{"rate_limits": False, **changes},
        )
        app = create_app(settings)
        parts: Parts = app.extensions[EXTENSION]
        opened.append(parts.database)
        app.extensions[EXTENSION] = replace(
            parts, database=database, content_keys=keys, code_key=code_key, rules=SettledRules(shipped_rules)
        )
        return app

    yield make
    for own in opened:
        own.close()


@pytest.fixture
def app(make_app: Callable[..., Flask], database: Database) -> Flask:
    app = make_app()
    with database.session() as session:
        for username, (display_role, role) in PEOPLE.items():
            add_staff(
                session,
                username=username,
                display_role=display_role,
                roles=[role],
                password=PASSWORD,
                now=clock.now(),
            )
    return app


@pytest.fixture
def signed_in(app: Flask) -> Client:
    """A browser in which somebody is signed in; "nobody" for one that is not."""

    def sign_in(username: str) -> FlaskClient:
        client = app.test_client()
        if username != "nobody":
            answer = press(client, "/staff/sign-in", username=username, password=PASSWORD)
            assert answer.status_code == 303
        return client

    return sign_in


@pytest.fixture
def filed(app: Flask, database: Database, submit: Submit) -> Callable[..., Submitted]:
    def file(**details: Any) -> Submitted:
        with database.session() as session:
            return submit(session, **details)

    return file


def token(client: FlaskClient) -> str:
    """A proof of origin that this browser may use; signed out, the page leads to signing in, which has one too."""
    page = client.get("/staff/password", follow_redirects=True).get_data(as_text=True)
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]


def press(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Post a form as a page of ours would."""
    return client.post(address, data={"csrf_token": token(client), **fields})


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def path_of(request: Submitted, verb: str = "") -> str:
    return f"/staff/requests/{request.reference}" + (f"/{verb}" if verb else "")


# Who may open what


def staff_routes(app: Flask) -> list[tuple[str, str]]:
    return [
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("staff.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def test_every_staff_route_lets_in_only_the_roles_it_names(
    app: Flask, filed: Callable[..., Submitted], signed_in: Client
) -> None:
    request = filed()
    values = {
        "reference": request.reference,
        "staff_id": "00000000-0000-0000-0000-000000000000",
    }
    routes = staff_routes(app)
    assert {endpoint for endpoint, _ in routes} == set(ROLES)
    for endpoint, method in routes:
        if endpoint in ("staff.sign_in", "staff.sign_out"):
            continue
        with app.test_request_context():
            address = app.url_for(
                endpoint, **{k: v for k, v in values.items() if app.url_map.is_endpoint_expecting(endpoint, k)}
            )
        for username, roles in (("nobody", set()), ("agent1", {"agent"}), ("admin", {"administrator"})):
            answer = signed_in(username).open(address, method=method)
            expected = "in"
            if username == "nobody":
                expected = "to sign-in" if method == "GET" else "401"
            elif not ROLES[endpoint] & roles:
                expected = "403"
            assert standing(answer) == expected, (endpoint, method, username, answer.status)


def standing(answer: TestResponse) -> str:
    if answer.status_code in (401, 403):
        return str(answer.status_code)
    if answer.status_code == 302 and "/staff/sign-in" in answer.location:
        return "to sign-in"
    return "in"


def test_an_administrator_is_told_why_the_queue_is_closed_to_them(signed_in: Client) -> None:
    answer = signed_in("admin").get("/staff/queue")
    assert answer.status_code == 403
    assert "läser inga frågor" in text(answer)


def test_a_route_without_a_line_in_the_table_is_refused(
    app: Flask, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.staff import sign_in

    monkeypatch.delitem(sign_in._roles, "staff.queue")
    assert signed_in("agent1").get("/staff/queue").status_code == 403


def test_home_leads_to_where_one_works(signed_in: Client) -> None:
    assert signed_in("agent1").get("/staff/").location == "/staff/queue"
    assert signed_in("admin").get("/staff/").location == "/staff/accounts"


# Signing in and out


def test_unknown_name_and_wrong_password_get_the_same_answer(app: Flask) -> None:
    client = app.test_client()
    wrong = press(client, "/staff/sign-in", username="agent1", password="not the password")
    unknown = press(client, "/staff/sign-in", username="agentX", password="not the password")
    assert wrong.status_code == unknown.status_code == 401
    same = text(unknown).replace("agentX", "agent1")
    proof = r'name="csrf_token" value="[^"]+"'
    assert re.sub(proof, "", text(wrong)) == re.sub(proof, "", same)


def test_ten_wrong_passwords_lock_the_account_and_the_page_says_so_from_the_start(
    app: Flask, stopped: clock.FrozenClock
) -> None:
    client = app.test_client()
    for _ in range(10):
        answer = press(client, "/staff/sign-in", username="agent1", password="not the password")
        assert "Efter 10 fel är kontot låst i 5 minuter." in text(answer)
    assert press(client, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    stopped.move(timedelta(minutes=5, seconds=1))
    assert press(client, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 303


def test_too_many_tries_from_one_browser_are_stopped(make_app: Callable[..., Flask], app: Flask) -> None:
    client = make_app(rate_limits=True).test_client()
    answers = [press(client, "/staff/sign-in", username="x", password="y") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert "Vänta tio minuter" in text(answers[-1])


def test_signing_in_leads_back_to_the_page_that_was_asked_for_and_nowhere_else(app: Flask) -> None:
    client = app.test_client()
    asked = client.get("/staff/queue?show=mine")
    assert asked.location == "/staff/sign-in?next=/staff/queue?show%3Dmine"
    to = press(client, "/staff/sign-in", username="agent1", password=PASSWORD, next="/staff/queue?show=mine")
    assert to.location == "/staff/queue?show=mine"
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/staff/", "/staff/\\elsewhere", "/sv/"):
        client = app.test_client()
        to = press(client, "/staff/sign-in", username="agent1", password=PASSWORD, next=elsewhere)
        assert to.location == "/staff/"


def test_half_an_hour_without_a_sign_of_life_ends_the_sign_in(signed_in: Client, stopped: clock.FrozenClock) -> None:
    client = signed_in("agent1")
    for _ in range(3):
        stopped.move(timedelta(minutes=29))
        assert client.get("/staff/queue").status_code == 200
    stopped.move(timedelta(minutes=31))
    assert standing(client.get("/staff/queue")) == "to sign-in"
    assert "borta mer än 30 minuter" in text(client.get("/staff/sign-in"))


def test_a_script_that_asks_for_news_does_not_keep_an_empty_chair_signed_in(
    signed_in: Client, stopped: clock.FrozenClock
) -> None:
    client = signed_in("agent1")
    for _ in range(4):
        stopped.move(timedelta(minutes=9))
        client.get("/staff/queue/news")
    assert standing(client.get("/staff/queue")) == "to sign-in"


def test_a_working_day_ends_the_sign_in_in_any_case(signed_in: Client, stopped: clock.FrozenClock) -> None:
    client = signed_in("agent1")
    for _ in range(12 * 60 // 20):
        stopped.move(timedelta(minutes=20))
        assert client.get("/staff/queue").status_code == 200
    stopped.move(timedelta(minutes=20))
    assert standing(client.get("/staff/queue")) == "to sign-in"


def test_signing_out_ends_it(signed_in: Client) -> None:
    client = signed_in("agent1")
    assert press(client, "/staff/sign-out").status_code == 303
    assert standing(client.get("/staff/queue")) == "to sign-in"


def test_a_new_password_ends_what_was_signed_in_elsewhere_and_the_old_one(app: Flask, signed_in: Client) -> None:
    here, elsewhere = signed_in("agent1"), signed_in("agent1")
    new = "four other quiet words"
    answer = press(here, "/staff/password", password=PASSWORD, new_password=new, repeated=new)
    assert answer.status_code == 303
    assert here.get("/staff/queue").status_code == 200
    assert standing(elsewhere.get("/staff/queue")) == "to sign-in"
    client = app.test_client()
    assert press(client, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    assert press(client, "/staff/sign-in", username="agent1", password=new).status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"password": "wrong password", "new_password": "n" * 12, "repeated": "n" * 12}, "du har nu stämmer inte"),
        ({"password": PASSWORD, "new_password": "short", "repeated": "short"}, "minst 12 tecken"),
        ({"password": PASSWORD, "new_password": "n" * 12, "repeated": "m" * 12}, "inte lika"),
        ({}, "Skriv lösenordet du har nu."),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(signed_in: Client, fields: dict[str, str], sentence: str) -> None:
    answer = press(signed_in("agent1"), "/staff/password", **fields)
    assert answer.status_code == 400
    assert sentence in text(answer)


def test_an_account_that_was_switched_off_ends_at_once_and_stays_ended(
    app: Flask, database: Database, signed_in: Client
) -> None:
    client = signed_in("agent1")
    with database.session() as session:
        account = find_account(session, username="agent1")
        switch_off(session, staff_id=account.id)
    kept = client.get_cookie("s")
    assert kept is not None
    assert standing(client.get("/staff/queue")) == "to sign-in"
    with database.session() as session:
        switch_on(session, staff_id=account.id, new_password="a new quiet word")
    thief = app.test_client()
    thief.set_cookie("s", kept.value)
    assert standing(thief.get("/staff/queue")) == "to sign-in"


# The queue


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


# One request


def test_the_page_shows_words_facts_safe_contact_and_what_to_do(
    filed: Callable[..., Submitted], signed_in: Client
) -> None:
    request = filed(
        words="Han slår mig.\nHjälp.",
        facts={"about": "self", "age": 14, "children-present": "yes"},
        topics=["home.violence"],
        signals=["violence-now"],
        urgency="emergency",
        suggestions=[{"service": "reception", "level": "strong", "rules": ["r"]}],
        contact=Contact(
            channel=ContactChannel.PHONE,
            address="070-174 06 05",
            best_times="efter tre",
            code_word="blåbär",
            never_contact="pappa",
        ),
    )
    page = text(signed_in("agent1").get(path_of(request)))
    for words in (
        "Han slår mig.\nHjälp.",
        "Fara: Våld eller hot just nu",
        "Ring 112 med det du vet.",
        "13–15 år",
        "Finns det barn med i det som händer? Ja",
        "070-174 06 05",
        "Nej, lämna inget meddelande",
        "blåbär",
        "Får aldrig få veta något",
        "Bara genom oss",
        "Personen såg den",
    ):
        assert words in page, words


def test_opening_a_request_takes_nothing(
    filed: Callable[..., Submitted], signed_in: Client, database: Database
) -> None:
    request = filed()
    signed_in("agent1").get(path_of(request))
    with database.session(writes=False) as session:
        found = session.scalars(select(HelpRequest)).one()
        assert found.claimed_by is None
        assert found.state == "new"


def test_signals_topics_and_facts_that_the_rules_no_longer_have_do_not_break_the_page(
    filed: Callable[..., Submitted], signed_in: Client
) -> None:
    request = filed(
        topics=["gone.away"],
        signals=["gone-signal"],
        facts={"gone": "yes"},
        suggestions=[{"service": "gone-service", "level": "good", "rules": ["gone"]}],
        language="so",
    )
    answer = signed_in("agent1").get(path_of(request))
    assert answer.status_code == 200
    assert "gone-signal" in text(answer)
    assert "gone-service" in text(answer)
    assert "Somaliska" in text(answer)


def test_what_people_write_is_shown_as_text_and_never_as_code(
    filed: Callable[..., Submitted], signed_in: Client, database: Database, keys: ContentKeys, now: datetime
) -> None:
    code = "<script>alert(1)</script><b>&amp;"
    contact = Contact(
        name=code,
        channel=ContactChannel.SMS,
        address=code,
        best_times=code,
        code_word=code,
        never_contact=code,
    )
    request = filed(words=code, contact=contact)
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    press(client, path_of(request, "answer"), answer=code, language="sv")
    press(client, path_of(request, "note"), note=code)
    with database.session() as session:
        person_writes(session, keys=keys, request_id=request.request_id, body=code, language="sv", now=clock.now())
    page = client.get(path_of(request)).get_data(as_text=True)
    assert page.count(html.escape(code)) == 9
    assert "<script>alert" not in page


def test_only_one_of_two_who_claim_at_once_gets_it_and_the_other_sees_who(
    app: Flask, filed: Callable[..., Submitted], signed_in: Client
) -> None:
    request = filed()
    clients = [signed_in("agent1"), signed_in("agent2")]
    proofs = [token(client) for client in clients]
    ready = threading.Barrier(2)
    answers: dict[int, TestResponse] = {}

    def claim(number: int) -> None:
        ready.wait()
        answers[number] = clients[number].post(path_of(request, "claim"), data={"csrf_token": proofs[number]})

    threads = [threading.Thread(target=claim, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers.values()) == [303, 409]
    loser, winner = (0, 1) if answers[0].status_code == 409 else (1, 0)
    role = PEOPLE[f"agent{winner + 1}"][0]
    page = text(answers[loser])
    assert f"{role} har redan tagit hand om frågan. Den blir ledig 15:15" in page
    assert f"{role} arbetar med frågan sedan 15:00." in page
    assert "Skicka till personen" not in page


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("answer", {"answer": "Ett svar", "language": "sv"}),
        ("close", {"reason": "answered"}),
        ("note", {"note": "En anteckning"}),
        ("release", {}),
    ],
)
def test_what_a_colleague_holds_cannot_be_worked_on(
    filed: Callable[..., Submitted], signed_in: Client, verb: str, fields: dict[str, str]
) -> None:
    request = filed()
    press(signed_in("agent2"), path_of(request, "claim"))
    answer = press(signed_in("agent1"), path_of(request, verb), **fields)
    assert answer.status_code == 409
    assert "Rådgivare arbetar med frågan sedan 15:00." in text(answer)


def test_an_answer_reaches_the_person_and_staff_see_when_it_was_read(
    filed: Callable[..., Submitted],
    signed_in: Client,
    database: Database,
    keys: ContentKeys,
    code_key: bytes,
    stopped: clock.FrozenClock,
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    sent = press(client, path_of(request, "answer"), answer="Vi ringer i dag.", language="sv")
    assert sent.location == path_of(request)
    page = text(client.get(path_of(request)))
    assert "Svaret är skickat." in page
    assert "Personen har inte läst det än" in page
    stopped.move(timedelta(minutes=5))
    with database.session() as session:
        open_with_code(session, code=request.code, code_key=code_key, now=clock.now())
        talk = read_conversation(session, keys=keys, request_id=request.request_id, now=clock.now())
    assert [message.body for message in talk.messages][-1] == "Vi ringer i dag."
    assert "Läst av personen tisdag 10 mars 15:05" in text(client.get(path_of(request)))


def test_a_note_is_never_on_a_page_of_the_person(
    app: Flask, filed: Callable[..., Submitted], signed_in: Client
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    press(client, path_of(request, "answer"), answer="Ett svar till dig.", language="sv")
    assert press(client, path_of(request, "note"), note="Kontakta skolan utan att säga varför.").status_code == 303
    assert "Kontakta skolan" in text(client.get(path_of(request)))
    person = app.test_client()
    page = person.get("/sv/follow-up").get_data(as_text=True)
    proof = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[-1]
    opened = person.post("/sv/follow-up", data={"csrf_token": proof, "code": request.code}, follow_redirects=True)
    assert "Ett svar till dig." in text(opened)
    assert "Kontakta skolan" not in text(opened)


def test_an_answer_in_another_language_must_say_which(filed: Callable[..., Submitted], signed_in: Client) -> None:
    request = filed(language="ar")
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    answer = press(client, path_of(request, "answer"), answer="Hej, vi hörs i morgon.")
    assert answer.status_code == 400
    assert "Välj vilket språk svaret är skrivet på." in text(answer)
    assert "Hej, vi hörs i morgon." in text(answer)


def test_closing_needs_a_reason_from_the_list_and_reopening_brings_it_back(
    filed: Callable[..., Submitted], signed_in: Client
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    for reason in ("", "because"):
        answer = press(client, path_of(request, "close"), reason=reason)
        assert answer.status_code == 400
        assert 'id="reason-error"' in text(answer)
    assert press(client, path_of(request, "close"), reason="guided-on").status_code == 303
    page = text(client.get(path_of(request)))
    assert "Stängd tisdag 10 mars 15:00: Visad vidare." in page
    assert "Skicka till personen" not in page
    assert press(client, path_of(request, "reopen")).status_code == 303
    assert press(client, path_of(request, "reopen")).status_code == 409
    assert "Ta hand om frågan" in text(client.get(path_of(request)))


def test_release_gives_it_back_to_the_queue(filed: Callable[..., Submitted], signed_in: Client) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    press(client, path_of(request, "release"))
    assert press(signed_in("agent2"), path_of(request, "claim")).status_code == 303


def test_the_history_tells_what_happened_by_role(filed: Callable[..., Submitted], signed_in: Client) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    press(client, path_of(request, "note"), note="Ringde skolan.")
    press(client, path_of(request, "close"), reason="booked")
    page = text(client.get(path_of(request)))
    history = page[page.index('id="history"') :]
    told = [" ".join(re.sub("<[^>]+>", " ", item).split()) for item in re.findall("<li>(.*?)</li>", history, re.S)]
    assert told == [
        "tisdag 10 mars 15:00 Frågan skickades",
        "tisdag 10 mars 15:00 Togs om hand Socialsekreterare",
        "tisdag 10 mars 15:00 Intern anteckning skrevs Socialsekreterare",
        "tisdag 10 mars 15:00 Stängdes: Tid bokad Socialsekreterare",
    ]
    assert "agent1" not in history


# What was written is never lost


def test_a_text_survives_that_a_colleague_took_over_and_can_be_sent_later(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock
) -> None:
    request = filed()
    slow, colleague = signed_in("agent1"), signed_in("agent2")
    press(slow, path_of(request, "claim"))
    stopped.move(timedelta(minutes=16))
    press(colleague, path_of(request, "claim"))
    refused = press(slow, path_of(request, "answer"), answer="Ett långt svar.", language="sv")
    assert refused.status_code == 409
    assert "Ett långt svar." in text(refused)
    assert "Rådgivare arbetar med frågan" in text(refused)
    press(colleague, path_of(request, "release"))
    free = press(slow, path_of(request, "answer"), answer="Ett långt svar.", language="sv")
    assert free.status_code == 409
    assert 'name="first" value="claim"' in text(free)
    fields = {"answer": "Ett långt svar.", "language": "sv", "first": "claim"}
    assert press(slow, path_of(request, "answer"), **fields).status_code == 303
    assert "Ett långt svar." in text(slow.get(path_of(request)))


def test_a_text_survives_that_a_colleague_closed_the_request(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock
) -> None:
    request = filed()
    slow, colleague = signed_in("agent1"), signed_in("agent2")
    press(slow, path_of(request, "claim"))
    stopped.move(timedelta(minutes=16))
    press(colleague, path_of(request, "claim"))
    press(colleague, path_of(request, "close"), reason="answered")
    refused = press(slow, path_of(request, "note"), note="Något viktigt.")
    assert refused.status_code == 409
    assert "Något viktigt." in text(refused)
    assert press(slow, path_of(request, "note"), note="Något viktigt.", first="reopen").status_code == 303
    assert "Något viktigt." in text(slow.get(path_of(request)))


@pytest.mark.parametrize(("verb", "field"), [("answer", "answer"), ("note", "note")])
def test_a_text_survives_that_the_database_is_locked(
    filed: Callable[..., Submitted], signed_in: Client, database: Database, verb: str, field: str
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    proof = token(client)
    fields = {"csrf_token": proof, "language": "sv", field: "En text som tog lång tid."}
    with database.open_session() as hindrance:
        hindrance.scalars(select(HelpRequest).with_for_update()).all()
        locked = client.post(path_of(request, verb), data=fields)
        hindrance.rollback()
    assert locked.status_code == 503
    assert "upptaget just nu" in text(locked)
    assert "En text som tog lång tid." in text(locked)
    assert client.post(path_of(request, verb), data=fields).status_code == 303


@pytest.mark.parametrize(("verb", "field"), [("answer", "answer"), ("note", "note")])
def test_a_text_survives_an_old_page_and_having_been_signed_out(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock, verb: str, field: str
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    fields = {"language": "sv", field: "En text <b> som tog lång tid."}
    old = client.post(path_of(request, verb), data=fields)
    assert old.status_code == 400
    assert "Sidan var för gammal" in text(old)
    stopped.move(timedelta(minutes=31))
    out = client.post(path_of(request, verb), data=fields)
    assert out.status_code == 401
    for page in (old, out):
        assert "En text &lt;b&gt; som tog lång tid." in page.get_data(as_text=True)


@pytest.mark.parametrize("text_sent", ["", "   \n", "x" * 10_001])
def test_a_text_that_is_empty_or_too_long_is_not_sent(
    filed: Callable[..., Submitted], signed_in: Client, text_sent: str
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    answer = press(client, path_of(request, "answer"), answer=text_sent, language="sv")
    assert answer.status_code == 400
    assert text_sent.strip() in text(answer)
    assert "Svar skickades" not in text(client.get(path_of(request)))


def test_a_body_beyond_all_measure_is_refused_with_a_sentence(
    filed: Callable[..., Submitted], signed_in: Client
) -> None:
    request = filed()
    answer = press(signed_in("agent1"), path_of(request, "answer"), answer="x" * 400_000, language="sv")
    assert answer.status_code == 413
    assert "för lång" in text(answer)


def test_an_erased_request_opens_without_its_texts(
    filed: Callable[..., Submitted], signed_in: Client, database: Database, stopped: clock.FrozenClock
) -> None:
    from portal.desk import retention

    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    press(client, path_of(request, "note"), note="En anteckning.")
    press(client, path_of(request, "close"), reason="test")
    stopped.move(timedelta(days=91))
    with database.session() as session:
        assert retention.erase_expired(session, now=clock.now()) == 1
    page = text(signed_in("agent1").get(path_of(request)))
    assert "Texten är borttagen" in page
    assert "Jag vågar inte gå hem." not in page
    assert "En anteckning." not in page


# Accounts


def test_an_administrator_adds_an_account_whose_password_is_shown_this_once(app: Flask, signed_in: Client) -> None:
    admin = signed_in("admin")
    fields = {"username": "Ny.Kollega", "display_role": "Kurator", "role": "agent"}
    added = press(admin, "/staff/accounts/add", **fields)
    assert added.status_code == 200
    shown = re.search("<code>([^<]+)</code>", text(added))
    assert shown is not None
    assert shown.group(1) not in text(admin.get("/staff/accounts"))
    client = app.test_client()
    assert press(client, "/staff/sign-in", username="ny.kollega", password=shown.group(1)).status_code == 303
    again = press(admin, "/staff/accounts/add", **fields)
    assert again.status_code == 409
    assert "redan ett konto med det namnet" in text(again)
    assert 'value="Kurator"' in text(again)


@pytest.mark.parametrize(
    "fields",
    [
        {"username": " ", "display_role": "Kurator", "role": "agent"},
        {"username": "ny", "display_role": "  ", "role": "agent"},
        {"username": "ny", "display_role": "Kurator", "role": "king"},
        {"username": "n" * 101, "display_role": "Kurator", "role": "agent"},
    ],
)
def test_an_account_that_is_not_filled_in_right_is_not_added(signed_in: Client, fields: dict[str, str]) -> None:
    admin = signed_in("admin")
    before = text(admin.get("/staff/accounts")).count("staff-account-name")
    answer = press(admin, "/staff/accounts/add", **fields)
    assert answer.status_code == 400
    assert "aria-invalid" in text(answer)
    assert text(admin.get("/staff/accounts")).count("staff-account-name") == before


def test_an_account_is_switched_off_and_on_with_a_new_password(
    app: Flask, database: Database, signed_in: Client
) -> None:
    admin = signed_in("admin")
    with database.session(writes=False) as session:
        agent, own = (find_account(session, username=name).id for name in ("agent1", "admin"))
    assert "agent1 är avstängt" in text(press(admin, f"/staff/accounts/{agent}/switch", to="off"))
    client = app.test_client()
    assert press(client, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    shown = re.search("<code>([^<]+)</code>", text(press(admin, f"/staff/accounts/{agent}/switch", to="on")))
    assert shown is not None
    assert press(client, "/staff/sign-in", username="agent1", password=PASSWORD).status_code == 401
    assert press(client, "/staff/sign-in", username="agent1", password=shown.group(1)).status_code == 303
    own_account = press(admin, f"/staff/accounts/{own}/switch", to="off")
    assert own_account.status_code == 400
    assert "ditt eget konto" in text(own_account)
    gone = "00000000-0000-0000-0000-000000000000"
    assert press(admin, f"/staff/accounts/{gone}/switch", to="off").status_code == 404


# Commands


def test_the_commands_add_list_and_give_new_passwords(make_app: Callable[..., Flask], database: Database) -> None:
    app = make_app()
    runner = app.test_cli_runner()
    assert "There are no accounts" in runner.invoke(args=["staff", "list"]).output
    first = runner.invoke(args=["staff", "demo"])
    assert first.exit_code == 0
    passwords = dict(re.findall(r"(agent1|agent2|admin)\s+(\S+)", first.output))
    assert len(set(passwords.values())) == 3
    second = runner.invoke(args=["staff", "demo"]).output
    assert len(second.splitlines()) == 1
    assert "flask staff password" in second
    client = app.test_client()
    assert press(client, "/staff/sign-in", username="agent1", password=passwords["agent1"]).status_code == 303
    new = re.search(r"agent1\s+(\S+)", runner.invoke(args=["staff", "password", "AGENT1"]).output)
    assert new is not None
    assert standing(client.get("/staff/queue")) == "to sign-in"
    assert press(client, "/staff/sign-in", username="agent1", password=new.group(1)).status_code == 303
    added = runner.invoke(args=["staff", "add", "Kim", "--role", "agent", "--display-role", "Kurator"])
    assert re.search(r"kim\s+\S{20,}", added.output, re.IGNORECASE)
    listed = runner.invoke(args=["staff", "list"]).output
    assert "kim  agent  Kurator  on" in listed
    assert new.group(1) not in listed


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["password", "nobody"], "There is no account 'nobody'."),
        (["add", "agent1", "--role", "agent", "--display-role", "X"], "There is already an account 'agent1'."),
        (["add", " ", "--role", "agent", "--display-role", "X"], "must not be empty"),
    ],
)
def test_a_command_that_cannot_be_done_says_so_and_fails(app: Flask, args: list[str], sentence: str) -> None:
    done = app.test_cli_runner().invoke(args=["staff", *args])
    assert done.exit_code == 1
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_commands_before_the_tables_are_made_name_the_remedy(
    bare_url: str, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    app = make_app()
    bare = Database(bare_url)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], database=bare)
    done = app.test_cli_runner().invoke(args=["staff", "demo"])
    bare.close()
    assert done.exit_code == 1
    assert "flask database upgrade" in done.output


def test_work_done_long_after_the_claim_lapsed_still_counts_while_nobody_took_it(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    stopped.move(work.CLAIM_LAPSES_AFTER + timedelta(minutes=10))
    assert request.reference in text(client.get("/staff/queue?show=mine"))
    assert press(client, path_of(request, "answer"), answer="Sent men här.", language="sv").status_code == 303
