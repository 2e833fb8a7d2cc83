"""Facts and conditions as a solver sees them: the values it tells apart, and what it makes of each condition."""

from __future__ import annotations

from typing import Any

import pytest
import z3

from portal.triage.facts import from_codes
from portal.triage.proof_facts import FactSpace, conditions, facts_read
from tests.unit.triage.conftest import build_content, small_content

SMALL = build_content(small_content())
HIT_AND_HOME = {"topics": ["danger.hit", "home"]}


def possible(space: FactSpace, *formulas: Any) -> bool:
    solver = z3.Solver()
    solver.add(*space.constraints(), *formulas)
    return bool(solver.check() == z3.sat)


def what_it_makes(block: dict[str, Any], codes: dict[str, Any]) -> str:
    space = FactSpace(SMALL, [block])
    exactly = space.exactly(from_codes(codes))
    assert possible(space, *exactly)
    truth = space.truth(block)
    if not possible(space, *exactly, z3.Not(truth.true)):
        return "true"
    return "false" if not possible(space, *exactly, truth.possible) else "unknown"


@pytest.mark.parametrize(
    ("block", "codes", "truth"),
    [
        ({}, {}, "true"),
        ({"topic": "housing"}, {}, "unknown"),
        ({"topic": "housing"}, {"topics": ["housing"]}, "true"),
        ({"topic": "housing"}, {"topics": ["housing.rent"]}, "true"),
        ({"topic": "housing"}, {"topics": ["home"]}, "false"),
        ({"topic": "housing.rent"}, {"topics": ["housing"]}, "unknown"),
        ({"topic": "housing.rent"}, {"topics": ["housing.eviction"]}, "false"),
        ({"topic": ["home", "housing.rent"]}, {"topics": ["home"]}, "true"),
        ({"signal": "violence-now"}, {}, "unknown"),
        ({"signal": "violence-now"}, {"topics": ["home"]}, "unknown"),
        ({"signal": "violence-now"}, {"signals": ["violence-now"]}, "true"),
        ({"signal": "violence-now"}, HIT_AND_HOME, "true"),
        ({"not": {"signal": "violence-now"}}, {}, "unknown"),
        ({"not": {"signal": "violence-now"}}, HIT_AND_HOME, "false"),
        ({"age": "10-20"}, {}, "unknown"),
        ({"age": "10-20"}, {"age": 20}, "true"),
        ({"age": "10-20"}, {"age": 21}, "false"),
        ({"age": "about 10-20"}, {"age": 21}, "unknown"),
        ({"age": ["about 10-20", "21-30"]}, {"age": 21}, "true"),
        ({"area": "north"}, {"area": "north"}, "true"),
        ({"area": "north"}, {"area": "south"}, "false"),
        ({"area": "north"}, {"age": 14}, "unknown"),
        ({"language": ["sv", "en"]}, {"language": "en"}, "true"),
        ({"language": "sv"}, {"language": "so"}, "false"),
        ({"language": "sv"}, {}, "unknown"),
        ({"when": "now", "area": "north"}, {"when": "now"}, "unknown"),
        ({"when": "now", "area": "north"}, {"when": "soon"}, "false"),
        ({"any": [{"when": "now"}, {"area": "north"}]}, {"when": "now"}, "true"),
        ({"any": [{"when": "now"}, {"area": "north"}]}, {"when": "soon"}, "unknown"),
        ({"any": [{"when": "now"}, {"area": "north"}]}, {"when": "soon", "area": "south"}, "false"),
        ({"not": {"when": "now"}}, {"when": "soon"}, "true"),
        ({"not": {"when": "now"}}, {}, "unknown"),
    ],
)
def test_a_condition_is_true_false_or_unknown(block: dict[str, Any], codes: dict[str, Any], truth: str) -> None:
    assert what_it_makes(block, codes) == truth


def test_ages_are_told_apart_where_a_condition_does_and_by_an_age_that_is_asked_for_where_there_is_one() -> None:
    space = FactSpace(SMALL, [{"not": {"age": "10-20"}}, {"any": [{"age": ["60-120"]}]}])
    stands_for = {0: 0, 9: 0, 10: 14, 20: 14, 21: 40, 59: 40, 60: 60, 120: 60}
    assert {age: space.age_classes[age] for age in stands_for} == stands_for
    assert len(space.age_classes) == 121
    assert list(space.single["age"]) == [14, 40, 0, 60]


def test_where_no_question_is_about_age_the_youngest_stands_for_the_others() -> None:
    content = small_content()
    questions = content["questions.yaml"]["questions"]
    questions[:] = [question for question in questions if question["fact"] != "age"]
    space = FactSpace(build_content(content), [{"age": "10-20"}])
    assert list(space.single["age"]) == [0, 10, 21]


def test_a_fact_has_one_value_or_none_but_there_may_be_several_topics() -> None:
    space = FactSpace(SMALL, [{"language": "sv", "age": "18+"}])
    for values in space.single.values():
        first, second, *_ = values.values()
        assert possible(space, first)
        assert possible(space, z3.Not(z3.Or(*values.values())))
        assert not possible(space, first, second)
    assert possible(space, space.topics["home"], space.topics["housing"])


def test_a_fact_is_known_when_it_has_a_value_and_danger_when_it_is_said_or_meant() -> None:
    space = FactSpace(SMALL, [])
    assert possible(space, space.known("area"), space.single["area"]["south"])
    assert not possible(space, z3.Not(space.known("area")), space.single["area"]["south"])
    assert not possible(space, z3.Not(space.known("topics")), space.topics["home"])
    assert not possible(space, z3.Not(space.known("signals")), space.topics["danger.hit"])
    assert possible(space, z3.Not(space.known("signals")), space.topics["danger"])


def test_two_situations_are_told_apart_by_their_tags() -> None:
    one, other = FactSpace(SMALL, []), FactSpace(SMALL, [], tag="later:")
    for (fact, value, here), (also_fact, also_value, there) in zip(one.literals(), other.literals(), strict=True):
        assert (fact, value) == (also_fact, also_value)
        assert possible(one, here, z3.Not(there))
    named = [str(proposition) for *_, proposition in (*one.literals(), *other.literals())]
    assert len(set(named)) == len(named)


def test_a_block_reads_every_fact_that_it_names_inside_others_too() -> None:
    block = {"topic": "home", "not": {"any": [{"signal": "violence-now"}, {"not": {"age": "18+"}}]}}
    assert list(conditions(block)) == [("topic", "home"), ("signal", "violence-now"), ("age", "18+")]
    assert facts_read(block) == {"topics", "signals", "age"}
