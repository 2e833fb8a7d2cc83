"""Steps that several tests of the chat take."""

from __future__ import annotations

import html
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.desk.request_page import RequestPage, load_request
from portal.records.help_request import HelpRequest
from tests.pages.conftest import parts_of, token_on

CHAT = "/sv/chat"
CARD = "/sv/chat/card"


def post(client: FlaskClient, address: str = CHAT, follow: bool = True, **fields: Any) -> str:
    """Say or press something in the chat; the page that follows."""
    data = {"csrf_token": token_on(client, CHAT), **fields}
    answer = client.post(address, data=data, follow_redirects=follow)
    return html.unescape(answer.get_data(as_text=True))


def card_of(client: FlaskClient, address: str = CARD) -> str:
    return html.unescape(client.get(address).get_data(as_text=True))


def boxes(page: str) -> dict[str, Any]:
    """What the card's form would post as it stands: all that is shown, what is ticked, the mark, its token."""
    ticked = re.findall(r'name="kept" value="([^"]+)" checked', page)
    [mark] = re.findall(r'name="mark" value="([^"]+)"', page)
    [token, *_] = re.findall(r'id="card".*?name="csrf_token" value="([^"]+)"', page, re.DOTALL)
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    return {"csrf_token": token, "mark": mark, "shown": shown, "kept": ticked}


def send(client: FlaskClient, *, without: tuple[str, ...] = (), press: str = "send") -> str:
    """Open the card, take the ticks of `without` away (ids, or words of own messages), and send."""
    page = card_of(client)
    form = boxes(page)
    struck = {_box_of(page, each) for each in without}
    form["kept"] = [box for box in form["kept"] if box not in struck]
    answer = client.post(CARD, data={**form, press: "1"}, follow_redirects=True)
    return html.unescape(answer.get_data(as_text=True))


def _box_of(page: str, named: str) -> str:
    words = re.findall(r'name="kept" value="(line:[^"]+)"[^>]*>\s*<span[^>]*>([^<]*)<', page)
    return next((box for box, text in words if named in text), named)


def filed(app: Flask) -> tuple[HelpRequest, RequestPage]:
    """The one request, as stored and as staff read it."""
    parts = parts_of(app)
    with parts.database.session(writes=False) as session:
        request = session.scalars(select(HelpRequest)).one()
        return request, load_request(session, keys=parts.content_keys, request_id=request.id)
