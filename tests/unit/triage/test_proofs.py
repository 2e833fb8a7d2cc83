"""prove(): for each proof a small rule set that breaks it, caught with the smallest situation and a plain sentence."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import yaml

from portal.triage.engine import Decision, decide
from portal.triage.facts import from_codes
from portal.triage.grammar import Answer
from portal.triage.proofs import Proof, prove
from portal.triage.ruleset import Ruleset
from tests.unit.triage.conftest import build_content, small_content

DAY = date(2026, 11, 23)  # a Monday


def sound_content() -> dict[str, Any]:
    """The small rule set, mended until every proof holds."""
    content = small_content()
    content["services/on-call.yaml"]["hours"] = "always"
    content["services/youth.yaml"]["rules"].append(a_rule("youth-any", {"topic": "home"}))
    questions = content["questions.yaml"]["questions"]
    next(question for question in questions if question["fact"] == "area")["answers"] = [
        {"value": "north", "label": "Norr"},
        {"value": "west", "label": "Väster"},
    ]
    content["areas.yaml"]["areas"].append({"slug": "west", "name": "Väster", "source": "test"})
    return content


def a_rule(rule_id: str, block: dict[str, Any], suggest: str = "good", **more: Any) -> dict[str, Any]:
    return {"id": rule_id, "if": block, "suggest": suggest, "because": "Därför.", **more}


def rules_of(content: dict[str, Any], slug: str) -> list[dict[str, Any]]:
    return content[f"services/{slug}.yaml"]["rules"]


def proof(content: dict[str, Any], name: str) -> Proof:
    return next(found for found in prove(build_content(content), day=DAY) if found.name == name)


def found_example(broken: Proof) -> tuple[dict[str, Any], datetime]:
    """The facts and the moment of the first example."""
    example = yaml.safe_load(broken.example)["examples"][0]
    return example["facts"], datetime.fromisoformat(example["at"])


def decision_of(content: dict[str, Any], broken: Proof) -> Decision:
    facts, moment = found_example(broken)
    return decide(build_content(content), from_codes(facts), moment)


def test_a_sound_rule_set_passes_every_proof_with_nothing_to_say() -> None:
    proofs = prove(build_content(sound_content()), day=DAY)
    assert [(found.name, found.sentence, found.notices) for found in proofs if not found.holds or found.notices] == []
    assert [found.name for found in proofs] == [
        "nobody-without-help",
        "something-open",
        "danger-is-emergency",
        "every-topic-leads-somewhere",
        "every-rule-can-fire",
        "no-rule-overshadowed",
        "no-contradiction",
        "questions-bounded",
    ]
    assert all(found.checks > 0 and found.claim.endswith(".") and found.example == "" for found in proofs)


def test_a_day_from_which_on_nobody_is_suggested_is_found() -> None:
    content = sound_content()
    rules_of(content, "reception")[0]["valid"] = {"to": "2027-01-31"}
    content["services/on-call.yaml"]["valid"] = {"to": "2026-12-31"}
    broken = proof(content, "nobody-without-help")
    assert broken.sentence == (
        "services/reception.yaml: When nothing is known, on Monday 1 February 2027 at 00:00, nobody is suggested; "
        "write a rule that leads to somebody."
    )
    assert found_example(broken) == ({}, datetime(2027, 2, 1))
    assert decision_of(content, broken).doors == ()


def test_a_door_that_only_staff_can_use_helps_nobody() -> None:
    content = sound_content()
    rules_of(content, "on-call")[0]["if"] = {"when": "now"}
    content["services/reception.yaml"]["staff_only"] = True
    broken = proof(content, "nobody-without-help")
    assert "When nothing is known, at any time, nobody is suggested" in broken.sentence
    assert decision_of(content, broken).doors == ()


def test_an_hour_at_which_all_are_closed_is_found_with_its_date() -> None:
    content = sound_content()
    content["services/on-call.yaml"].update(
        hours={"mon-sun": ["16:30-24:00", "00:00-08:00"]},
        closed_on_holidays=False,
        exceptions=[{"date": "2026-11-28", "hours": ["00:00-03:00", "04:00-24:00"]}]
        + [{"date": f"2026-11-{day}", "hours": ["00:00-24:00"]} for day in (29, 30)],
    )
    content["services/reception.yaml"].update(hours={"mon-sun": ["08:00-16:30"]}, closed_on_holidays=False)
    broken = proof(content, "something-open")
    assert broken.broken[0].startswith(
        "services/on-call.yaml: When nothing is known, on Saturday 28 November 2026 at 03:00, everybody who is "
        "suggested is closed: on-call, reception."
    ) or broken.broken[0].startswith(
        "services/reception.yaml: When nothing is known, on Saturday 28 November 2026 at 03:00, everybody who is "
        "suggested is closed: reception, on-call."
    )
    assert found_example(broken) == ({}, datetime(2026, 11, 28, 3, 0))
    assert not any(door.open_now for door in decision_of(content, broken).doors)


def test_a_stand_in_that_is_open_fills_the_hole() -> None:
    content = sound_content()
    content["services/on-call.yaml"]["hours"] = {"mon-fri": ["16:30-24:00"]}
    assert not proof(content, "something-open").holds
    content["services/on-call.yaml"]["fallback_when_closed"] = "emergency-112"
    assert proof(content, "something-open").holds


def test_a_hole_more_than_a_year_ahead_is_told_but_does_not_stop_publishing() -> None:
    content = sound_content()
    content["services/reception.yaml"].update(hours={"mon-sun": ["08:00-16:30"]}, closed_on_holidays=False)
    content["services/on-call.yaml"].update(hours="always", exceptions=[{"date": "2028-02-29", "hours": []}])
    late = proof(content, "something-open")
    assert late.holds
    assert "on Tuesday 29 February 2028 at 00:00, everybody who is suggested is closed" in late.notices[0]
    content["services/on-call.yaml"]["exceptions"][0]["date"] = "2027-02-28"
    assert not proof(content, "something-open").holds


def test_danger_whose_first_door_is_for_staff_only_is_found() -> None:
    content = sound_content()
    content["services/on-call.yaml"]["staff_only"] = True
    broken = proof(content, "danger-is-emergency")
    assert broken.sentence == "services/on-call.yaml: is where danger leads; it must exist and not be staff_only."
    assert "on-call" not in [door.service for door in danger_now(content).doors]


def danger_now(content: dict[str, Any]) -> Decision:
    return decide(build_content(content), from_codes({"signals": ["violence-now"]}), datetime(2026, 11, 23, 10, 0))


def test_112_that_closes_is_found() -> None:
    content = sound_content()
    content["services/emergency-112.yaml"]["hours"] = {"mon-sun": ["00:00-12:00"]}
    broken = proof(content, "danger-is-emergency")
    assert "112 is closed on Monday 23 November 2026 at 12:00; write hours: always." in broken.sentence


def test_a_danger_card_whose_first_number_is_not_112_is_found() -> None:
    content = sound_content()
    content["municipality.yaml"]["helplines"][0]["number"] = "114 14"
    broken = proof(content, "danger-is-emergency")
    assert broken.sentence == "danger/violence-now.yaml: the card «Ring 112» must begin with 112."


def test_an_engine_that_does_not_begin_with_112_in_danger_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def last_first(*asked: Any) -> Decision:
        decision = decide(*asked)
        return decision._replace(suggestions=decision.suggestions[::-1])

    monkeypatch.setattr("portal.triage.proof_help.decide", last_first)
    broken = proof(sound_content(), "danger-is-emergency")
    assert "the answer is no emergency that begins with 112." in broken.sentence
    assert found_example(broken)[0] == {"signals": ["violence-now"]}


def test_an_emergency_that_does_not_name_112_is_found() -> None:
    content = sound_content()
    rules_of(content, "housing")[1]["urgency"] = "emergency"
    broken = proof(content, "danger-is-emergency")
    assert "When «Vräkt» is all that is known, at any time, it is an emergency, but 112 is not suggested." in (
        broken.sentence
    )
    decision = decision_of(content, broken)
    assert decision.urgency == "emergency"
    assert "emergency-112" not in [door.service for door in decision.doors]


def test_an_emergency_that_ends_when_more_is_known_is_found() -> None:
    content = sound_content()
    rules_of(content, "emergency-112").append(
        a_rule("no-roof-112", {"topic": "housing", "not": {"topic": "home"}}, "strong", urgency="emergency")
    )
    broken = proof(content, "danger-is-emergency")
    assert "it is an emergency, but no more when more becomes known." in broken.sentence
    facts, moment = found_example(broken)
    ruleset = build_content(content)
    assert decide(ruleset, from_codes(facts), moment).urgency == "emergency"
    more = {**facts, "topics": [*facts["topics"], "home"]}
    assert decide(ruleset, from_codes(more), moment).urgency != "emergency"


def test_a_danger_that_is_lost_when_a_subtopic_is_chosen_is_found() -> None:
    content = sound_content()
    content["topics/danger.yaml"]["subtopics"].append({"id": "gone", "label": "Borta"})
    content["danger/violence-now.yaml"]["topics"] = ["danger"]
    broken = proof(content, "danger-is-emergency")
    assert "When «Fara» is all that is known, at any time, there is danger, but no more when a subtopic is chosen." in (
        broken.sentence
    )
    assert decision_of(content, broken).signals == ("violence-now",)


def test_a_topic_that_leads_nowhere_without_more_being_known_is_found() -> None:
    content = sound_content()
    rules_of(content, "youth").pop()
    broken = proof(content, "every-topic-leads-somewhere")
    assert "write a rule that suggests one as good or strong for home." in broken.sentence
    facts, _ = found_example(broken)
    assert facts == {"topics": ["home"]}
    decision = decision_of(content, broken)
    assert not any(door.certain and door.level != "possible" for door in decision.doors)


def test_a_topic_that_leads_only_to_what_is_possible_leads_nowhere() -> None:
    content = sound_content()
    rules_of(content, "youth")[-1]["suggest"] = "possible"
    assert not proof(content, "every-topic-leads-somewhere").holds


def test_a_topic_with_no_entrance_is_found() -> None:
    content = sound_content()
    content["topics/home.yaml"]["entrance"] = []
    assert proof(content, "every-topic-leads-somewhere").sentence == (
        "topics/home.yaml: the topic is offered to nobody; write entrance: [private]."
    )


def test_subtopics_whose_answer_changes_nothing_are_told() -> None:
    content = sound_content()
    content["topics/home.yaml"]["subtopics"] = [{"id": "fights", "label": "Bråk"}, {"id": "care", "label": "Omsorg"}]
    told = proof(content, "every-topic-leads-somewhere")
    assert told.holds
    assert told.notices == (
        "topics/home.yaml: no answer about the subtopics of «Hemma» changes who comes first or how urgent it is.",
    )


@pytest.mark.parametrize(
    "block",
    [
        {"topic": "home", "not": {"topic": ["home", "housing"]}},
        {"age": "under 18", "not": {"age": "0-40"}},
        {"area": "north", "any": [{"topic": "home", "area": "west"}, {"area": "west", "when": "now"}]},
    ],
)
def test_a_rule_that_can_never_be_true_is_found(block: dict[str, Any]) -> None:
    content = sound_content()
    rules_of(content, "housing").append(a_rule("never", block, "strong", urgency="today"))
    assert proof(content, "every-rule-can-fire").sentence == (
        "services/housing.yaml: rule never can never be true: its conditions exclude each other; change them or remove "
        "the rule."
    )


def test_a_rule_whose_time_is_over_is_told_and_one_to_come_is_fine() -> None:
    content = sound_content()
    rules_of(content, "housing").append(a_rule("over", {"when": "now"}, valid={"to": "2026-11-22"}))
    rules_of(content, "housing").append(a_rule("to-come", {"when": "soon"}, valid={"from": "2031-01-01"}))
    told = proof(content, "every-rule-can-fire")
    assert told.holds
    assert told.notices == (
        "services/housing.yaml: rule over holds no more: its dates have passed; it can be removed.",
    )


def test_a_rule_in_the_shadow_of_two_others_is_found_and_one_that_adds_urgency_is_not() -> None:
    content = sound_content()
    rules_of(content, "housing").append(a_rule("shadow", {"topic": "housing.eviction", "roof-tonight": "no"}, "strong"))
    broken = proof(content, "no-rule-overshadowed")
    assert "rule shadow changes nothing: whenever it is true, such as with «Vräkt», «Nej», " in broken.sentence
    assert "eviction, no-roof of the same service suggests it as strongly" in broken.sentence
    rules_of(content, "housing")[-1]["urgency"] = "emergency"
    rules_of(content, "emergency-112").append(a_rule("roof", {"roof-tonight": "no"}, "strong"))
    assert proof(content, "no-rule-overshadowed").holds


def test_a_rule_that_is_stronger_than_a_wider_one_is_not_in_its_shadow() -> None:
    content = sound_content()
    rules_of(content, "housing").append(a_rule("rent", {"topic": "housing.rent"}, "strong"))
    assert proof(content, "no-rule-overshadowed").holds


def test_urgency_that_another_service_gives_too_is_in_the_shadow() -> None:
    content = sound_content()
    rules_of(content, "housing").append(a_rule("rent-now", {"topic": "housing.rent", "when": "now"}, urgency="today"))
    assert proof(content, "no-rule-overshadowed").holds
    rules_of(content, "youth").append(a_rule("youth-now", {"when": "now"}, urgency="today"))
    broken = proof(content, "no-rule-overshadowed")
    assert "rule rent-now changes nothing" in broken.sentence
    assert "youth/youth-now makes it as urgent" in broken.sentence


def test_a_rule_that_another_covers_only_until_a_date_is_not_in_its_shadow() -> None:
    content = sound_content()
    rules_of(content, "housing")[0]["valid"] = {"to": "2027-06-30"}
    rules_of(content, "housing").append(a_rule("rent", {"topic": "housing.rent"}))
    assert proof(content, "no-rule-overshadowed").holds


def test_two_rules_true_in_the_same_situations_that_say_different_things_are_found() -> None:
    content = sound_content()
    rules_of(content, "housing").append(
        a_rule("eviction-otherwise", {"not": {"not": {"topic": ["housing.eviction"]}}}, "possible", urgency="today")
    )
    broken = proof(content, "no-contradiction")
    assert broken.sentence == (
        "services/housing.yaml: When «Vräkt» is all that is known, at any time, and always otherwise too, rule "
        "eviction-otherwise says possible, today and eviction says strong, soon; they are true in the same situations, "
        "so keep one."
    )
    decision = decision_of(content, broken)
    reasons = next(door for door in decision.doors if door.service == "housing").reasons
    assert {"eviction", "eviction-otherwise"} <= {reason.rule for reason in reasons if reason.certain}


def test_the_same_rule_twice_is_found_but_not_when_one_follows_the_other() -> None:
    content = sound_content()
    rules_of(content, "housing").append(a_rule("again", {"topic": ["housing"]}))
    assert "rule again says the same as housing-any; remove one of them." in proof(content, "no-contradiction").sentence
    rules_of(content, "housing")[0]["valid"] = {"to": "2027-01-31"}
    rules_of(content, "housing")[-1]["valid"] = {"from": "2027-02-01"}
    assert proof(content, "no-contradiction").holds


def test_a_rule_that_waits_for_what_is_never_asked_is_told() -> None:
    content = sound_content()
    rules_of(content, "housing").append(a_rule("north", {"topic": "housing", "area": "north"}, "strong"))
    rules_of(content, "housing").append(a_rule("either", {"any": [{"area": "north"}, {"when": "now"}]}, "strong"))
    told = proof(content, "no-contradiction")
    assert told.holds
    assert told.notices == (
        "services/housing.yaml: rule north waits for area, which its service never asks for (never_ask): a person must "
        "say it unasked.",
    )


def test_a_service_whose_dates_silence_its_rules_is_found() -> None:
    content = sound_content()
    content["services/unit.yaml"]["valid"] = {"from": "2027-01-01"}
    rules_of(content, "unit")[0]["valid"] = {"to": "2026-12-31"}
    assert proof(content, "no-contradiction").sentence.startswith(
        "services/unit.yaml: no rule of this service holds on a day on which the service exists"
    )


def with_answers(fact: str, *answers: tuple[str | int | None, str]) -> Ruleset:
    """The sound rule set with other answers to one question, past the reader and its own checks."""
    ruleset = build_content(sound_content())
    offered = [Answer.model_construct(value=value, label=label) for value, label in answers]
    questions = {**ruleset.questions, fact: ruleset.questions[fact].model_copy(update={"answers": offered})}
    return replace(ruleset, questions=questions)


def test_an_answer_that_is_no_value_of_its_fact_is_found() -> None:
    broken = prove(with_answers("area", ("north", "Norr"), ("nowhere", "Ingenstans")), day=DAY)[-1]
    assert broken.sentence.startswith(
        "questions.yaml: the answer «Ingenstans» to «Var?» has the value 'nowhere', which does not exist; "
    )
    broken = prove(with_answers("age", (14, "Ung"), (140, "Mycket gammal")), day=DAY)[-1]
    assert "the answer «Mycket gammal» to «Ålder?» has the value 140, which does not exist" in broken.sentence


def test_an_answer_that_leaves_its_question_open_is_found() -> None:
    broken = prove(with_answers("age", (14, "Ung"), (None, "Vet inte")), day=DAY)[-1]
    assert broken.sentence == "questions.yaml: the answer «Vet inte» to «Ålder?» leaves the question open."


def test_two_answers_that_mean_the_same_are_found() -> None:
    broken = prove(with_answers("age", (14, "Ung"), (14, "Tonåring")), day=DAY)[-1]
    assert broken.sentence == "questions.yaml: the answer «Tonåring» to «Ålder?» stands twice; remove one of them."


def test_lines_are_named_when_they_are_known() -> None:
    content = sound_content()
    content["topics/home.yaml"]["entrance"] = []
    proofs = prove(build_content(content), day=DAY, line_of=lambda file, path: len(file) + len(path))
    assert "topics/home.yaml, line 17: the topic" in "".join(found.sentence for found in proofs)


def test_what_breaks_a_proof_is_an_example_file_that_can_be_kept() -> None:
    content = sound_content()
    rules_of(content, "housing")[1]["urgency"] = "emergency"
    content["examples/proven.yaml"] = yaml.safe_load(proof(content, "danger-is-emergency").example)
    kept: Ruleset = build_content(content)
    assert [example.expect.first for file, example in kept.examples if file == "examples/proven.yaml"] == [
        "emergency-112"
    ]


def test_the_portal_does_not_load_the_solver() -> None:
    seen = "import sys; import portal.app, portal.worker, portal.triage.proofs; sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", seen], check=False).returncode == 0
