"""What a message already says is not asked again in form, chat and API; it is shown, and an answer by hand beats it."""

from __future__ import annotations

import html
import re
from typing import Any

from flask.testing import FlaskClient

from tests.pages.conftest import StandInBot, token_on

WORDS = "Min dotter på 14 vill inte gå till skolan längre"
ASK = "/sv/ask"
QUESTION = "/sv/ask/question"
TOPIC = [{"id": "school-leisure", "confidence": 0.9}]


def ask(client: FlaskClient, words: str = WORDS) -> str:
    return send(client, ASK, words=words)


def send(client: FlaskClient, address: str, **fields: Any) -> str:
    answer = client.post(address, data={"csrf_token": token_on(client, address), **fields}, follow_redirects=True)
    return html.unescape(answer.get_data(as_text=True))


def understood(page: str) -> list[str]:
    """The labels that stand under "we have understood"."""
    _, _, section = page.partition('id="understood"')
    return re.findall(r"<b>([^<]*)</b>", section.partition("</ul>")[0])


def test_the_next_question_is_not_one_that_the_words_have_answered(client: FlaskClient, bot: StandInBot) -> None:
    bot.understands(topics=TOPIC)
    page = ask(client)
    for _ in range(4):
        assert "Vem gäller det?" not in page.partition('id="understood"')[0]
        assert "Hur gammal" not in page.partition('id="understood"')[0]
        if 'name="answer"' not in page:
            break
        page = send(client, QUESTION, answer="decline")
    assert "De här kan hjälpa dig" in page
    assert {"Mitt barn", "13–15 år"} <= set(understood(page))


def test_what_was_understood_is_shown_beside_a_question_and_can_be_changed(
    client: FlaskClient, bot: StandInBot
) -> None:
    bot.understands(topics=TOPIC)
    page = ask(client)
    assert understood(page) == ["Mitt barn", "13–15 år"]
    assert f'href="{QUESTION}?fact=age"' in page
    changing = html.unescape(client.get(f"{QUESTION}?fact=age").get_data(as_text=True))
    assert re.search(r'value="14" checked', changing)
    client.post(QUESTION, data={"csrf_token": token_on(client, QUESTION), "fact": "age", "answer": "17"})
    page = html.unescape(client.get("/sv/ask/result").get_data(as_text=True))
    assert {"Mitt barn", "16–17 år"} <= set(understood(page))


def test_new_words_replace_what_old_words_said_but_not_an_answer(client: FlaskClient, bot: StandInBot) -> None:
    bot.understands(topics=TOPIC)
    ask(client)
    answer = {"csrf_token": token_on(client, f"{QUESTION}?fact=about"), "fact": "about", "answer": "sibling"}
    client.post(f"{QUESTION}?fact=about", data=answer)
    ask(client, "Min dotter på 17 vill inte gå till skolan, vi måste få hjälp nu")
    page = html.unescape(client.get("/sv/ask/result").get_data(as_text=True))
    assert "Mitt syskon" in understood(page)
    assert "Mitt barn" not in understood(page)
    assert "13–15 år" not in understood(page)


def test_words_that_are_taken_away_take_their_facts_with_them(client: FlaskClient, bot: StandInBot) -> None:
    bot.understands(topics=TOPIC)
    ask(client)
    send(client, ASK, words="", topics="home")
    page = html.unescape(client.get("/sv/ask/result").get_data(as_text=True))
    assert "Mitt barn" not in understood(page)


def test_facts_are_read_with_the_bot_stopped_too(client: FlaskClient, bot: StandInBot) -> None:
    bot.silent = True
    answer = client.post("/api/v1/triage", json={"text": WORDS}).get_json()
    assert {"about": "my-child", "age": 14}.items() <= answer["facts"].items()


def test_the_api_knows_what_the_text_says_and_asks_for_something_else(client: FlaskClient, bot: StandInBot) -> None:
    bot.understands(topics=TOPIC)
    answer = client.post("/api/v1/triage", json={"text": WORDS, "facts": {"about": "sibling"}}).get_json()
    assert answer["facts"]["about"] == "sibling"
    assert "age" not in answer["facts"]
    answer = client.post("/api/v1/triage", json={"text": WORDS, "facts": {"when": "soon"}}).get_json()
    assert answer["next_question"] is None or answer["next_question"]["fact"] not in ("about", "age", "when")


def test_the_chat_tells_the_bot_what_the_text_says(client: FlaskClient, bot: StandInBot) -> None:
    bot.says(("thanks", {}))
    send(client, "/sv/chat", text=WORDS)
    assert bot.asked[-1][1]["metadata"]["facts"] == {"about": "my-child", "age": 14}
