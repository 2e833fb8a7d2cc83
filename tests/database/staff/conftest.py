"""The staff pages on both databases, with the shipped rules, three people, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache

from portal import clock
from portal.app import create_app
from portal.current import EXTENSION, Parts
from portal.desk.accounts import add_staff
from portal.desk.submit import Submitted
from portal.limits import limiter
from portal.records.database import Database
from portal.records.sealing import ContentKeys
from portal.rules_in_use import RulesInUse, compile_in_use
from portal.settings import ROOT, Settings
from portal.triage.reader import read_folder
from tests.database.staff.browsing import (
    PASSWORD,
    PEOPLE,
    Client,
    Submit,
    press,
)


class SettledRules:
    """The shipped rules, compiled once for all these tests."""

    def __init__(self, rules: RulesInUse) -> None:
        self._rules = rules

    def current(self) -> RulesInUse:
        return self._rules


@pytest.fixture(scope="session")
def shipped_rules() -> RulesInUse:
    return compile_in_use(read_folder(ROOT / "triage_rules"))


@pytest.fixture
def stopped(now: datetime) -> Iterator[clock.FrozenClock]:
    with clock.freeze(now) as frozen:
        yield frozen


@pytest.fixture(scope="session")
def built() -> dict[str, Flask]:
    """The application as it is without changes, built once. All that it works with is in its parts, and those are new
    in each test."""
    return {}


@pytest.fixture
def make_app(
    built: dict[str, Flask],
    url: str,
    database: Database,
    keys: ContentKeys,
    code_key: bytes,
    shipped_rules: RulesInUse,
    stopped: clock.FrozenClock,
    compiled_templates: BytecodeCache,
    tmp_path: Path,
) -> Iterator[Callable[..., Flask]]:
    opened: list[Database] = []

    def make(**changes: Any) -> Flask:
        settings = Settings(
            secret_key="s" * 40,
            bot_secret="b" * 40,
            content_key="a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
            database_url=url,
            var_folder=tmp_path,
            **{"rate_limits": False, "staff_second_factor": False, **changes},
        )
        app = None if changes else built.get("unchanged")
        if app is None:
            app = create_app(settings)
            app.jinja_env.bytecode_cache = compiled_templates
            opened.append(app.extensions[EXTENSION].database)
        if not changes:
            built["unchanged"] = app
        limiter.enabled = settings.rate_limits  # there is one for all applications
        parts: Parts = app.extensions[EXTENSION]
        app.extensions[EXTENSION] = replace(
            parts,
            settings=settings,
            database=database,
            content_keys=keys,
            code_key=code_key,
            rules=SettledRules(shipped_rules),
        )
        return app

    yield make
    for own in opened:
        own.close()


@pytest.fixture
def app(make_app: Callable[..., Flask], database: Database) -> Flask:
    app = make_app()
    with database.session() as session:
        for username, (display_role, role) in PEOPLE.items():
            add_staff(
                session,
                username=username,
                display_role=display_role,
                roles=[role],
                password=PASSWORD,
                now=clock.now(),
            )
    return app


@pytest.fixture
def hired(app: Flask, database: Database) -> Callable[..., None]:
    """Adds somebody with these roles; `units` and `sees_protected` as wanted."""

    def hire(username: str, *roles: str, **details: Any) -> None:
        with database.session() as session:
            add_staff(
                session,
                username=username,
                display_role="Kollega",
                roles=roles,
                password=PASSWORD,
                now=clock.now(),
                **details,
            )

    return hire


@pytest.fixture
def signed_in(app: Flask) -> Client:
    """A browser in which somebody is signed in; "nobody" for one that is not."""

    def sign_in(username: str) -> FlaskClient:
        client = app.test_client()
        if username != "nobody":
            answer = press(client, "/staff/sign-in", username=username, password=PASSWORD)
            assert answer.status_code == 303
        return client

    return sign_in


@pytest.fixture
def filed(app: Flask, database: Database, submit: Submit) -> Callable[..., Submitted]:
    def file(**details: Any) -> Submitted:
        with database.session() as session:
            return submit(session, **details)

    return file
