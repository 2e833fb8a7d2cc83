"""In danger at night: who answers now comes first, and nobody is promised more, or later, than what is true."""

from __future__ import annotations

import html
import re
from copy import deepcopy
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.desk import rulesets
from tests.pages.conftest import parts_of, token_on
from tests.pages.talking import post, send

SATURDAY_NIGHT = datetime(2026, 3, 14, 2, 10, tzinfo=ZoneInfo("Europe/Stockholm"))
MONDAY_NOON = datetime(2026, 3, 16, 12, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
WORDS = "han slår mig nu"
UNREAD = "Ingen läser det du skickar förrän vi öppnar. Kontaktcenter: Stängt nu. Öppnar måndag 08:00."
LATE = "Du får svar senast måndag 16 mars 09:00."
ON_CALL = "031-390 06 11"


@pytest.fixture
def read_always(app: Flask, rules_content: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The municipality says that those on call read emergencies day and night."""
    monkeypatch.setattr("portal.rules_in_use.LOOK_AGAIN", 0)
    content = deepcopy(rules_content)
    content["municipality.yaml"]["emergencies_read"] = "always"
    with parts_of(app).database.session() as session:
        rulesets.publish(session, content=content, by="test", now=clock.now())


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def sent(client: FlaskClient, lang: str = "sv") -> tuple[str, str]:
    """The page before sending, and the receipt."""
    client.post(f"/{lang}/ask", data={"csrf_token": token_on(client, f"/{lang}/ask"), "words": WORDS})
    before = text(client.get(f"/{lang}/ask/send"))
    form = {"csrf_token": token_on(client, f"/{lang}/ask/send"), "message": WORDS, "named": "no", "seen_hint": "yes"}
    return before, text(client.post(f"/{lang}/ask/send", data=form, follow_redirects=True))


def in_order(page: str, *parts: str) -> None:
    places = [page.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_at_night_the_form_says_who_answers_and_that_nobody_reads_until_it_opens(
    app: Flask, client: FlaskClient
) -> None:
    with clock.freeze(SATURDAY_NIGHT):
        before, receipt = sent(client)
        code = re.search(r'class="code" dir="ltr">([^<]+)<', receipt)
        assert code is not None
        in_order(before, "tel:112", ON_CALL, UNREAD, LATE)
        in_order(receipt, "Är det farligt, vänta inte på svaret. Ring.", "tel:112", code[1], ON_CALL, UNREAD, LATE)
        press = {"csrf_token": token_on(client, "/sv/follow-up"), "code": code[1]}
        talk = text(client.post("/sv/follow-up", data=press, follow_redirects=True))
        in_order(talk, "Är det farligt, vänta inte på svaret. Ring.", "tel:112", ON_CALL, UNREAD, LATE)
        arabic = text(client.get("/ar/ask/sent"))
        assert "tel:112" in arabic.partition(code[1])[0]
    with clock.freeze(MONDAY_NOON):
        _, receipt = sent(app.test_client())
        assert "Vi har öppet nu. En människa läser det så fort det går." in receipt
        assert "Du får svar senast måndag 16 mars 13:00." in receipt


def test_where_those_on_call_read_at_night_it_is_said_and_no_later_time_is_promised(
    client: FlaskClient, read_always: None
) -> None:
    with clock.freeze(SATURDAY_NIGHT):
        before, receipt = sent(client)
    for page in (before, receipt):
        assert "Vi har stängt, men det som är akut läser en människa också nu, så fort det går." in page
        assert "Du får svar senast lördag 14 mars 03:10." in page
        assert "måndag 16 mars" not in page


def test_the_chat_and_the_api_tell_the_same(client: FlaskClient) -> None:
    with clock.freeze(SATURDAY_NIGHT):
        post(client, text=WORDS)
        assert UNREAD in text(client.get("/sv/chat/card"))
        in_order(send(client), "tel:112", ON_CALL, UNREAD, LATE)
        call = {"text": WORDS, "language": "sv"}
        answer = client.post("/api/v1/requests", json=call).get_json()
        assert [line["number"] for line in answer["answering_now"]][:2] == ["112", ON_CALL]
        assert answer["reading"] == UNREAD
        assert answer["answer_due_at"] == "2026-03-16T09:00+01:00"
        calm = client.post("/api/v1/requests", json={"text": "Jag har skulder", "language": "sv"}).get_json()
        assert (calm["answering_now"], calm["reading"]) == ([], "")


def test_a_danger_card_names_those_who_answer_before_those_who_have_closed(client: FlaskClient) -> None:
    def card() -> str:
        page = text(client.post("/sv/ask", data={"csrf_token": token_on(client, "/sv/ask"), "words": WORDS}))
        page = page if 'class="danger"' in page else text(client.get("/sv/ask/send"))
        return page.partition('class="danger"')[2].partition("</section>")[0]

    with clock.freeze(SATURDAY_NIGHT):
        in_order(card(), "tel:112", ON_CALL)
        at_night = card()
    with clock.freeze(MONDAY_NOON):
        by_day = card()
    assert re.findall(r'dir="ltr">([^<]+)<', at_night) != re.findall(r'dir="ltr">([^<]+)<', by_day)
    assert re.findall(r'dir="ltr">([^<]+)<', by_day)[-1] == ON_CALL
