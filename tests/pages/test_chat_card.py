"""Before anything is sent, the person sees the very card that staff will get, and may strike lines out of it."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.records.database import DatabaseBusy
from portal.records.help_request import HelpRequest
from tests.pages.conftest import MakeApp, StandInBot, parts_of
from tests.pages.talking import CARD, boxes, card_of, filed, post, send

SECRET = "min kusin heter Kalle"


@pytest.fixture
def talked(client: FlaskClient, bot: StandInBot) -> FlaskClient:
    """Somebody has told two things and answered a question."""
    bot.says(("ask", {"fact": "age", "facts": {"topics": ["housing.eviction", "money.food"]}}))
    post(client, text="vi blir vräkta på fredag")
    bot.says(("result", {}))
    post(client, choice="answer:age:14")
    post(client, text=SECRET)
    return client


def test_pressing_send_in_the_talk_only_shows_the_card(app: Flask, talked: FlaskClient) -> None:
    page = post(talked, choice="send:")
    assert "Hela samtalet, som de läser det" in page
    with parts_of(app).database.session(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(HelpRequest)) == 0


def test_what_is_filed_is_what_the_card_showed(app: Flask, talked: FlaskClient) -> None:
    page = card_of(talked)
    talk = re.search(r"<ol class=\"talk\">(.*?)</ol>", page, re.DOTALL)
    assert talk is not None
    shown = re.findall(r'<p dir="auto">(.*?)</p>', talk[1], re.DOTALL)
    send(talked)
    request, read = filed(app)
    assert [message.body for message in read.messages if not message.opening] == shown
    assert read.words == f"vi blir vräkta på fredag\n\n{SECRET}"
    assert (request.topics, request.facts) == (["housing.eviction", "money.food"], {"age": 14, "when": "soon"})
    names = [parts_of(app).rules.current().ruleset.services[s["service"]].name for s in request.suggestions]
    assert ", ".join(names) in page


def test_a_struck_message_is_filed_nowhere(app: Flask, talked: FlaskClient) -> None:
    send(talked, without=(SECRET,))
    _, read = filed(app)
    assert read.words == "vi blir vräkta på fredag"
    assert all(SECRET not in (message.body or "") for message in read.messages)


def test_a_struck_fact_is_filed_neither_as_a_fact_nor_in_the_talk(app: Flask, talked: FlaskClient) -> None:
    send_until_filed(talked, "age")
    request, read = filed(app)
    assert "age" not in request.facts
    assert all("13" not in (message.body or "") for message in read.messages)


def test_a_card_that_became_another_is_shown_again_before_it_is_sent(app: Flask, talked: FlaskClient) -> None:
    page = send(talked, without=("topics:housing.eviction",))
    assert "Läs igenom det en gång till" in page
    assert 'value="topics:housing.eviction">' in page
    with parts_of(app).database.session(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(HelpRequest)) == 0
    assert "Din kod" in send(talked)
    request, _ = filed(app)
    assert request.topics == ["money.food"]


def test_what_was_written_after_the_card_was_shown_is_not_sent_unseen(app: Flask, talked: FlaskClient) -> None:
    form = boxes(card_of(talked))
    post(talked, text="och en sak till")
    page = talked.post(CARD, data={**form, "send": "1"}, follow_redirects=True).get_data(as_text=True)
    assert "Din kod" not in page
    assert "och en sak till" in page
    send(talked)
    assert "och en sak till" in str(filed(app)[1].words)


def test_struck_lines_stay_struck_when_the_language_changes_and_on_return(talked: FlaskClient) -> None:
    form = boxes(card_of(talked))
    kept = [box for box in form["kept"] if box != "age"]
    answer = talked.post(CARD, data={**form, "kept": kept, "switch_to": "ar"}, follow_redirects=True)
    assert answer.request.path == "/ar/chat/card"
    assert boxes(answer.get_data(as_text=True))["kept"] == kept
    assert boxes(card_of(talked))["kept"] == kept


def test_boxes_are_kept_when_the_page_is_left_without_sending(talked: FlaskClient) -> None:
    form = boxes(card_of(talked))
    assert talked.post(f"{CARD}/boxes", data={**form, "kept": []}).status_code == 204
    assert boxes(card_of(talked))["kept"] == []
    assert talked.post(f"{CARD}/boxes", data={"shown": form["shown"]}).status_code == 400


def test_a_struck_line_can_be_taken_in_again(app: Flask, talked: FlaskClient) -> None:
    form = boxes(card_of(talked))
    talked.post(CARD, data={**form, "kept": []})
    talked.post(CARD, data=form)
    send(talked)
    assert filed(app)[0].facts == {"age": 14, "when": "soon"}


def test_danger_cannot_be_struck_and_the_card_says_so(app: Flask, client: FlaskClient) -> None:
    post(client, text="han slår mig nu")
    page = card_of(client)
    assert "Det här går inte att ta bort" in page
    assert 'href="tel:112"' in page
    send(client, without=("han slår mig nu",))
    request, read = filed(app)
    assert (request.signals, request.urgency) == (["violence-now"], "emergency")
    assert read.words is None


def test_a_danger_button_struck_as_a_topic_still_shows_its_danger(app: Flask, client: FlaskClient) -> None:
    post(client, choice="topic:danger-now.hit-now")
    send_until_filed(client, "topics:danger-now.hit-now")
    request, _ = filed(app)
    assert (request.topics, request.signals) == ([], ["violence-now"])


def test_a_denied_danger_goes_along_and_the_card_says_so_honestly(app: Flask, client: FlaskClient) -> None:
    post(client, text="han slår mig nu")
    post(client, choice="no-danger:")
    assert "Du har sagt att det inte är farligt. De som läser ser ändå det här" in card_of(client)
    send(client)
    assert filed(app)[0].signals == ["violence-now"]


def test_what_is_not_said_yet_is_shown_as_not_going_along(talked: FlaskClient) -> None:
    post(talked, text="halvskrivet", choice="send:")
    page = card_of(talked)
    assert "Det följer inte med" in page
    assert "halvskrivet" in page


def test_the_card_tells_when_an_answer_comes_and_has_one_button_that_sends(talked: FlaskClient) -> None:
    page = card_of(talked)
    assert "Du får svar senast" in page
    assert page.count('name="send"') == 1


def test_without_a_talk_there_is_no_card(client: FlaskClient) -> None:
    answer = client.get(CARD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sv/chat")


def test_an_old_page_sends_nothing(app: Flask, talked: FlaskClient) -> None:
    form = boxes(card_of(talked)) | {"csrf_token": "gammal", "send": "1"}
    assert talked.post(CARD, data=form).status_code == 400
    with parts_of(app).database.session(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(HelpRequest)) == 0


def test_a_card_that_the_hour_has_changed_is_shown_again(talked: FlaskClient) -> None:
    """At night other services come first: what was looked at by day is not what would be sent now."""
    with clock.freeze(datetime(2026, 3, 10, 9, tzinfo=UTC)):
        form = boxes(card_of(talked))
    with clock.freeze(datetime(2026, 3, 11, 1, tzinfo=UTC)):
        page = talked.post(CARD, data={**form, "send": "1"}).get_data(as_text=True)
    assert "Kortet blev ett annat" in page


def test_a_card_that_could_not_be_filed_is_kept_with_its_boxes(
    app: Flask, talked: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = boxes(card_of(talked))
    kept = [box for box in form["kept"] if box.startswith("line:")]
    with monkeypatch.context() as broken:
        broken.setattr("portal.chat.talk.file_request", locked)
        answer = talked.post(CARD, data={**form, "kept": kept, "mark": _mark_without(talked, kept), "send": "1"})
    page = html.unescape(answer.get_data(as_text=True))
    assert (answer.status_code, boxes(page)["kept"]) == (503, kept)
    assert "Ingenting är skickat än" in page
    assert "Din kod" in send(talked)


def test_a_limit_keeps_the_card(make_app: MakeApp, bot: StandInBot, monkeypatch: pytest.MonkeyPatch) -> None:
    client = make_app(rate_limits=True).test_client()
    bot.says(("thanks", {}))
    post(client, text="hej")
    form = boxes(card_of(client))
    monkeypatch.setattr("portal.chat.talk.file_request", locked)
    answers = [client.post(CARD, data={**form, "send": "1"}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [503] * 6 + [429]
    assert boxes(answers[-1].get_data(as_text=True))["kept"] == form["kept"]


def locked(*_: object, **__: object) -> None:
    raise DatabaseBusy("locked")


def _mark_without(client: FlaskClient, kept: list[str]) -> str:
    """The mark of the card as it is once only these boxes are ticked."""
    form = boxes(card_of(client))
    client.post(CARD, data={**form, "kept": kept})
    return str(boxes(card_of(client))["mark"])


def send_until_filed(client: FlaskClient, struck: str) -> None:
    """Strike one line; where that makes another card of it, look at that one too."""
    if "Din kod" not in send(client, without=(struck,)):
        assert "Din kod" in send(client)
