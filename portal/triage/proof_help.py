"""Proofs for the person asking: somebody helps, somebody is open, danger is danger, every topic leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import z3

from portal.triage.conditions import as_list
from portal.triage.engine import decide
from portal.triage.facts import Facts
from portal.triage.proof_facts import FactSpace, Formula, conditions, disjunction
from portal.triage.proof_formulas import EMERGENCY, EncodedRule, Encoding
from portal.triage.proof_words import Situation, listed, moment_words, when_known
from portal.triage.proofs import Gap, Search
from portal.triage.questions import next_question
from portal.triage.ruleset import ALWAYS_A_DOOR, EMERGENCY_DOORS, LEVELS, Ruleset

EMERGENCY_NUMBER: Final = "112"


def service_file(slug: str) -> str:
    return f"services/{slug}.yaml"


def nobody_without_help(encoding: Encoding) -> Iterator[Gap]:
    situation = encoding.solver.smallest(z3.Not(_any_door(encoding)))
    if situation:
        text = f"{when_known(encoding.ruleset, situation)} nobody is suggested; write a rule that leads to somebody."
        yield Gap(service_file(ALWAYS_A_DOOR), ("rules",), text, situation, {"first": ALWAYS_A_DOOR})


def something_open(encoding: Encoding) -> Iterator[Gap]:
    some_open = disjunction(z3.And(encoding.suggested[door], encoding.open[door]) for door in encoding.doors)
    all_closed = encoding.solver.define("all-closed", z3.And(_any_door(encoding), z3.Not(some_open)))
    situation = encoding.solver.smallest(all_closed)
    if situation is None:
        return
    suggested = _doors_at(encoding, situation)
    text = (
        f"{when_known(encoding.ruleset, situation)} everybody who is suggested is closed: {listed(suggested)}. "
        "Change the hours of one of them, or give one a fallback_when_closed that is open then."
    )
    broken_at = [
        region.first
        for region, moment in zip(encoding.ground.regions, encoding.ground.moments, strict=True)
        if region.first != situation.moment and encoding.solver.satisfiable(all_closed, moment)
    ]
    if broken_at and not situation.always:
        text += f" The same happens on {listed(moment_words(moment) for moment in broken_at)}."
    yield Gap(service_file(suggested[0]), ("hours",), text, situation, {"within_three": suggested[0]})


def _any_door(encoding: Encoding) -> Formula:
    return disjunction(encoding.suggested[door] for door in encoding.doors)


def _doors_at(encoding: Encoding, situation: Situation) -> list[str]:
    return [door.service for door in decide(encoding.ruleset, situation.facts, situation.moment).doors]


def danger_is_emergency(encoding: Encoding) -> Iterator[Gap]:
    yield from _emergency_doors_stand(encoding)
    yield from _cards_begin_with_112(encoding)
    if all(door in encoding.doors for door in EMERGENCY_DOORS):
        yield from _danger_leads_there(encoding)
        yield from _emergency_names_112(encoding)
    yield from _knowing_more_takes_nothing_away(encoding)


def _emergency_doors_stand(encoding: Encoding) -> Iterator[Gap]:
    for door in EMERGENCY_DOORS:
        if door not in encoding.doors:
            yield Gap(service_file(door), (), "is where danger leads; it must exist and not be staff_only.")
    first = EMERGENCY_DOORS[0]
    closed = next((region.first for region in encoding.ground.regions if first not in region.open), None)
    if first in encoding.open and closed:
        text = f"112 is closed on {moment_words(closed)}; write hours: always."
        yield Gap(service_file(first), ("hours",), text)


def _cards_begin_with_112(encoding: Encoding) -> Iterator[Gap]:
    for signal, danger in encoding.ruleset.dangers.items():
        first = encoding.ruleset.helplines.get(danger.card.helplines[0])
        if first is None or first.number != EMERGENCY_NUMBER:
            text = f"the card «{danger.card.title}» must begin with {EMERGENCY_NUMBER}."
            yield Gap(f"danger/{signal}.yaml", ("card", "helplines"), text)


def _danger_leads_there(encoding: Encoding) -> Iterator[Gap]:
    """By formula in all situations; the order, which only the engine knows, for each danger at each kind of moment."""
    strongly = [z3.And(encoding.level(door, LEVELS["strong"]), encoding.certain[door]) for door in EMERGENCY_DOORS]
    answered = z3.And(encoding.urgent[EMERGENCY], *strongly)
    for signal, present in encoding.space.present.items():
        expect = {"first": EMERGENCY_DOORS[0], "urgency": "emergency", "danger": [signal]}
        situation = encoding.solver.smallest(z3.And(present, z3.Not(answered))) or _out_of_order(encoding, signal)
        if situation:
            text = f"{when_known(encoding.ruleset, situation)} the answer is no emergency that begins with 112."
            yield Gap(f"danger/{signal}.yaml", ("topics",), text, situation, expect)


def _out_of_order(encoding: Encoding, signal: str) -> Situation | None:
    facts = Facts(signals=frozenset({signal}))
    for region in encoding.ground.regions:
        decision = decide(encoding.ruleset, facts, region.first)
        doors = tuple(door.service for door in decision.doors[: len(EMERGENCY_DOORS)])
        if (doors, decision.urgency, decision.signals) != (EMERGENCY_DOORS, "emergency", (signal,)):
            return Situation(facts, region.first, always=False, near=True)
    return None


def _emergency_names_112(encoding: Encoding) -> Iterator[Gap]:
    first = EMERGENCY_DOORS[0]
    for rule in (rule for rule in encoding.rules if rule.urgency == EMERGENCY):
        situation = encoding.solver.smallest(z3.And(rule.true, z3.Not(encoding.certain[first])))
        if situation:
            text = f"{when_known(encoding.ruleset, situation)} it is an emergency, but 112 is not suggested."
            expect = {"first": first, "urgency": "emergency"}
            yield Gap(service_file(rule.service), ("rules", rule.position, "if"), text, situation, expect)


def _knowing_more_takes_nothing_away(encoding: Encoding) -> Iterator[Gap]:
    """In a second situation more is known, or a subtopic instead of its topic: no danger, no emergency is lost."""
    urgent = [rule for rule in encoding.rules if rule.urgency == EMERGENCY]
    later = FactSpace(encoding.ruleset, (rule.written.if_.plain() for rule in encoding.rules), tag="later:")
    still = [z3.And(later.truth(rule.written.if_.plain()).true, rule.holding) for rule in urgent]
    emergency = z3.Or(later.known("signals"), *still)
    with encoding.solver.given(*later.constraints(), *_grown(encoding.space, later)):
        yield from _lost(encoding, later, urgent, emergency)


def _lost(encoding: Encoding, later: FactSpace, urgent: list[EncodedRule], emergency: Formula) -> Iterator[Gap]:
    for signal, present in encoding.space.present.items():
        if situation := encoding.solver.smallest(z3.And(present, z3.Not(later.present[signal]))):
            text = f"{when_known(encoding.ruleset, situation)} there is danger, but no more when a subtopic is chosen."
            yield Gap(f"danger/{signal}.yaml", ("topics",), text, situation, {"danger": [signal]})
    for rule in urgent:
        if situation := encoding.solver.smallest(z3.And(rule.true, z3.Not(emergency))):
            text = f"{when_known(encoding.ruleset, situation)} it is an emergency, but no more when more becomes known."
            path = ("rules", rule.position, "if")
            yield Gap(service_file(rule.service), path, text, situation, {"urgency": "emergency"})


def _grown(before: FactSpace, later: FactSpace) -> Iterator[Formula]:
    """Everything known stays known; only a topic may make way for one of its subtopics, as an answer makes it do."""
    for (fact, value, was), (_, _, stays) in zip(before.literals(), later.literals(), strict=True):
        narrower = [t for name, t in later.topics.items() if fact == "topics" and name.startswith(f"{value}.")]
        yield z3.Implies(was, z3.Or(stays, *narrower))


def every_topic_leads_somewhere(encoding: Encoding) -> Iterator[Gap]:
    yield from _topics_not_offered(encoding.ruleset, [region.first for region in encoding.ground.regions])
    leading = [
        rule
        for door in encoding.doors
        for rule in encoding.rules_of[door]
        if "topics" in rule.reads and rule.level >= LEVELS["good"]
    ]
    for topic, said in encoding.space.topics.items():
        situation = encoding.solver.smallest(z3.And(said, *(z3.Not(rule.true) for rule in leading)))
        if situation:
            text = (
                f"{when_known(encoding.ruleset, situation)} no rule that reads the topic leads to a service for "
                f"people; write a rule that suggests one as good or strong for {topic}."
            )
            name, _, sub = topic.partition(".")
            yield Gap(f"topics/{name}.yaml", ("subtopics",) if sub else (), text, situation, _expected(encoding, topic))


def _expected(encoding: Encoding, topic: str) -> dict[str, str]:
    """For the example: the first service for people that has a rule about this topic, or the door in for everybody."""
    wanted = {topic, topic.partition(".")[0]}
    about = (
        door
        for door in encoding.doors
        for rule in encoding.rules_of[door]
        if any(key == "topic" and wanted & set(as_list(value)) for key, value in conditions(rule.written.if_.plain()))
    )
    return {"first": next(about, ALWAYS_A_DOOR)}


def _topics_not_offered(ruleset: Ruleset, moments: list[datetime]) -> Iterator[Gap]:
    """A topic is offered at its entrance; a subtopic is asked for when it matters, or is a button that means danger."""
    for name, topic in ruleset.topics.items():
        file = f"topics/{name}.yaml"
        if not topic.entrance:
            yield Gap(file, ("entrance",), "the topic is offered to nobody; write entrance: [private].")
        buttons = [f"{name}.{sub.id}" in ruleset.topic_signals for sub in topic.subtopics]
        if not all(buttons) and not any(_asks_subtopics(ruleset, name, as_, moments) for as_ in topic.entrance):
            text = f"no answer about the subtopics of «{topic.label}» changes who comes first or how urgent it is."
            yield Gap(file, ("subtopics",), text, notice=True)


def _asks_subtopics(ruleset: Ruleset, topic: str, entrance: str, moments: list[datetime]) -> bool:
    facts = Facts(topics=frozenset({topic}), declined=frozenset(ruleset.questions)).with_fact("as", entrance)
    questions = (next_question(ruleset, facts, moment) for moment in moments)
    return any(question is not None and question.fact == "topics" for question in questions)


SEARCHES: Final[tuple[tuple[str, str, Search], ...]] = (
    (
        "nobody-without-help",
        "Whatever is known, and at every moment, somebody is suggested to whom a person can turn.",
        nobody_without_help,
    ),
    (
        "something-open",
        "Whatever is known, and at every moment, somebody who is suggested is open.",
        something_open,
    ),
    (
        "danger-is-emergency",
        "Danger is always an emergency whose card and list begin with 112, and knowing more never takes that away.",
        danger_is_emergency,
    ),
    (
        "every-topic-leads-somewhere",
        "Every topic is offered to somebody and leads to a service for people, whatever else is known.",
        every_topic_leads_somewhere,
    ),
)
"""Name, claim, and the search for what breaks it."""
