"""The library of replies for its editors: write, translate, review, retire; two at once; load from a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.desk.replies import Offer, Standing, offers
from portal.desk.reply_editing import Written, load_reply
from portal.records.database import Database
from tests.database.staff.browsing import Client, press, text

THANKS = "/staff/replies/thanks"
ARABIC = f"{THANKS}/in/ar"


@pytest.fixture
def editor(hired: Callable[..., None], signed_in: Client) -> FlaskClient:
    hired("editor1", "content-editor")
    return signed_in("editor1")


@pytest.fixture
def thanks(app: Flask, database: Database) -> None:
    """One reply with a machine's draft in Arabic."""
    with database.session() as db:
        written = Written(label="Tack", text="Hej, tack.")
        load_reply(db, slug="thanks", written=written, drafts={"ar": "شكرا"}, now=clock.now(), helplines=[])


def post(client: FlaskClient, address: str, page: str | None = None, **fields: Any) -> Any:
    """Post a form of a page with the versions that it shows."""
    shown = text(client.get(page or address))
    versions = dict(re.findall(r'name="(version|reply_version)" value="(\d+)"', shown))
    return press(client, address, **(versions | fields))


def offered(database: Database, language: str = "ar") -> Offer:
    with database.session() as db:
        (offer,) = offers(db, language=language, topics=[])
    return offer


def test_a_variant_is_sound_once_another_person_than_the_writer_has_read_it(
    thanks: None, editor: FlaskClient, hired: Callable[..., None], signed_in: Client, database: Database
) -> None:
    assert offered(database).standing == Standing.UNREVIEWED
    assert "Utkastet är gjort av en maskin." in text(editor.get(ARABIC))
    assert post(editor, ARABIC, text="شكرا لك").status_code == 303
    assert "Du skrev texten." in text(editor.get(ARABIC))
    own = post(editor, f"{ARABIC}/review", ARABIC)
    assert own.status_code == 400
    assert "Den som skrev texten kan inte granska den." in text(own)
    hired("editor2", "content-editor")
    assert post(signed_in("editor2"), f"{ARABIC}/review", ARABIC).status_code == 303
    assert offered(database).standing == Standing.REVIEWED

    assert post(editor, THANKS, label="Tack", text="Hej, tack för brevet.").status_code == 303
    assert offered(database).standing == Standing.STALE
    assert 'Arabiska<span class="spoken">: Inaktuell' in text(editor.get("/staff/replies"))
    assert post(editor, f"{ARABIC}/review", ARABIC).status_code == 400, "still the writer"
    assert post(signed_in("editor2"), f"{ARABIC}/review", ARABIC).status_code == 303
    assert offered(database).standing == Standing.REVIEWED


def test_two_editors_at_once_both_keep_their_text(
    thanks: None, editor: FlaskClient, hired: Callable[..., None], signed_in: Client, database: Database
) -> None:
    hired("editor2", "content-editor")
    other = signed_in("editor2")
    old = dict(re.findall(r'name="(version|reply_version)" value="(\d+)"', text(editor.get(ARABIC))))
    assert post(other, THANKS, label="Tack", text="Deras text.").status_code == 303
    assert post(other, ARABIC, text="نصهم").status_code == 303
    for address, mine, theirs in ((THANKS, "Min text.", "Deras text."), (ARABIC, "نصي", "نصهم")):
        answer = press(editor, address, **old, label="Tack", text=mine)
        assert answer.status_code == 409
        page = text(answer)
        assert f">\n{mine}</textarea>" in page
        assert f">{theirs}</div>" in page
        versions = dict(re.findall(r'name="(version|reply_version)" value="(\d+)"', page))
        assert press(editor, address, **versions, label="Tack", text=mine).status_code == 303
    assert (offered(database).swedish, offered(database).text) == ("Min text.", "نصي")


def test_a_text_that_could_not_be_filled_in_or_would_go_out_of_date_is_refused(
    thanks: None, editor: FlaskClient, database: Database
) -> None:
    for wrong, says in (
        ("Ring {centre_phon}.", "{centre_phon}"),
        ("Ring {", "{{}"),
        ("Ring 070-174 06 05.", "Skriv inga telefonnummer"),
        (" ", "Skriv något först."),
        ("x" * 1501, "Texten är för lång."),
    ):
        answer = post(editor, THANKS, label="Tack", text=wrong)
        assert answer.status_code == 400, wrong
        assert says in text(answer)
        assert post(editor, ARABIC, text=wrong).status_code == 400
    assert offered(database).swedish == "Hej, tack."
    assert post(editor, THANKS, label="<b>", text="Ring {centre_phone}, </textarea>").status_code == 303
    assert "<b><" not in editor.get("/staff/replies").get_data(as_text=True)


def test_a_new_reply_is_written_and_retired(editor: FlaskClient, database: Database) -> None:
    new = {"slug": "rent-late", "label": "Hyran", "text": "Skriv till oss.", "topics": "housing"}
    assert post(editor, "/staff/replies/new", **(new | {"slug": "Hyra sent"})).status_code == 400
    assert post(editor, "/staff/replies/new", **new).status_code == 303
    taken = post(editor, "/staff/replies/new", **new)
    assert taken.status_code == 400
    assert "Det finns redan ett svar med det kortnamnet." in text(taken)
    assert offered(database, "so").standing == Standing.MISSING
    assert offered(database, "sv").standing == Standing.SOURCE
    address = "/staff/replies/rent-late"
    assert post(editor, f"{address}/retire", address).status_code == 303
    with database.session() as db:
        assert offers(db, language="sv", topics=[]) == ()
    assert post(editor, f"{address}/retire", address).status_code == 303
    assert offered(database, "sv").label == "Hyran"
    assert editor.get("/staff/replies/none").status_code == 404
    assert editor.get(f"{address}/in/xx").status_code == 404
    assert editor.get(f"{address}/in/sv").status_code == 404


def test_loading_adds_what_is_missing_and_leaves_what_editors_have_written(
    app: Flask, editor: FlaskClient, database: Database
) -> None:
    def load() -> str:
        return app.test_cli_runner().invoke(args=["replies", "load"]).output

    assert "14 of 14 replies" in load()
    assert post(editor, THANKS, label="Tack", text="Vår egen text.").status_code == 303
    assert "0 of 14 replies" in load()
    with database.session() as db:
        there = {offer.slug: offer for offer in offers(db, language="uk", topics=["housing.tonight"])}
    assert there["thanks"].swedish == "Vår egen text."
    assert there["thanks"].standing == Standing.STALE
    assert next(iter(there)) == "roof-tonight"
    assert {offer.standing for slug, offer in there.items() if slug != "thanks"} == {Standing.UNREVIEWED}
