"""The language that somebody writes in is offered once, in that language, and never forced; staff see which it was."""

from __future__ import annotations

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.records.help_request import HelpRequest
from portal.records.message import Message
from tests.pages.conftest import StandInBot, parts_of, token_on
from tests.pages.talking import send

SWEDISH = "Jag vet inte vart jag ska vända mig, hyran är inte betald"
FINNISH = "en tiedä kenelle soittaa, vuokra on maksamatta ja pelkään häätöä"
POLISH = "nie wiem z kim mam porozmawiać, boję się wracać do domu"
OFFER = "language-offer"


def ask(client: FlaskClient, words: str, lang: str = "sv") -> str:
    token = token_on(client, f"/{lang}/ask")
    answer = client.post(f"/{lang}/ask", data={"csrf_token": token, "words": words}, follow_redirects=True)
    return html.unescape(answer.get_data(as_text=True))


def say(client: FlaskClient, **fields: str) -> str:
    token = token_on(client, "/sv/chat")
    answer = client.post("/sv/chat", data={"csrf_token": token, **fields}, follow_redirects=True)
    return html.unescape(answer.get_data(as_text=True))


def offered(page: str) -> str:
    """The offer on the page; empty when there is none."""
    return page.partition(f'<section class="notice {OFFER}"')[2].partition("</section>")[0]


def test_the_form_offers_the_language_of_the_words_in_that_language(client: FlaskClient) -> None:
    offer = offered(ask(client, FINNISH))
    assert offer.startswith(' lang="fi" dir="ltr"')
    assert "<b" in offer
    assert ">Suomi</b>" in offer
    assert 'name="switch_to" value="fi"' in offer


def test_danger_comes_before_the_offer(client: FlaskClient) -> None:
    page = ask(client, "mieheni lyö minua nyt, en tiedä mitä tehdä")
    assert 0 < page.index('class="danger"') < page.index(OFFER)


def test_a_danger_card_also_stands_in_the_language_that_was_written(client: FlaskClient) -> None:
    words = "my husband is hitting me right now and I don't know what to do"
    page = ask(client, words)
    card = page.partition('class="danger"')[2].partition("</section>")[0]
    assert "<h2" in card
    assert 'class="original" lang="en" dir="ltr" open' in card
    assert "Call 112" in card
    in_english = html.unescape(client.get("/en/ask/result").get_data(as_text=True))
    assert 'dir="ltr" open' not in in_english


def test_an_outside_matter_offers_it_too(client: FlaskClient, bot: StandInBot) -> None:
    bot.understands(outside={"matter": "parking", "probability": 0.9})
    page = ask(client, "mistä saan pysäköintiluvan asukkaalle")
    assert "Det här är nog en fråga för någon annan" in page
    assert offered(page)


@pytest.mark.parametrize(("words", "lang"), [(SWEDISH, "sv"), (FINNISH, "fi"), ("hm", "sv"), ("", "sv")])
def test_nothing_is_offered_where_it_is_spoken_already_or_unsure(client: FlaskClient, words: str, lang: str) -> None:
    assert OFFER not in ask(client, words, lang)


def test_taking_the_offer_keeps_words_and_question(client: FlaskClient) -> None:
    ask(client, FINNISH)
    token = token_on(client, "/sv/ask/question")
    taken = client.post("/sv/ask/question", data={"csrf_token": token, "switch_to": "fi"}, follow_redirects=True)
    page = taken.get_data(as_text=True)
    assert '<html lang="fi"' in page
    assert OFFER not in page
    assert FINNISH in html.unescape(client.get("/fi/ask").get_data(as_text=True))


def test_the_offer_is_made_once(client: FlaskClient) -> None:
    ask(client, FINNISH)
    token = token_on(client, "/sv/ask/question")
    page = client.get("/sv/ask/question").get_data(as_text=True)
    fact = page.partition('name="fact" value="')[2].partition('"')[0]
    fields = {"csrf_token": token, "fact": fact, "answer": "decline"}
    assert OFFER not in client.post("/sv/ask/question", data=fields, follow_redirects=True).get_data(as_text=True)
    assert OFFER not in ask(client, POLISH)


def test_the_chat_offers_it_with_a_button_that_keeps_the_text(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("offer_human", {}))
    page = say(client, text=FINNISH)
    talk = page.partition('id="chat"')[2]
    assert page.count(f'class="notice {OFFER}"') == 1
    assert f'class="notice {OFFER}"' in talk
    assert 'form="say" name="switch_to" value="fi" formnovalidate' in offered(page)
    token = token_on(client, "/sv/chat")
    fields = {"csrf_token": token, "text": "puoliksi", "switch_to": "fi"}
    switched = client.post("/sv/chat", data=fields, follow_redirects=True).get_data(as_text=True)
    assert '<html lang="fi"' in switched
    assert "puoliksi" in switched
    assert OFFER not in switched


def test_a_button_in_the_chat_ends_the_offer(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("offer_human", {}))
    say(client, text=FINNISH)
    assert OFFER not in say(client, choice="want_human:")
    assert OFFER not in say(client, text=POLISH)


def test_staff_are_told_the_language_of_the_words_not_of_the_page(app: Flask, client: FlaskClient) -> None:
    ask(client, FINNISH)
    token = token_on(client, "/sv/ask/send")
    sent = client.post("/sv/ask/send", data={"csrf_token": token, "message": FINNISH, "named": "no"})
    assert sent.status_code == 303, sent.get_data(as_text=True)
    with parts_of(app).database.session(writes=False) as session:
        assert session.scalars(select(HelpRequest.language)).all() == ["fi"]
        assert set(session.scalars(select(Message.language))) == {"fi"}


def test_a_talk_that_is_sent_carries_the_language_written_in_it(
    app: Flask, client: FlaskClient, bot: StandInBot
) -> None:
    bot.says(("offer_human", {}))
    say(client, text=FINNISH)
    send(client)
    with parts_of(app).database.session(writes=False) as session:
        assert session.scalars(select(HelpRequest.language)).all() == ["fi"]


def test_the_api_answers_in_the_language_of_the_text_when_none_is_named(client: FlaskClient) -> None:
    told = client.post("/api/v1/triage", json={"text": "my ex hits me now and I don't know where to go"}).json
    assert told["language"] == "en"
    assert told["danger"][0]["card"]["title"].startswith("Call 112")
    assert client.post("/api/v1/triage", json={"text": POLISH}).json["language"] == "pl"


def test_the_api_answers_in_the_language_that_is_named(client: FlaskClient) -> None:
    assert client.post("/api/v1/triage", json={"text": FINNISH, "language": "sv"}).json["language"] == "sv"
    assert client.post("/api/v1/triage", json={"text": "hm"}).json["language"] == "sv"
    unsure = client.post("/api/v1/triage", json={"text": "hm"}, headers={"Accept-Language": "ar"})
    assert unsure.json["language"] == "ar"


def test_a_request_filed_by_the_api_carries_the_language_of_its_words(app: Flask, client: FlaskClient) -> None:
    filed = client.post("/api/v1/requests", json={"message": FINNISH, "language": "sv"})
    assert filed.status_code == 201
    with parts_of(app).database.session(writes=False) as session:
        assert session.scalars(select(HelpRequest.language)).all() == ["fi"]
