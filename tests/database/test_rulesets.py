"""Published rules are named by their content and never change."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.desk import rulesets
from portal.desk.errors import RulesetUnknown
from portal.records.ruleset import RulesetPublication, RulesetSnapshot

FIRST = {"services": [{"service": "reception", "name": "Mottagningen"}], "live": False}
SECOND = FIRST | {"live": True}


@pytest.fixture
def publish(session, now):
    return lambda content: rulesets.publish(session, content=content, by="editor", now=now)


def test_nothing_is_in_force_before_the_first_publication(session):
    assert rulesets.current(session) is None
    assert rulesets.current_id(session) is None


def test_the_newest_publication_is_in_force(session, publish):
    first, second = publish(FIRST), publish(SECOND)

    assert first != second
    assert rulesets.current(session) == (second, SECOND)
    assert rulesets.content_of(session, ruleset_id=first) == FIRST


def test_the_same_content_has_the_same_id_in_whatever_order_it_is_written(session, publish):
    again = json.loads(json.dumps(dict(reversed(FIRST.items()))))

    assert publish(FIRST) == publish(again)
    assert session.scalar(select(func.count()).select_from(RulesetPublication)) == 1


def test_rolling_back_puts_an_earlier_snapshot_in_force(session, publish, now):
    first = publish(FIRST)
    publish(SECOND)

    rulesets.rollback(session, to=first, by="editor", now=now + timedelta(hours=1))

    assert rulesets.current(session) == (first, FIRST)
    assert session.scalar(select(func.count()).select_from(RulesetSnapshot)) == 2
    assert session.scalar(select(func.count()).select_from(RulesetPublication)) == 3


def test_publishing_an_old_content_again_puts_it_in_force_again(session, publish):
    first = publish(FIRST)
    publish(SECOND)

    assert publish(FIRST) == first
    assert rulesets.current_id(session) == first


def test_what_was_never_published_cannot_come_back(session, now):
    with pytest.raises(RulesetUnknown):
        rulesets.rollback(session, to="0" * 64, by="editor", now=now)
    with pytest.raises(RulesetUnknown):
        rulesets.content_of(session, ruleset_id="0" * 64)


def test_what_is_no_plain_json_is_refused(publish, now):
    with pytest.raises(TypeError):
        publish({"valid": now})
