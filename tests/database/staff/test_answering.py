"""Answering in the person's language: what goes out, what staff see beside it, and that nothing written is lost."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal.desk import work
from portal.desk.answering import send_answer
from portal.desk.follow_up import read_conversation
from portal.desk.message_content import Mark
from portal.desk.reply_editing import Written, change_reply, load_reply, review_variant
from portal.desk.staff_drafts import forget_all_drafts
from portal.desk.submit import Submitted
from portal.desk.thinning import thin
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.records.sealing import ContentKeys
from portal.records.staff_draft import StaffDraft
from portal.settings import ROOT
from tests.database.staff.browsing import Client, path_of, press, text, token
from tests.database.staff.test_plain_notes import come_back

ARABIC = "مرحبا، سنساعدك."


def said_in_arabic(text: str) -> str:
    """As the catalogue has it now: translators change it without asking the tests."""
    return gettext.translation("messages", ROOT / "translations", ["ar"]).gettext(text)


@pytest.fixture
def library(database: Database, app: Flask, hired: Callable[..., None]) -> None:
    """Three replies: one reviewed in Arabic, one that nobody has read there, one that is not there at all."""
    with app.app_context():
        from portal.current import ruleset

        helplines = ruleset().helplines
    hired("reader", "content-editor")
    with database.session() as db:
        for slug, label, swedish, drafts in (
            ("thanks", "Tack för brevet", "Hej, vi hjälper dig.", {"ar": ARABIC}),
            ("closed", "När vi har stängt", "Ring oss: {centre_phone}", {"ar": "اتصل بنا: {centre_phone}"}),
            ("roof", "Tak i natt", "Du får sova här i natt.", {}),
        ):
            written = Written(label=label, text=swedish, topics=["home"] if slug == "roof" else [])
            load_reply(db, slug=slug, written=written, drafts=drafts, now=clock.now(), helplines=helplines)
        staff_id = _id_of(db, "reader")
        review_variant(db, slug="thanks", language="ar", reply_version=1, version=1, staff_id=staff_id, now=clock.now())


@pytest.fixture
def request_in_arabic(filed: Callable[..., Submitted], signed_in: Client, library: None) -> Submitted:
    """Held by agent1."""
    request = filed(language="ar")
    press(signed_in("agent1"), path_of(request, "claim"))
    return request


def _id_of(db: Any, username: str) -> Any:
    from portal.records.staff_account import StaffAccount

    return db.scalar(select(StaffAccount.id).where(StaffAccount.username == username))


def filled_in(page: str) -> dict[str, Any]:
    """The answer form of a page as a browser would post it, less its buttons."""
    form = re.search(r'<form[^>]*action="[^"]*/answer".*?</form>', page, re.DOTALL)
    assert form is not None
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    words = re.search(r'<textarea[^>]*name="answer".*?>\n(.*?)</textarea>', form[0], re.DOTALL)
    language = re.search(r'<option value="([^"]*)" selected', form[0])
    return {
        "piece": [value for name, value in hidden if name == "piece"],
        "seen": next(value for name, value in hidden if name == "seen"),
        "answer": words[1] if words else "",
        "language": language[1] if language else "",
    }


def send(client: FlaskClient, request: Submitted, **changes: Any) -> Any:
    """Press a button of the answer form as the page has it now."""
    fields = filled_in(text(client.get(path_of(request)))) | changes
    return client.post(path_of(request, "answer"), data={"csrf_token": token(client), **fields})


def said_to(database: Database, keys: ContentKeys, request: Submitted) -> list[Any]:
    with database.session() as db:
        talk = read_conversation(db, keys=keys, request_id=request.request_id, now=clock.now())
    return [message for message in talk.messages if message.author == "staff"]


def test_a_reply_is_picked_in_swedish_and_read_in_the_readers_language(
    app: Flask, request_in_arabic: Submitted, signed_in: Client, database: Database, keys: ContentKeys
) -> None:
    agent = signed_in("agent1")
    page = text(agent.get(path_of(request_in_arabic)))
    assert page.index("Tak i natt") < page.index("När vi har stängt"), "what suits the topic comes first"
    send(agent, request_in_arabic, act="fetch:thanks")
    page = text(agent.get(path_of(request_in_arabic)))
    assert "Hej, vi hjälper dig." in page
    assert re.search(rf'lang="ar" dir="rtl">{ARABIC}', page)
    answer = send(agent, request_in_arabic, answer="Kom på måndag. <b>", language="sv")
    assert answer.status_code == 303
    (message,) = said_to(database, keys, request_in_arabic)
    own, picked = message.parts
    assert (own.language, own.mark, own.source) == ("sv", Mark.EXPLAINED, None)
    assert (picked.body, picked.source, picked.mark) == (ARABIC, "Hej, vi hjälper dig.", Mark.NONE)

    raw = app.test_client()
    theirs = come_back(raw, request_in_arabic.code, "ar")
    assert re.search(rf'lang="ar" dir="rtl">{ARABIC}', theirs)
    assert 'lang="sv" dir="ltr">Kom på måndag.' in theirs
    assert said_in_arabic("Det här är skrivet på svenska.") in theirs
    assert "Hej, vi hjälper dig." not in theirs, "the Swedish is for staff"
    assert "Det här är skrivet på svenska." not in come_back(app.test_client(), request_in_arabic.code, "sv")
    staff_page = text(agent.get(path_of(request_in_arabic)))
    assert "Hej, vi hjälper dig." in staff_page
    assert ARABIC in staff_page


@pytest.mark.parametrize("slug", ["closed", "roof"])
def test_what_is_not_reviewed_goes_out_only_as_staff_say_and_marked(
    app: Flask,
    slug: str,
    request_in_arabic: Submitted,
    signed_in: Client,
    database: Database,
    keys: ContentKeys,
) -> None:
    agent = signed_in("agent1")
    send(agent, request_in_arabic, act=f"fetch:{slug}")
    refused = send(agent, request_in_arabic)
    assert refused.status_code == 400
    assert "Välj hur det ska skickas." in text(refused)
    if slug == "roof":
        assert send(agent, request_in_arabic, **{"how-roof": "unreviewed"}).status_code == 400
        how = "swedish"
    else:
        how = "unreviewed"
    assert send(agent, request_in_arabic, **{f"how-{slug}": how}).status_code == 303
    (message,) = said_to(database, keys, request_in_arabic)
    theirs = come_back(app.test_client(), request_in_arabic.code, "ar")
    if slug == "roof":
        assert message.parts[0].mark == Mark.EXPLAINED
        assert 'lang="sv" dir="ltr">Du får sova här i natt.' in theirs
    else:
        assert message.parts[0].mark == Mark.UNREVIEWED
        assert "{centre_phone}" not in message.body
        assert 'said-part">\n<p class="unreviewed">' in theirs


def test_a_variant_whose_swedish_changed_cannot_go_out_silently(
    request_in_arabic: Submitted, signed_in: Client, database: Database, keys: ContentKeys
) -> None:
    agent = signed_in("agent1")
    send(agent, request_in_arabic, act="fetch:thanks")
    fields = filled_in(text(agent.get(path_of(request_in_arabic))))
    with database.session() as db:
        written = Written(label="Tack för brevet", text="Hej, ring oss i stället.")
        staff_id = _id_of(db, "reader")
        change_reply(db, slug="thanks", written=written, version=1, staff_id=staff_id, now=clock.now(), helplines=[])
    for attempt in (fields, {}):
        answer = send(agent, request_in_arabic, **attempt)
        assert answer.status_code == (409 if attempt else 400)
        assert "den svenska texten har ändrats" in text(answer)
    assert not said_to(database, keys, request_in_arabic)


def test_pieces_are_put_in_order_and_taken_away(request_in_arabic: Submitted, signed_in: Client) -> None:
    agent = signed_in("agent1")
    for act in ("fetch:thanks", "fetch:roof", "up:thanks", "fetch:closed", "remove:roof"):
        assert send(agent, request_in_arabic, act=act, answer="mitt emellan").status_code == 303
    pieces = [piece.partition("|")[0] for piece in filled_in(text(agent.get(path_of(request_in_arabic))))["piece"]]
    assert pieces == ["thanks", "own", "closed"]


def test_a_draft_survives_a_closed_browser_and_a_change_of_owner_and_only_its_writer_sees_it(
    app: Flask,
    request_in_arabic: Submitted,
    signed_in: Client,
    database: Database,
    keys: ContentKeys,
    stopped: clock.FrozenClock,
) -> None:
    agent = signed_in("agent1")
    address = path_of(request_in_arabic, "draft")
    kept = agent.post(
        address,
        data={"csrf_token": token(agent), "piece": ["own", "thanks|x"], "answer": "Halv mening", "seen": "0"},
        headers={"Accept": "application/json"},
    )
    assert kept.get_json()["saved"].startswith("Utkast sparat")
    press(agent, address, note="Halv anteckning")
    with database.session() as db:
        sealed = [row.body for row in db.scalars(select(StaffDraft))]
    assert len(sealed) == 2
    assert not any(b"Halv" in body for body in sealed)

    stopped.move(timedelta(minutes=31))  # the browser is gone, the session is over, the claim has lapsed
    colleague = signed_in("agent2")
    press(colleague, path_of(request_in_arabic, "claim"))
    assert "Halv" not in text(colleague.get(path_of(request_in_arabic)))
    back = signed_in("agent1")
    press(back, path_of(request_in_arabic, "why"), why="colleague-away")
    page = text(back.get(path_of(request_in_arabic)))
    assert filled_in(page)["answer"] == "Halv mening"
    assert [piece.partition("|")[0] for piece in filled_in(page)["piece"]] == ["own", "thanks"]
    assert "Halv anteckning" in page

    forged = app.test_client().post(address, data={"answer": "x"})
    assert forged.status_code == 401
    with database.session() as db:
        held = db.get(HelpRequest, request_in_arabic.request_id)
        # A unit has it now; what was begun is under the new key.
        thin(db, keys=keys, request=held, after_message=99, sent_at=clock.now())
    assert "Halv mening" in text(back.get(path_of(request_in_arabic)))
    with database.session() as db:
        forget_all_drafts(db, request_ids=[request_in_arabic.request_id])
        assert db.scalar(select(func.count()).select_from(StaffDraft)) == 0


def test_a_colleagues_answer_sent_meanwhile_is_shown_before_ones_own_goes_out(
    request_in_arabic: Submitted, signed_in: Client, database: Database, keys: ContentKeys
) -> None:
    agent, colleague = signed_in("agent1"), signed_in("agent2")
    old_page = filled_in(text(agent.get(path_of(request_in_arabic)))) | {"answer": "Kom till oss.", "language": "en"}
    send(agent, request_in_arabic, answer="Kom till oss.", language="en", act="save")
    press(agent, path_of(request_in_arabic, "release"))
    press(colleague, path_of(request_in_arabic, "claim"))
    assert send(colleague, request_in_arabic, answer="Call us.", language="en").status_code == 303
    press(colleague, path_of(request_in_arabic, "release"))
    assert "Medan du skrev svarade en kollega." in text(agent.get(path_of(request_in_arabic)))

    press(agent, path_of(request_in_arabic, "claim"))
    answer = agent.post(path_of(request_in_arabic, "answer"), data={"csrf_token": token(agent), **old_page})
    assert answer.status_code == 409
    assert "Medan du skrev svarade en kollega." in text(answer)
    assert "Call us." in text(answer)
    again = filled_in(text(answer))
    assert again["answer"] == "Kom till oss."
    sent = agent.post(path_of(request_in_arabic, "answer"), data={"csrf_token": token(agent), **again})
    assert sent.status_code == 303
    assert [message.body for message in said_to(database, keys, request_in_arabic)] == ["Call us.", "Kom till oss."]
    assert filled_in(text(agent.get(path_of(request_in_arabic))))["answer"] == "", "the draft is gone when it is sent"
    twice = agent.post(path_of(request_in_arabic, "answer"), data={"csrf_token": token(agent), **again})
    assert twice.status_code == 409
    assert "Ett svar från dig har redan skickats" in text(twice)


def test_two_who_answer_at_once_send_one_answer(
    request_in_arabic: Submitted, signed_in: Client, database: Database, keys: ContentKeys
) -> None:
    """The second has lost the request to the first, whose claim it is now, and keeps the text."""
    agent, colleague = signed_in("agent1"), signed_in("agent2")
    fields = filled_in(text(agent.get(path_of(request_in_arabic)))) | {"answer": "A", "language": "en"}
    with database.session() as db:
        work.release(db, request_id=request_in_arabic.request_id, staff_id=_id_of(db, "agent1"), now=clock.now())
    press(colleague, path_of(request_in_arabic, "claim"))
    first = send(colleague, request_in_arabic, answer="B", language="en")
    second = agent.post(path_of(request_in_arabic, "answer"), data={"csrf_token": token(agent), **fields})
    assert (first.status_code, second.status_code) == (303, 409)
    assert filled_in(text(second))["answer"] == "A"
    assert [message.body for message in said_to(database, keys, request_in_arabic)] == ["B"]


def test_an_interpreter_is_asked_for_and_the_person_is_told(
    app: Flask, request_in_arabic: Submitted, signed_in: Client
) -> None:
    agent = signed_in("agent1")
    address = path_of(request_in_arabic, "interpreter")
    assert press(agent, address, spoken="ar", mode="phone", wished="2026-13-99T10:00").status_code == 400
    assert press(agent, address, spoken="ar", mode="phone", wished="2026-03-12T10:00").status_code == 303
    page = text(agent.get(path_of(request_in_arabic)))
    assert "<b>Arabiska</b>, Telefon, önskad tid" in page
    assert "kl. 10:00" in page or "10:00" in page
    assert "Tolk beställdes" in page
    theirs = come_back(app.test_client(), request_in_arabic.code, "sv")
    assert "Vi har bett om en tolk som talar \u2068arabiska\u2069." in theirs


def test_a_reply_that_cannot_be_filled_in_is_not_sent(
    app: Flask, request_in_arabic: Submitted, signed_in: Client, database: Database, keys: ContentKeys
) -> None:
    """A helpline that the rules no longer have: nothing goes out with a hole in it."""
    with database.session() as db:
        written = Written(label="Borta", text="Ring {phone_gone}.")
        load_reply(db, slug="gone", written=written, drafts={}, now=clock.now(), helplines=["gone"])
    agent = signed_in("agent1")
    send(agent, request_in_arabic, act="fetch:gone")
    answer = send(agent, request_in_arabic, **{"how-gone": "swedish"})
    assert answer.status_code == 400
    assert "{phone_gone}" in text(answer)
    assert not said_to(database, keys, request_in_arabic)


def test_the_verb_itself_refuses_what_is_empty(
    request_in_arabic: Submitted, database: Database, keys: ContentKeys
) -> None:
    from portal.desk.errors import EmptyText

    with database.session() as db, pytest.raises(EmptyText):
        send_answer(
            db,
            keys=keys,
            request_id=request_in_arabic.request_id,
            staff_id=_id_of(db, "agent1"),
            body="  ",
            language="sv",
            now=clock.now(),
            picks=[],
            own_words_at=0,
            fill=lambda words, _language: words,
            seen=None,
        )
