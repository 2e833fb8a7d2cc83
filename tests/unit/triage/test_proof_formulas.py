"""The formulas that proofs are made of say the same as decide(): checked on random rules, situations and moments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.settings import ROOT
from portal.triage.conditions import compile_block
from portal.triage.engine import decide
from portal.triage.facts import CHOICES, Facts, from_codes
from portal.triage.proof_facts import FactSpace
from portal.triage.proof_formulas import Encoding
from portal.triage.reader import read_folder
from portal.triage.ruleset import EMERGENCY_DOORS, LEVELS, URGENCIES, Ruleset
from tests.unit.triage.conftest import a_service, build_content, small_content
from tests.unit.triage.strategies import small_enough

FIRST_DAY = date(2026, 11, 23)
SHIPPED = Encoding(read_folder(ROOT / "triage_rules"), FIRST_DAY)
SMALL = build_content(small_content())
moments = st.datetimes(datetime(2026, 11, 23), datetime(2029, 11, 20))
TOPICS = ["home", "housing", "housing.eviction", "housing.rent", "danger", "danger.hit"]


def some(words: list[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from(words) | st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)


ages = st.sampled_from(["under 18", "18+", "10-25", "about 10-25", "about 12-14", "0-120"])
values_of: dict[str, st.SearchStrategy[Any]] = {
    "topic": some(TOPICS),
    "signal": st.just("violence-now"),
    "age": ages | st.lists(ages, min_size=1, max_size=2),
    "area": st.just("north"),
    "language": some(["sv", "en"]),
    "when": some(["now", "today", "soon"]),
    "roof-tonight": st.sampled_from(["yes", "no"]),
    "as": st.sampled_from(["private", "professional"]),
}
keys = st.lists(st.sampled_from(sorted(values_of)), min_size=1, max_size=2, unique=True)
plain = keys.flatmap(lambda chosen: st.fixed_dictionaries({key: values_of[key] for key in chosen}))
choice = st.builds(lambda inner: {"any": inner}, st.lists(plain, min_size=2, max_size=2))
inner = plain | choice | st.builds(lambda block: {"not": block}, plain)
negation = st.builds(lambda block: {"not": block}, inner)
blocks = (
    st.just({})
    | plain
    | choice
    | negation
    | st.builds(lambda *parts: parts[0] | parts[1] | parts[2], plain, choice, negation).filter(small_enough)
)
rules = st.fixed_dictionaries(
    {"if": blocks, "suggest": st.sampled_from(["strong", "good", "possible"])},
    optional={
        "urgency": st.sampled_from(["emergency", "today", "soon", "planned"]),
        "valid": st.sampled_from(
            [{"from": "2027-03-01"}, {"to": "2027-06-30"}, {"from": "2027-01-01", "to": "2027-02-01"}]
        ),
    },
)


def situations(topics: list[str], signals: list[str], areas: list[str]) -> st.SearchStrategy[Facts]:
    return st.fixed_dictionaries(
        {},
        optional={
            "topics": st.lists(st.sampled_from(topics), max_size=3),
            "signals": st.lists(st.sampled_from(signals), max_size=1),
            "age": st.integers(0, 120),
            "area": st.sampled_from(areas),
            "language": st.sampled_from(["sv", "en", "so", "ar"]),
            **{key: st.sampled_from(values) for key, values in CHOICES.items()},
        },
    ).map(from_codes)


@st.composite
def rule_sets(draw: st.DrawFn) -> Ruleset:
    content = {name: data for name, data in small_content().items() if not name.startswith("services/")}
    content["examples/housing.yaml"] = {"examples": []}
    slugs = ["emergency-112", "on-call", "reception", "housing", "unit"]
    for order, slug in enumerate(slugs):
        written = draw(st.lists(rules, min_size=1, max_size=3))
        more: dict[str, Any] = {"staff_only": slug == "unit"}
        more["hours"] = draw(st.sampled_from(["always", {"mon-fri": ["08:00-16:30"]}, {"mon-sun": ["16:30-08:00"]}]))
        if fallback := draw(st.none() | st.sampled_from([other for other in slugs if other != slug])):
            more["fallback_when_closed"] = fallback
        if valid := draw(st.none() | st.just({"from": "2027-01-01"})):
            more["valid"] = valid
        numbered = [{"id": f"{slug}-{number}", **rule} for number, rule in enumerate(written)]
        content[f"services/{slug}.yaml"] = a_service(slug, order, numbered, **more)
    return build_content(content)


def region_at(ruleset: Ruleset, moment: datetime) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The open services, and the rules within their dates and those of their service, at a local moment."""
    opened = frozenset(slug for slug, hours in ruleset.hours.items() if hours.is_open(moment))
    holding = (
        (slug, rule.id)
        for slug, service in ruleset.services.items()
        for rule in service.rules
        if service.valid.covers(moment.date()) and rule.valid.covers(moment.date())
    )
    return opened, frozenset(holding)


def assert_the_same(encoding: Encoding, facts: Facts, moment: datetime) -> None:
    """Every part of the decision, by the engine and by the formulas."""
    ruleset = encoding.ruleset
    here = region_at(ruleset, moment)
    ground = encoding.ground
    at = next(m for m, r in zip(ground.moments, ground.regions, strict=True) if (r.open, r.holding) == here)
    assert encoding.solver.satisfiable(*encoding.space.exactly(facts), at)

    def holds(formula: Any) -> bool:
        return encoding.solver.holding([formula])[0]

    decision = decide(ruleset, facts, moment)
    suggestions = {suggestion.service: suggestion for suggestion in decision.suggestions}
    assert {slug for slug, formula in encoding.suggested.items() if holds(formula)} == set(suggestions)
    assert {signal for signal, formula in encoding.space.present.items() if holds(formula)} == set(decision.signals)
    assert max(rank for rank, formula in enumerate(encoding.urgent) if holds(formula)) == URGENCIES.index(
        decision.urgency
    )
    assert set(encoding.doors) & set(suggestions) == {door.service for door in decision.doors}
    for slug, suggestion in suggestions.items():
        level = max(level for level in LEVELS.values() if holds(encoding.level(slug, level)))
        assert (slug, level) == (slug, LEVELS[suggestion.level])
        assert (slug, holds(encoding.certain[slug])) == (slug, suggestion.certain)
        assert (slug, holds(encoding.open[slug])) == (slug, suggestion.open_now)
    if decision.signals:
        assert tuple(s.service for s in decision.suggestions[: len(EMERGENCY_DOORS)]) == EMERGENCY_DOORS


@settings(max_examples=40, deadline=None)
@given(
    rule_sets(),
    st.lists(st.tuples(situations(TOPICS, ["violence-now"], ["north"]), moments), min_size=6, max_size=6),
)
def test_formulas_and_engine_agree_on_random_rule_sets(ruleset: Ruleset, asked: list[tuple[Facts, datetime]]) -> None:
    encoding = Encoding(ruleset, FIRST_DAY)
    for facts, moment in asked:
        assert_the_same(encoding, facts, moment)


@settings(max_examples=100, deadline=None)
@given(
    situations(SHIPPED.ruleset.topic_ids(), list(SHIPPED.ruleset.dangers), list(SHIPPED.ruleset.areas)),
    moments,
)
def test_formulas_and_engine_agree_on_the_shipped_rules(facts: Facts, moment: datetime) -> None:
    assert_the_same(SHIPPED, facts, moment)


@pytest.mark.parametrize("written", ["about 12-14", "under 18", ["10-12", "about 40-60"]])
def test_every_age_is_true_possible_or_false_by_both(written: Any) -> None:
    space = FactSpace(SMALL, [{"age": written}])
    condition = compile_block({"age": written})
    solver = z3.Solver()
    solver.add(*space.constraints())
    for age in range(121):
        facts = from_codes({"age": age})
        assert solver.check(*space.exactly(facts)) == z3.sat
        model = solver.model()
        found = [z3.is_true(model.eval(part, model_completion=True)) for part in space.truth({"age": written})]
        assert (age, sum(found)) == (age, condition.truth(facts))


@settings(max_examples=100, deadline=None)
@given(blocks, situations(TOPICS, ["violence-now"], ["north"]))
def test_a_condition_is_true_possible_or_false_by_both(block: dict[str, Any], facts: Facts) -> None:
    condition = compile_block(block)
    meant = facts.with_fact("signals", SMALL.signals_of_topics(facts.topics))
    space = FactSpace(SMALL, [block])
    truth = space.truth(block)
    solver = z3.Solver()
    solver.add(*space.constraints(), *space.exactly(facts))
    assert solver.check() == z3.sat
    model = solver.model()
    true, possible = (z3.is_true(model.eval(part, model_completion=True)) for part in truth)
    assert int(true) + int(possible) == condition.truth(meant)


@pytest.mark.parametrize("youth_hours", ["always", {"mon-fri": ["10:00-12:00"]}])
@pytest.mark.parametrize("topic", ["housing.eviction", "home"])
@pytest.mark.parametrize("hour", [3, 11])
def test_formulas_and_engine_agree_on_who_stands_in(youth_hours: Any, topic: str, hour: int) -> None:
    content = small_content()
    content["services/housing.yaml"]["fallback_when_closed"] = "youth"
    content["services/youth.yaml"].update(fallback_when_closed="emergency-112", hours=youth_hours)
    content["services/unit.yaml"]["fallback_when_closed"] = "emergency-112"
    encoding = Encoding(build_content(content), FIRST_DAY)
    assert_the_same(encoding, from_codes({"topics": [topic]}), datetime(2026, 11, 24, hour, 0))


def test_the_smallest_situation_is_a_near_one_even_if_a_later_one_is_smaller() -> None:
    encoding = Encoding(build_content(dated_content()), FIRST_DAY)
    home, housing = (encoding.space.topics[topic] for topic in ("home", "housing"))
    near = encoding.ground.near
    found = encoding.solver.smallest(z3.And(home, z3.Or(z3.Not(near), housing)))
    assert found is not None
    assert (found.facts.topics, found.near) == ({"home", "housing"}, True)
    later = encoding.solver.smallest(z3.And(home, z3.Not(near)))
    assert later is not None
    assert (later.facts.topics, later.near, later.always) == ({"home"}, False, False)
    assert encoding.solver.smallest(z3.And(home, z3.Not(home))) is None


def test_a_danger_that_is_said_is_found_as_it_is_said() -> None:
    encoding = Encoding(SMALL, FIRST_DAY)
    found = encoding.solver.smallest(encoding.space.signals["violence-now"])
    assert found is not None
    assert found.facts == Facts(signals=frozenset({"violence-now"}))


def test_the_smallest_situation_is_told_at_the_first_moment_at_which_it_does_without_more() -> None:
    encoding = Encoding(SMALL, FIRST_DAY)
    home, housing = (encoding.space.topics[topic] for topic in ("home", "housing"))
    found = encoding.solver.smallest(z3.And(home, z3.Or(encoding.open["reception"], housing)))
    assert found is not None
    assert (found.facts.topics, found.moment) == ({"home"}, datetime(2026, 11, 23, 8, 0))


def dated_content() -> dict[str, Any]:
    """The small rule set with a rule that begins when a year has passed."""
    content = small_content()
    content["services/housing.yaml"]["rules"][0]["valid"] = {"from": "2027-11-24"}
    return content


def test_every_minute_lies_in_a_region_and_a_year_has_few_of_them() -> None:
    found = {(region.open, region.holding) for region in SHIPPED.ground.regions}
    for hour in range(0, 24 * 400, 7):
        moment = datetime.fromordinal(FIRST_DAY.toordinal() + hour // 24).replace(hour=hour % 24, minute=hour % 60)
        assert region_at(SHIPPED.ruleset, moment) in found
    assert len(found) < 100
