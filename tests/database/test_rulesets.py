"""Published rules are named by their content and never change."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.desk import rulesets
from portal.desk.errors import DatabaseBusy, RulesetAmbiguous, RulesetChanged, RulesetUnknown
from portal.records.ruleset import RulesetPublication, RulesetSnapshot

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
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


def test_the_beginning_of_an_id_names_rules_when_only_one_begins_so(session, publish):
    first = publish(FIRST)
    session.add(RulesetSnapshot(id=first[:20] + "0" * 44, content="{}", published_at=NOW, published_by="test"))
    session.flush()

    assert rulesets.find(session, prefix=first[:21]) == first
    assert rulesets.find(session, prefix=first.upper()) == first
    with pytest.raises(RulesetAmbiguous):
        rulesets.find(session, prefix=first[:8])
    for unknown in (first[:7], "%%%%%%%%", "f" * 64):
        with pytest.raises(RulesetUnknown):
            rulesets.find(session, prefix=unknown)


def test_going_back_twice_goes_two_steps_back(session, publish, now):
    """Not to and fro: the rules that were taken back must not come into force again."""
    first, second, _third = publish(FIRST), publish(SECOND), publish(FIRST | {"third": 3})

    assert rulesets.one_before(session) == second
    rulesets.rollback(session, to=second, by="editor", now=now)
    assert rulesets.one_before(session) == first
    rulesets.rollback(session, to=first, by="editor", now=now)
    assert rulesets.one_before(session) is None


def test_before_the_first_publication_there_is_nothing_to_go_back_to(session):
    assert rulesets.one_before(session) is None


def test_the_reason_for_a_lost_danger_stays_with_the_publication(session, now):
    rulesets.publish(session, content=FIRST, by="editor", now=now)
    rulesets.publish(session, content=SECOND, by="editor", now=now, accepted_loss="it never was one")

    assert [publication.accepted_loss for publication in rulesets.history(session, limit=2)] == [
        "it never was one",
        None,
    ]


def test_rules_may_replace_only_those_they_were_compared_with(session, publish):
    rulesets.require_in_force(session, ruleset_id=None)
    first, second = publish(FIRST), publish(SECOND)

    rulesets.require_in_force(session, ruleset_id=second)
    with pytest.raises(RulesetChanged) as caught:
        rulesets.require_in_force(session, ruleset_id=first)
    assert caught.value.now_in_force == second


def test_who_publishes_holds_the_others_off_and_no_reader(database, now):
    with database.session() as session:
        first = rulesets.publish(session, content=FIRST, by="editor", now=now)
    with database.session() as publishing:
        rulesets.require_in_force(publishing, ruleset_id=first)
        with database.session(writes=False) as reader:
            assert rulesets.current_id(reader) == first
        with pytest.raises(DatabaseBusy), database.session() as other:
            rulesets.publish(other, content=SECOND, by="editor", now=now)
        second = rulesets.publish(publishing, content=SECOND, by="editor", now=now)
    with database.session(writes=False) as reader:
        assert rulesets.current_id(reader) == second


def test_of_two_that_compared_with_the_same_rules_one_publishes_and_the_other_is_told(database, now):
    with database.session() as session:
        compared_with = rulesets.publish(session, content=FIRST, by="editor", now=now)
    told = []
    ready = threading.Barrier(2)

    def publish_one(number):
        ready.wait()
        try:
            with database.session() as session:
                rulesets.require_in_force(session, ruleset_id=compared_with)
                rulesets.publish(session, content=FIRST | {"number": number}, by="editor", now=now)
            told.append("published")
        except (RulesetChanged, DatabaseBusy) as error:
            told.append(error.code)

    threads = [threading.Thread(target=publish_one, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told.count("published") == 1
    assert set(told) - {"published"} <= {"database-busy", "ruleset-changed"}
    with database.session(writes=False) as session:
        assert len(rulesets.history(session, limit=10)) == 2
        assert rulesets.current(session)[1].keys() == {"services", "live", "number"}
