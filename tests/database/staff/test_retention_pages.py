"""Log, protocol and taking out: who may, what it shows, and that it leaves a trace of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text as sql
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal import clock
from portal.commands.retention import run_retention
from portal.desk import retention
from portal.desk.contact import Contact, ContactChannel
from portal.desk.submit import Submitted
from portal.records.audit_entry import AuditEntry
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.records.message import Message
from tests.database.staff.browsing import Client, path_of, press, text

ANNA = "Jag heter Anna Exempel.\nAnna  exempel bor hos mig. =1+1 <b>hej</b>"


@pytest.fixture
def supervisor(hired: Callable[..., None], signed_in: Client) -> FlaskClient:
    hired("supervisor", "supervisor")
    return signed_in("supervisor")


@pytest.fixture
def auditor(hired: Callable[..., None], signed_in: Client) -> FlaskClient:
    hired("auditor", "auditor")
    return signed_in("auditor")


def test_the_auditor_reads_who_opened_what_and_why_and_never_what_it_says(
    filed: Callable[..., Submitted], signed_in: Client, auditor: FlaskClient
) -> None:
    request = filed(words="Något mycket hemligt.")
    signed_in("agent1").get(path_of(request))
    page = text(auditor.get("/staff/log"))
    assert request.reference in page
    assert "agent1" in page
    assert "Väntade i kön" in page
    assert "hemligt" not in page
    assert auditor.get(path_of(request)).status_code == 403
    assert "Ingen rad passar." in text(auditor.get("/staff/log?username=agent2"))
    assert "Loggen är hel" in text(press(auditor, "/staff/log/check"))


def test_the_log_as_a_file_is_itself_in_the_log(auditor: FlaskClient) -> None:
    file = auditor.get("/staff/log.csv")
    assert file.data.startswith("\ufeffNummer;".encode())
    assert "audit-log" in text(auditor.get("/staff/log?act=exported"))


def test_a_changed_log_is_told_with_the_row(
    database: Database, filed: Callable[..., Submitted], signed_in: Client, auditor: FlaskClient
) -> None:
    signed_in("agent1").get(path_of(filed()))
    with database.session() as session:
        off = (
            "DROP TRIGGER audit_entry_no_update"
            if database.is_sqlite
            else "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only"
        )
        session.execute(sql(off))
        session.execute(update(AuditEntry).values(why="own"))
        if not database.is_sqlite:
            session.execute(sql("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only"))
    assert "Loggen stämmer inte från rad 1" in text(press(auditor, "/staff/log/check"))


def test_taking_out_shows_exactly_what_goes_masks_what_was_asked_and_is_registered(
    filed: Callable[..., Submitted], supervisor: FlaskClient, auditor: FlaskClient
) -> None:
    contact = Contact(name="Anna Exempel", channel=ContactChannel.EMAIL, address="anna@exempel.invalid")
    request = filed(words=ANNA, contact=contact)
    address = path_of(request, "disclosure")
    page = text(supervisor.get(address))
    assert "Personens egna" in page
    assert "&lt;b&gt;" in supervisor.get(address).get_data(as_text=True), "what a person wrote is never markup"

    chosen = {"receiver": "person", "ground": "own-data", "goes_out": "message-1", "words": "anna EXEMPEL"}
    assert press(supervisor, address, **(chosen | {"receiver": ""}), step="look").status_code == 400
    looked = text(press(supervisor, address, **chosen, step="look"))
    assert "Jag heter █████." in looked
    assert "anna@exempel.invalid" not in looked

    file = press(supervisor, address, **chosen, step="take")
    assert file.mimetype == "text/plain"
    body = file.get_data(as_text=True)
    assert "█████ bor hos mig. =1+1 <b>hej</b>" in body
    assert "Anna" not in body
    assert "3 delar eller ord är dolda." in body
    assert "Den som frågade. Personens egna uppgifter" in text(supervisor.get(address))
    assert "Lämnade ut" in text(auditor.get(f"/staff/log?subject={request.reference}"))


def test_nobodys_words_pass_for_the_head_of_what_somebody_else_said(
    filed: Callable[..., Submitted], supervisor: FlaskClient
) -> None:
    forged = "Personal · Socialsekreterare · tisdag 10 mars 15:00\u2028Ni får 9000 kr."
    address = path_of(filed(words=f"Hej.\n\n{forged}"), "disclosure")
    chosen = {"receiver": "person", "ground": "own-data", "goes_out": "message-1", "step": "take"}
    lines = press(supervisor, address, **chosen).get_data(as_text=True).splitlines()
    said = next(place for place, line in enumerate(lines) if line.startswith("Personen"))
    assert [line for line in lines[said + 1 :] if not line.startswith("    ")] == []
    assert "    Personal · Socialsekreterare · tisdag 10 mars 15:00" in lines


def test_what_was_chosen_is_kept_when_it_is_changed(filed: Callable[..., Submitted], supervisor: FlaskClient) -> None:
    address = path_of(filed(), "disclosure")
    chosen = {"receiver": "court", "ground": "duty-to-inform", "goes_out": "message-1", "words": "Anna"}
    page = text(press(supervisor, address, **chosen, step="change"))
    assert '<option value="court" selected>' in page
    assert 'value="message-1" checked' in page
    assert ">\nAnna</textarea>" in page


def test_a_supervisor_holds_a_request_and_lets_it_go(filed: Callable[..., Submitted], supervisor: FlaskClient) -> None:
    request = filed()
    assert press(supervisor, path_of(request, "hold"), reason="").status_code == 400
    held = press(supervisor, path_of(request, "hold"), reason="appeal")
    assert (held.status_code, held.location) == (303, "/staff/erasures")
    assert "Överklagande" in text(supervisor.get("/staff/erasures"))
    assert press(supervisor, path_of(request, "hold/end")).status_code == 303
    assert press(supervisor, path_of(request, "hold/end")).status_code == 409


def test_many_are_erased_a_few_at_a_time_so_that_nobody_who_writes_waits_long(
    app: Flask, filed: Callable[..., Submitted], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        filed()
    over = {"closed_at": clock.now(), "code_expires_at": clock.now(), "erase_after": clock.now()}
    with database.session() as session:
        session.execute(update(HelpRequest).values(state="closed", close_reason="answered", **over))
    lots: list[int] = []
    erase = retention.erase_expired

    def count(session: Session, **details: Any) -> list[str]:
        lots.append(len(erased := erase(session, **details)))
        return erased

    monkeypatch.setattr(retention, "AT_ONCE", 2)
    monkeypatch.setattr(retention, "erase_expired", count)
    with app.app_context():
        assert run_retention() == (5, 0)
    assert lots == [2, 2, 1]


def test_the_protocol_tells_what_was_erased_under_which_decision(
    database: Database,
    app,
    filed: Callable[..., Submitted],
    supervisor: FlaskClient,
    auditor: FlaskClient,
    stopped: clock.FrozenClock,
) -> None:
    request, unread = filed(), filed()
    with database.session() as session:
        over = {"state": "closed", "closed_at": clock.now(), "code_expires_at": clock.now() - timedelta(days=20)}
        session.execute(update(HelpRequest).values(**over))
        session.execute(update(Message).where(Message.request_id == unread.request_id).values(author="staff"))
    with app.app_context():
        assert run_retention() == (1, 0)
    page = text(supervisor.get("/staff/erasures"))
    assert request.reference in page
    for hidden in ({"protected": True}, {"protected": False, "unit": "outreach"}):
        with database.session() as session:
            session.execute(update(HelpRequest).where(HelpRequest.reference == request.reference).values(**hidden))
        for address in ("/staff/erasures", "/staff/erasures.csv"):
            assert request.reference not in text(supervisor.get(address)), "out of reach, it was never there"
            assert request.reference in text(auditor.get(address))
    assert "gallringsbeslut saknas i demonstrationen" in page
    assert "1 fråga väntar på ditt beslut" in page

    assert press(supervisor, path_of(unread, "erase-unread")).status_code == 303
    with app.app_context():
        assert run_retention() == (1, 0)
    file = supervisor.get("/staff/erasures.csv").get_data(as_text=True)
    assert f"{unread.reference};Vanlig fråga;" in file
    assert press(supervisor, path_of(unread, "erase-unread")).status_code == 409
