"""Sixteen languages: every page works in each, and what is not translated is shown in Swedish and English, marked."""

from __future__ import annotations

import copy
import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.support import NullTranslations
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.desk import rulesets
from portal.i18n.languages import Catalogues
from portal.i18n.side_by_side import SIGNS
from portal.settings import ROOT
from portal.triage.yaml_source import parse
from tests.pages.conftest import MakeApp, parts_of, token_on

LANGUAGES = parse((ROOT / "triage_rules" / "languages.yaml").read_text("utf-8")).data["languages"]
TAGS = [each["tag"] for each in LANGUAGES]
PARTIAL = [each["tag"] for each in LANGUAGES if each["status"] == "partial"]
PAGES = ("/", "/ask", "/services", "/services/outreach", "/about", "/follow-up", "/chat", "/nothing")
FIRST_VISIT = ("app.css", "leave.js", "draft.js", "favicon.svg")
NOT_ALL = "Allt är inte översatt till det här språket än."


@pytest.fixture
def untranslated(make_app: MakeApp, rules_content: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A portal of its own whose Finnish catalogue is empty, so that these tests hold whatever translators have done."""
    app = make_app(rate_limits=False)
    content = copy.deepcopy(rules_content)
    finnish = next(each for each in content["languages.yaml"]["languages"] if each["tag"] == "fi")
    finnish["status"] = "partial"
    with parts_of(app).database.session() as db:
        rulesets.publish(db, content=content, by="test", now=clock.now())
    real = Catalogues._catalogue
    monkeypatch.setattr(
        Catalogues, "_catalogue", lambda self, folder: NullTranslations() if folder == "fi" else real(self, folder)
    )
    return app.test_client()


def read(client: FlaskClient, address: str, **more: object) -> str:
    return client.get(address, **more).get_data(as_text=True)  # type: ignore[arg-type]


def test_there_are_sixteen() -> None:
    assert sorted(TAGS) == sorted("sv en fi ar so fa fa-AF uk ti ckb ku tr pl es bs ru".split())


@pytest.mark.parametrize("tag", TAGS)
def test_every_page_is_there_in_each_language(client: FlaskClient, tag: str) -> None:
    direction = next(each["dir"] for each in LANGUAGES if each["tag"] == tag)
    for page in PAGES:
        answer = client.get(f"/{tag}{page}")
        text = answer.get_data(as_text=True)
        assert answer.status_code == (404 if page == "/nothing" else 200), page
        assert f'<html lang="{tag}" dir="{direction}">' in text
        assert not any(sign in text for sign in SIGNS), page
        assert not re.search(r'="[^"]*<span', text), "an element inside an attribute"
        assert 'href="tel:112"' in text


@pytest.mark.parametrize("tag", ["sv", "ti", "ckb"])
def test_the_menu_names_each_language_in_itself(client: FlaskClient, tag: str) -> None:
    for page in ("/", "/services"):
        menu = read(client, f"/{tag}{page}").partition('<nav class="languages"')[2].partition("</nav>")[0]
        for each in LANGUAGES:
            assert re.search(rf'lang="{each["tag"]}" dir="{each["dir"]}"[^>]*>{re.escape(each["name"])}<', menu)


@pytest.mark.parametrize("tag", TAGS)
def test_the_first_page_fits_into_one_window_in_each_language(client: FlaskClient, tag: str) -> None:
    parts = [client.get(f"/{tag}/").data, *((ROOT / "portal" / "static" / name).read_bytes() for name in FIRST_VISIT)]
    assert sum(len(gzip.compress(part)) for part in parts) < 14 * 1024


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("fa-AF", "/fa-AF/"),
        ("prs-AF,prs;q=0.9", "/fa-AF/"),
        ("fa-IR,fa;q=0.9", "/fa/"),
        ("ckb-IQ", "/ckb/"),
        ("kmr", "/ku/"),
        ("ku-TR,tr;q=0.5", "/ku/"),
        ("hr-HR,hr;q=0.9,en;q=0.5", "/bs/"),
        ("sr-Latn-RS,sr-Latn;q=0.9,en;q=0.1", "/bs/"),
        ("bs-Latn-BA", "/bs/"),
        ("ti-ER", "/ti/"),
        ("so-SO,sv;q=0.2", "/so/"),
        ("es-419,es;q=0.9", "/es/"),
    ],
)
def test_what_browsers_call_these_languages_is_understood(client: FlaskClient, wanted: str, path: str) -> None:
    assert client.get("/", headers={"Accept-Language": wanted}).location.endswith(path)


def test_a_missing_text_is_shown_in_swedish_and_english_each_marked(untranslated: FlaskClient) -> None:
    page = read(untranslated, "/fi/")
    assert '<span lang="sv" dir="ltr">Vad behöver du hjälp med?</span> <span lang="en" dir="ltr">' in page
    assert 'aria-label="Språk / Language"' in page
    assert "<title>Information</title>" in page
    assert page.count(NOT_ALL) == 1


def test_a_page_says_once_that_not_everything_is_translated(client: FlaskClient) -> None:
    for tag in TAGS:
        marked = read(client, f"/{tag}/services").count('<p class="unreviewed">')
        assert marked == (0 if tag == "sv" else 1), tag
    assert NOT_ALL not in read(client, "/ar/services")


@pytest.mark.parametrize("tag", PARTIAL)
def test_a_danger_card_is_never_without_swedish_and_english(client: FlaskClient, tag: str) -> None:
    fields = {"csrf_token": token_on(client, f"/{tag}/ask"), "words": "han slår mig nu"}
    client.post(f"/{tag}/ask", data=fields)
    page = read(client, f"/{tag}/ask/result")
    assert '<details class="original" lang="sv" dir="ltr" open>' in page
    assert "Ring 112 om du eller någon annan är i fara nu" in page
    assert '<details class="original" lang="en" dir="ltr">' in page
    assert "Call 112 if you or someone else is in danger now" in page


def test_a_card_that_is_not_translated_is_not_repeated_in_the_language_written(untranslated: FlaskClient) -> None:
    words = "mieheni lyö minua nyt, en tiedä mitä tehdä"
    fields = {"csrf_token": token_on(untranslated, "/sv/ask"), "words": words}
    page = untranslated.post("/sv/ask", data=fields, follow_redirects=True).get_data(as_text=True)
    assert 'class="danger"' in page
    assert 'class="original"' not in page


def test_a_catalogue_that_cannot_be_read_costs_its_language_and_nothing_else(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    folder = tmp_path / "broken" / "fi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.mo").write_bytes(b"\xde\x12\x04\x95broken")
    client = make_app(translations_folder=tmp_path / "broken").test_client()
    fields = {"csrf_token": token_on(client, "/fi/ask"), "words": "han slår mig nu"}
    page = client.post("/fi/ask", data=fields, follow_redirects=True).get_data(as_text=True)
    assert "Ring 112 om du eller någon annan är i fara nu" in page


def test_an_api_answer_is_plain_text_in_both(untranslated: FlaskClient) -> None:
    answer = untranslated.post("/api/v1/triage", json={"language": "fi", "facts": {"topics": ["home"]}})
    names = [service["name"] for service in answer.json["services"]]
    assert any(" / " in name for name in names)
    text = answer.get_data(as_text=True)
    assert "ufdd" not in text
    assert not any(sign in text for sign in SIGNS)


def test_a_wrong_call_of_the_api_is_told_in_both(untranslated: FlaskClient) -> None:
    answer = untranslated.post("/api/v1/triage", json={"language": "fi", "facts": {"topics": ["home"]}, "x": 1})
    assert answer.json["error"]["message"].startswith("Fältet finns inte. / ")
