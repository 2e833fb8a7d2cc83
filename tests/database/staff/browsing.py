"""What a browser does on staff pages, and who sits in front of it."""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from portal.desk.submit import Submitted

PASSWORD = "three quiet words"
PEOPLE = {
    "agent1": ("Socialsekreterare", "agent"),
    "agent2": ("Rådgivare", "agent"),
    "admin": ("Administratör", "administrator"),
}
Submit = Callable[..., Submitted]
Client = Callable[[str], FlaskClient]


def token(client: FlaskClient) -> str:
    """A proof of origin that this browser may use: the one that any page would give it, without asking for a page."""
    with client.session_transaction() as session:
        mark = session.setdefault("csrf_token", secrets.token_hex())
    return str(URLSafeTimedSerializer(str(client.application.secret_key), salt="wtf-csrf-token").dumps(mark))


def press(client: FlaskClient, address: str, **fields: str | list[str]) -> TestResponse:
    """Post a form as a page of ours would; a list for several boxes of one name."""
    return client.post(address, data={"csrf_token": token(client), **fields})


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def path_of(request: Submitted, verb: str = "") -> str:
    return f"/staff/requests/{request.reference}" + (f"/{verb}" if verb else "")


def standing(answer: TestResponse) -> str:
    if answer.status_code in (401, 403):
        return str(answer.status_code)
    if answer.status_code == 302 and "/staff/sign-in" in answer.location:
        return "to sign-in"
    return "in"
