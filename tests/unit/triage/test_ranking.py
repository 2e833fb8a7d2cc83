"""Who comes first: level, certain, open now, language, the young when a child is concerned, the declared order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.triage.engine import Decision, Suggestion, decide, outcome
from portal.triage.facts import from_codes
from portal.triage.judging import MOST_RANKINGS
from portal.triage.ruleset import Ruleset
from tests.unit.triage.conftest import a_service, build_content, small_content
from tests.unit.triage.test_engine import moments, situations

MORNING = datetime(2026, 3, 10, 10, 0)  # a Tuesday; offices are open
NIGHT = datetime(2026, 3, 10, 2, 10)
RULES = build_content(small_content())


def rules_with(*services: dict[str, Any]) -> Ruleset:
    """The small rule set with more services."""
    content = small_content()
    for service in services:
        content[f"services/{service['service']}.yaml"] = service
    return build_content(content)


def one(slug: str, order: int, **more: Any) -> dict[str, Any]:
    """A service for whoever is worried about home, alike in all that is not said."""
    suggest = more.pop("suggest", "good")
    rule = {"id": f"{slug}-home", "if": more.pop("if_", {"topic": "home"}), "suggest": suggest}
    return a_service(slug, order, [rule], **more)


def judged(rules: Ruleset, moment: datetime = MORNING, **codes: Any) -> Decision:
    return decide(rules, from_codes({"topics": ["home"], **codes}), moment)


def order(rules: Ruleset, moment: datetime = MORNING, **codes: Any) -> list[str]:
    """The services called a, b, c … in the order in which they are suggested."""
    return [s.service for s in judged(rules, moment, **codes).suggestions if len(s.service) == 1]


def the(decision: Decision, slug: str) -> Suggestion:
    return next(suggestion for suggestion in decision.suggestions if suggestion.service == slug)


def test_the_declared_order_decides_among_equals() -> None:
    assert order(rules_with(one("a", 62), one("b", 61), one("c", 63))) == ["b", "a", "c"]


def test_a_stronger_level_goes_before_everything_else() -> None:
    strong = one("a", 63, suggest="strong", hours={}, languages=["ar"])
    assert order(rules_with(one("b", 61), strong, one("c", 62, suggest="possible")), language="sv") == ["a", "b", "c"]


def test_what_is_certain_goes_before_what_lacks_facts() -> None:
    unsure = one("a", 61, if_={"topic": "home", "about": "self"}, suggest="strong")
    assert order(rules_with(unsure, one("b", 62, suggest="possible"))) == ["b", "a"]


def test_an_unsure_service_for_the_topic_goes_before_one_for_other_facts() -> None:
    by_age = one("a", 61, if_={"age": "18+", "about": "self"})
    by_topic = one("b", 62, if_={"topic": "home", "about": "self"})
    assert order(rules_with(by_age, by_topic), age=30) == ["b", "a"]


def test_open_now_goes_before_the_language_and_the_language_before_the_declared_order() -> None:
    rules = rules_with(
        one("a", 61, hours={}, languages=["ar"]), one("b", 63, languages=["sv"]), one("c", 64, languages=["ar"])
    )
    assert order(rules, language="ar") == ["c", "b", "a"]
    assert order(rules, language="sv") == ["b", "c", "a"]
    assert order(rules) == ["b", "c", "a"]


def test_a_service_that_names_no_language_speaks_all_and_one_that_does_speaks_only_those() -> None:
    rules = rules_with(one("a", 61, languages=["sv"]), one("b", 62))
    decision = judged(rules, language="so")
    assert (the(decision, "a").speaks, the(decision, "b").speaks) == (False, True)


@pytest.mark.parametrize("child", [{"age": 12}, {"age": 17}, {"age": 40, "children-present": "yes"}])
def test_children_first_within_equal(child: dict[str, Any]) -> None:
    rules = rules_with(one("a", 61, audience="adult"), one("b", 62), one("c", 63, audience="young"))
    assert order(rules, **child) == ["c", "b", "a"]


@pytest.mark.parametrize("no_child", [{}, {"age": 18}, {"age": 40, "children-present": "no"}])
def test_without_a_child_the_audience_does_not_matter(no_child: dict[str, Any]) -> None:
    rules = rules_with(one("a", 61, audience="adult"), one("b", 62), one("c", 63, audience="young"))
    assert order(rules, **no_child) == ["a", "b", "c"]


def test_children_first_does_not_outrank_what_is_open() -> None:
    assert order(rules_with(one("a", 61, audience="adult"), one("b", 62, audience="young", hours={})), age=9) == [
        "a",
        "b",
    ]


def test_while_a_service_is_closed_the_one_it_names_stands_in() -> None:
    rules = rules_with(
        one("a", 61, fallback_when_closed="b"),
        a_service("b", 62, [{"id": "b-never", "if": {"topic": "danger"}}], hours="always"),
    )
    assert order(rules, MORNING) == ["a"]
    assert order(rules, NIGHT) == ["a", "b"]
    stand_in = the(judged(rules, NIGHT), "b")
    assert (stand_in.fallback_of, stand_in.open_now, stand_in.level) == (("a",), True, "possible")


def test_a_stand_in_that_is_closed_too_passes_on_to_its_own() -> None:
    never = {"id": "x", "if": {"topic": "danger"}}
    rules = rules_with(
        one("a", 61, fallback_when_closed="b"),
        a_service("b", 62, [{**never, "id": "b-never"}], fallback_when_closed="c"),
        a_service("c", 63, [{**never, "id": "c-never"}], hours="always"),
    )
    assert order(rules, NIGHT) == ["a", "c"]


def test_who_stands_in_for_two_names_both_and_has_no_reasons_of_its_own() -> None:
    rules = rules_with(
        one("a", 61, fallback_when_closed="c"),
        one("b", 62, fallback_when_closed="c"),
        a_service("c", 63, [{"id": "c-never", "if": {"topic": "danger"}}], hours="always"),
    )
    assert order(rules, NIGHT) == ["a", "b", "c"]
    stand_in = the(judged(rules, NIGHT), "c")
    assert (stand_in.fallback_of, stand_in.reasons) == (("a", "b"), ())


def test_who_is_open_needs_nobody_to_stand_in() -> None:
    rules = rules_with(one("a", 61, fallback_when_closed="b", hours="always"), one("b", 62))
    assert the(judged(rules, NIGHT), "b").fallback_of == ()


def test_a_stand_in_may_be_the_first_to_turn_to() -> None:
    content = small_content()
    del content["services/on-call.yaml"]["rules"][0]
    content["services/reception.yaml"]["rules"][0]["if"] = {"topic": "home"}
    content["services/reception.yaml"]["fallback_when_closed"] = "on-call"
    rules = build_content(content)
    facts = from_codes({"topics": ["home"]})
    decision = decide(rules, facts, NIGHT)
    assert [door.service for door in decision.doors][:2] == ["on-call", "reception"]
    assert outcome(rules, facts, NIGHT) == ("on-call", "planned")


def test_without_any_door_the_outcome_has_no_first_service() -> None:
    content = small_content()
    for name, file in content.items():
        if name.startswith("services/"):
            for rule in file["rules"]:
                rule["if"] = {"topic": "danger"}
    nowhere = build_content(content)
    assert decide(nowhere, from_codes({"topics": ["home"]}), MORNING).doors == ()
    assert outcome(nowhere, from_codes({"topics": ["home"]}), MORNING) == (None, "planned")


def test_what_is_unsure_is_ranked_among_itself_by_being_open() -> None:
    unsure = {"topic": "home", "about": "self"}
    rules = rules_with(one("a", 61, if_=unsure, hours={}), one("b", 62, if_=unsure))
    assert order(rules) == ["b", "a"]


def test_only_what_is_unsure_about_a_known_topic_goes_first() -> None:
    rules = rules_with(
        one("a", 61, if_={"age": "18+", "about": "self"}),
        one("b", 62, if_={"age": "18+", "area": "north"}),
    )
    decision = decide(rules, from_codes({"age": 30}), MORNING)
    assert [s.service for s in decision.suggestions if len(s.service) == 1] == ["a", "b"]


def test_while_no_topic_is_known_waiting_for_one_is_no_merit() -> None:
    rules = rules_with(
        one("a", 61, if_={"age": "18+", "about": "self"}), one("b", 62, if_={"age": "18+", "topic": "home"})
    )
    decision = decide(rules, from_codes({"age": 30}), MORNING)
    assert [s.service for s in decision.suggestions if len(s.service) == 1] == ["a", "b"]
    assert [reason.rule for reason in the(decision, "reception").reasons] == ["always-reception"]


def test_two_waiting_rules_of_one_service_are_both_its_reasons() -> None:
    waiting = [{"topic": "home", "about": "self"}, {"age": "18+", "area": "north"}, {"topic": "home", "when": "now"}]
    rules = rules_with(a_service("a", 61, [{"id": f"a-{n}", "if": block} for n, block in enumerate(waiting)]))
    decision = judged(rules, age=30)
    assert [reason.rule for reason in the(decision, "a").reasons] == ["a-0", "a-2", "a-1"]


def test_only_so_many_rankings_are_kept() -> None:
    judging = build_content(small_content()).judging
    first = judging.ranking(0, None, False)
    assert judging.ranking(0, None, False) is first
    for open_now in range(MOST_RANKINGS + 1):
        judging.ranking(open_now, None, False)
    assert len(judging._rankings) <= MOST_RANKINGS


def test_closed_services_that_name_each_other_end_the_search() -> None:
    rules = rules_with(one("a", 61, fallback_when_closed="b"), one("b", 62, fallback_when_closed="a"))
    assert order(rules, NIGHT) == ["a", "b"]
    assert the(judged(rules, NIGHT), "b").fallback_of == ()


def test_nobody_stands_in_for_what_is_only_possible_or_for_staff_only() -> None:
    never = {"id": "b-never", "if": {"topic": "danger"}}
    b = a_service("b", 62, [never], hours="always")
    unsure = one("a", 61, if_={"topic": "home", "about": "self"}, fallback_when_closed="b")
    assert order(rules_with(unsure, b), NIGHT) == ["a"]
    assert order(rules_with(one("a", 61, staff_only=True, fallback_when_closed="b"), b), NIGHT) == ["a"]


def test_who_is_suggested_anyway_keeps_its_level_when_it_stands_in() -> None:
    rules = rules_with(one("a", 61, fallback_when_closed="b"), one("b", 62, suggest="strong", hours="always"))
    stand_in = the(judged(rules, NIGHT), "b")
    assert (stand_in.level, stand_in.fallback_of) == ("strong", ("a",))


def test_in_danger_112_and_on_call_head_the_list_and_the_danger_is_their_first_reason() -> None:
    decision = judged(RULES, signals=["violence-now"])
    head = decision.suggestions[:2]
    assert [(s.service, s.level, s.certain, s.by_danger) for s in head] == [
        ("emergency-112", "strong", True, True),
        ("on-call", "strong", True, True),
    ]
    assert [s.reasons[0].rule for s in head] == ["danger-violence-now"] * 2
    assert decision.suggestions[2].by_danger is False


@pytest.mark.parametrize(("moment", "open_now"), [(MORNING, [True, False]), (NIGHT, [True, True])])
@pytest.mark.parametrize(("language", "speaks"), [("sv", [True, True]), ("en", [True, False])])
def test_in_danger_the_head_says_who_is_open_and_who_speaks_the_language(
    moment: datetime, open_now: list[bool], language: str, speaks: list[bool]
) -> None:
    content = small_content()
    content["services/on-call.yaml"]["languages"] = ["sv"]
    decision = decide(build_content(content), from_codes({"signals": ["violence-now"], "language": language}), moment)
    assert [door.open_now for door in decision.doors[:2]] == open_now
    assert [door.speaks for door in decision.doors[:2]] == speaks


def test_in_danger_112_goes_before_the_strongest_service_that_is_open() -> None:
    facts = from_codes({"topics": ["housing.eviction"], "signals": ["violence-now"]})
    services = [door.service for door in decide(RULES, facts, MORNING).doors]
    assert services[:3] == ["emergency-112", "on-call", "housing"]


def test_112_goes_first_in_danger_whatever_the_declared_order() -> None:
    content = small_content()
    content["services/emergency-112.yaml"]["order"] = 99
    decision = decide(build_content(content), from_codes({"signals": ["violence-now"]}), MORNING)
    assert [door.service for door in decision.doors[:2]] == ["emergency-112", "on-call"]


def test_what_only_staff_can_reach_is_no_door_in_danger_either() -> None:
    content = small_content()
    content["services/on-call.yaml"]["staff_only"] = True
    decision = decide(build_content(content), from_codes({"signals": ["violence-now"]}), MORNING)
    assert [s.service for s in decision.suggestions[:2]] == ["emergency-112", "on-call"]
    assert "on-call" not in [door.service for door in decision.doors]


def test_while_the_language_is_unknown_every_service_speaks_it() -> None:
    content = small_content()
    for name, file in content.items():
        if name.startswith("services/"):
            file["languages"] = ["sv"]
    decision = decide(build_content(content), from_codes({"topics": ["home"], "signals": ["violence-now"]}), MORNING)
    assert [s.service for s in decision.suggestions if not s.speaks] == []
    assert len(decision.suggestions) == 5


def test_a_topic_that_means_danger_adds_to_the_signals_that_are_known() -> None:
    content = small_content()
    content["danger/overdose.yaml"] = {
        **content["danger/violence-now.yaml"],
        "signal": "overdose",
        "order": 2,
        "topics": [],
    }
    decision = decide(build_content(content), from_codes({"topics": ["danger.hit"], "signals": ["overdose"]}), MORNING)
    assert decision.signals == ("violence-now", "overdose")


def test_decisions_share_their_reasons() -> None:
    assert judged(RULES).suggestions[-1].reasons[0] is judged(RULES).suggestions[-1].reasons[0]


@given(situations, moments)
def test_the_order_is_total_and_stable(codes: dict[str, Any], moment: datetime) -> None:
    first, again = (decide(RULES, from_codes(codes), moment) for _ in range(2))
    assert first == again
    services = [suggestion.service for suggestion in first.suggestions]
    assert len(services) == len(set(services))


@given(situations, moments, st.booleans())
def test_the_outcome_that_questions_are_weighed_by_is_the_decisions_own(
    codes: dict[str, Any], moment: datetime, danger: bool
) -> None:
    facts = from_codes({**codes, "signals": ["violence-now"]} if danger else codes)
    decision = decide(RULES, facts, moment)
    assert outcome(RULES, facts, moment) == (decision.doors[0].service, decision.urgency)


@pytest.mark.parametrize(
    "codes",
    [
        *({"language": tag} for tag in ("sv", "en", "so")),
        *({"age": age} for age in (9, 40)),
        {"age": 40, "children-present": "yes"},
        {"language": "en", "age": 9},
    ],
)
def test_the_outcome_knows_the_language_and_the_child_as_the_decision_does(codes: dict[str, Any]) -> None:
    rules = rules_with(
        one("a", 3, suggest="strong", languages=["sv"], audience="young"),
        one("b", 4, suggest="strong", languages=["en"], audience="adult"),
        one("c", 5, suggest="strong", languages=["sv", "en"], audience="young"),
        one("d", 6, suggest="strong"),
    )
    facts = from_codes({"topics": ["home"], **codes})
    assert outcome(rules, facts, MORNING).first == decide(rules, facts, MORNING).doors[0].service


def test_the_outcome_counts_the_rules_of_the_day() -> None:
    content = small_content()
    content["services/housing.yaml"]["rules"][1]["valid"] = {"from": "2027-01-01"}
    rules, evicted = build_content(content), from_codes({"topics": ["housing.eviction"]})
    assert outcome(rules, evicted, MORNING) == ("housing", "planned")
    assert outcome(rules, evicted, datetime(2027, 1, 4, 10)) == ("housing", "soon")


def test_nobody_turns_to_a_service_that_only_staff_can_reach() -> None:
    rules = rules_with(one("a", 3, suggest="strong", staff_only=True))
    facts = from_codes({"topics": ["home"]})
    assert decide(rules, facts, MORNING).suggestions[0].service == "a"
    assert outcome(rules, facts, MORNING).first == decide(rules, facts, MORNING).doors[0].service == "reception"


@given(situations, st.datetimes(datetime(2025, 7, 1), datetime(2028, 1, 1)))
def test_knowing_more_never_removes_a_danger_card(codes: dict[str, Any], moment: datetime) -> None:
    before = decide(RULES, from_codes({"signals": ["violence-now"]}), moment)
    after = decide(RULES, from_codes({**codes, "signals": ["violence-now"]}), moment)
    assert set(before.signals) <= set(after.signals)
    assert after.urgency == before.urgency == "emergency"
