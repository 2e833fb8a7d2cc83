"""Signing in with the municipality's own account, against a real OpenID Connect provider in a process of its own."""

from __future__ import annotations

import html
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import KeySet, RSAKey
from werkzeug.test import TestResponse

from portal import clock
from portal.current import EXTENSION
from portal.desk import municipality_accounts
from portal.desk.accounts import add_staff, locked_account
from portal.staff import identity_provider

CLIENT = {"oidc_client_id": "portal", "oidc_client_secret": "a secret of the tests"}
KIM = {"sub": "8f14e45f", "preferred_username": "Kim.Berg"}
BACK = "/staff/sign-in/municipality/back"
Portal = Callable[..., Flask]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider. It knows Kim; anybody may say there who they are."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--user-claims", json.dumps(KIM)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env={**os.environ, "PYTHONWARNINGS": "ignore"}, **quiet)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < deadline:
            try:
                requests.get(f"{address}/.well-known/openid-configuration", timeout=2)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def linked(make_app: Any, issuer: str) -> Portal:
    """The portal with that provider, or another, and an agent linked to the name Kim has there."""

    def make(**changes: Any) -> Flask:
        app: Flask = make_app(**{"oidc_issuer": issuer, **CLIENT, **changes})
        with app.extensions[EXTENSION].database.session() as session:
            agent = add_staff(
                session,
                username="agent",
                display_role="Rådgivare",
                roles=["agent"],
                password="three quiet words",
                now=clock.now(),
            )
            account = locked_account(session, staff_id=agent.id)
            municipality_accounts.link(session, account=account, name=" KIM.berg ", now=clock.now())
        return app

    return make


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def go(client: FlaskClient, wanted: str = "") -> str:
    """Press the link and return where the browser is sent."""
    return client.get(f"/staff/sign-in/municipality?next={wanted}").location


def say(address: str, sub: str = KIM["sub"]) -> str:
    """Say at the provider who one is, and return where it sends the browser back to, without the host."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def test_the_linked_account_is_signed_in_and_led_to_the_page_that_was_asked_for(linked: Portal) -> None:
    app = linked()
    client = app.test_client()
    assert "Logga in med kommunens konto" in text(client.get("/staff/sign-in"))
    there = go(client, "/staff/queue")
    sent = parse_qs(urlsplit(there).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(sent)
    back = client.get(say(there))
    assert back.location == "/staff/queue"
    assert client.get("/staff/queue").status_code == 200

    with app.extensions[EXTENSION].database.session() as session:
        found = municipality_accounts.find_linked(session, subject=KIM["sub"], name="another name by now")
        assert found.username == "agent"


def test_the_second_factor_of_the_portal_is_asked_for_all_the_same(linked: Portal) -> None:
    client = linked(staff_second_factor=True).test_client()
    assert client.get(say(go(client))).location == "/staff/second-factor"
    assert client.get("/staff/queue").status_code == 302


def test_who_is_not_linked_is_told_so_and_no_account_is_made(linked: Portal, issuer: str) -> None:
    app = linked()
    requests.put(f"{issuer}/users/stranger", json={"preferred_username": "somebody.else"}, timeout=10)
    requests.put(f"{issuer}/users/impostor", json={"preferred_username": "kim.berg"}, timeout=10)
    client = app.test_client()
    answer = client.get(say(go(client), "stranger"))
    assert answer.status_code == 403
    assert "har inget konto här" in text(answer)
    assert client.get(say(go(client))).status_code == 303  # Kim comes first, and the id is kept
    other = app.test_client()
    assert other.get(say(go(other), "impostor")).status_code == 403  # the same name under another id


def test_a_forged_state_a_replayed_answer_and_another_browser_sign_nobody_in(linked: Portal) -> None:
    app = linked()
    client, other = app.test_client(), app.test_client()
    answer = say(go(client))
    forged = re.sub("state=[^&]+", "state=" + "0" * 64, answer)
    assert client.get(forged).status_code == 400
    assert client.get(answer).status_code == 400  # the errand is gone after the first answer
    assert other.get(say(go(client))).status_code == 400

    there = go(client)
    errand = client.get_cookie("staff-errand", path="/staff")
    assert errand is not None
    answer = say(there)
    assert client.get(answer).status_code == 303
    thief = app.test_client()
    thief.set_cookie("staff-errand", errand.value, path="/staff")
    replayed = thief.get(answer)
    assert replayed.status_code == 400
    assert "började någon annanstans" in text(replayed)


def test_a_code_that_was_used_and_a_wrong_nonce_are_refused(linked: Portal) -> None:
    app = linked()
    client = app.test_client()
    used = parse_qs(urlsplit(say(go(client))).query)["code"][0]

    def answer_with(code: str) -> TestResponse:
        state = parse_qs(urlsplit(go(client)).query)["state"][0]
        return client.get(f"{BACK}?state={state}&code={code}")

    wrong_nonce = answer_with(used)  # issued for the errand before, which had another nonce
    assert wrong_nonce.status_code == 502
    assert "svarar inte som den ska" in text(wrong_nonce)
    assert client.get(say(go(client))).status_code == 303
    assert answer_with(used).status_code == 502
    assert answer_with("invented").status_code == 502


def test_a_name_under_a_foreign_signature_is_refused(linked: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    client = linked().test_client()
    foreign = KeySet([RSAKey.generate_key(2048, {"use": "sig"})]).as_dict(private=False)
    get = identity_provider._get

    def get_foreign(asking: Any, address: str) -> dict[str, Any]:
        return foreign if address.endswith("/jwks") else get(asking, address)

    answer = say(go(client))
    monkeypatch.setattr(identity_provider, "_get", get_foreign)
    assert client.get(answer).status_code == 502


def test_turning_back_at_the_provider_is_no_dead_end(linked: Portal) -> None:
    client = linked().test_client()
    state = parse_qs(urlsplit(go(client)).query)["state"][0]
    answer = client.get(f"{BACK}?state={state}&error=access_denied")
    assert answer.status_code == 400
    assert "avbröts" in text(answer)
    assert 'name="password"' in text(answer)


class Odd(BaseHTTPRequestHandler):
    """A provider that says what it is told to say, whatever it is asked."""

    says = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.says.replace(b"ME", f"http://127.0.0.1:{self.server.server_port}".encode()))  # type: ignore[attr-defined]

    def log_message(self, *call: Any) -> None:
        pass


@pytest.fixture
def odd() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_provider_that_is_down_or_answers_nonsense_gives_a_sentence(
    make_app: Any, linked: Portal, odd: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://127.0.0.1:{odd.server_port}"
    client = linked(oidc_issuer=address).test_client()
    about = {"issuer": "ME", "authorization_endpoint": "ME/a", "token_endpoint": "ME/t", "jwks_uri": "ME/k"}
    for says in (
        b"",
        b"[]",
        b"<html>",
        b"{}",
        json.dumps({**about, "issuer": "https://elsewhere.example"}).encode(),
        json.dumps({**about, "jwks_uri": "https://elsewhere.example/k"}).encode(),
        json.dumps({**about, "token_endpoint": 7}).encode(),
    ):
        Odd.says = says
        answer = client.get("/staff/sign-in/municipality")
        assert answer.status_code == 502, says
        assert "Kommunens inloggning svarar inte som den ska." in text(answer)
    Odd.says = json.dumps(about).encode()
    assert client.get("/staff/sign-in/municipality").status_code == 302
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setattr(identity_provider, "PATIENCE", 0.2)
        hanging = make_app(oidc_issuer=f"http://127.0.0.1:{silent.getsockname()[1]}", **CLIENT).test_client()
        assert hanging.get("/staff/sign-in/municipality").status_code == 502
    down = make_app(oidc_issuer="http://127.0.0.1:9", **CLIENT).test_client()
    assert down.get("/staff/sign-in/municipality").status_code == 502


def test_without_a_provider_there_is_no_such_way_in(make_app: Any) -> None:
    client = make_app().test_client()
    assert "kommunens konto" not in text(client.get("/staff/sign-in"))
    assert client.get("/staff/sign-in/municipality").status_code == 404
    assert client.get(f"{BACK}?code=x&state=y").status_code == 404
