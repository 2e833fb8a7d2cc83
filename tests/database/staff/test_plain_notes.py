"""What the portal tells a person by itself: in the person's language, in the talk, and never instead of an answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.desk.errors import TextAmongCodes
from portal.desk.message_content import Notice
from portal.desk.plain_notes import tell_person
from portal.i18n.languages import text_in
from tests.database.staff.browsing import path_of, text


def come_back(client: FlaskClient, code: str, language: str) -> str:
    """The page behind the receipt code."""
    address = f"/{language}/follow-up"
    proof = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(address).get_data(as_text=True))[-1]
    return text(client.post(address, data={"csrf_token": proof, "code": code}, follow_redirects=True))


@pytest.fixture
def told(database, keys, filed):
    """A request whose person has been told that a unit has it."""
    request = filed()
    with database.session() as db:
        codes = {"unit": "family-law"}
        tell_person(
            db, keys=keys, request_id=request.request_id, notice=Notice.UNIT_HAS_IT, codes=codes, now=clock.now()
        )
    return request


def test_a_notice_is_read_in_the_language_of_the_page_and_by_staff_in_swedish(app, told, signed_in) -> None:
    name = app.extensions["portal"].rules.current().ruleset.services["family-law"].name
    assert f"\u2068{name}\u2069 har nu din fråga." in come_back(app.test_client(), told.code, "sv")
    with app.test_request_context():
        arabic = text_in(name, "ar")
    assert arabic != name
    assert f"\u2068{arabic}\u2069" in come_back(app.test_client(), told.code, "ar")
    page = text(signed_in("agent1").get(path_of(told)))
    assert "Automatiskt besked" in page
    assert "har nu din fråga." in page


def test_a_notice_is_no_answer_so_a_broken_promise_still_shows(app, told, stopped) -> None:
    stopped.move(timedelta(hours=5))
    page = come_back(app.test_client(), told.code, "sv")
    assert "Förlåt att du får vänta." in page
    assert "Du har fått svar." not in page


def test_a_notice_holds_codes_and_no_words(database, keys, told) -> None:
    with database.session() as db, pytest.raises(TextAmongCodes):
        tell_person(
            db,
            keys=keys,
            request_id=told.request_id,
            notice=Notice.UNIT_HAS_IT,
            codes={"unit": "Anna ringde"},
            now=clock.now(),
        )
