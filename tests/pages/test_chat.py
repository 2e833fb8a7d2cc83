"""The chat: a machine that says so, danger caught before the bot, nothing written lost, a human at every step."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.chat.lines import TEXTS, knows_key
from portal.desk import visits
from portal.desk.request_page import load_request
from portal.records.help_request import HelpRequest
from tests.pages.conftest import StandInBot, parts_of, token_on
from tests.pages.talking import CARD, CHAT, boxes, card_of, post, send


def test_the_first_line_says_that_it_is_a_machine(client: FlaskClient) -> None:
    page = client.get(CHAT).get_data(as_text=True)
    assert "Jag är en dator, inte en människa" in page


def test_what_is_written_reaches_the_bot_as_text_and_its_answer_is_shown(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("who_sees_this", {}))
    page = post(client, text="vem läser det här?")
    call, body = bot.asked[-1]
    assert (call, body["text"]) == ("message", "vem läser det här?")
    assert len(body["conversation"]) == 32
    assert "Ingen läser det här nu" in page


def test_danger_words_are_caught_before_the_bot_sees_them(client: FlaskClient, bot: StandInBot) -> None:
    page = post(client, text="han slår mig nu")
    assert bot.asked == []
    assert 'href="tel:112"' in page
    assert "Skicka till en människa" in page


@pytest.mark.parametrize("stopped", ["refuses", "says nothing"])
def test_a_silent_bot_loses_nothing_and_shows_the_other_ways(
    client: FlaskClient, bot: StandInBot, stopped: str
) -> None:
    token = token_on(client, CHAT)
    bot.silent = stopped == "refuses"
    bot.says()
    answer = client.post(CHAT, data={"csrf_token": token, "text": "jag är ledsen"}, follow_redirects=True)
    page = html.unescape(answer.get_data(as_text=True))
    assert "jag är ledsen" in page
    assert "Formuläret och telefonen fungerar" in page
    assert "/sv/ask" in page


def test_before_the_bot_is_ready_the_page_says_so(client: FlaskClient, bot: StandInBot) -> None:
    bot.silent = True
    page = html.unescape(client.get(CHAT).get_data(as_text=True))
    assert "Chatten är inte igång just nu" in page
    assert 'id="say"' not in page


def test_the_bot_asks_what_the_engine_wants_to_know_and_takes_the_answer(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("ask", {"fact": "age", "facts": {"topics": ["home.fights"]}}))
    page = post(client, text="det är bråk hemma")
    assert "answer:age:14" in page
    assert "decline:age" in page
    bot.says(("result", {}))
    page = post(client, choice="answer:age:14")
    assert bot.asked[-1][1]["entities"] == {"fact": "age", "value": "14"}
    assert bot.asked[-1][1]["metadata"]["facts"] == {"age": 14, "topics": ["home.fights"]}
    assert "De här kan hjälpa dig" in page


def test_an_age_may_be_written_in_any_digits(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("ask", {"fact": "age", "facts": {"topics": ["home.fights"]}}))
    post(client, text="det är bråk hemma")
    bot.says(("result", {}))
    post(client, text="عمري ١٥")
    assert bot.asked[-1][1]["metadata"]["facts"]["age"] == 15


def test_a_declined_question_is_told_and_not_asked_again(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("ask", {"fact": "when", "facts": {"topics": ["home.fights"]}}))
    post(client, text="det är bråk hemma")
    bot.says(("result", {}))
    post(client, choice="decline:when")
    assert bot.asked[-1][1]["metadata"]["facts"]["declined"] == ["when"]


def test_an_answer_that_does_not_exist_is_not_taken(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("ask", {"fact": "when", "facts": {"topics": ["home.fights"]}}))
    post(client, text="det är bråk hemma")
    calls = len(bot.asked)
    post(client, choice="answer:when:never")
    assert len(bot.asked) == calls


def test_a_danger_button_shows_its_card_without_the_bot(client: FlaskClient, bot: StandInBot) -> None:
    page = post(client, choice="topic:danger-now.hit-now")
    assert bot.asked == []
    assert 'href="tel:112"' in page


def test_a_gentle_question_comes_with_the_numbers_and_beside_the_next_question(
    client: FlaskClient, bot: StandInBot
) -> None:
    bot.says(("possible_danger", {}), ("ask", {"fact": "when", "facts": {"topics": ["home.fights"]}}))
    page = post(client, text="jag vet inte vad jag ska ta mig till")
    assert "Ja, det är farligt" in page
    assert "answer:when:today" in page
    assert page.count('href="tel:112"') >= 2
    page = post(client, choice="is-danger:")
    assert "topic:danger-now.hit-now" in page


def test_somebody_misunderstood_goes_on_but_staff_still_see_the_signal(
    app: Flask, client: FlaskClient, bot: StandInBot
) -> None:
    post(client, text="han slår mig nu")
    page = post(client, choice="no-danger:")
    assert 'href="tel:112"' in page
    bot.says(("result", {"facts": {"topics": ["home.fights"]}}))
    post(client, text="vi bråkar mest")
    assert "signals" not in bot.asked[-1][1]["metadata"]["facts"]
    send(client)
    with parts_of(app).database.session(writes=False) as session:
        request = session.scalars(select(HelpRequest)).one()
    assert request.signals == ["violence-now"]


def test_the_talk_can_be_sent_and_staff_read_it(app: Flask, client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("result", {"facts": {"topics": ["housing.eviction"]}}))
    post(client, text="vi blir vräkta på fredag")
    page = send(client)
    assert "Din kod" in page
    parts = parts_of(app)
    with parts.database.session(writes=False) as session:
        request = session.scalars(select(HelpRequest)).one()
        read = load_request(session, keys=parts.content_keys, request_id=request.id)
    assert (request.channel, request.topics, request.anonymous) == ("chat", ["housing.eviction"], True)
    said = [message.body for message in read.messages]
    assert "vi blir vräkta på fredag" in said
    assert any("Jag är en dator" in (body or "") for body in said)


def test_pressing_send_twice_files_once(app: Flask, client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("result", {"facts": {"topics": ["housing.eviction"]}}))
    post(client, text="vi blir vräkta")
    form = boxes(card_of(client))
    client.post(CARD, data={**form, "send": "1"})
    client.post(CARD, data={**form, "send": "1"})
    with parts_of(app).database.session(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(HelpRequest)) == 1


def test_what_is_written_after_sending_reaches_the_same_request(
    app: Flask, client: FlaskClient, bot: StandInBot
) -> None:
    bot.says(("result", {"facts": {"topics": ["housing.eviction"]}}))
    post(client, text="vi blir vräkta")
    send(client)
    page = post(client, text="nu slår han mig, han slår mig nu")
    assert 'href="tel:112"' in page
    with parts_of(app).database.session(writes=False) as session:
        request = session.scalars(select(HelpRequest)).one()
    assert request.urgency == "emergency"


def test_forgetting_empties_the_talk(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("result", {"facts": {"topics": ["housing.eviction"]}}))
    post(client, text="vi blir vräkta")
    bot.says(("forgotten", {}))
    page = post(client, choice="forget_me:")
    assert "vi blir vräkta" not in page
    assert "Nu är samtalet borta" in page


def test_a_missing_token_keeps_what_was_written(client: FlaskClient) -> None:
    answer = client.post(CHAT, data={"text": "han slår mig nu, hjälp"})
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert "han slår mig nu, hjälp" in page
    assert 'href="tel:112"' in page


def test_an_empty_message_gets_a_sentence(client: FlaskClient) -> None:
    assert "Skriv något" in post(client, text="   ")


def test_a_very_long_message_gets_a_sentence_and_is_kept(client: FlaskClient, bot: StandInBot) -> None:
    page = post(client, text="lång " * 10_000)
    assert "Texten är för lång" in page
    assert bot.asked == []


def test_markup_stays_text(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("not_understood", {}))
    token = token_on(client, CHAT)
    raw = client.post(CHAT, data={"csrf_token": token, "text": "<script>x</script>"}, follow_redirects=True)
    assert "<script>x" not in raw.get_data(as_text=True)


def test_changing_the_language_keeps_what_was_typed(client: FlaskClient) -> None:
    token = token_on(client, CHAT)
    answer = client.post(
        CHAT, data={"csrf_token": token, "text": "halvskrivet", "switch_to": "ar"}, follow_redirects=True
    )
    page = answer.get_data(as_text=True)
    assert answer.request.path == "/ar/chat"
    assert "halvskrivet" in page
    assert 'dir="rtl"' in page


def test_every_text_key_of_the_bot_has_words() -> None:
    from pathlib import Path

    import yaml

    domain = yaml.safe_load((Path(__file__).parents[2] / "bot/domain.yml").read_text(encoding="utf-8"))
    keys = {name.removeprefix("utter_") for name in domain["responses"]}
    assert {key for key in keys if not knows_key(key)} == set()
    assert TEXTS


def test_a_talk_filed_while_its_draft_could_not_be_kept_is_filed_once(
    app: Flask, client: FlaskClient, bot: StandInBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot.says(("result", {"facts": {"topics": ["housing.eviction"]}}))
    post(client, text="vi blir vräkta")
    form = boxes(card_of(client))
    with monkeypatch.context() as broken:
        broken.setattr("portal.visitor.Visit.save", lambda _visit: False)
        first = client.post(CARD, data={**form, "send": "1"}).get_data(as_text=True)
    second = send(client)
    code = re.findall(r"\d{4} \d{4} \d{4} \d{4}", first)
    assert code
    assert re.findall(r"\d{4} \d{4} \d{4} \d{4}", second) == code
    with parts_of(app).database.session(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(HelpRequest)) == 1


def test_a_message_that_could_not_be_kept_stays_in_the_box(
    client: FlaskClient, bot: StandInBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot.says(("not_understood", {}))
    token = token_on(client, CHAT)
    monkeypatch.setattr("portal.visitor.Visit.save", lambda _visit: False)
    page = client.post(CHAT, data={"csrf_token": token, "text": "ett långt brev"}).get_data(as_text=True)
    assert "ett långt brev</textarea>" in html.unescape(page)


def test_forgetting_forgets_what_was_written_in_the_form_too(
    client: FlaskClient, bot: StandInBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"csrf_token": token_on(client, "/sv/ask"), "words": "min hemlighet", "topics": "home"}
    client.post("/sv/ask", data=form)
    client.post("/sv/ask/send", data={"message": "min hemlighet"})
    bot.says(("forgotten", {}))
    kept: list[dict[str, Any]] = []
    save = visits.save
    monkeypatch.setattr(visits, "save", lambda db, **what: kept.append(what["body"]) or save(db, **what))
    post(client, choice="forget_me:")
    assert "min hemlighet" not in str(kept[-1])


def test_forgetting_does_not_take_the_code_of_what_was_sent(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("result", {"facts": {"topics": ["housing.eviction"]}}))
    post(client, text="vi blir vräkta")
    send(client)
    bot.says(("forgotten", {}))
    assert "Din kod" in post(client, choice="forget_me:")


def test_a_long_talk_keeps_every_word_of_the_person(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("not_understood", {}))
    post(client, text="det första jag skrev")
    for _ in range(110):
        client.post(CHAT, data={"csrf_token": token_on(client, CHAT), "choice": "want_human:"})
        bot.says(("not_understood", {}), ("offer_human", {}))
    assert "det första jag skrev" in post(client, text="det sista")
