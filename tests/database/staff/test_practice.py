"""A trainee works with made-up requests, and they reach nothing real."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.desk.rulesets import publish
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.settings import ROOT
from portal.triage.reader import Content, content_of, read_sources
from tests.database.staff.browsing import Client, press, text


@pytest.fixture(scope="module")
def content() -> Content:
    return content_of(read_sources(ROOT / "triage_rules"))


@pytest.fixture(autouse=True)
def published(database: Database, content: Content, now: datetime) -> None:
    with database.session() as session:
        publish(session, content=content, by="test", now=now)


def load(app: Flask, *arguments: str) -> str:
    return app.test_cli_runner().invoke(args=["practice", "load", *arguments]).output


def test_a_trainee_takes_and_answers_a_practice_request_that_nobody_else_sees(
    app: Flask, database: Database, hired: Callable[..., None], signed_in: Client
) -> None:
    assert "practice requests wait for trainees." in load(app)
    assert "Begin anew" in load(app)
    hired("trainee", "trainee")
    trainee, agent = signed_in("trainee"), signed_in("agent1")
    with database.session(writes=False) as session:
        references = session.scalars(select(HelpRequest.reference).where(HelpRequest.practice)).all()
    assert references
    queue = text(trainee.get("/staff/queue"))
    page = f"/staff/requests/{references[0]}"
    assert references[0] in queue
    assert references[0] not in text(agent.get("/staff/queue"))
    assert agent.get(page).status_code == 404
    assert trainee.get(page).status_code == 200
    assert press(trainee, f"{page}/claim").status_code == 303
    assert press(trainee, f"{page}/answer", answer="Hej, tack för att du skrev.", language="sv").status_code == 303


def test_beginning_anew_leaves_nothing_of_the_old_to_read(app: Flask, database: Database) -> None:
    load(app)
    load(app, "--fresh")
    with database.session(writes=False) as session:
        fresh = session.scalar(select(func.count()).where(HelpRequest.practice, HelpRequest.erased_at.is_(None)))
        keyless = session.scalar(select(func.count()).where(HelpRequest.practice, HelpRequest.wrapped_key.is_(None)))
    assert fresh == keyless > 5
