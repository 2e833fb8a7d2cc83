"""Services that know their time, as a person meets them: open till when, opens when, begun or ended, who stands in."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.desk import rulesets
from portal.opening_words import line_hours, opening_words, stands_in_words
from portal.records.help_request import HelpRequest
from portal.staff.suggestions import fact_words
from portal.triage.engine import decide
from portal.triage.facts import from_codes
from portal.triage.questions import question_about
from tests.pages.conftest import parts_of, token_on

SWEDEN = ZoneInfo("Europe/Stockholm")
Content = dict[str, Any]
Change = Callable[[Content], None]


@pytest.fixture
def publish(app: Flask, rules_content: Content, monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], None]:
    """Changes a copy of the shipped rules and puts it in force."""
    monkeypatch.setattr("portal.rules_in_use.LOOK_AGAIN", 0)

    def put_in_force(change: Change) -> None:
        content = deepcopy(rules_content)
        change(content)
        with parts_of(app).database.session() as session:
            published = rulesets.publish(session, content=content, by="test", now=clock.now())
        assert parts_of(app).rules.current().ruleset.id == published

    return put_in_force


def swedish(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SWEDEN)


def words_at(app: Flask, moment: str, slug: str = "reception", language: str = "sv") -> str:
    with clock.freeze(swedish(moment)), app.test_request_context(f"/{language}/"):
        return opening_words(slug)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-10T10:00", "Öppet nu, till 16:30"),
        ("2026-03-10T16:10", "Öppet nu, stänger snart: 16:30"),
        ("2026-03-10T07:00", "Stängt nu. Öppnar i dag 08:00"),
        ("2026-03-10T20:00", "Stängt nu. Öppnar i morgon 08:00"),
        ("2026-03-13T20:00", "Stängt nu. Öppnar måndag 08:00"),
        ("2026-12-24T10:00", "Stängt i dag, helgafton. Öppnar måndag 08:00"),
        ("2026-12-25T10:00", "Stängt i dag, helgdag. Öppnar måndag 08:00"),
        ("2026-03-29T02:59", "Stängt nu. Öppnar i morgon 08:00"),  # a time that the clock jumped over
    ],
)
def test_an_office_tells_when_it_opens_and_closes(app: Flask, moment: str, words: str) -> None:
    assert words_at(app, moment) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-10T02:00", "Öppet nu, till 08:00"),
        ("2026-03-10T20:00", "Öppet nu, till i morgon 08:00"),
        ("2026-03-13T20:00", "Öppet nu, till måndag 08:00"),
        ("2026-03-10T12:00", "Stängt nu. Öppnar i dag 16:30"),
    ],
)
def test_a_night_service_tells_the_day_it_closes(app: Flask, moment: str, words: str) -> None:
    assert words_at(app, moment, "on-call") == words


def test_the_words_come_in_the_language_of_the_page(app: Flask) -> None:
    assert words_at(app, "2026-03-10T20:00", language="en") == "Closed now. Opens tomorrow at 08:00"
    assert words_at(app, "2026-03-13T20:00", language="en") == "Closed now. Opens on Monday at 08:00"
    arabic = words_at(app, "2026-03-10T20:00", language="ar")
    assert "08:00" in arabic
    assert "غد" in arabic
    assert words_at(app, "2026-03-10T20:00", "police-114-14", "en") == "Open day and night"


def hours_of(slug: str, **changed: Any) -> Change:
    def change(content: Content) -> None:
        content[f"services/{slug}.yaml"].update(changed)

    return change


def test_a_service_closed_for_long_tells_the_date_and_one_without_hours_says_to_ask(
    app: Flask, publish: Callable[[Change], None]
) -> None:
    summer = [{"date": date(2026, 6, day).isoformat(), "hours": []} for day in range(1, 31)]
    publish(hours_of("reception", exceptions=summer))
    assert words_at(app, "2026-06-02T10:00") == "Stängt i dag. Öppnar onsdag 1 juli 08:00"
    publish(hours_of("mediation", hours=None))
    assert words_at(app, "2026-06-02T10:00", "mediation") == "Fråga när det är öppet"
    publish(hours_of("mediation", hours={}, exceptions=[{"date": "2026-03-10", "hours": ["18:00-24:00"]}]))
    assert words_at(app, "2026-03-10T20:00", "mediation") == "Öppet nu, till 24:00"
    assert words_at(app, "2026-06-02T10:00", "mediation") == "Stängt tills vidare"


def test_a_helpline_tells_when_it_answers(app: Flask) -> None:
    def words(moment: str, slug: str) -> str:
        with clock.freeze(swedish(moment)), app.test_request_context("/sv/"):
            return line_hours(slug)

    assert words("2026-03-10T10:00", "stodlinjen-men") == "Svarar nu, till 21:00."
    assert words("2026-03-10T22:00", "stodlinjen-men") == "Stängt nu. Öppnar i morgon 07:00."
    assert words("2026-03-10T22:00", "on-call") == "Svarar nu."
    assert words("2026-03-10T22:00", "bris") == "Svarar dygnet runt."
    assert words("2026-03-10T22:00", "terrafem") == "", "nobody has told us"


def main_of(client: FlaskClient, address: str) -> str:
    page = html.unescape(client.get(address).get_data(as_text=True))
    return page.partition("<main")[2].partition("</main>")[0]


def test_a_closed_service_shows_who_is_open_and_follows_stand_ins_until_somebody_is(client: FlaskClient) -> None:
    with clock.freeze(swedish("2026-03-10T23:00")):
        page = main_of(client, "/sv/services/family-law")  # its stand-in, the reception, is closed too
        assert "Kan det inte vänta?" in page
        assert "/sv/services/on-call" in page
        assert "/sv/services/reception" not in page
    with clock.freeze(swedish("2026-03-10T10:00")):
        assert "Kan det inte vänta?" not in main_of(client, "/sv/services/family-law")


@pytest.mark.parametrize(
    ("valid", "words"),
    [
        ({"from": "2026-04-01"}, "Börjar 1 april 2026"),
        ({"from": "2025-01-01", "to": "2026-03-09"}, "Finns inte längre"),
    ],
)
def test_a_service_that_has_not_begun_or_has_ended_says_so_and_shows_another_way(
    client: FlaskClient, publish: Callable[[Change], None], valid: dict[str, str], words: str
) -> None:
    publish(hours_of("mediation", valid=valid))
    with clock.freeze(swedish("2026-03-10T10:00")):
        answer = client.get("/sv/services/mediation")
        page = main_of(client, "/sv/services/mediation")
        assert "/services/mediation" not in main_of(client, "/sv/services")
    assert answer.status_code == 200
    assert words in page
    assert "/sv/services/reception" in page
    assert 'href="tel:' not in page, "a number that does not answer is not shown"
    assert "Öppet nu" not in page
    with clock.freeze(swedish("2026-03-09T10:00" if "to" in valid else "2026-04-01T10:00")):
        assert "/services/mediation" in main_of(client, "/sv/services")
        assert words not in main_of(client, "/sv/services/mediation")


def result_page(client: FlaskClient, language: str = "sv", **answers: str) -> str:
    token = token_on(client, f"/{language}/ask")
    client.post(f"/{language}/ask", data={"csrf_token": token, "topics": "family-and-relationship", **answers})
    return main_of(client, f"/{language}/ask/result")


def test_a_stand_in_says_for_whom_it_answers(client: FlaskClient) -> None:
    with clock.freeze(swedish("2026-03-10T23:00")):
        assert re.search(r"Svarar nu när .+ har stängt\.|Svarar nu när de andra har stängt\.", result_page(client))
    with clock.freeze(swedish("2026-03-10T10:00")):
        assert "Svarar nu när" not in result_page(client)


def test_many_closed_services_are_not_all_named(app: Flask) -> None:
    with app.test_request_context("/sv/"):
        assert stands_in_words(["Mottagningen", "Familjerätten"]) == (
            "Svarar nu när Mottagningen och Familjerätten har stängt."
        )
        assert stands_in_words(["A", "B", "C", "D"]) == "Svarar nu när de andra har stängt."


def test_a_page_tells_other_hours_than_usual_a_month_ahead(
    client: FlaskClient, publish: Callable[[Change], None]
) -> None:
    days = [{"date": day, "hours": ["00:00-24:00"]} for day in ("2026-12-23", "2027-01-04")]
    publish(hours_of("reception", exceptions=days))
    with clock.freeze(swedish("2026-12-01T10:00")):
        page = main_of(client, "/sv/services/reception")
        assert "onsdag 23 december" in page
        assert "4 januari" not in page
        assert "Hela dygnet" in page
        assert "24:00" not in page.partition("Andra tider")[2]
        assert "torsdag 24 december" not in page, "the rule for eves is told once"
        assert "Stängt på midsommarafton" in page


def test_a_page_tells_the_hours_of_holidays_and_eves_where_it_tells_the_week(
    client: FlaskClient, publish: Callable[[Change], None]
) -> None:
    hours = {"mon-fri": ["08:00-16:30"], "holidays": ["10:00-12:00"], "eves": []}

    def change(content: Content) -> None:
        del content["services/reception.yaml"]["closed_on_holidays"]  # true when it is not written
        hours_of("reception", hours=hours, closed_on_eves=True)(content)

    publish(change)
    with clock.freeze(swedish("2026-12-01T10:00")):
        page = main_of(client, "/sv/services/reception")
        assert re.search(r"<dt>Helgdagar</dt><dd>\s*<bdi[^>]*>10:00–12:00</bdi>", page)
        assert re.search(r"<dt>Midsommarafton, julafton och nyårsafton</dt><dd>\s*Stängt", page)
        assert "Stängt på" not in page, "each is told once"
    with clock.freeze(swedish("2026-12-25T11:00")):
        assert "Öppet nu, till 12:00" in main_of(client, "/sv/services/reception")
    with clock.freeze(swedish("2026-12-24T11:00")):
        closed = "Stängt i dag, helgafton. Öppnar i morgon 10:00"
        assert closed in main_of(client, "/sv/services/reception")


def test_nobody_is_said_to_be_closed_whose_hours_nobody_has_told(
    client: FlaskClient, publish: Callable[[Change], None]
) -> None:
    publish(hours_of("family-counselling", hours=None))
    with clock.freeze(swedish("2026-03-10T23:00")):
        page = main_of(client, "/sv/services/family-counselling")
        assert "Fråga när det är öppet" in page
        assert "Vi vet inte när det är öppet. Kan det inte vänta?" in page
        assert "Det är stängt nu" not in page
        assert "Det är stängt nu" in main_of(client, "/sv/services/reception")
        assert not re.search("Svarar nu när [^<]*Familjerådgivningen", result_page(client))


def file_area(client: FlaskClient, address: str, area: str) -> tuple[int, dict[str, Any]]:
    answer = client.post(address, json={"text": "Var är ni?", "facts": {"topics": ["my-area"], "area": area}})
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize("address", ["/api/v1/triage", "/api/v1/requests"])
def test_other_systems_may_not_tell_an_area_that_has_ended_or_not_begun(
    app: Flask, client: FlaskClient, publish: Callable[[Change], None], address: str
) -> None:
    def dated(content: Content) -> None:
        ended_area(content)
        content["areas.yaml"]["areas"][1]["valid"] = {"from": "2026-03-11"}

    publish(dated)
    ended, to_come, kept = list(parts_of(app).rules.current().ruleset.areas)[:3]
    with clock.freeze(swedish("2026-03-10T10:00")):
        for refused in (ended, to_come, "nowhere"):
            status, answer = file_area(client, address, refused)
            assert (status, answer["error"]["field"]) == (400, "facts.area")
            assert answer["error"]["message"].startswith(f"area: '{refused}' is not one of {kept}")
            assert not {ended, to_come} & set(answer["error"]["allowed"])
        assert file_area(client, address, kept)[0] < 300
    with clock.freeze(swedish("2026-03-09T23:59")):
        assert file_area(client, address, ended)[0] < 300, "its last day counts"


def test_a_stored_request_keeps_its_area_when_that_has_ended(
    app: Flask, client: FlaskClient, publish: Callable[[Change], None]
) -> None:
    with clock.freeze(swedish("2026-03-09T10:00")):
        assert file_area(client, "/api/v1/requests", "klockaretorpet")[0] == 201
    publish(ended_area)
    ruleset = parts_of(app).rules.current().ruleset
    with parts_of(app).database.session() as session:
        (stored,) = session.scalars(select(HelpRequest))
        kept = ruleset.forget_unknown(from_codes(stored.facts))
    assert kept.area == "klockaretorpet"
    assert decide(ruleset, kept, swedish("2026-03-10T10:00")).suggestions


def ended_area(content: Content) -> None:
    content["areas.yaml"]["areas"][0]["valid"]["to"] = "2026-03-09"


def test_an_ended_area_is_not_offered_but_staff_still_see_it_with_its_dates(
    app: Flask, client: FlaskClient, publish: Callable[[Change], None]
) -> None:
    publish(ended_area)
    ruleset = parts_of(app).rules.current().ruleset
    ended, kept = list(ruleset.areas.values())[:2]
    known = from_codes({"area": ended.slug})
    with clock.freeze(swedish("2026-03-10T10:00")), app.test_request_context("/sv/"):
        asked = question_about(ruleset, from_codes({}), "area", clock.now())
        assert asked is not None
        assert next(value for value, _label in asked.answers) == kept.slug
        assert fact_words(ruleset, known) == [("area", f"{ended.name} (gällde till 9 mars 2026)")]
    with clock.freeze(swedish("2026-03-09T10:00")), app.test_request_context("/sv/"):
        assert fact_words(ruleset, known) == [("area", ended.name)]


def suggested(client: FlaskClient, topic: str) -> list[str]:
    answer = client.post("/api/v1/triage", json={"facts": {"topics": [topic]}})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [service["slug"] for service in answer.get_json()["services"]]


def test_only_services_of_the_day_are_suggested_also_as_stand_ins(
    client: FlaskClient, publish: Callable[[Change], None]
) -> None:
    with clock.freeze(swedish("2026-03-10T10:00")):
        assert "family-counselling" in suggested(client, "family-and-relationship")
    publish(hours_of("family-counselling", valid={"to": "2026-03-09"}))
    with clock.freeze(swedish("2026-03-10T10:00")):
        assert "family-counselling" not in suggested(client, "family-and-relationship")
        assert "family-counselling" not in result_page(client)
    with clock.freeze(swedish("2026-03-09T10:00")):
        assert "family-counselling" in suggested(client, "family-and-relationship")


def test_other_systems_are_told_when_a_service_opens_and_whom_it_stands_in_for(client: FlaskClient) -> None:
    with clock.freeze(swedish("2026-03-10T23:00")):
        answer = client.post(
            "/api/v1/triage", json={"facts": {"topics": ["family-and-relationship"]}, "language": "en"}
        )
    services = {service["slug"]: service for service in answer.get_json()["services"]}
    assert services["family-counselling"]["opening"] == "Closed now. Opens tomorrow at 08:00"
    assert services["on-call"]["opening"] == "Open now, until tomorrow at 08:00"
    assert "family-counselling" in services["on-call"]["stands_in_for"]
    assert services["family-counselling"]["stands_in_for"] == []


def ended_police(content: Content) -> None:
    content["services/police-114-14.yaml"].update(valid={"to": "2026-03-09"}, rules=[])
    content["services/family-counselling.yaml"]["fallback_when_closed"] = "police-114-14"


def test_a_stand_in_that_has_ended_stands_in_for_nobody(client: FlaskClient, publish: Callable[[Change], None]) -> None:
    publish(ended_police)
    with clock.freeze(swedish("2026-03-09T23:00")):
        assert "police-114-14" in suggested(client, "family-and-relationship")
        assert "/services/police-114-14" in main_of(client, "/sv/services/family-counselling")
    with clock.freeze(swedish("2026-03-10T23:00")):
        assert "police-114-14" not in suggested(client, "family-and-relationship")
        assert "/services/police-114-14" not in main_of(client, "/sv/services/family-counselling")


def test_an_ended_area_is_no_answer_in_the_form_nor_in_the_chat(
    app: Flask, client: FlaskClient, publish: Callable[[Change], None]
) -> None:
    publish(ended_area)
    with clock.freeze(swedish("2026-03-10T10:00")):
        client.post("/sv/ask", data={"csrf_token": token_on(client, "/sv/ask"), "topics": "my-area"})
        address = "/sv/ask/question?fact=area"
        page = main_of(client, address)
        assert 'value="marielund"' in page
        assert 'value="klockaretorpet"' not in page
        token = token_on(client, address)
        told = {"csrf_token": token, "fact": "area", "answer": "klockaretorpet"}
        assert client.post("/sv/ask/question", data=told).status_code == 400
        assert client.post("/sv/ask/question", data={**told, "answer": "marielund"}).status_code == 303
        token = token_on(client, "/sv/chat")
        client.post("/sv/chat", data={"csrf_token": token, "choice": "answer:area:klockaretorpet"})
        assert "Klockaretorpet" not in main_of(client, "/sv/ask/result")
