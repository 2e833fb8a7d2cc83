"""A role taken away, an account switched off, a password changed elsewhere: what is open in a browser opens no more."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.desk.roster import find_account
from portal.desk.submit import Submitted
from portal.records.database import Database
from portal.records.message import Author, Message
from portal.records.staff_draft import StaffDraft
from tests.database.staff.browsing import PASSWORD, Client, path_of, press, standing, text, token

NEW = "four other quiet words"


@pytest.mark.parametrize("ended", ["role", "off", "password"])
def test_whoever_loses_their_sign_in_gets_no_more_news_keeps_their_words_and_finds_the_draft_again(
    app: Flask,
    database: Database,
    signed_in: Client,
    hired: Callable[..., None],
    filed: Callable[..., Submitted],
    ended: str,
) -> None:
    request = filed(channel="chat", signals=["violence"], urgency="emergency")
    agent, admin = signed_in("agent1"), signed_in("admin")
    press(agent, path_of(request, "claim"))
    press(agent, path_of(request, "draft"), answer="Ett utkast.", language="sv")
    proof = token(agent)
    news = [f"/staff/{page}/news?mark=old" for page in ("queue", "watch")]
    live = [*news, "/staff/queue/chats?mark=old", path_of(request, "talk?mark=old"), path_of(request, "looking")]
    for address in live:
        assert agent.get(address).status_code == 200, address

    with database.session(writes=False) as session:
        account = f"/staff/accounts/{find_account(session, username='agent1').id}"
    if ended == "role":
        press(admin, f"{account}/rights", roles="content-editor")
    elif ended == "off":
        press(admin, f"{account}/switch", to="off")
    else:
        press(signed_in("agent1"), "/staff/password", password=PASSWORD, new_password=NEW, repeated=NEW)

    for address in live:
        assert standing(agent.get(address)) == "to sign-in", address
    fields = {"csrf_token": proof, "answer": "Det nya utkastet.", "language": "sv"}
    for verb, accept in (("draft", "application/json"), ("answer", "text/html")):
        sent = agent.post(path_of(request, verb), data=fields, headers={"Accept": accept})
        assert sent.status_code == 401
        assert "Det nya utkastet." in text(sent)
    with database.session(writes=False) as session:
        assert len(session.scalars(select(StaffDraft)).all()) == 1
        assert not session.scalars(select(Message).where(Message.author == Author.STAFF)).all()

    back = app.test_client()
    press(back, "/staff/sign-in", username="agent1", password=NEW if ended == "password" else PASSWORD)
    if ended != "password":
        assert standing(back.get("/staff/queue")) != "in"
        hired("boss", "supervisor")
        given = {"rights": {"roles": "agent", "units": "contact-centre"}, "switch": {"to": "on"}}
        verb = "rights" if ended == "role" else "switch"
        press(admin, f"{account}/{verb}", **given[verb])
        boss = signed_in("boss")
        there = re.search(r'action="(/staff/agreements/[0-9a-f-]+/agree)"', text(boss.get("/staff/agreements")))
        assert there is not None
        code = re.search("<code>([^<]+)</code>", text(press(boss, there[1])))
        assert code is not None
        press(back, "/staff/sign-in/recover", code=code[1], new_password=NEW, repeated=NEW)
        press(back, "/staff/sign-in", username="agent1", password=NEW)
    assert "Ett utkast." in text(back.get(path_of(request)))
