"""Telling of a place: danger first, no person gets in, and the code reads what became of it."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.desk import area_judging
from portal.desk.accounts import add_staff
from portal.records.area_signal import AreaSignal
from portal.records.help_request import HelpRequest
from tests.pages.conftest import MakeApp, parts_of, token_on

SEEN = "Lamporna i tunneln är trasiga och det känns otryggt."
DANGER = "de slår en kille i tunneln nu, han slår mig nu"


def told(client: FlaskClient, words: str = SEEN, language: str = "sv", **fields: Any) -> Any:
    """Fill in the form and send it."""
    address = f"/{language}/places"
    page = client.get(address).get_data(as_text=True)
    week = page.partition('name="week"')[2].partition('<option value="')[2][:8]
    filled = {
        "csrf_token": token_on(client, address),
        "area": "hageby",
        "place": "",
        "category": "damage",
        "week": week,
        "how_often": "weekly",
        "source": "property-owner",
        "wants_told": "y",
        "words": words,
    }
    return client.post(address, data=filled | fields)


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def stored(app: Flask) -> list[AreaSignal]:
    with parts_of(app).database.session(writes=False) as db:
        return list(db.scalars(select(AreaSignal).order_by(AreaSignal.created_at)))


def code_of(client: FlaskClient, language: str = "sv") -> str:
    return text(client.get(f"/{language}/places/sent")).partition('class="code" dir="ltr">')[2].partition("<")[0]


def test_a_worry_about_a_place_is_kept_and_its_code_reads_what_was_told_back(app: Flask, client: FlaskClient) -> None:
    assert told(client).status_code == 303
    code = code_of(client)
    (signal,) = stored(app)
    assert (signal.area, signal.category, signal.source, signal.how_often) == (
        "hageby",
        "damage",
        "property-owner",
        "weekly",
    )
    parts = parts_of(app)
    with parts.database.session() as db:
        staff = add_staff(
            db, username="s", display_role="S", roles=["supervisor"], password="three quiet words", now=clock.now()
        )
        whose = {
            "keys": parts.content_keys,
            "audit_key": parts.audit_key,
            "ruleset": parts.rules.current().ruleset,
            "reference": signal.reference,
            "staff_id": staff.id,
            "now": clock.now(),
            "looked": True,
        }
        area_judging.verify(db, **whose, words=SEEN, place="")
        area_judging.pass_on(db, **whose, words=SEEN, receivers=["property-owners"])
        area_judging.tell_back(db, **whose, told="changed", words="<b>Lamporna</b> är bytta.")
    reader = app.test_client()
    for language, sentence in (("sv", "Något har gjorts på platsen."), ("ar", "<b>Lamporna</b> är bytta.")):
        address = f"/{language}/places/follow-up"
        assert "Vi hittar ingen sådan kod" in text(
            reader.post("/sv/follow-up", data={"csrf_token": token_on(reader, "/sv/follow-up"), "code": code})
        )  # the code of a place opens no request
        sent = reader.post(address, data={"csrf_token": token_on(reader, address), "code": code})
        assert sent.status_code == 303
        raw = reader.get(sent.location).get_data(as_text=True)
        assert sentence in html.unescape(raw)
        assert "<b>Lamporna" not in raw
        if language == "sv":  # another language's page has what its translators wrote
            assert "Fastighetsägare" in html.unescape(raw)
    assert stored(app)[0].told_read_at is not None
    unknown = reader.post(address, data={"csrf_token": token_on(reader, address), "code": "1" * 16})
    assert unknown.status_code == 400


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"words": "ahmed säljer vid kiosken"}, "ahmed"),
        ({"words": "ring 070-174 06 33"}, "070-174 06 33"),
        ({"words": "bilen ABC 123 är där"}, "ABC 123"),
        ({"area": "elsewhere", "place": "Storgatan 3 lgh 1102"}, "lgh 1102"),
    ],
)
def test_a_person_is_shown_back_and_nothing_is_kept_whatever_is_ticked(
    app: Flask, client: FlaskClient, fields: dict[str, str], shown: str
) -> None:
    for _ in range(2):
        answer = told(client, **{"looked": "y", **fields})
        page = text(answer)
        assert answer.status_code == 200
        assert f"<b><bdi>{shown}</bdi></b>" in page
        assert "Skriv om det som visar vem någon är." in page
        assert list(fields.values())[-1] in page
    assert stored(app) == []


@pytest.mark.parametrize("words", ["det är Kvistlund som säljer", "min son vågar inte gå dit"])
def test_what_may_be_about_somebody_is_asked_about_once(app: Flask, client: FlaskClient, words: str) -> None:
    asked = told(client, words)
    assert "Handlar det om en människa?" in text(asked)
    assert words in text(asked)
    assert stored(app) == []
    assert told(client, words, looked="y").status_code == 303
    assert len(stored(app)) == 1


def test_danger_comes_first_even_on_a_form_that_is_not_sound(app: Flask, client: FlaskClient) -> None:
    for fields in ({}, {"category": ""}, {"csrf_token": "old"}, {"words": f"{DANGER} ahmed 070-174 06 33"}):
        page = text(told(client, **{"words": DANGER, **fields}))
        assert 'href="tel:112"' in page.partition("<form id=")[0]
        assert DANGER in page
        assert stored(app) == []
    assert told(client, DANGER, seen_danger="yes").status_code == 303
    assert stored(app)[0].signals == ["violence-now"]
    assert 'href="tel:112"' in text(client.get("/sv/places/sent"))


def test_a_worry_about_a_human_being_goes_on_as_an_ordinary_request_with_its_text(
    app: Flask, client: FlaskClient
) -> None:
    page = text(told(client, "min son vågar inte gå hem"))
    assert 'formaction="/sv/ask" name="more"' in page
    fields = {"csrf_token": token_on(client, "/sv/places"), "words": "min son vågar inte gå hem", "more": "1"}
    onward = client.post("/sv/ask", data=fields, follow_redirects=True)
    assert "min son vågar inte gå hem" in text(onward)
    assert stored(app) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"words": ""}, "Skriv några ord"),
        ({"words": "🙂🙂"}, "Skriv några ord"),
        ({"words": "x" * 3001}, "Korta den till 3000"),
        ({"area": "elsewhere"}, "Skriv vilken plats"),
        ({"area": "nowhere"}, "Välj ett av svaren"),
        ({"week": "1999-W01"}, "Välj ett av svaren"),
        ({"source": "staff"}, "Välj ett av svaren"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    app: Flask, client: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    answer = told(client, **fields)
    assert answer.status_code == 400
    assert sentence in text(answer)
    assert stored(app) == []


def test_no_resident_reads_what_staff_call_an_area(client: FlaskClient) -> None:
    for language in ("sv", "en", "ar"):
        page = text(client.get(f"/{language}/places"))
        assert "utsatt" not in page.casefold()
        assert "vulnerable" not in page.casefold()


def test_a_flood_is_stopped_and_the_text_stays(make_app: MakeApp) -> None:
    client = make_app(rate_limits=True).test_client()
    answers = [told(client, f"{SEEN} {number * 'x'}") for number in range(7)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [429]
    assert f"{SEEN} xxxxxx" in text(answers[-1])


def test_without_categories_there_is_no_such_page(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = parts_of(app).rules.current().ruleset.municipality.area_signals.model_copy(update={"categories": []})
    monkeypatch.setattr("portal.citizen.places.rules", lambda: none)
    assert client.get("/sv/places").status_code == 404


def test_a_worry_about_a_place_makes_no_request(app: Flask, client: FlaskClient) -> None:
    told(client)
    with parts_of(app).database.session(writes=False) as db:
        assert list(db.scalars(select(HelpRequest))) == []


def test_danger_about_a_place_does_not_wait_for_the_weekly_look_and_says_when_it_is_read(
    app: Flask, client: FlaskClient
) -> None:
    with clock.freeze(datetime(2026, 3, 14, 2, 10, tzinfo=UTC)):
        assert told(client, DANGER, seen_danger="yes", looked="y").status_code == 303
        receipt = text(client.get("/sv/places/sent"))
    assert "Ingen läser det du skickar förrän vi öppnar. Kontaktcenter: Stängt nu. Öppnar måndag 08:00." in receipt
    assert "inom en vecka" not in receipt
    (signal,) = stored(app)
    assert signal.danger_since == signal.created_at
