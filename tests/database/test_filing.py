"""Filing what is known of a situation: judged once, promised an answer, sorted in the queue."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from portal.desk.filing import answer_due, file_request
from portal.desk.rulesets import publish
from portal.records.help_request import HelpRequest
from portal.records.receipt_code import hash_key
from portal.records.sealing import ContentKeys, new_content_key
from portal.settings import ROOT
from portal.triage.engine import decide
from portal.triage.facts import from_codes
from portal.triage.reader import content_of, read_content, read_sources

CONTENT = content_of(read_sources(ROOT / "triage_rules"))
RULES = read_content(CONTENT)
TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Europe/Stockholm"))


def file(session: Session, codes: dict[str, Any], **more: Any) -> HelpRequest:
    publish(session, content=CONTENT, by="test", now=TUESDAY)
    filed = file_request(
        session,
        keys=ContentKeys(new_content_key()),
        code_key=hash_key("s" * 40),
        ruleset=RULES,
        facts=from_codes(codes),
        words="hej",
        language="sv",
        channel="form",
        now=TUESDAY,
        **more,
    )
    return session.get_one(HelpRequest, filed.request_id)


def test_a_request_is_stored_with_what_triage_said(session: Session) -> None:
    codes = {"topics": ["housing.eviction"], "about": "self"}
    request = file(session, codes)
    decision = decide(RULES, from_codes(codes), TUESDAY)
    assert [suggestion["service"] for suggestion in request.suggestions] == [door.service for door in decision.doors]
    assert (request.urgency, request.topics) == (decision.urgency, ["housing.eviction"])
    assert request.ruleset_id == RULES.id


def test_danger_goes_to_the_head_of_the_queue(session: Session) -> None:
    request = file(session, {"signals": ["violence-now"]})
    assert (request.urgency, request.priority) == ("emergency", 1)


@pytest.mark.parametrize(("age", "rank"), [(17, 0), (18, 1), (None, 1)])
def test_a_child_goes_first_among_equals(session: Session, age: int | None, rank: int) -> None:
    assert file(session, {"topics": ["home.fights"], "age": age}).child_rank == rank


def test_a_professional_comes_through_the_professional_entrance(session: Session) -> None:
    request = file(session, {"topics": ["work-with-us.consult"], "as": "professional"})
    assert request.entrance == "professional"


def test_an_answer_is_promised_in_open_hours_and_sooner_when_it_is_urgent() -> None:
    friday_evening = TUESDAY + timedelta(days=3, hours=10)
    urgent = answer_due(RULES, "emergency", friday_evening)
    assert urgent.weekday() == 0
    assert urgent < answer_due(RULES, "planned", friday_evening)
