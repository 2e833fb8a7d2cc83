"""The pages of figures: what is shown, what is hidden, and what a file of it holds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.desk import work
from portal.desk.daily_counts import count
from portal.desk.submit import Submitted
from portal.records.audit_entry import AuditEntry
from portal.records.daily_count import Counted
from portal.records.database import Database
from portal.records.sealing import ContentKeys
from portal.records.staff_account import StaffAccount
from portal.staff import labels
from tests.database.conftest import NOW
from tests.database.staff.browsing import Client, text

SPRING = "2026-Q1"
CAME = NOW - timedelta(hours=6)
FEW, HIDDEN = "färre än 5", "dold"


@pytest.fixture
def supervisor(hired: Callable[..., None], signed_in: Client, stopped: clock.FrozenClock) -> FlaskClient:
    """In April, when the first quarter has ended."""
    stopped.move(timedelta(days=25))
    hired("supervisor", "supervisor")
    return signed_in("supervisor")


@pytest.fixture
def answered(database: Database, keys: ContentKeys, filed: Callable[..., Submitted]) -> Callable[..., None]:
    """So many requests, each answered after so many minutes."""

    def answer(number: int, after: int, **details: object) -> None:
        for _ in range(number):
            request = filed(now=CAME, **details)
            later = CAME + timedelta(minutes=after)
            with database.session() as session:
                agent = session.scalars(select(StaffAccount.id).where(StaffAccount.username == "agent1")).one()
                ids = {"request_id": request.request_id, "staff_id": agent}
                work.claim(session, **ids, now=later)
                work.answer(session, keys=keys, **ids, body="Svar", language="sv", now=later)

    return answer


def file_of(client: FlaskClient, what: str, period: str = SPRING) -> list[list[str]]:
    answer = client.get(f"/staff/figures.csv?what={what}&period={period}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_language_that_waits_longer_stands_first_and_few_are_hidden(
    supervisor: FlaskClient, answered: Callable[..., None], filed: Callable[..., Submitted]
) -> None:
    answered(7, 10)
    answered(6, 5, language="fi")
    answered(5, 90, language="so", priority=2, act_by=CAME + timedelta(minutes=30))
    answered(2, 5, language="ti")
    filed(language="ti", now=CAME)
    rows = {row[0]: row[1:] for row in file_of(supervisor, "equal-waiting")[1:]}
    assert list(rows) == ["Somaliska", "Svenska", "Finska", "Tigrinja", "Alla"]
    assert rows["Somaliska"][:4] == [HIDDEN, "1,5", "1,5", HIDDEN]
    assert rows["Svenska"][1:3] == ["0,17", "0,17"]
    assert rows["Tigrinja"][:4] == [HIDDEN] * 4
    outcomes = {row[0]: row[1:] for row in file_of(supervisor, "outcomes-by-language")[1:]}
    assert outcomes["Tigrinja"][0] == FEW
    assert outcomes["Tigrinja"][-1] == HIDDEN


def test_everything_is_told_when_nobody_is_among_few(supervisor: FlaskClient, answered: Callable[..., None]) -> None:
    answered(6, 10)
    answered(5, 90, language="so", priority=2, act_by=CAME + timedelta(minutes=30))
    assert file_of(supervisor, "equal-waiting")[1:] == [
        ["Somaliska", "5", "1,5", "1,5", HIDDEN, "100", "0"],
        ["Svenska", "6", "0,17", "0,17", HIDDEN, "100", "100"],
        ["Alla", "11", "0,17", "0,17", HIDDEN, "100", "55"],
    ]
    assert [row[:3] for row in file_of(supervisor, "first-human")[1:]] == [
        ["P2 Barn i risk, våld, inget tak", "30 min öppettid", "5"],
        ["P4 Vanlig", "8,5 tim öppettid", "6"],
        ["Alla", "", "11"],
    ]
    assert file_of(supervisor, "outcomes-by-priority")[1:] == [
        ["P2 Barn i risk, våld, inget tak", "0", "5", "0", "0", "0", "5"],
        ["P4 Vanlig", "6", "0", "0", "0", "0", "6"],
        ["Alla", "6", "5", "0", "0", "0", "11"],
    ]
    assert file_of(supervisor, "answers-read")[1:] == [
        ["Svenska", "0", "6", "6", "0"],
        ["Somaliska", "0", "5", "5", "0"],
        ["Alla", "0", "11", "11", "0"],
    ]
    assert ["09", "11"] in file_of(supervisor, "hours")  # 08:00 in UTC, in winter
    assert file_of(supervisor, "languages", "2025-Q4") == [["Språk", "Antal"], ["Tillsammans", "0"]]
    assert ["v. 11", "11"] in file_of(supervisor, "trend")


def test_no_table_tells_a_number_that_another_one_hides(
    supervisor: FlaskClient, filed: Callable[..., Submitted], answered: Callable[..., None]
) -> None:
    """Four and four, and nobody else: only when their sum is nowhere are they not told by it."""
    answered(4, 10, language="so", channel="chat")
    answered(4, 10, channel="chat")
    for what in ("all", "channels", "hours", "weekdays", "ages", "areas", "trend", "languages", "outcomes-by-priority"):
        rows = {row[0]: row[-1] for row in file_of(supervisor, what)}
        assert rows.get("Tillsammans", rows.get("Alla")) == HIDDEN, what
    assert dict(file_of(supervisor, "bot"))["Samtal som skickades till en människa"] == HIDDEN


def test_rows_stand_in_the_order_of_what_is_shown(supervisor: FlaskClient, filed: Callable[..., Submitted]) -> None:
    """An order by what is hidden would tell which of two small numbers is the larger."""
    for language, number in (("so", 9), ("ar", 1), ("ti", 3), ("fi", 2)):
        for _ in range(number):
            filed(now=CAME, language=language)
    assert [row[0] for row in file_of(supervisor, "languages")[1:-1]] == ["Somaliska", "Arabiska", "Finska", "Tigrinja"]


def test_what_has_not_ended_is_not_shown(
    supervisor: FlaskClient, filed: Callable[..., Submitted], stopped: clock.FrozenClock
) -> None:
    for _ in range(6):
        filed(now=CAME)
    stopped.move(timedelta(days=-20))
    assert "1:a kvartalet 2026" not in text(supervisor.get("/staff/figures?period=2026-Q1"))
    assert file_of(supervisor, "all")[1] == ["Med i alla siffror nedan", "0"]


def test_a_danger_outside_opening_hours_is_counted_as_such(
    supervisor: FlaskClient, filed: Callable[..., Submitted]
) -> None:
    for hours in (0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 10):
        filed(signals=["violence-now"], urgency="emergency", now=NOW - timedelta(hours=hours))
    assert file_of(supervisor, "danger")[1:] == [
        ["När kontaktcentret hade öppet", "5"],
        ["När kontaktcentret hade stängt", "6"],
        ["Tillsammans", "11"],
    ]


def test_the_page_reads_without_styles_or_scripts_of_its_own_and_has_a_table_for_each_chart(
    supervisor: FlaskClient, database: Database, answered: Callable[..., None]
) -> None:
    answered(6, 10)
    with database.session() as session:
        count(session, what=Counted.EASE_4, language="sv", day=NOW.date(), times=7)
    page = text(supervisor.get(f"/staff/figures?period={SPRING}"))
    assert "1:a kvartalet 2026" in page
    assert not re.search(r"<(script(?! src)|style)|\sstyle=|\son\w+=", page)
    articles = page.split("<article ")[1:]
    for article in articles:
        assert ("<svg" not in article) or ("<table" in article)
        assert '<p class="figure-counted">' in article
    assert len(re.findall('role="img" aria-labelledby="[^"]+-title [^"]+-told"', page)) == page.count("<svg") > 8
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "Antal under 5 visas inte" in page
    assert "<td>7</td>" in page


def test_a_file_runs_no_formula_and_is_written_down(
    supervisor: FlaskClient, database: Database, filed: Callable[..., Submitted], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        filed(now=CAME)
    monkeypatch.setattr(labels, "topic_label", lambda topic: '=HYPERLINK("http://x")')
    assert file_of(supervisor, "topics")[1] == ['\'=HYPERLINK("http://x")', "6"]
    with database.session() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.act == "exported"))
        assert (entry.subject, entry.detail) == ("figures/topics", {"period": SPRING})
    assert supervisor.get(f"/staff/figures.csv?what=nothing&period={SPRING}").status_code == 404


def test_who_may_read_figures(hired: Callable[..., None], signed_in: Client) -> None:
    hired("auditor", "auditor")
    for username, answer in (("auditor", 200), ("agent1", 403), ("admin", 403)):
        client = signed_in(username)
        page = client.get("/staff/figures")
        assert page.status_code == answer
        assert ('href="/staff/figures"' in text(page)) == (answer == 200)
        assert client.get("/staff/figures.csv?what=all").status_code == answer
