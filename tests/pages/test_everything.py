"""Whoever holds the code sees everything that is kept about their own request, and can take it along."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.current import EXTENSION, Parts
from portal.desk import audit, audit_reading
from portal.desk.accounts import add_staff
from portal.desk.audit_reading import Asked
from portal.desk.reach import find_for_operator
from portal.records.help_request import HelpRequest
from tests.pages.conftest import token_on

WORDS = "Jag är rädd för räkningarna. <b>inte fetstil</b> =1+1"


def sent(client: FlaskClient) -> tuple[str, str]:
    """Reference and code of a request filed over the API."""
    filed = client.post(
        "/api/v1/requests",
        json={
            "text": WORDS,
            "language": "sv",
            "facts": {"about": "self", "topics": ["money.food"]},
            "contact": {
                "channel": "phone",
                "name": "Kim",
                "address": "070-174 06 05",
                "never_contact": "Anton",
                "needs": ["step-free"],
            },
        },
    ).get_json()
    return filed["reference"], filed["receipt_code"]


def opened(client: FlaskClient, code: str) -> None:
    page = client.get("/sv/follow-up").get_data(as_text=True)
    proof = re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]
    assert client.post("/sv/follow-up", data={"csrf_token": proof, "code": code}).status_code == 303


def test_everything_that_is_kept_is_shown_with_who_looked(app: Flask) -> None:
    client = app.test_client()
    reference, code = sent(client)
    parts: Parts = app.extensions[EXTENSION]
    with parts.database.session() as session:
        looker = add_staff(
            session, username="looker", display_role="Rådgivare", roles=["agent"], password="x" * 20, now=clock.now()
        )
        audit.note_opened(
            session,
            key=parts.audit_key,
            request_id=find_for_operator(session, reference=reference),
            staff_id=looker.id,
            at=clock.now(),
        )
    opened(client, code)
    page = client.get("/sv/follow-up/everything").get_data(as_text=True)
    for kept in (
        reference,
        "Jag är rädd för räkningarna.",
        "&lt;b&gt;inte fetstil",
        "Kim",
        "En plats utan trappor",
        "Rådgivare, ",
    ):
        assert kept in page
    assert '<bdi dir="ltr">070-174 06 05</bdi>' in page, "a number is never turned around in a text from right to left"
    secret = "Är det någon som inte får veta att du har skrivit?"
    assert f"<dt>{secret}</dt><dd><bdi>Anton</bdi>" in page, "who must not know is never taken for a way to reach"
    assert "looker" not in page, "staff are shown by role, never by name"

    file = client.get("/sv/follow-up/everything.txt")
    assert file.mimetype == "text/plain"
    assert file.headers["Content-Disposition"] == 'attachment; filename="text.txt"'
    assert WORDS in file.get_data(as_text=True)
    assert f"{secret} Anton" in file.get_data(as_text=True)


def test_what_helps_us_understand_each_other_is_asked_without_a_name_kept_and_sealed(app: Flask) -> None:
    client = app.test_client()
    fields = {"message": WORDS, "named": "no", "needs": ["interpreter", "easy-words", "a need of another page"]}
    token = token_on(client, "/sv/ask/send")
    again = client.post("/sv/ask/send", data={**fields, "csrf_token": token, "switch_to": "ar"}, follow_redirects=True)
    for need, ticked in (("interpreter", True), ("easy-words", True), ("step-free", False)):
        assert (f'value="{need}" checked' in again.get_data(as_text=True)) is ticked
    assert client.post("/sv/ask/send", data={**fields, "csrf_token": token}).status_code == 303
    code = re.findall(r"(?:\d{4} ){3}\d{4}", client.get("/sv/ask/sent").get_data(as_text=True))[0]
    opened(client, code)
    page = client.get("/sv/follow-up/everything").get_data(as_text=True)
    assert "Tolk; Lätta ord och korta meningar" in page
    parts: Parts = app.extensions[EXTENSION]
    with parts.database.session(writes=False) as session:
        request = session.scalars(select(HelpRequest)).one()
        assert request.anonymous
        assert request.contact is not None
        assert b"interpreter" not in request.contact


def test_without_an_open_code_there_is_nothing_to_see(app: Flask) -> None:
    for address in ("/sv/follow-up/everything", "/sv/follow-up/everything.txt"):
        answer = app.test_client().get(address)
        assert (answer.status_code, answer.location) == (303, "/sv/follow-up")


def test_an_operator_takes_one_request_out_masked_and_on_record(app: Flask) -> None:
    reference, _ = sent(app.test_client())
    run = app.test_cli_runner().invoke
    asked = ["requests", "export", reference, "--receiver", "court", "--ground", "duty-to-inform"]
    text = run(args=[*asked, "--mask", "Kim", "--mask", "räkningarna"]).output
    assert "Jag är rädd för █████. <b>inte fetstil</b> =1+1" in text
    assert "Kim" not in text
    parts: Parts = app.extensions[EXTENSION]
    with parts.database.session(writes=False) as session:
        [line] = audit_reading.lines(session, limit=9, asked=Asked(act="disclosed"))
        assert (line.subject, line.username, line.detail["receiver"]) == (reference, None, "court")
        assert audit.verify(session, key=parts.audit_key).broken_at is None
    gone = run(args=["requests", "export", "FL-0000-0000", "--receiver", "court", "--ground", "consent"])
    assert (gone.exit_code, "There is no request" in gone.output) == (1, True)
