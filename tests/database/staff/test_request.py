"""One request: what its page shows, and what may be done there by whom."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import clock
from portal.desk import work
from portal.desk.contact import AccessNeed, Contact, ContactChannel
from portal.desk.follow_up import open_with_code, person_writes, read_conversation
from portal.desk.submit import Submitted
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.records.sealing import ContentKeys
from tests.database.staff.browsing import (
    PEOPLE,
    Client,
    path_of,
    press,
    text,
    token,
)


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
            needs=(AccessNeed.INTERPRETER, AccessNeed.SIGN_LANGUAGE),
        ),
    )
    client = signed_in("agent1")
    page = text(client.get(path_of(request)))
    assert "070-174 06 05" not in page  # only for whoever holds it, with the code word beside it
    press(client, path_of(request, "claim"))
    reach = text(client.get(path_of(request, "contact")))
    assert reach.index("blåbär") < reach.index("070-174 06 05")
    for words in (
        "Han slår mig.\nHjälp.",
        "Fara: Våld eller hot just nu",
        "Ring 112 med det du vet.",
        "13–15 år",
        "Finns det barn med i det som händer? Ja",
        "Nej, lämna inget meddelande",
        "blåbär",
        "Får aldrig få veta något",
        "Vill ha tolk",
        "Tolk; Teckenspråk eller skrivtolk",
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
    assert page.count(html.escape(code)) == 8
    reach = client.get(path_of(request, "contact")).get_data(as_text=True)
    assert reach.count(html.escape(code)) == 6
    assert "<script>alert" not in page + reach


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
    press(client, path_of(request, "alarm"))
    until = str(clock.now().date() + timedelta(days=1))
    assert press(client, path_of(request, "threat"), body="Hotet ordagrant.", until=until).status_code == 303
    assert "Kontakta skolan" in text(client.get(path_of(request)))
    assert "Hotet ordagrant." in text(client.get(path_of(request, "threat")))
    person = app.test_client()
    page = person.get("/sv/follow-up").get_data(as_text=True)
    proof = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[-1]
    opened = person.post("/sv/follow-up", data={"csrf_token": proof, "code": request.code}, follow_redirects=True)
    assert "Ett svar till dig." in text(opened)
    pages = [text(opened)]
    for part in ("", "/everything", "/everything.txt"):
        pages.append(text(person.get(f"/sv/follow-up{part or '/conversation'}")))
        assert "Ett svar till dig." in pages[-1]
    for inside in ("Kontakta skolan", "Hotet", "agent1"):
        assert [page for page in pages if inside in page] == []


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
    history = page[page.index('id="history"') : page.index('id="looks"')]
    told = [" ".join(re.sub("<[^>]+>", " ", item).split()) for item in re.findall("<li>(.*?)</li>", history, re.S)]
    assert told == [
        "tisdag 10 mars 15:00 Frågan skickades",
        "tisdag 10 mars 15:00 Togs om hand Socialsekreterare",
        "tisdag 10 mars 15:00 Intern anteckning skrevs Socialsekreterare",
        "tisdag 10 mars 15:00 Stängdes: Tid bokad Socialsekreterare",
    ]
    assert "agent1" not in history


def test_work_done_long_after_the_claim_lapsed_still_counts_while_nobody_took_it(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    stopped.move(work.CLAIM_LAPSES_AFTER + timedelta(minutes=10))
    assert request.reference in text(client.get("/staff/queue?show=mine"))
    assert press(client, path_of(request, "answer"), answer="Sent men här.", language="sv").status_code == 303
