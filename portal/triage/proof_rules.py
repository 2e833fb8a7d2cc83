"""Proofs for the editor: every rule can come true, changes something, and contradicts no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import z3

from portal.triage.grammar import Validity
from portal.triage.proof_formulas import EncodedRule, Encoding
from portal.triage.proof_help import service_file
from portal.triage.proof_words import known_labels, listed, when_known
from portal.triage.proofs import Gap, Search
from portal.triage.yaml_source import Path


def _path(rule: EncodedRule, key: str = "if") -> Path:
    return ("rules", rule.position, key)


def _gap(rule: EncodedRule, text: str, *, notice: bool = False) -> Gap:
    return Gap(service_file(rule.service), _path(rule), f"rule {rule.key[1]} {text}", notice=notice)


def every_rule_can_fire(encoding: Encoding) -> Iterator[Gap]:
    for rule in encoding.rules:
        if not encoding.satisfiable(rule.of_facts):
            yield _gap(rule, "can never be true: its conditions exclude each other; change them or remove the rule.")
        elif _over(encoding, rule):
            yield _gap(rule, "holds no more: its dates have passed; it can be removed.", notice=True)


def _over(encoding: Encoding, rule: EncodedRule) -> bool:
    ends = (rule.written.valid.to, encoding.ruleset.services[rule.service].valid.to)
    return min(end or date.max for end in ends) < encoding.day


def no_rule_overshadowed(encoding: Encoding) -> Iterator[Gap]:
    """Whenever the rule is true, others of its service are as strongly true, and others give its urgency."""
    for rule in encoding.rules:
        rivals = [o for o in encoding.rules_of[rule.service] if o is not rule and o.level >= rule.level]
        if not encoding.satisfiable(rule.true) or encoding.satisfiable(rule.true, *(z3.Not(o.true) for o in rivals)):
            continue
        as_urgent = [o for o in encoding.rules if o is not rule and o.urgency >= rule.urgency]
        alone = (rule.true, z3.Not(encoding.danger), *(z3.Not(o.true) for o in as_urgent))
        if rule.urgency > 0 and encoding.satisfiable(*alone):
            continue
        yield _overshadowed(encoding, rule, rivals, as_urgent if rule.urgency > 0 else [])


def _overshadowed(
    encoding: Encoding, rule: EncodedRule, rivals: list[EncodedRule], as_urgent: list[EncodedRule]
) -> Gap:
    situation = encoding.smallest(rule.true)
    if situation is None:
        raise AssertionError("a rule that can be true has a smallest situation")
    exactly = encoding.space.exactly(situation.facts)
    true = {o.key for o in (*rivals, *as_urgent) if not encoding.satisfiable(*exactly, z3.Not(o.true))}
    labels = known_labels(encoding.ruleset, situation.facts)
    text = "changes nothing: whenever it is true, such as "
    text += f"with {listed(labels)}, " if labels else "when nothing is known, "
    text += f"{listed(o.key[1] for o in rivals if o.key in true)} of the same service suggests it as strongly"
    if as_urgent:
        text += f", and {listed('/'.join(o.key) for o in as_urgent if o.key in true)} makes it as urgent"
    return _gap(rule, f"{text}; remove it, sharpen it, or let it say more.")


def no_contradiction(encoding: Encoding) -> Iterator[Gap]:
    for slug, rules in encoding.rules_of.items():
        possible = [rule for rule in rules if encoding.satisfiable(rule.of_facts)]
        for alike in _true_together(encoding, possible):
            yield from _clashes(encoding, alike)
        yield from _waits_for_the_unasked(encoding, rules)
        service = encoding.ruleset.services[slug]
        if rules and not any(_meet(rule.written.valid, service.valid) for rule in rules):
            text = (
                "no rule of this service holds on a day on which the service exists; change the dates of one of them."
            )
            yield Gap(service_file(slug), ("valid",), text)


def _true_together(encoding: Encoding, rules: list[EncodedRule]) -> Iterator[list[EncodedRule]]:
    """Groups of rules that are true in exactly the same situations: split apart by one situation after another."""
    if len(rules) < 2:
        return
    first, *others = rules
    encoding.solver.push()
    encoding.solver.add(z3.Or(*(z3.Xor(first.of_facts, other.of_facts) for other in others)))
    apart = encoding.satisfiable()
    model = encoding.solver.model() if apart else None
    encoding.solver.pop()
    if model is None:
        yield rules
        return
    holds = [z3.is_true(model.eval(rule.of_facts)) for rule in rules]
    for side in (True, False):
        yield from _true_together(encoding, [rule for rule, true in zip(rules, holds, strict=True) if true == side])


def _clashes(encoding: Encoding, alike: list[EncodedRule]) -> Iterator[Gap]:
    """Each rule with the first one before it that is true in the same situations on a common day."""
    for position, rule in enumerate(alike):
        earlier = next((other for other in alike[:position] if _meet(other.written.valid, rule.written.valid)), None)
        if earlier is None:
            continue
        situation = encoding.smallest(rule.of_facts)
        if situation is None:
            raise AssertionError("rules that can be true have a smallest situation")
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
            if fact in rule.reads and not encoding.satisfiable(rule.of_facts, z3.Not(encoding.known[fact])):
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
