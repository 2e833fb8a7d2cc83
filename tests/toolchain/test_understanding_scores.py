"""The measure counts what it says it counts: who is scored, what is right, and what a baseline's answer is worth."""

import pytest
from measure_understanding import answer_from
from understanding_scores import (
    COMPARED,
    MISTAKES,
    OF_DANGER,
    OF_SERVICES,
    Answer,
    Message,
    confusions,
    count_facts,
    message_from,
    share,
)

from portal.settings import ROOT
from portal.triage.reader import read_folder
from portal.triage.ruleset import Ruleset


def message(**changes: object) -> Message:
    row: dict[str, object] = {
        "id": "sv-001",
        "language": "sv",
        "kind": "scenario",
        "text": "Vi blir vräkta i morgon",
        "topics": ["housing.eviction"],
        "first": ["housing-coordination"],
        "urgency": ["soon", "today"],
        "danger": [],
        "outside": None,
        "facts": {},
    }
    return message_from({**row, **changes})


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return read_folder(ROOT / "triage_rules")


def test_the_first_service_and_the_first_three_count() -> None:
    third = Answer(services=("reception", "on-call", "housing-coordination"))
    fourth = Answer(services=("reception", "on-call", "outreach", "housing-coordination"))
    pairs = [(message(), third), (message(), fourth), (message(), Answer()), (message(kind="hard"), third)]
    assert share(OF_SERVICES["first"], [*pairs, (message(), Answer(services=("housing-coordination",)))]) == 0.2
    assert share(OF_SERVICES["in three"], pairs) == 0.5


@pytest.mark.parametrize("changes", [{"first": []}, {"kind": "danger"}, {"kind": "near-miss"}, {"kind": "outside"}])
def test_only_scenarios_and_hard_messages_are_scored_for_services(changes: dict[str, object]) -> None:
    assert share(COMPARED["first"], [(message(**changes), Answer())]) is None


def test_danger_is_found_at_any_level_and_counted_apart_when_certain() -> None:
    asked = message(kind="danger", danger=["violence-now"])
    possible, certain = Answer(possible=frozenset({"violence-now"})), Answer(certain=frozenset({"gang-threat"}))
    pairs = [(asked, possible), (asked, certain), (asked, Answer()), (message(), certain)]
    assert share(OF_DANGER["found"], pairs) == pytest.approx(2 / 3)
    assert share(OF_DANGER["certain"], pairs) == share(OF_DANGER["right one"], pairs) == pytest.approx(1 / 3)


def test_a_false_alarm_is_one_where_there_is_no_danger() -> None:
    alarm = Answer(possible=frozenset({"violence-now"}))
    near = message(kind="near-miss")
    pairs = [(near, alarm), (near, Answer()), (message(), alarm), (message(danger=["violence-now"]), Answer())]
    assert share(OF_DANGER["near"], pairs) == 0.5
    assert share(OF_DANGER["near, certain"], pairs) == 0
    assert share(OF_DANGER["others"], pairs) == 1
    assert share(OF_DANGER["calm"], pairs) is None


def test_nobody_of_ours_may_be_sent_away() -> None:
    away = Answer(outside=True, urgency="planned")
    parking = message(kind="outside", outside="parking", first=[], topics=[], urgency=["planned"])
    pairs = [
        (parking, away),
        (parking, Answer()),
        (message(), away),
        (message(kind="near-miss", outside="homework"), away),
    ]
    assert share(OF_SERVICES["outside"], pairs) == 0.5
    assert share(OF_SERVICES["sent away"], pairs) == 1
    assert share(OF_SERVICES["urgency"], pairs) == 0


def test_facts_count_when_read_and_when_said() -> None:
    said = message(facts={"age": 14, "about": "my-child"})
    count = count_facts([(said, Answer(facts={"age": 15})), (said, Answer(facts={"age": 14, "when": "now"}))])
    assert (count.said, count.read, count.right) == (4, 3, 1)
    assert (count.precision, count.recall) == (pytest.approx(1 / 3), 0.25)


def test_reading_that_people_write_about_themselves_is_no_mistake() -> None:
    assert count_facts([(message(), Answer(facts={"about": "self"}))]).precision is None
    assert count_facts([(message(facts={"about": "friend"}), Answer(facts={"about": "self"}))]).precision == 0


def test_confusions_come_worst_first_with_examples() -> None:
    wrong = Answer(services=("financial-assistance",), topics=("money.debt",))
    service = Answer(services=("reception",), topics=("housing.rent",))
    danger = Answer(services=("emergency-112",), topics=("money.debt",), certain=frozenset({"violence-now"}))
    right = Answer(services=("housing-coordination",))
    answers = [wrong, Answer(outside=True), wrong, right, service, danger, wrong, Answer()]
    pairs = [(message(id=str(number)), answer) for number, answer in enumerate(answers)]
    assert [(name, times, [each.id for each in found]) for name, times, found in confusions(pairs)] == [
        ("housing → money", 3, ["0", "2", "6"]),
        ("housing → outside", 1, ["1"]),
        ("housing → the topic, another service", 1, ["4"]),
        ("housing → danger, certain", 1, ["5"]),
        ("housing → no topic", 1, ["7"]),
    ]


def test_every_mistake_that_is_listed_can_be_made() -> None:
    danger, parking = message(danger=["violence-now"]), message(kind="outside", outside="parking")
    alarm = Answer(possible=frozenset({"violence-now"}), outside=True)
    pairs = [(danger, Answer()), (message(), alarm), (parking, Answer())]
    for name, (measure, mistake) in MISTAKES.items():
        assert any(measure(*pair) is mistake for pair in pairs), name


def test_a_baselines_topic_leads_to_services_by_the_engine(ruleset: Ruleset) -> None:
    answer = answer_from(["housing.eviction", "outside.parking", "money.debt"], message(), ruleset)
    assert answer.services[0] == "housing-coordination"
    assert not answer.outside
    assert not answer.dangers


def test_a_baselines_danger_is_certain_and_its_outside_matter_sends_away(ruleset: Ruleset) -> None:
    danger = answer_from(["danger:gang-threat", "home.violence"], message(), ruleset)
    assert "gang-threat" in danger.certain
    assert danger.services[0] == "emergency-112"
    assert answer_from(["danger", "home"], message(), ruleset).services[0] == "emergency-112"
    assert answer_from(["outside.parking", "home"], message(), ruleset) == Answer(outside=True)
    assert not answer_from(["no_danger", "housing.eviction"], message(), ruleset).dangers
