"""Where danger is possible but not certain, one gentle question is asked, with the numbers, and triage goes on."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.conftest import StandInBot, parts_of
from tests.pages.talking import card_of, filed, post, send

QUESTION = "Är det farligt för dig eller någon annan just nu?"
THOUGHTS = ("possible_danger", {"signals": ["suicidal-thoughts"]})
ASK = ("ask", {"fact": "when", "facts": {"topics": ["home.fights"]}})


def card_shown(page: str) -> bool:
    return 'class="danger"' in page


def test_it_is_asked_with_two_buttons_and_the_numbers_of_that_danger(
    app: Flask, client: FlaskClient, bot: StandInBot
) -> None:
    bot.says(THOUGHTS, ASK)
    page = post(client, text="allt känns tungt")
    assert not card_shown(page)
    gentle = re.search(r'<section class="gentle".*?</section>', page, re.DOTALL)
    assert gentle is not None
    assert "Ja, det är farligt" in gentle[0]
    assert 'value="not-danger:"' in gentle[0]
    rules = parts_of(app).rules.current().ruleset
    helplines = rules.dangers["suicidal-thoughts"].card.helplines
    assert all(rules.helplines[slug].number in gentle[0] for slug in helplines)
    assert "answer:when:today" in page


def test_yes_makes_it_certain_and_shows_the_card(app: Flask, client: FlaskClient, bot: StandInBot) -> None:
    bot.says(THOUGHTS, ASK)
    post(client, text="allt känns tungt")
    page = post(client, choice="is-danger:")
    assert card_shown(page)
    send(client)
    assert filed(app)[0].signals == ["suicidal-thoughts"]


def test_yes_without_knowing_which_offers_the_dangers_even_with_a_silent_bot(
    client: FlaskClient, bot: StandInBot
) -> None:
    bot.says(("possible_danger", {}), ASK)
    post(client, text="jag är rädd")
    bot.silent = True
    page = post(client, choice="is-danger:")
    assert "topic:danger-now.hit-now" in page
    assert card_shown(post(client, choice="topic:danger-now.hit-now"))


def test_no_goes_on_with_the_question_and_files_no_danger(app: Flask, client: FlaskClient, bot: StandInBot) -> None:
    bot.says(THOUGHTS, ASK)
    post(client, text="allt känns tungt")
    page = post(client, choice="not-danger:")
    assert not card_shown(page)
    assert 'class="gentle"' not in page
    assert "answer:when:today" in page
    send(client)
    assert filed(app)[0].signals == []


@pytest.mark.parametrize("left", [("offer_topics", {"topics": ["home.fights"]}), ("result", {})])
def test_no_keeps_what_was_offered_below(
    client: FlaskClient, bot: StandInBot, left: tuple[str, dict[str, str]]
) -> None:
    bot.says(THOUGHTS, left)
    sign = "topic:home.fights" if left[0] == "offer_topics" else "Skicka till kontaktcenter"
    assert sign in post(client, text="allt känns tungt")
    assert sign in post(client, choice="not-danger:")


def test_a_danger_denied_by_name_is_not_asked_about_again_but_another_one_is(
    client: FlaskClient, bot: StandInBot
) -> None:
    bot.says(THOUGHTS, ASK)
    post(client, text="allt känns tungt")
    post(client, choice="not-danger:")
    assert 'class="gentle"' not in post(client, text="tungt är det")
    bot.says(("possible_danger", {"signals": ["violence-now"]}), ASK)
    assert 'class="gentle"' in post(client, text="han är arg igen")


def test_nobody_has_to_answer(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(THOUGHTS)
    assert "decline:possible_danger" in post(client, text="allt känns tungt")
    page = post(client, choice="decline:possible_danger")
    assert "Jag vill inte svara på det" in page
    assert 'class="gentle"' not in page


def test_it_is_asked_once_in_a_turn(client: FlaskClient, bot: StandInBot) -> None:
    read = ("result", {"facts": {"topics": ["home.fights", "danger-now.hit-now"]}})
    bot.says(THOUGHTS, read)
    page = post(client, text="allt känns tungt")
    assert page.count(QUESTION) == 1 + 1  # in the talk, and beside its buttons below the services
    assert not card_shown(page)
    assert card_shown(post(client, choice="is-danger:"))


def test_a_danger_that_only_the_model_read_is_neither_taken_up_nor_filed(
    app: Flask, client: FlaskClient, bot: StandInBot
) -> None:
    bot.says(("result", {"facts": {"topics": ["home.fights", "danger-now.hit-now"]}}))
    page = post(client, text="pappa blir arg")
    assert QUESTION in page
    assert "Fara" not in re.sub(r"<title>.*?</title>", "", card_of(client)).replace("Faran", "")
    send(client)
    request, _ = filed(app)
    assert (request.topics, request.signals) == (["home.fights"], [])


def test_a_danger_that_does_not_exist_is_asked_about_without_its_name(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("possible_danger", {"signals": ["dragons"]}))
    assert QUESTION in post(client, text="jag vet inte riktigt")
    assert "topic:danger-now.hit-now" in post(client, choice="is-danger:")


def test_where_danger_is_certain_already_nothing_is_asked(client: FlaskClient, bot: StandInBot) -> None:
    post(client, text="han slår mig nu")
    bot.says(("possible_danger", {"signals": ["violence-now"]}), ASK)
    assert QUESTION not in post(client, text="och han är arg")
