"""What staff write is never lost, whatever happens while they write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.current import EXTENSION
from portal.desk.submit import Submitted
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from tests.database.staff.browsing import (
    Client,
    path_of,
    press,
    text,
    token,
)


def test_a_text_survives_that_a_colleague_took_over_and_can_be_sent_later(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock
) -> None:
    request = filed()
    slow, colleague = signed_in("agent1"), signed_in("agent2")
    press(slow, path_of(request, "claim"))
    stopped.move(timedelta(minutes=16))
    press(colleague, path_of(request, "claim"))
    refused = press(slow, path_of(request, "answer"), answer="Ett långt svar.", language="sv")
    assert refused.status_code == 409
    assert "Ett långt svar." in text(refused)
    assert "Rådgivare arbetar med frågan" in text(refused)
    press(colleague, path_of(request, "release"))
    free = press(slow, path_of(request, "answer"), answer="Ett långt svar.", language="sv")
    assert free.status_code == 409
    assert 'name="first" value="claim"' in text(free)
    fields = {"answer": "Ett långt svar.", "language": "sv", "first": "claim"}
    assert press(slow, path_of(request, "answer"), **fields).status_code == 303
    assert "Ett långt svar." in text(slow.get(path_of(request)))


def test_a_text_survives_that_a_colleague_closed_the_request(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock
) -> None:
    request = filed()
    slow, colleague = signed_in("agent1"), signed_in("agent2")
    press(slow, path_of(request, "claim"))
    stopped.move(timedelta(minutes=16))
    press(colleague, path_of(request, "claim"))
    press(colleague, path_of(request, "close"), reason="answered")
    refused = press(slow, path_of(request, "note"), note="Något viktigt.")
    assert refused.status_code == 409
    assert "Något viktigt." in text(refused)
    assert press(slow, path_of(request, "note"), note="Något viktigt.", first="reopen").status_code == 303
    assert "Något viktigt." in text(slow.get(path_of(request)))


@pytest.mark.parametrize(("verb", "field"), [("answer", "answer"), ("note", "note")])
def test_a_text_survives_that_the_database_is_locked(
    filed: Callable[..., Submitted], signed_in: Client, database: Database, verb: str, field: str
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    proof = token(client)
    fields = {"csrf_token": proof, "language": "sv", field: "En text som tog lång tid."}
    with database.open_session() as hindrance:
        hindrance.scalars(select(HelpRequest).with_for_update()).all()
        locked = client.post(path_of(request, verb), data=fields)
        hindrance.rollback()
    assert locked.status_code == 503
    assert "upptaget just nu" in text(locked)
    assert "En text som tog lång tid." in text(locked)
    assert client.post(path_of(request, verb), data=fields).status_code == 303


@pytest.mark.parametrize(("verb", "field"), [("answer", "answer"), ("note", "note")])
def test_a_text_survives_an_old_page_and_having_been_signed_out(
    filed: Callable[..., Submitted], signed_in: Client, stopped: clock.FrozenClock, verb: str, field: str
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    fields = {"language": "sv", field: "En text <b> som tog lång tid."}
    old = client.post(path_of(request, verb), data=fields)
    assert old.status_code == 400
    assert "Sidan var för gammal" in text(old)
    stopped.move(timedelta(minutes=31))
    out = client.post(path_of(request, verb), data=fields)
    assert out.status_code == 401
    for page in (old, out):
        assert "En text &lt;b&gt; som tog lång tid." in page.get_data(as_text=True)


def test_a_text_survives_that_the_database_is_gone(
    app: Flask, filed: Callable[..., Submitted], signed_in: Client, tmp_path: Path
) -> None:
    request = filed()
    client = signed_in("agent1")
    proof = token(client)
    gone = Database(f"sqlite:///{tmp_path / 'no-such-folder' / 'portal.db'}")
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], database=gone)
    answer = client.post(path_of(request, "answer"), data={"csrf_token": proof, "answer": "En lång text."})
    assert answer.status_code == 503
    assert "fungerar inte just nu" in text(answer)
    assert "En lång text." in text(answer)
    assert client.get("/staff/queue").status_code == 503


@pytest.mark.parametrize("text_sent", ["", "   \n", "x" * 10_001])
def test_a_text_that_is_empty_or_too_long_is_not_sent(
    filed: Callable[..., Submitted], signed_in: Client, text_sent: str
) -> None:
    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    answer = press(client, path_of(request, "answer"), answer=text_sent, language="sv")
    assert answer.status_code == 400
    assert text_sent.strip() in text(answer)
    assert "Svar skickades" not in text(client.get(path_of(request)))


def test_a_body_beyond_all_measure_is_refused_with_a_sentence(
    filed: Callable[..., Submitted], signed_in: Client
) -> None:
    request = filed()
    answer = press(signed_in("agent1"), path_of(request, "answer"), answer="x" * 400_000, language="sv")
    assert answer.status_code == 413
    assert "för lång" in text(answer)


def test_an_erased_request_opens_without_its_texts(
    filed: Callable[..., Submitted], signed_in: Client, database: Database, stopped: clock.FrozenClock
) -> None:
    from portal.desk import retention

    request = filed()
    client = signed_in("agent1")
    press(client, path_of(request, "claim"))
    press(client, path_of(request, "note"), note="En anteckning.")
    press(client, path_of(request, "close"), reason="test")
    stopped.move(timedelta(days=91))
    with database.session() as session:
        assert len(retention.erase_expired(session, now=clock.now())) == 1
    client = signed_in("agent1")
    assert "Varför öppnar du" in text(client.get(path_of(request)))
    press(client, path_of(request, "why"), why="complaint")
    page = text(client.get(path_of(request)))
    assert "Texten är borttagen" in page
    assert "Jag vågar inte gå hem." not in page
    assert "En anteckning." not in page
