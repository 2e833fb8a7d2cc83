"""The machine can be wrong, and says so: what it understood is shown, taken back, and not learnt again unasked."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.conftest import StandInBot
from tests.pages.talking import CHAT, filed, post, send

FIGHTS = ("result", {"facts": {"topics": ["home.fights"]}, "heard": ["home.fights", "money.food", "school-leisure"]})


def known(page: str) -> list[str]:
    """What the page says that we have understood."""
    return re.findall(r'value="remove:([^"]+)"', page)


def offered(page: str) -> list[str]:
    return re.findall(r'value="topic:([^"]+)"', page)


@pytest.fixture
def understood(client: FlaskClient, bot: StandInBot) -> FlaskClient:
    bot.says(FIGHTS)
    assert known(post(client, text="det är bråk hemma om maten")) == ["topics:home.fights"]
    return client


@pytest.mark.parametrize("way", ["button", "words"])
def test_no_not_that_takes_back_the_last_turn_and_offers_the_next_best(
    understood: FlaskClient, bot: StandInBot, way: str
) -> None:
    bot.says(("corrected", {}))
    bot.silent = way == "button"  # the button needs no bot
    page = post(understood, **({"choice": "correct_you:"} if way == "button" else {"text": "nej, inte det"}))
    assert "Förlåt, då förstod jag fel. Nu är det borta." in page
    assert known(page) == []
    assert offered(page)[:2] == ["money.food", "school-leisure"]
    assert "home.fights" not in offered(page)


def test_no_not_that_leaves_what_was_understood_before(understood: FlaskClient, bot: StandInBot) -> None:
    bot.says(("result", {"facts": {"topics": ["home.fights", "money.food"]}}))
    post(understood, text="och pengarna är slut")
    assert known(post(understood, choice="correct_you:")) == ["topics:home.fights"]


def test_a_small_word_in_between_does_not_hide_what_was_learnt(understood: FlaskClient, bot: StandInBot) -> None:
    bot.says(("thanks", {}))
    post(understood, text="tack")
    assert known(post(understood, choice="correct_you:")) == []


def test_an_answer_by_button_is_taken_back_too(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("ask", {"fact": "age", "facts": {"topics": ["home.fights"]}}))
    post(client, text="det är bråk hemma")
    bot.says(("result", {}))
    post(client, choice="answer:age:14")
    assert known(post(client, choice="correct_you:")) == ["topics:home.fights"]


def test_what_was_taken_back_is_not_learnt_again_from_words(understood: FlaskClient, bot: StandInBot) -> None:
    post(understood, choice="correct_you:")
    bot.says(FIGHTS)
    page = post(understood, text="det är bråk hemma om maten")
    assert known(page) == []
    assert bot.asked[-1][1]["metadata"]["taken_back"] == ["topics:home.fights"]


def test_what_was_taken_back_may_still_be_chosen(understood: FlaskClient, bot: StandInBot) -> None:
    post(understood, choice="correct_you:")
    bot.says(("result", {}))
    assert known(post(understood, choice="topic:home.fights")) == ["topics:home.fights"]
    bot.says(FIGHTS)
    assert known(post(understood, text="det är bråk hemma")) == ["topics:home.fights"]


def test_a_correction_that_says_what_it_is_instead_is_taken_up_in_one_turn(
    understood: FlaskClient, bot: StandInBot
) -> None:
    bot.says(("result", {"facts": {"topics": ["home.fights", "money.debt"]}, "corrected": True}))
    page = post(understood, text="nej, inte det. Det är skulder.")
    assert known(page) == ["topics:money.debt"]
    assert "Förlåt, då förstod jag fel" in page


@pytest.mark.parametrize("fact", ["topics:home.fights", "age"])
def test_each_fact_has_a_button_that_takes_it_away(client: FlaskClient, bot: StandInBot, fact: str) -> None:
    bot.says(("ask", {"fact": "age", "facts": {"topics": ["home.fights"]}}))
    post(client, text="det är bråk hemma")
    bot.says(("result", {}))
    assert fact in known(post(client, choice="answer:age:14"))
    assert fact not in known(post(client, choice=f"remove:{fact}"))
    bot.says(FIGHTS)
    assert fact not in known(post(client, text="det är bråk hemma"))


def test_a_fact_that_is_not_there_is_not_taken_away(understood: FlaskClient) -> None:
    assert known(post(understood, choice="remove:age")) == ["topics:home.fights"]


def test_what_was_taken_back_is_not_sent(app: Flask, understood: FlaskClient) -> None:
    post(understood, choice="correct_you:")
    send(understood)
    request, _ = filed(app)
    assert request.topics == []


def test_danger_is_not_taken_back_with_the_rest(app: Flask, client: FlaskClient) -> None:
    post(client, text="han slår mig nu")
    post(client, choice="correct_you:")
    send(client)
    assert filed(app)[0].signals == ["violence-now"]


def test_none_of_these_asks_for_own_words_and_does_not_guess_them_again(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("offer_topics", {"topics": ["home.fights", "money.food"]}))
    post(client, text="det är jobbigt")
    page = post(client, choice="none-of-these:")
    assert "Berätta med egna ord" in page
    bot.says(FIGHTS)
    assert known(post(client, text="det är jobbigt hemma")) == []


def test_two_misunderstandings_lead_to_a_human_and_the_form(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("not_understood", {}))
    assert "Skicka till en människa" not in post(client, text="blå katt")
    bot.says(("who_sees_this", {}))
    post(client, choice="who_sees_this:")
    bot.says(("not_understood", {}))
    page = post(client, text="grön katt")
    assert "Du kan få svar av en människa" in page
    assert "Skicka till en människa" in page
    assert 'href="/sv/ask"' in page


def test_a_misunderstanding_after_an_understood_word_is_the_first_again(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("not_understood", {}))
    post(client, text="blå katt")
    bot.says(FIGHTS)
    post(client, text="det är bråk hemma")
    bot.says(("not_understood", {}))
    assert "Du kan få svar av en människa" not in post(client, text="grön katt")


def test_a_second_correction_leads_to_a_human(understood: FlaskClient, bot: StandInBot) -> None:
    post(understood, choice="correct_you:")
    bot.says(("result", {}))
    post(understood, choice="topic:money.food")
    page = post(understood, choice="correct_you:")
    assert known(page) == []
    assert "Du kan få svar av en människa" in page


def test_a_refusal_in_words_is_a_refusal(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("ask", {"fact": "age", "facts": {"topics": ["home.fights"]}}))
    post(client, text="det är bråk hemma")
    bot.says(("ask", {"fact": "when", "declined": "age", "facts": {"topics": ["home.fights"], "declined": ["age"]}}))
    post(client, text="det vill jag inte säga")
    bot.says(("result", {}))
    post(client, choice="decline:when")
    told = bot.asked[-1][1]["metadata"]
    assert (told["facts"]["declined"], told["asked"]) == (["age", "when"], 2)


def test_a_way_out_of_every_question_is_within_reach(client: FlaskClient, bot: StandInBot) -> None:
    for reply in (("offer_topics", {"topics": ["money.food"]}), ("possible_danger", {}), ("ask", {"fact": "when"})):
        bot.says(reply)
        page = post(client, text="jag vet inte")
        assert "Jag vill inte svara" in page
        assert "Jag vill prata med en människa" in page


def test_each_service_tells_why_it_is_shown(understood: FlaskClient) -> None:
    page = understood.get(CHAT).get_data(as_text=True)
    found = re.findall(r"<summary>Varför\?.*?</summary>(.*?)</details>", page, re.DOTALL)
    assert found
    assert all(re.search(r"<p>\s*\w", why) for why in found)


def test_the_reason_is_told_in_the_readers_language(understood: FlaskClient) -> None:
    swedish = understood.get(CHAT).get_data(as_text=True)
    arabic = understood.get("/ar/chat").get_data(as_text=True)
    reason = re.search(r'class="why">\s*<p>(.*?)</p>', swedish, re.DOTALL)
    translated = re.search(r'class="why">\s*<p>(.*?)</p>', arabic, re.DOTALL)
    assert reason is not None
    assert translated is not None
    assert re.search(r"[\u0600-\u06ff]", translated[1])
    assert not re.search(r"[\u0600-\u06ff]", reason[1])
