"""flask database: changing the content key without losing what people wrote."""

import base64

from flask import Flask
from sqlalchemy import select

from portal.desk.request_page import load_request
from portal.records.help_request import HelpRequest
from tests.pages.conftest import MakeApp, parts_of

OLD, NEW = (base64.b64encode(byte * 32).decode() for byte in (b"o", b"n"))


def words(app: Flask) -> list[str | None]:
    parts = parts_of(app)
    with parts.database.session(writes=False) as session:
        ids = list(session.scalars(select(HelpRequest.id)))
        pages = [load_request(session, keys=parts.content_keys, request_id=each) for each in ids]
    return [message.body for page in pages for message in page.messages]


def test_after_rewrapping_the_new_content_key_alone_opens_every_request(make_app: MakeApp) -> None:
    call = {"message": "vi blir vräkta", "facts": {"topics": ["housing.eviction"]}}
    assert make_app(content_key=OLD).test_client().post("/api/v1/requests", json=call).status_code == 201
    both = make_app(content_key=f"new:{NEW},old:{OLD}")
    assert "1 requests were wrapped anew" in both.test_cli_runner().invoke(args=["database", "rewrap"]).output
    assert words(make_app(content_key=NEW)) == ["vi blir vräkta"]


def test_a_key_that_is_missing_changes_nothing_and_is_told(make_app: MakeApp) -> None:
    call = {"message": "vi blir vräkta", "facts": {"topics": ["housing.eviction"]}}
    make_app(content_key=OLD).test_client().post("/api/v1/requests", json=call)
    told = make_app(content_key=NEW).test_cli_runner().invoke(args=["database", "rewrap"])
    assert told.exit_code == 1
    assert "content-key-missing" in told.output
    assert words(make_app(content_key=OLD)) == ["vi blir vräkta"]
