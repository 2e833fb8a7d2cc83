"""Every staff route, asked for as every role: the table in `portal.access` decides, and nothing else.

The pages are replaced by one that says it was reached. What they show, and on both databases, has tests of its own.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.access import NEEDS
from portal.current import EXTENSION, Parts
from portal.desk.accounts import add_staff
from portal.desk.rights import MAY
from portal.records.staff_account import Role
from tests.pages.conftest import MakeApp

PASSWORD = "three quiet words"
NOBODYS = "00000000-0000-0000-0000-000000000000"


def staff_routes(app: Flask) -> list[tuple[str, str]]:
    return [
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("staff.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def signed_in(app: Flask, role: Role) -> FlaskClient:
    parts: Parts = app.extensions[EXTENSION]
    with parts.database.session() as session:
        add_staff(
            session,
            username=f"the-{role}",
            display_role="Kollega",
            roles=[role],
            password=PASSWORD,
            now=clock.now(),
        )
    client = app.test_client()
    page = client.get("/staff/sign-in").get_data(as_text=True)
    proof = re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]
    given = {"csrf_token": proof, "username": f"the-{role}", "password": PASSWORD}
    assert client.post("/staff/sign-in", data=given).status_code == 303
    return client


def address_of(app: Flask, endpoint: str) -> str:
    """An address of this page, with something in every place that its route has."""
    [rule, *_] = list(app.url_map.iter_rules(endpoint))
    places: dict[str, Any] = {
        name: NOBODYS if name.endswith("_id") else 1 if name == "number" else "FL-2222-3333" for name in rule.arguments
    }
    with app.test_request_context():
        return app.url_for(endpoint, **places)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """One of their own: these tests take the pages away from behind their guards."""
    return make_app(rate_limits=False)


@pytest.fixture
def clients(app: Flask) -> dict[str, FlaskClient]:
    found = {"nobody": app.test_client()} | {str(role): signed_in(app, role) for role in Role}
    for endpoint in app.view_functions:
        if endpoint.startswith("staff."):
            app.view_functions[endpoint] = lambda **_: "reached"
    # What stands behind the guard (the reason for reading a request) needs a request to be there.
    app.before_request_funcs["staff"] = app.before_request_funcs["staff"][:1]
    return found


def test_every_staff_route_stands_in_the_table(app: Flask) -> None:
    assert {endpoint for endpoint, _ in staff_routes(app)} == set(NEEDS)


def test_every_staff_route_lets_in_only_those_with_the_right_it_names(
    app: Flask, clients: dict[str, FlaskClient]
) -> None:
    asked = 0
    for endpoint, method in staff_routes(app):
        needed = NEEDS[endpoint]
        if needed is None:  # reached before signing in
            continue
        address = address_of(app, endpoint)
        for who, client in clients.items():
            answer = client.open(address, method=method)
            reached = answer.get_data(as_text=True) == "reached"
            if who == "nobody":
                refused = "/staff/sign-in" in answer.headers.get("Location", "") or answer.status_code == 401
                assert refused, (endpoint, method, answer.status)
                assert not reached, (endpoint, method)
            else:
                assert reached is (Role(who) in MAY[needed]), (endpoint, method, who, answer.status)
                assert reached or answer.status_code == 403, (endpoint, method, who, answer.status)
            asked += 1
    assert asked > 1000
