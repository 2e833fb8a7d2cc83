"""The ground rules, on every page there is: private, strict, neutral, and never a dead end when something breaks."""

from __future__ import annotations

import html
import io
import logging
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.desk import rulesets, visits
from portal.limits import LIMITS
from portal.records.database import DatabaseBusy
from portal.records.visit import Visit
from tests.pages.conftest import MakeApp, StandInBot, parts_of, token_on

LANGUAGES = ("sv", "en", "ar")
PUBLIC = ("", "ask", "chat", "services", "services/reception", "follow-up", "about", "places", "places/follow-up")
DANGER = "han slår mig nu"


PAGES = [f"/{language}/{page}" for language in LANGUAGES for page in PUBLIC]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_private_strict_and_neutral(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    title = re.search(r"<title>(.*?)</title>", page)
    assert title
    assert not re.search("hjälp|help|social|linjen|مساعدة", title[1], re.IGNORECASE)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", page)
    assert len(re.findall(r"<h1[ >]", page)) == 1


@pytest.mark.parametrize("address", PAGES)
def test_a_page_loads_nothing_from_elsewhere(client: FlaskClient, address: str) -> None:
    page = client.get(address).get_data(as_text=True)
    loaded = re.findall(r"<(?:script|img|link|iframe|source)[^>]+(?:src|href)=\"([^\"]+)\"", page)
    assert loaded
    assert [place for place in loaded if not place.startswith("/static/")] == []


@pytest.mark.parametrize("address", PAGES)
def test_until_the_municipality_is_live_each_page_says_demonstration(client: FlaskClient, address: str) -> None:
    assert 'class="demo"' in client.get(address).get_data(as_text=True)


def test_cookies_last_for_the_browsers_session_only_and_scripts_cannot_read_them(client: FlaskClient) -> None:
    cookies = client.get("/sv/chat").headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "expires" not in cookie.lower()
        assert "max-age" not in cookie.lower()


def posting_routes(app: Flask) -> list[str]:
    adapter = app.url_map.bind("localhost")
    sample = {"lang": "sv", "slug": "reception", "reference": "FL-2222-2222", "account_id": "0" * 32, "step": "1"}
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("api."):
            values = {name: sample.get(name, "1") for name in rule.arguments}
            found.append(adapter.build(rule.endpoint, values, method="POST"))
    return sorted(found)


def test_no_form_does_anything_without_its_token(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two exceptions: leaving must always work, and a draft is kept so that what was written is not lost. Both touch
    only what this very browser holds."""
    routes = [route for route in posting_routes(app) if route != "/leave"]
    assert len(routes) > 10
    changes: list[str] = []
    token = token_on(client, "/sv/chat")
    assert client.post("/sv/chat", data={"csrf_token": token, "choice": "topic:danger-now.hit-now"}).status_code == 303
    monkeypatch.setattr("portal.visitor.Visit.save", lambda _visit: True)
    monkeypatch.setattr("portal.visitor.Visit.forget", lambda _visit: changes.append("forget"))
    monkeypatch.setattr("portal.current.writing", lambda: changes.append("write") or pytest.fail("wrote"))
    for address in routes:
        client.post(address, data={"words": "x", "text": "x", "message": "x", "topics": "home", "body": "x"})
        assert changes == [], address


def test_a_file_or_json_in_the_place_of_a_text_breaks_no_page(client: FlaskClient) -> None:
    token = token_on(client, "/sv/chat")
    for page in ("ask", "chat", "places", "answers", "answers/ask", "follow-up", "places/follow-up"):
        names = ("words", "text", "place", "q", "question", "code")
        files = {name: (io.BytesIO(b"x"), "x.txt") for name in names}
        assert client.post(f"/sv/{page}", data={"csrf_token": token, **files}).status_code < 500, page
        nested = {"csrf_token": token, **{name: {"a": ["\ud800"]} for name in names}}
        assert client.post(f"/sv/{page}", json=nested).status_code < 500, page


def test_a_flood_is_stopped_without_hiding_danger_or_losing_the_text(make_app: MakeApp, bot: StandInBot) -> None:
    client = make_app(rate_limits=True).test_client()
    bot.says(("not_understood", {}))
    token = token_on(client, "/sv/chat")
    statuses = []
    for _ in range(40):
        answer = client.post("/sv/chat", data={"csrf_token": token, "text": f"jag heter ingenting, {DANGER}"})
        statuses.append(answer.status_code)
    page = html.unescape(answer.get_data(as_text=True))
    assert statuses[-1] == 429
    assert DANGER in page
    assert 'href="tel:112"' in page


def test_a_school_behind_one_address_is_not_locked_out(make_app: MakeApp, bot: StandInBot) -> None:
    app = make_app(rate_limits=True)
    bot.says(("not_understood", {}))
    for _ in range(35):
        pupil = app.test_client()
        token = token_on(pupil, "/sv/chat")
        assert pupil.post("/sv/chat", data={"csrf_token": token, "text": "hej"}).status_code == 303


def test_no_log_line_holds_what_was_written_or_who_wrote(
    app: Flask, client: FlaskClient, bot: StandInBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = token_on(client, "/sv/chat")
    bot.silent = True
    client.post(
        "/sv/chat",
        data={"csrf_token": token, "text": "en hemlighetsfull mening"},
        environ_base={"REMOTE_ADDR": "203.0.113.77"},
    )
    client.post("/api/v1/requests", json={"message": "en hemlighetsfull mening", "facts": {"topics": ["home"]}})
    assert "hemlighetsfull" not in caplog.text
    assert "203.0.113.77" not in caplog.text


def test_no_table_holds_an_address(client: FlaskClient, app: Flask, tmp_path: Path) -> None:
    client.post(
        "/api/v1/requests",
        json={"message": "hej", "facts": {"topics": ["home"]}},
        environ_base={"REMOTE_ADDR": "203.0.113.77"},
        headers={"User-Agent": "Sällsyntläsare/1", "Referer": "https://example.org/x"},
    )
    parts_of(app).database.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("portal.db*"))
    for trace in (b"203.0.113.77", "Sällsyntläsare".encode(), b"example.org/x"):
        assert trace not in stored


@pytest.mark.parametrize("address", ["/xx/", "/xx/ask", "/sv/nothing", "/nothing/at/all"])
def test_an_unknown_address_or_language_gets_a_sentence_and_numbers(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert 'href="tel:112"' in page


def test_a_problem_is_told_in_the_language_of_the_address(client: FlaskClient) -> None:
    page = client.get("/ar/nothing", headers={"Accept-Language": "sv"}).get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in page


def test_when_nothing_can_be_read_there_are_still_words(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.rules_in_use.RulesKeeper.current", lambda _: 1 / 0)
    answer = client.get("/sv/ask")
    assert answer.status_code == 500
    assert "ring nödnumret" in answer.get_data(as_text=True)


def test_a_draft_that_could_not_be_read_is_not_overwritten(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_on(client, "/sv/chat")
    client.post("/sv/chat", data={"csrf_token": token, "text": DANGER})

    def unreadable(*_: object, **__: object) -> None:
        raise DatabaseBusy("locked")

    with monkeypatch.context() as broken:
        broken.setattr("portal.desk.visits.load", unreadable)
        client.post("/sv/chat", data={"csrf_token": token, "text": "något annat"})
    assert DANGER in html.unescape(client.get("/sv/chat").get_data(as_text=True))


@pytest.mark.parametrize(
    ("wanted", "path"), [("ar,en;q=0.5", "/ar/"), ("de,en;q=0.5", "/en/"), ("de", "/sv/"), ("", "/sv/")]
)
def test_the_first_page_speaks_the_browsers_language(client: FlaskClient, wanted: str, path: str) -> None:
    assert client.get("/", headers={"Accept-Language": wanted}).location.endswith(path)


def test_a_locked_database_still_shows_danger_cards_and_keeps_the_text(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_app().test_client()
    token = token_on(client, "/sv/chat")
    other = sqlite3.connect(tmp_path / "portal.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = client.post("/sv/chat", data={"csrf_token": token, "text": DANGER})
    finally:
        other.rollback()
        other.close()
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 503
    assert DANGER in page
    assert 'href="tel:112"' in page


def test_an_unexpected_error_shows_a_sentence_numbers_and_the_text_but_no_traceback(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = token_on(client, "/sv/chat")
    monkeypatch.setattr("portal.chat.talk.hear_text", lambda *_: 1 / 0)
    answer = client.post("/sv/chat", data={"csrf_token": token, "text": f"min text är {DANGER}"})
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 500
    assert f"min text är {DANGER}" in page
    assert 'href="tel:112"' in page
    assert "Traceback" not in page
    assert DANGER not in caplog.text


def test_damaged_rules_never_replace_sound_ones(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.rules_in_use.LOOK_AGAIN", 0)
    sound = parts_of(app).rules.current().ruleset.id
    with parts_of(app).database.session() as session:
        damaged = rulesets.publish(session, content={"services/x.yaml": {"nonsense": 1}}, by="test", now=clock.now())
    assert damaged != sound
    assert parts_of(app).rules.current().ruleset.id == sound
    assert client.get("/sv/").status_code == 200


def test_published_rules_are_used_without_a_restart(
    app: Flask, client: FlaskClient, rules_content: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.rules_in_use.LOOK_AGAIN", 0)
    parts_of(app).rules.current()
    changed = {**rules_content, "municipality.yaml": {**rules_content["municipality.yaml"], "name": "Provstad"}}
    with parts_of(app).database.session() as session:
        published = rulesets.publish(session, content=changed, by="test", now=clock.now())
    assert parts_of(app).rules.current().ruleset.id == published
    assert "Provstad" in client.get("/sv/").get_data(as_text=True)


def test_no_log_line_holds_the_key_to_a_draft_when_a_limit_is_reached(
    make_app: MakeApp, bot: StandInBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = make_app(rate_limits=True).test_client()
    bot.says(("not_understood", {}))
    token = token_on(client, "/sv/chat")
    for _ in range(32):
        answer = client.post("/sv/chat", data={"csrf_token": token, "text": "hej"})
    assert answer.status_code == 429
    with client.session_transaction() as cookie:
        assert cookie["visit"] not in caplog.text
        assert cookie["csrf_token"] not in caplog.text


def test_one_who_sends_too_much_does_not_use_up_what_all_may_send(
    make_app: MakeApp, bot: StandInBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "message", ("2 per minute", "4 per minute"))
    app = make_app(rate_limits=True)
    bot.says(("not_understood", {}))
    for answers in ([303, 303, 429, 429, 429, 429], [303, 303]):
        client = app.test_client()
        client.post("/sv/ask", data={"csrf_token": token_on(client, "/sv/ask"), "words": "hej hej"})
        token = token_on(client, "/sv/chat")
        said = [client.post("/sv/chat", data={"csrf_token": token, "text": "hej"}).status_code for _ in answers]
        assert said == answers


def test_a_page_that_was_still_at_work_when_somebody_left_brings_no_draft_back(
    app: Flask, client: FlaskClient, bot: StandInBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_on(client, "/sv/chat")
    bot.says(("not_understood", {}))
    client.post("/sv/chat", data={"csrf_token": token, "text": "hej"})

    def leave_meanwhile(*_: object) -> None:
        with client.session_transaction() as cookie, parts_of(app).database.session() as db:
            visits.forget(db, cookie=cookie["visit"])

    monkeypatch.setattr("portal.chat.talk._ask_bot", leave_meanwhile)
    client.post("/sv/chat", data={"csrf_token": token, "text": "en hemlighetsfull mening"})
    with parts_of(app).database.session(writes=False) as db:
        assert list(db.scalars(select(Visit))) == []
    assert "hemlighetsfull" not in client.get("/sv/chat").get_data(as_text=True)


@pytest.mark.parametrize("line", ["", "signals", "choices", "declined", "nothing", "topics:", "topics:nothing"])
def test_striking_what_is_not_there_changes_nothing(client: FlaskClient, line: str) -> None:
    client.post("/sv/ask", data={"csrf_token": token_on(client, "/sv/ask"), "words": DANGER, "topics": "home"})
    token = token_on(client, "/sv/ask/result")
    answer = client.post("/sv/ask/result", data={"csrf_token": token, "strike": line}, follow_redirects=True)
    assert answer.status_code == 200
    assert 'id="danger-' in answer.get_data(as_text=True)


@pytest.mark.parametrize("choice", ["decline:jag heter Anna", "answer:age:", "answer:age:9999", "answer:nothing:x"])
def test_a_button_that_nobody_offered_does_nothing(client: FlaskClient, bot: StandInBot, choice: str) -> None:
    token = token_on(client, "/sv/chat")
    assert client.post("/sv/chat", data={"csrf_token": token, "choice": choice}).status_code == 303
    assert bot.asked == []


def test_a_draft_kept_meanwhile_takes_nothing_from_a_page_at_work(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing the draft nobody else writes it, or a receipt could be lost in between."""
    fields = {"csrf_token": token_on(client, "/sv/ask"), "words": "hej hej"}
    client.post("/sv/ask", data=fields)
    load, others = visits.load, []

    def look_who_else_may_write(*db: Any, **what: Any) -> Any:
        found = load(*db, **what)
        other = sqlite3.connect(tmp_path / "portal.db", isolation_level=None, timeout=0)
        try:
            other.execute("BEGIN IMMEDIATE")
            others.append("another page")
        except sqlite3.OperationalError:
            pass
        other.close()
        return found

    with monkeypatch.context() as watched:
        watched.setattr(visits, "load", look_who_else_may_write)
        answer = client.post("/sv/draft/ask", data={**fields, "words": "hej igen"})
    assert (answer.status_code, others) == (204, [])
    assert "hej igen" in client.get("/sv/ask").get_data(as_text=True)


def test_a_draft_that_is_gone_is_not_begun_again_in_the_background(app: Flask, client: FlaskClient) -> None:
    fields = {"csrf_token": token_on(client, "/sv/ask"), "words": "hej hej"}
    client.post("/sv/ask", data=fields)
    with client.session_transaction() as cookie, parts_of(app).database.session() as db:
        visits.forget(db, cookie=cookie["visit"])
    assert client.post("/sv/draft/ask", data=fields).status_code == 503
    with parts_of(app).database.session(writes=False) as db:
        assert list(db.scalars(select(Visit))) == []


@pytest.mark.parametrize("https", [True, False])
def test_behind_encryption_cookies_and_browsers_are_told_to_stay_with_it(make_app: MakeApp, https: bool) -> None:
    """The proxy in front ends the encryption, so the portal is told by a setting and not by the request."""
    answer = make_app(https=https).test_client().get("/sv/chat")
    assert ("Strict-Transport-Security" in answer.headers) is https
    assert ("Secure" in answer.headers["Set-Cookie"]) is https
