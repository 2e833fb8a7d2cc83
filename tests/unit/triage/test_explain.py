"""explain(): the rules' own sentences, and of what a person told only what those rules used."""

from __future__ import annotations

from datetime import datetime

from portal.triage.engine import Suggestion, decide
from portal.triage.explain import Why, describe_facts, explain
from portal.triage.facts import Facts, from_codes
from portal.triage.ruleset import Ruleset
from tests.unit.triage.conftest import build_content, small_content

MORNING = datetime(2026, 3, 10, 10, 0)  # a Tuesday
RULES = build_content(small_content())


def suggested(slug: str, facts: Facts, rules: Ruleset = RULES) -> Suggestion:
    return next(each for each in decide(rules, facts, MORNING).suggestions if each.service == slug)


def why(slug: str, rules: Ruleset = RULES, **codes: object) -> Why:
    facts = from_codes({key.replace("_", "-"): value for key, value in codes.items()})
    return explain(rules, facts, suggested(slug, facts, rules))


def test_it_tells_the_answers_that_the_rules_used_and_no_others() -> None:
    told = why("youth", topics=["home"], age=14, roof_tonight="yes", area="north")
    assert told == Why(because=("Därför.",), used=("Hemma", "Ung"))


def test_an_answer_that_only_an_uncertain_rule_used_is_not_told() -> None:
    assert why("youth", topics=["home"]) == Why(because=(), used=())


def test_a_sentence_that_two_rules_share_is_told_once() -> None:
    told = why("housing", topics=["housing.eviction"], roof_tonight="no")
    assert told == Why(because=("Därför.",), used=("Vräkt", "Nej"))


def test_two_answers_with_the_same_label_are_told_once() -> None:
    content = small_content()
    content["topics/housing.yaml"]["label"] = "Hemma"
    rule = {"id": "both", "if": {"topic": ["home", "housing"]}, "suggest": "strong", "because": "Därför."}
    content["services/housing.yaml"]["rules"].append(rule)
    assert why("housing", build_content(content), topics=["home", "housing"]).used == ("Hemma",)


def test_in_danger_a_service_says_so_without_the_name_that_staff_give_the_danger() -> None:
    told = why("emergency-112", topics=["danger.hit"])
    assert told == Why(because=("Därför.",), used=("Slag",), danger=True)


def test_in_danger_the_other_services_have_their_own_reasons() -> None:
    assert why("housing", topics=["housing"], signals=["violence-now"]) == Why(because=("Därför.",), used=("Bostad",))


def test_a_rule_that_hears_the_danger_too_keeps_its_own_sentence_where_danger_does_not_head_the_list() -> None:
    content = small_content()
    rule = {"id": "hurt", "if": {"signal": "violence-now"}, "suggest": "strong", "because": "Någon slår."}
    content["services/housing.yaml"]["rules"].append(rule)
    assert why("housing", build_content(content), signals=["violence-now"]).because == ("Någon slår.",)


def test_facts_are_described_topics_first_and_then_in_the_order_of_the_questions() -> None:
    facts = from_codes({"area": "south", "age": 40, "roof-tonight": "yes", "topics": ["housing.rent", "home"]})
    assert describe_facts(RULES, facts) == [
        ("topics", "Hemma"),
        ("topics", "Hyra"),
        ("roof-tonight", "Ja"),
        ("age", "Vuxen"),
        ("area", "Söder"),
    ]


def test_an_area_is_told_by_its_own_name_also_when_its_question_lists_no_answers() -> None:
    content = small_content()
    content["questions.yaml"]["questions"][2].pop("answers")
    assert describe_facts(build_content(content), from_codes({"area": "south"})) == [("area", "Söder")]


def test_what_the_rules_have_no_words_for_is_left_out() -> None:
    content = small_content()
    answers = [{"value": "self", "label": "Mig"}, {"value": "partner", "label": "Min partner"}]
    content["questions.yaml"]["questions"].append(
        {"fact": "about", "ask": "Vem?", "why": "Då vet vi.", "answers": answers}
    )
    rules = build_content(content)
    assert describe_facts(rules, from_codes({"about": "self"})) == [("about", "Mig")]
    assert describe_facts(rules, from_codes({"about": "friend", "area": "gone", "topics": ["gone"]})) == []
