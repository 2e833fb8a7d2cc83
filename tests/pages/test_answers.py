"""Public answers for the person asking: searched without a trace, asked for without anything urgent waiting."""

from __future__ import annotations

import html
import logging
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.desk.public_questions import Places, ask
from portal.records.database import DatabaseBusy
from portal.records.help_request import HelpRequest
from portal.records.public_answer import AnswerSearchMiss, PublicAnswer
from portal.records.public_question import PublicQuestion
from tests.pages.conftest import StandInBot, parts_of, token_on

ASK = "/sv/answers/ask"
ANSWERS = "/sv/answers"
QUESTION = "Vad kostar det att gå på öppna förskolan?"
CARD = 'id="danger-violence-now"'


def post(client: FlaskClient, address: str = ASK, follow: bool = True, **fields: Any) -> tuple[str, str]:
    """Send a form of ours; the path and the page that follow."""
    answer = client.post(address, data={"csrf_token": token_on(client, address), **fields}, follow_redirects=follow)
    return answer.request.path, html.unescape(answer.get_data(as_text=True))


def stored(app: Flask) -> tuple[list[HelpRequest], list[PublicQuestion]]:
    with parts_of(app).database.session(writes=False) as session:
        return list(session.scalars(select(HelpRequest))), list(session.scalars(select(PublicQuestion)))


@pytest.fixture
def loaded(app: Flask) -> Flask:
    told = app.test_cli_runner().invoke(args=["answers", "load"]).output
    assert re.match(r"Common questions: (\d+) added, 0 changed, \1 in all", told)
    return app


def test_a_question_is_told_about_first_and_then_filed_with_a_code_and_out_of_the_queue(
    app: Flask, client: FlaskClient, bot: StandInBot
) -> None:
    bot.understands(topics=[{"id": "family-and-relationship.baby", "confidence": 0.6}])
    before = html.unescape(client.get(ASK).get_data(as_text=True))
    assert "Du läser svaret först, med en kod." in before
    assert "Vi kan säga nej till att publicera." in before
    path, page = post(client, question=QUESTION, publish="y", age="16")
    assert (path, stored(app)) == (ASK, ([], []))
    assert 'value="family-and-relationship.baby" checked' in page
    sent = {"question": QUESTION, "publish": "y", "seen": "yes", "topic": "family-and-relationship.baby", "age": "16"}
    path, page = post(client, **sent)
    assert path == "/sv/ask/sent"
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", page)
    assert "Du läser svaret först." in page
    [request], [question] = stored(app)
    assert (request.unit, request.topics, request.contact) == ("public-answers", ["family-and-relationship.baby"], None)
    assert (question.request_id, question.state, question.scrubbed) == (request.id, "asked", None)
    assert QUESTION not in client.get(ASK).get_data(as_text=True)  # the next question begins anew


@pytest.mark.parametrize("words", ["han slår mig nu", "Får man göra så? han slår mig nu. Publicera gärna."])
def test_danger_never_waits_among_public_questions(app: Flask, client: FlaskClient, words: str) -> None:
    for step in ({}, {"seen": "yes"}):
        path, page = post(client, question=words, publish="y", **step)
        assert (path, CARD in page) == ("/sv/ask/result", True)
        kept = html.unescape(client.get("/sv/ask/send").get_data(as_text=True))
        assert words in kept
    assert stored(app)[1] == []
    path, _ = post(client, "/sv/ask/send", message=words, named="no", channel="none")
    assert path == "/sv/ask/sent"
    [request], questions = stored(app)
    assert (request.unit, request.urgency, questions) == ("contact-centre", "emergency", [])


def test_danger_shows_its_card_although_the_page_is_too_old_or_the_database_is_busy(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"question": "han slår mig nu", "publish": "y"}
    old = client.post(ASK, data={**fields, "csrf_token": "old"})
    assert (old.status_code, CARD in old.get_data(as_text=True)) == (400, True)
    token = token_on(client, ASK)

    def busy(*_: object, **__: object) -> None:
        raise DatabaseBusy("locked")

    monkeypatch.setattr("portal.desk.visits.save", busy)
    answer = client.post(ASK, data={**fields, "csrf_token": token})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, CARD in page, "han slår mig nu</textarea>" in page) == (503, True, True)
    searched = client.post(ANSWERS, data={"q": "han slår mig nu", "csrf_token": token})
    assert CARD in searched.get_data(as_text=True)


@pytest.mark.parametrize(
    ("understood", "fields"),
    [
        ({}, {}),
        ({"topics": [{"id": "housing.tonight", "confidence": 0.9}]}, {"publish": "y"}),
        ({"safety": {"score": 0.9, "possible_danger": True, "signals": ["violence-now"]}}, {"publish": "y"}),
        ({}, {"publish": "y", "ordinary": "1"}),
    ],
    ids=["not to be published", "urgent", "the model sees danger", "in private after all"],
)
def test_what_is_urgent_or_private_becomes_an_ordinary_request_with_every_word(
    app: Flask, client: FlaskClient, bot: StandInBot, understood: dict[str, Any], fields: dict[str, str]
) -> None:
    bot.understands(**understood)
    path, _ = post(client, question=QUESTION, seen="yes", **fields)
    assert path in ("/sv/ask/question", "/sv/ask/result")
    assert QUESTION in html.unescape(client.get("/sv/ask/send").get_data(as_text=True))
    assert stored(app) == ([], [])


def test_when_the_day_is_full_the_words_are_kept_and_go_another_way(app: Flask, client: FlaskClient) -> None:
    per_day = 6
    for each in range(per_day):
        browser = app.test_client()
        assert post(browser, question=f"{QUESTION} {each}", publish="y", seen="yes")[0] == "/sv/ask/sent"
    path, page = post(client, question=QUESTION, publish="y", seen="yes")
    assert path == ASK
    assert "I dag har vi fått alla frågor" in page
    assert f"{QUESTION}</textarea>" in page
    assert 'href="tel:0313900600"' in page
    assert len(stored(app)[0]) == len(stored(app)[1]) == per_day
    path, _ = post(client, question=QUESTION, publish="y", ordinary="1")
    assert path.startswith("/sv/ask/")
    with clock.freeze(clock.now().replace(year=clock.now().year + 1)):
        assert post(app.test_client(), question=QUESTION, publish="y", seen="yes")[0] == "/sv/ask/sent"


def test_similar_answers_and_what_tells_who_one_is_are_shown_before_sending(loaded: Flask) -> None:
    client = loaded.test_client()
    words = "Måste jag säga mitt namn om jag är orolig för ett barn? Ring 070-174 06 33"
    _, page = post(client, question=words, publish="y")
    assert "Finns svaret redan?" in page
    assert "Jag är orolig för ett barn. Måste jag säga vad jag heter?" in page
    assert "<bdi>070-174 06 33</bdi>" in page
    assert f"{words}</textarea>" in page


def test_a_search_leaves_nothing_behind_but_the_count_of_those_that_found_nothing(
    loaded: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = loaded.test_client()
    path, page = post(client, ANSWERS, q="anmäler orolig barn")
    assert (path, "Jag är orolig för ett barn." in page) == (ANSWERS, True)
    assert "2 svar" in page
    for _ in range(2):
        assert "Vi hittade inget svar" in post(client, ANSWERS, q="rymdraket <b>zebra</b>")[1]
    assert "<b>zebra" not in client.post(
        ANSWERS, data={"csrf_token": token_on(client, ANSWERS), "q": "<b>zebra</b>"}
    ).get_data(as_text=True)
    assert "zebra" not in caplog.text
    with parts_of(loaded).database.session(writes=False) as session:
        [miss] = session.scalars(select(AnswerSearchMiss))
        assert (miss.week.weekday(), miss.count) == (0, 3)
    in_english = post(client, ANSWERS, q="anmäler orolig barn", switch_to="en")
    assert in_english[0] == "/en/answers"
    assert 'lang="sv"' in in_english[1]
    assert "Jag är orolig för ett barn." in in_english[1]
    assert "anmäler" not in html.unescape(client.get("/en/answers").get_data(as_text=True))


def test_ones_own_language_comes_first_and_common_questions_say_what_they_are(loaded: Flask) -> None:
    with parts_of(loaded).database.session() as session:
        first = session.get_one(PublicAnswer, 1)
        day = {name: getattr(first, name) for name in ("published_week", "reviewed_on", "review_by", "law_date")}
        texts = {"question": "هل هذا مجاني؟", "answer": "نعم.", "language": "ar", "owner": "Kontaktcenter"}
        session.add(PublicAnswer(origin="asked", topics=[], **texts, **day))
    client = loaded.test_client()
    arabic = html.unescape(client.get("/ar/answers").get_data(as_text=True))
    assert arabic.index("هل هذا مجاني؟") < arabic.index("Jag är orolig för ett barn.")
    assert "هل هذا مجاني؟" not in client.get(ANSWERS).get_data(as_text=True)
    common = html.unescape(client.get("/sv/answers/1").get_data(as_text=True))
    assert "Vi har skrivit frågan själva." in common
    assert "Lagen så som den var" in common
    assert "Mottagningen" in common
    again = loaded.test_cli_runner().invoke(args=["answers", "load"]).output
    assert "0 added, 0 changed" in again


def test_the_same_press_twice_asks_once(app: Flask, client: FlaskClient) -> None:
    fields = {"csrf_token": token_on(client, ASK), "question": QUESTION, "publish": "y", "seen": "yes"}
    cookie = client.get_cookie("s")
    assert cookie is not None
    other = app.test_client()
    other.set_cookie("s", cookie.value)
    codes = set()
    for browser in (client, other):
        page = browser.post(ASK, data=fields, follow_redirects=True).get_data(as_text=True)
        codes |= set(re.findall(r"\d{4} \d{4} \d{4} \d{4}", page))
    assert (len(codes), len(stored(app)[0])) == (1, 1)
    with parts_of(app).database.session() as session:
        request_id = session.scalars(select(HelpRequest.id)).one()
        now = clock.now()
        ask(session, request_id=request_id, places=Places(per_day=0, since=now), answer_due_at=now, now=now)
    assert len(stored(app)[1]) == 1
