"""Proofs for the editor: every rule can come true, changes something, and contradicts no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import z3

from portal.triage.grammar import Validity
from portal.triage.proof_facts import Formula
from portal.triage.proof_formulas import EncodedRule, Encoding
from portal.triage.proof_help import service_file
from portal.triage.proof_solver import Solver
from portal.triage.proof_words import Situation, known_labels, listed, when_known
from portal.triage.proofs import Gap, Search
from portal.triage.yaml_source import Path


def _path(rule: EncodedRule, key: str = "if") -> Path:
    return ("rules", rule.position, key)


def _gap(rule: EncodedRule, text: str, *, notice: bool = False) -> Gap:
    return Gap(service_file(rule.service), _path(rule), f"rule {rule.key[1]} {text}", notice=notice)


def every_rule_can_fire(encoding: Encoding) -> Iterator[Gap]:
    for rule in encoding.rules:
        if not encoding.solver_of(rule.service).satisfiable(rule.of_facts):
            yield _gap(rule, "can never be true: its conditions exclude each other; change them or remove the rule.")
        elif _over(encoding, rule):
            yield _gap(rule, "holds no more: its dates have passed; it can be removed.", notice=True)


def _over(encoding: Encoding, rule: EncodedRule) -> bool:
    ends = (rule.written.valid.to, encoding.ruleset.services[rule.service].valid.to)
    return min(end or date.max for end in ends) < encoding.day


def no_rule_overshadowed(encoding: Encoding) -> Iterator[Gap]:
    """Whenever the rule is true, others of its service are as strongly true, and others give its urgency."""
    for rule in encoding.rules:
        solver = encoding.solver_of(rule.service)
        rivals = [o for o in encoding.rules_of[rule.service] if o is not rule and o.level >= rule.level]
        if not solver.satisfiable(rule.true) or solver.satisfiable(rule.true, *(z3.Not(o.true) for o in rivals)):
            continue
        as_urgent = [o for o in encoding.rules if o is not rule and o.urgency >= rule.urgency > 0]
        alone = (rule.true, z3.Not(encoding.danger), *(z3.Not(o.true) for o in as_urgent))
        if rule.urgency > 0 and encoding.solver.satisfiable(*alone):
            continue
        yield _overshadowed(encoding, rule, rivals, as_urgent)


def _overshadowed(
    encoding: Encoding, rule: EncodedRule, rivals: list[EncodedRule], as_urgent: list[EncodedRule]
) -> Gap:
    situation = _where(encoding, rule, rule.true)
    encoding.solver.satisfiable(*encoding.space.exactly(situation.facts), rule.true)
    held = zip((*rivals, *as_urgent), encoding.solver.holding(o.true for o in (*rivals, *as_urgent)), strict=True)
    true = {other.key for other, holds in held if holds}
    labels = known_labels(encoding.ruleset, situation.facts)
    text = "changes nothing: whenever it is true, such as "
    text += f"with {listed(labels)}, " if labels else "when nothing is known, "
    text += f"{listed(o.key[1] for o in rivals if o.key in true)} of the same service suggests it as strongly"
    if as_urgent:
        text += f", and {listed('/'.join(o.key) for o in as_urgent if o.key in true)} makes it as urgent"
    return _gap(rule, f"{text}; remove it, sharpen it, or let it say more.")


def _where(encoding: Encoding, rule: EncodedRule, formula: Formula) -> Situation:
    """The smallest situation for a formula about one service's rules, of which it is known that there is one."""
    situation = encoding.solver_of(rule.service).smallest(formula)
    if situation is None:
        raise AssertionError(f"rule {rule.key} was found to be true somewhere")
    return situation


def no_contradiction(encoding: Encoding) -> Iterator[Gap]:
    for slug, rules in encoding.rules_of.items():
        solver = encoding.solver_of(slug)
        for alike in _true_together(solver, [rule for rule in rules if solver.satisfiable(rule.of_facts)]):
            yield from _clashes(encoding, alike)
        yield from _waits_for_the_unasked(encoding, rules)
        service = encoding.ruleset.services[slug]
        if rules and not any(_meet(rule.written.valid, service.valid) for rule in rules):
            text = (
                "no rule of this service holds on a day on which the service exists; change the dates of one of them."
            )
            yield Gap(service_file(slug), ("valid",), text)


def _true_together(solver: Solver, rules: list[EncodedRule]) -> Iterator[list[EncodedRule]]:
    """Groups of rules that are true in exactly the same situations: split apart by one situation after another."""
    if len(rules) < 2:
        return
    first, *others = rules
    with solver.given(z3.Or(*(z3.Xor(first.of_facts, other.of_facts) for other in others))):
        holds = solver.holding(rule.of_facts for rule in rules) if solver.satisfiable() else None
    if holds is None:
        yield rules
        return
    for side in (True, False):
        yield from _true_together(solver, [rule for rule, true in zip(rules, holds, strict=True) if true == side])


def _clashes(encoding: Encoding, alike: list[EncodedRule]) -> Iterator[Gap]:
    """Each rule with the first one before it that is true in the same situations on a common day."""
    for position, rule in enumerate(alike):
        earlier = next((other for other in alike[:position] if _meet(other.written.valid, rule.written.valid)), None)
        if earlier is None:
            continue
        situation = _where(encoding, rule, rule.of_facts)
        when = when_known(encoding.ruleset, situation)
        if (earlier.level, earlier.urgency) == (rule.level, rule.urgency):
            text = f"rule {rule.key[1]} says the same as {earlier.key[1]}; remove one of them."
            yield Gap(service_file(rule.service), _path(rule), text)
            continue
        text = (
            f"{when} and always otherwise too, rule {rule.key[1]} says {_says(rule)} and {earlier.key[1]} says "
            f"{_says(earlier)}; they are true in the same situations, so keep one."
        )
        yield Gap(service_file(rule.service), _path(rule), text, situation, {"within_three": rule.service})


def _says(rule: EncodedRule) -> str:
    return f"{rule.written.suggest}, {rule.written.urgency or 'no urgency'}"


def _waits_for_the_unasked(encoding: Encoding, rules: list[EncodedRule]) -> Iterator[Gap]:
    """A person may still tell it unasked, so this is something to know and no error."""
    for rule in rules:
        for fact in encoding.ruleset.services[rule.service].never_ask:
            if fact in rule.reads and not encoding.solver.satisfiable(rule.of_facts, z3.Not(encoding.known[fact])):
                text = f"waits for {fact}, which its service never asks for (never_ask): a person must say it unasked."
                yield _gap(rule, text, notice=True)


def _meet(one: Validity, other: Validity) -> bool:
    """Whether there is a day on which both hold."""
    begins = max(one.from_ or date.min, other.from_ or date.min)
    return begins <= min(one.to or date.max, other.to or date.max)


SEARCHES: Final[tuple[tuple[str, str, Search], ...]] = (
    ("every-rule-can-fire", "Each rule is true in some situation.", every_rule_can_fire),
    (
        "no-rule-overshadowed",
        "Each rule makes its service stronger or the matter more urgent in some situation.",
        no_rule_overshadowed,
    ),
    (
        "no-contradiction",
        "No two rules of a service are true in the same situations, and each service's dates let its rules speak.",
        no_contradiction,
    ),
)
"""Name, claim, and the search for what breaks it."""
