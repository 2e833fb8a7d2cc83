"""next_question(): only what matters, never what a service forbids, at most four."""

from __future__ import annotations

from datetime import datetime

import pytest

from portal.triage.engine import decide
from portal.triage.facts import from_codes
from portal.triage.interviews import interview, interview_all, summarise
from portal.triage.questions import MOST_QUESTIONS, NextQuestion, next_question, question_about, with_answer
from portal.triage.ruleset import Ruleset
from tests.unit.triage.conftest import a_service, build_content, small_content

MORNING = datetime(2026, 3, 10, 10, 0)


def asked(ruleset: Ruleset, **codes: object) -> str | None:
    question = next_question(ruleset, from_codes(codes), MORNING)
    return question.fact if question else None


def test_with_nothing_known_it_asks_what_it_is_about(ruleset: Ruleset) -> None:
    assert asked(ruleset) == "topics"


def test_it_asks_for_the_fact_that_changes_the_urgency(ruleset: Ruleset) -> None:
    assert asked(ruleset, topics=["housing.eviction"]) == "roof-tonight"


def test_it_asks_for_the_fact_that_changes_the_first_service(ruleset: Ruleset) -> None:
    assert asked(ruleset, topics=["home"]) == "age"


def test_it_stops_when_no_answer_could_change_the_result(ruleset: Ruleset) -> None:
    assert asked(ruleset, topics=["home"], age=14) is None


def test_a_topic_known_without_its_part_is_narrowed_down(ruleset: Ruleset) -> None:
    question = next_question(ruleset, from_codes({"topics": ["housing"], "roof-tonight": "no", "age": 50}), MORNING)
    assert question is None or question.fact != "topics"  # no part of it could outrank what is known
    narrowed = next_question(ruleset, from_codes({"topics": ["housing"], "roof-tonight": "yes", "age": 50}), MORNING)
    assert narrowed is not None
    assert [value for value, _ in narrowed.answers] == ["housing.eviction", "housing.rent"]


def test_what_was_declined_is_not_asked_again(ruleset: Ruleset) -> None:
    facts = from_codes({"topics": ["home"]}).decline("age")
    assert next_question(ruleset, facts, MORNING) is None


def test_what_a_service_at_the_top_forbids_is_never_asked(ruleset: Ruleset) -> None:
    facts = from_codes({"topics": ["housing"]})
    for _ in range(MOST_QUESTIONS):
        question = next_question(ruleset, facts, MORNING)
        if question is None:
            break
        assert question.fact != "area"
        facts = facts.decline(question.fact)


def test_there_are_at_most_four_questions(ruleset: Ruleset) -> None:
    assert next_question(ruleset, from_codes({}), MORNING, asked=MOST_QUESTIONS) is None


def test_nothing_is_asked_of_somebody_in_danger(ruleset: Ruleset) -> None:
    assert asked(ruleset, topics=["home"], signals=["violence-now"]) is None


def test_an_answer_with_a_part_takes_the_place_of_its_topic() -> None:
    facts = with_answer(from_codes({"topics": ["housing", "home"]}), "topics", "housing.rent")
    assert facts.topics == {"home", "housing.rent"}


def test_a_fact_that_no_waiting_rule_reads_is_not_asked_for(ruleset: Ruleset) -> None:
    assert asked(ruleset, topics=["housing.eviction"], **{"roof-tonight": "yes"}, age=40) is None


def test_what_it_is_about_is_asked_before_everything_else() -> None:
    content = small_content()
    hurry = {"id": "hurry", "if": {"roof-tonight": "no"}, "urgency": "today"}
    content["services/reception.yaml"]["rules"].append({"suggest": "strong", "because": "Därför.", **hurry})
    rules = build_content(content)
    assert asked(rules) == "topics"
    question = next_question(rules, from_codes({"topics": ["housing"], "age": 50}), MORNING)
    assert question is not None
    assert [value for value, _ in question.answers] == ["housing.eviction", "housing.rent"]


def test_two_facts_that_only_together_change_the_outcome_are_asked_for() -> None:
    content = small_content()
    both = {"id": "both", "if": {"topic": "home", "age": "18+", "area": "north"}, "suggest": "strong"}
    content["services/both.yaml"] = a_service("both", 3, [{"because": "Därför.", **both}])
    content["services/youth.yaml"]["rules"][0]["if"] = {"topic": "housing"}
    rules = build_content(content)
    facts = from_codes({"topics": ["home"]})
    first = next_question(rules, facts, MORNING)
    assert first is not None
    assert first.fact == "age"
    second = next_question(rules, with_answer(facts, "age", 40), MORNING)
    assert second is not None
    assert second.fact == "area"


def test_what_changes_something_by_itself_is_asked_before_what_only_matters_with_another_answer() -> None:
    content = small_content()
    both = {"id": "both", "if": {"topic": "home", "roof-tonight": "no", "age": "18+"}, "suggest": "strong"}
    content["services/both.yaml"] = a_service("both", 3, [{**both, "urgency": "today"}])
    nearby = {"id": "nearby", "if": {"topic": "home", "area": "north"}}
    content["services/nearby.yaml"] = a_service("nearby", 4, [nearby])
    content["services/youth.yaml"]["rules"][0]["if"] = {"topic": "housing"}
    rules = build_content(content)
    assert asked(rules, topics=["home"]) == "area"
    assert asked(rules, topics=["home"], area="south") in ("roof-tonight", "age")


def test_what_changes_most_is_asked_first_wherever_its_question_stands() -> None:
    content = small_content()
    some = {"id": "some", "if": {"topic": "home", "roof-tonight": "no"}}
    content["services/some.yaml"] = a_service("some", 3, [some])
    most = {"id": "most", "if": {"topic": "home", "area": "north"}, "suggest": "strong", "urgency": "today"}
    content["services/most.yaml"] = a_service("most", 4, [most])
    content["services/youth.yaml"]["rules"][0]["if"] = {"topic": "housing"}
    assert asked(build_content(content), topics=["home"]) == "area"


def test_an_answer_that_few_give_counts_less_than_one_that_half_give() -> None:
    content = small_content()
    ages = [{"value": 3 + 10 * n, "ages": f"{10 * n}-{10 * n + 9}", "label": f"Från {10 * n}"} for n in range(11)]
    content["questions.yaml"]["questions"][1]["answers"] = [*ages, {"value": 115, "ages": "110+", "label": "Äldst"}]
    few = {"id": "few", "if": {"topic": "home", "age": "20-29"}, "suggest": "strong"}
    content["services/few.yaml"] = a_service("few", 3, [few])
    half = {"id": "half", "if": {"topic": "home", "area": "north"}, "suggest": "strong"}
    content["services/half.yaml"] = a_service("half", 4, [half])
    content["services/youth.yaml"]["rules"][0]["if"] = {"topic": "housing"}
    assert asked(build_content(content), topics=["home"]) == "area"


def test_what_it_is_about_is_not_asked_where_no_rule_wants_to_know() -> None:
    content = small_content()
    blocks = {"emergency-112": {"signal": "violence-now"}, "youth": {"age": "under 18"}, "unit": {"as": "professional"}}
    for slug, block in blocks.items():
        content[f"services/{slug}.yaml"]["rules"][0]["if"] = block
    content["services/housing.yaml"]["rules"] = content["services/housing.yaml"]["rules"][:1]
    content["services/housing.yaml"]["rules"][0]["if"] = {"age": "18+"}
    assert asked(build_content(content)) == "age"


def test_where_no_service_is_sure_whatever_could_suggest_one_is_asked_for() -> None:
    content = small_content()
    for slug in ("emergency-112", "on-call", "reception", "unit", "youth"):
        content[f"services/{slug}.yaml"]["rules"] = []
    content["services/housing.yaml"]["rules"] = [
        {"id": "only", "if": {"topic": "home", "age": "18+"}, "suggest": "possible", "because": "Därför."}
    ]
    rules = build_content(content)
    assert decide(rules, from_codes({}), MORNING).doors == ()
    assert asked(rules) == "topics"
    assert asked(rules, topics=["home"]) == "age"
    assert asked(rules, topics=["housing"]) is None
    content["services/housing.yaml"]["rules"][0]["if"] = {"any": [{"as": "private"}, {"age": "18+"}]}
    assert asked(build_content(content)) == "age"


def test_without_any_rule_there_is_nothing_to_ask() -> None:
    content = small_content()
    for name, file in content.items():
        if name.startswith("services/"):
            file["rules"] = []
    assert asked(build_content(content)) is None


def test_what_the_first_service_forbids_counts_although_the_next_is_unsure() -> None:
    content = small_content()
    content["services/reception.yaml"]["never_ask"] = ["age"]
    content["services/on-call.yaml"]["rules"] = []
    assert asked(build_content(content), topics=["home"]) is None


def test_an_area_is_asked_for_with_the_areas_of_the_day() -> None:
    content = small_content()
    content["questions.yaml"]["questions"][2].pop("answers")
    content["services/youth.yaml"]["rules"][0]["if"] = {"topic": "home", "area": "north"}
    question = next_question(build_content(content), from_codes({"topics": ["home"]}), MORNING)
    assert question == NextQuestion("area", "Var?", "Då vet vi.", (("north", "Norr"), ("south", "Söder")))


def test_a_question_about_topics_is_its_answers(ruleset: Ruleset) -> None:
    every = (("danger", "Fara"), ("home", "Hemma"), ("housing", "Bostad"))
    assert next_question(ruleset, from_codes({}), MORNING) == NextQuestion("topics", "", "", every)
    parts = (("housing.eviction", "Vräkt"), ("housing.rent", "Hyra"))
    narrowed = question_about(ruleset, from_codes({"topics": ["housing"]}), "topics", MORNING)
    assert narrowed == NextQuestion("topics", "", "", parts)


def test_who_does_not_say_as_whom_they_ask_is_offered_what_everybody_is_offered() -> None:
    content = small_content()
    content["topics/housing.yaml"]["entrance"] = ["professional"]
    question = question_about(build_content(content), from_codes({}), "topics", MORNING)
    assert question is not None
    assert [value for value, _ in question.answers] == ["danger", "home"]


def test_the_part_of_a_topic_is_asked_before_what_would_change_more() -> None:
    content = small_content()
    del content["services/housing.yaml"]["rules"][1]["urgency"]
    content["services/youth.yaml"]["rules"][0]["if"] = {"topic": "housing.eviction", "about": "self"}
    question = next_question(build_content(content), from_codes({"topics": ["housing"]}), MORNING)
    assert question is not None
    assert question.fact == "roof-tonight"  # no part of it changes who comes first or how urgent it is
    content["services/housing.yaml"]["rules"][1]["if"] = {"topic": "home"}
    legal = {"id": "legal", "if": {"topic": "housing.eviction"}, "suggest": "strong"}
    content["services/legal.yaml"] = a_service("legal", 50, [legal])
    question = next_question(build_content(content), from_codes({"topics": ["housing"]}), MORNING)
    assert question is not None
    assert question.fact == "topics"


def test_the_answers_that_editors_wrote_for_areas_are_kept() -> None:
    content = small_content()
    content["questions.yaml"]["questions"][2]["answers"] = [
        {"value": "south", "label": "Söder om ån"},
        {"value": "north", "label": "Norr om ån"},
    ]
    question = question_about(build_content(content), from_codes({}), "area", MORNING)
    assert question == NextQuestion("area", "Var?", "Då vet vi.", (("south", "Söder om ån"), ("north", "Norr om ån")))


def test_what_only_a_weaker_service_further_down_forbids_may_be_asked() -> None:
    content = small_content()
    content["services/reception.yaml"]["never_ask"] = ["age"]
    assert asked(build_content(content), topics=["home"]) is None  # the reception is all that is certain
    content["services/housing.yaml"]["rules"].append(
        {"id": "housing-home", "if": {"topic": "home"}, "suggest": "good", "because": "Därför."}
    )
    assert asked(build_content(content), topics=["home"]) == "age"


def test_the_areas_of_the_day_are_the_answers_unless_the_editors_wrote_others() -> None:
    content = small_content()
    content["areas.yaml"]["areas"].append(
        {"slug": "old", "name": "Gamla", "source": "test", "valid": {"to": "2026-03-09"}}
    )
    content["questions.yaml"]["questions"][2].pop("answers")
    rules = build_content(content)

    def offered(moment: datetime) -> list[str | int]:
        question = question_about(rules, from_codes({}), "area", moment)
        return [value for value, _ in question.answers] if question else []

    assert offered(datetime(2026, 3, 9, 23, 59)) == ["north", "south", "old"]
    assert offered(MORNING) == ["north", "south"]


def test_without_any_area_there_is_nothing_to_ask_for() -> None:
    content = small_content()
    content["questions.yaml"]["questions"][2].pop("answers")
    for area in content["areas.yaml"]["areas"]:
        area["valid"] = {"to": "2026-03-09"}
    assert question_about(build_content(content), from_codes({}), "area", MORNING) is None


@pytest.mark.parametrize("fact", ["when", "language", "no-such-fact"])
def test_a_fact_without_a_question_is_not_asked_for(ruleset: Ruleset, fact: str) -> None:
    assert question_about(ruleset, from_codes({}), fact, MORNING) is None


def test_somebody_at_work_is_offered_the_topics_of_work_first_and_then_all_others() -> None:
    content = small_content()
    content["topics/housing.yaml"]["entrance"] = ["professional"]
    rules = build_content(content)

    def offered(entrance: str) -> list[str | int]:
        question = question_about(rules, from_codes({"as": entrance}), "topics", MORNING)
        return [value for value, _ in question.answers] if question else []

    assert offered("private") == ["danger", "home"]
    assert offered("professional") == ["housing", "danger", "home"]


def test_a_topic_without_parts_is_close_enough(ruleset: Ruleset) -> None:
    assert question_about(ruleset, from_codes({"topics": ["home"]}), "topics", MORNING) is None


def test_an_answer_is_learned(ruleset: Ruleset) -> None:
    assert with_answer(from_codes({"age": 3}), "age", 40).age == 40


def test_an_interview_answers_only_what_is_asked_and_compares(ruleset: Ruleset) -> None:
    content = small_content()
    content["examples/housing.yaml"]["examples"] = [
        {
            "name": "Någon blir vräkt",
            "facts": {"topics": ["housing.eviction"], "age": 40},
            "expect": {"first": "housing"},
        },
        {"name": "Ingen vet", "facts": {"about": "self"}, "expect": {"first": "reception"}},
        {"name": "Fara", "facts": {"signals": ["violence-now"]}, "expect": {"urgency": "emergency"}},
    ]
    found = interview_all(build_content(content))
    assert [each.name for each in found] == ["Någon blir vräkt", "Ingen vet"]  # in danger nothing is asked
    evicted, nobody_knows = found
    assert evicted.asked == ("topics", "roof-tonight")  # choosing a topic and then its part is one question
    assert evicted.found == evicted.expected == ("housing", "soon")
    assert nobody_knows.asked == ("topics",)
    assert nobody_knows.same
    summary = summarise(found)
    assert (summary.interviews, summary.same, summary.share, summary.median_questions) == (2, 2, 1.0, 1.5)
    assert summary.most_questions == 2


def test_an_interview_that_misses_something_says_so() -> None:
    content = small_content()
    content["services/housing.yaml"]["never_ask"] = ["roof-tonight"]
    content["examples/housing.yaml"]["examples"] = [
        {
            "name": "Ingen plats i natt",
            "facts": {"topics": ["housing.eviction"], "roof-tonight": "no"},
            "expect": {"first": "housing"},
        }
    ]
    rules = build_content(content)
    (missed,) = interview_all(rules, topics_told=True)
    assert (missed.same, missed.expected, missed.found) == (False, ("housing", "today"), ("housing", "soon"))
    assert missed == interview(rules, *rules.examples[0], topics_told=True)
    assert summarise([missed]).share == 0.0
    assert summarise([]).share == 1.0


def test_the_topic_is_asked_for_first_even_when_only_its_parts_lead_anywhere() -> None:
    content = small_content()
    content["services/housing.yaml"]["rules"] = [
        {"id": "eviction", "if": {"topic": "housing.eviction"}, "suggest": "strong", "because": "Därför."},
        {"id": "hurry", "if": {"roof-tonight": "no"}, "suggest": "strong", "urgency": "today", "because": "Därför."},
    ]
    content["services/youth.yaml"]["rules"][0]["if"] = {"topic": "danger.hit"}
    content["services/emergency-112.yaml"]["rules"][0]["if"] = {"topic": "danger.hit"}
    rules = build_content(content)
    assert asked(rules) == "topics"
