"""What no request keeps is counted where it happens: once, as a number of the day, and nothing leads back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import clock
from portal.records.daily_count import DailyCount
from portal.records.help_request import HelpRequest
from tests.pages.conftest import StandInBot, parts_of, token_on
from tests.pages.talking import post
from tests.pages.test_everything import opened, sent


@pytest.fixture
def at() -> Iterator[Callable[[int], None]]:
    """Stops the clock at an hour (UTC) of a Tuesday."""
    with ExitStack() as stack:

        def stop(hour: int) -> None:
            stack.enter_context(clock.freeze(datetime(2026, 11, 24, hour, tzinfo=UTC)))

        yield stop


def counts(app: Flask) -> dict[tuple[str, str], int]:
    with parts_of(app).database.session() as session:
        return {(row.what, row.language): row.number for row in session.scalars(select(DailyCount))}


@pytest.mark.parametrize(("hour", "card"), [(12, "danger-card"), (2, "danger-card-closed")])
def test_a_talk_its_misunderstandings_and_its_danger_card_are_counted_once(
    app: Flask, bot: StandInBot, at: Callable[[int], None], hour: int, card: str
) -> None:
    """The card by whether the contact centre was open, for at night it is the on-call and 112 that answer."""
    at(hour)
    client = app.test_client()
    client.get("/sv/chat")
    assert counts(app) == {}
    bot.says(("not_understood", {}))
    post(client, text="blorp")
    bot.says(("corrected", {}))
    post(client, text="nej inte det")
    post(client, text="han slår mig nu")
    post(client, text="han slår mig nu")
    client.get("/sv/chat")
    assert counts(app) == {
        ("chat-begun", "sv"): 1,
        ("not-understood", "sv"): 1,
        ("corrected", "sv"): 1,
        (card, "sv"): 1,
    }


def test_how_easy_it_was_is_asked_once_there_is_an_answer_and_counted_once(app: Flask) -> None:
    client = app.test_client()
    reference, code = sent(client)
    opened(client, code)
    talk = "/sv/follow-up/conversation"
    assert "Hur lätt var det" not in client.get(talk).get_data(as_text=True)
    with parts_of(app).database.session() as session:
        session.execute(
            update(HelpRequest).where(HelpRequest.reference == reference).values(first_answer_at=clock.now())
        )
    assert "Hur lätt var det" in client.get(talk).get_data(as_text=True)
    for value in ("9", "4", "1"):
        answer = client.post("/sv/follow-up/ease", data={"csrf_token": token_on(client, talk), "ease": value})
        assert (answer.status_code, answer.location) == (303, "/sv/follow-up/conversation#ease")
    assert counts(app) == {("ease-4", "sv"): 1}
    page = client.get(talk).get_data(as_text=True)
    assert "Tack. Vi sparar bara hur många" in page
    assert 'name="ease"' not in page
