"""What `decide` answers, as formulas over facts and moments, and a solver that finds the smallest situation for one.

Written anew from the rule files: nothing of the engine's index is used. Tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any, Final

import z3

from portal.triage import grammar
from portal.triage.facts import Facts, from_codes
from portal.triage.proof_facts import FactSpace, Formula, disjunction, facts_read
from portal.triage.proof_times import NEAR_DAYS, RuleKey, regions
from portal.triage.proof_words import Situation
from portal.triage.ruleset import EMERGENCY_DOORS, LEVELS, URGENCIES, Ruleset

AROUND: Final = frozenset({"as", "language", "signals"})
"""Facts about the talk, not about what has happened: a rule that waits does not speak because of them."""

EMERGENCY: Final = URGENCIES.index("emergency")


@dataclass(frozen=True, slots=True)
class EncodedRule:
    """One rule. `of_facts` is its condition alone; `true` and `possible` also ask that its dates hold."""

    key: RuleKey
    position: int
    written: grammar.Rule
    reads: frozenset[str]
    holding: Formula
    of_facts: Formula
    true: Formula
    possible: Formula

    @property
    def service(self) -> str:
        return self.key[0]

    @property
    def level(self) -> int:
        return LEVELS[self.written.suggest]

    @property
    def urgency(self) -> int:
        return URGENCIES.index(self.written.urgency or URGENCIES[0])


class Encoding:
    """A rule set over all facts and all moments from a day on. Formulas are named Booleans, cheap to ask about."""

    def __init__(self, ruleset: Ruleset, day: date) -> None:
        self.ruleset = ruleset
        self.day = day
        self.checks = 0
        self.solver = z3.SolverFor("QF_FD")
        self.regions = regions(ruleset, day)
        blocks = [rule.if_.plain() for service in ruleset.services.values() for rule in service.rules]
        self.space = FactSpace(ruleset, blocks)
        self.solver.add(*self.space.constraints())
        self.known = {
            fact: self.name(f"known:{fact}", self.space.known(fact))
            for fact in (*self.space.single, "topics", "signals")
        }
        self.danger = self.known["signals"]
        self._encode_moments()
        self.rules = list(self._encode_rules())
        self.rules_of = {slug: [rule for rule in self.rules if rule.service == slug] for slug in ruleset.services}
        self._encode_suggestions()

    def name(self, name: str, formula: Formula) -> Formula:
        """A Boolean that stands for a formula."""
        named = z3.Bool(name)
        self.solver.add(named == formula)
        return named

    def _encode_moments(self) -> None:
        self.moments = [z3.Bool(f"moment:{number}") for number, _ in enumerate(self.regions)]
        self.solver.add(z3.AtMost(*self.moments, 1), z3.Or(*self.moments))
        self._far = self.day + timedelta(days=NEAR_DAYS)
        self.near = self.name("near", self._when(lambda region: region.first.date() < self._far))
        self.open = {
            slug: self.name(f"open:{slug}", self._when(lambda region, slug=slug: slug in region.open))
            for slug in self.ruleset.services
        }

    def _when(self, holds: Any) -> Formula:
        """That the moment lies in a region of which something holds."""
        found = [moment for moment, region in zip(self.moments, self.regions, strict=True) if holds(region)]
        return z3.BoolVal(True) if len(found) == len(self.moments) else z3.Or(*found)

    def _encode_rules(self) -> Iterator[EncodedRule]:
        for slug, service in self.ruleset.services.items():
            for position, rule in enumerate(service.rules):
                key = (slug, rule.id)
                block = rule.if_.plain()
                truth = self.space.truth(block)
                of_facts = self.name(f"facts:{slug}/{rule.id}", truth.true)
                holding = self._when(lambda region, key=key: key in region.holding)
                yield EncodedRule(
                    key=key,
                    position=position,
                    written=rule,
                    reads=facts_read(block),
                    holding=holding,
                    of_facts=of_facts,
                    true=self.name(f"true:{slug}/{rule.id}", z3.And(of_facts, holding)),
                    possible=self.name(f"possible:{slug}/{rule.id}", z3.And(truth.possible, holding)),
                )

    def speaks(self, rule: EncodedRule) -> Formula:
        """True, or waiting for facts while something it reads of what has happened is known."""
        waits = [self.known[fact] for fact in sorted(rule.reads - AROUND)]
        return z3.Or(rule.true, z3.And(rule.possible, z3.Or(*waits)))

    def _encode_suggestions(self) -> None:
        """Whom rules lead to, whom danger leads to, and who stands in for those that are closed."""
        by_rules: dict[str, Formula] = {}
        surely: dict[str, Formula] = {}
        for slug, rules in self.rules_of.items():
            danger = [self.danger] if slug in EMERGENCY_DOORS else []
            by_rules[slug] = self.name(f"led:{slug}", z3.Or(*danger, *(self.speaks(rule) for rule in rules)))
            surely[slug] = self.name(f"surely:{slug}", z3.Or(*danger, *(rule.true for rule in rules)))
        stand_ins = self._stand_ins(surely)
        self.suggested: dict[str, Formula] = {}
        self.certain: dict[str, Formula] = {}
        for slug, led in by_rules.items():
            stands_in = disjunction([z3.BoolVal(False), *stand_ins[slug]])
            self.suggested[slug] = self.name(f"suggested:{slug}", z3.Or(led, stands_in))
            self.certain[slug] = self.name(f"certain:{slug}", z3.Or(surely[slug], z3.And(stands_in, z3.Not(led))))
        self.urgent = [self.name(f"urgent:{rank}", self._urgent(rank)) for rank, _ in enumerate(URGENCIES)]

    def _stand_ins(self, surely: dict[str, Formula]) -> dict[str, list[Formula]]:
        """For each service, when it stands in: a certain door is closed, and so is everyone on the way to it."""
        found: dict[str, list[Formula]] = {slug: [] for slug in surely}
        for slug, service in self.ruleset.services.items():
            closed = [slug]
            after = service.fallback_when_closed
            while after and after not in closed and not service.staff_only:
                found[after].append(z3.And(surely[slug], self.open[after], *(z3.Not(self.open[c]) for c in closed)))
                closed.append(after)
                after = self.ruleset.services[after].fallback_when_closed
        return found

    def _urgent(self, rank: int) -> Formula:
        """That the urgency is at least this rank."""
        if rank == 0:
            return z3.BoolVal(True)
        return z3.Or(self.danger, *(rule.true for rule in self.rules if rule.urgency >= rank))

    def level(self, slug: str, level: int) -> Formula:
        """That the service is suggested at least this strongly."""
        if level <= LEVELS["possible"]:
            return self.suggested[slug]
        danger = [self.danger] if slug in EMERGENCY_DOORS else []
        return z3.Or(*danger, *(rule.true for rule in self.rules_of[slug] if rule.level >= level))

    @property
    def doors(self) -> list[str]:
        """The services that a person can turn to."""
        return [slug for slug, service in self.ruleset.services.items() if not service.staff_only]

    def satisfiable(self, *literals: Formula) -> bool:
        """Whether some situation at some moment makes all these named Booleans (or their negations) so."""
        self.checks += 1
        answer = self.solver.check(*literals)
        if answer == z3.unknown:
            raise RuntimeError(f"the solver gave up: {self.solver.reason_unknown()}")
        return bool(answer == z3.sat)

    def smallest(self, formula: Formula) -> Situation | None:
        """Where the formula is so, or None: at a near moment if at any, with the fewest facts, as early as can be."""
        for wanted in (z3.And(formula, self.near), formula):
            self.solver.push()
            self.solver.add(wanted)
            known = self._fewest() if self.satisfiable() else None
            self.solver.pop()
            if known is not None:
                return self._at_its_earliest(known, formula)
        return None

    def _fewest(self) -> frozenset[tuple[str, Any]]:
        """The fewest facts that will do; of several such choices the one that the rule files name first."""
        literals = sorted(self.space.literals(), key=lambda literal: literal[0] != "topics")
        known: list[tuple[str, Any]] = []
        self.solver.push()
        for most in count():
            self.solver.push()
            self.solver.add(z3.AtMost(*(proposition for *_, proposition in literals), most))
            if self.satisfiable():
                break
            self.solver.pop()
        for fact, value, proposition in literals:
            if len(known) < most and self.satisfiable(proposition):
                self.solver.add(proposition)
                known.append((fact, value))
        self.solver.pop(2)
        return frozenset(known)

    def _at_its_earliest(self, known: frozenset[tuple[str, Any]], formula: Formula) -> Situation:
        self.solver.push()
        self.solver.add(*(p if (fact, value) in known else z3.Not(p) for fact, value, p in self.space.literals()))
        self.solver.add(formula)
        at = [number for number, moment in enumerate(self.moments) if self.satisfiable(moment)]
        self.solver.pop()
        first = self.regions[at[0]].first
        return Situation(facts_from(known), first, always=len(at) == len(self.moments), near=first.date() < self._far)


def facts_from(known: Iterable[tuple[str, Any]]) -> Facts:
    codes: dict[str, Any] = {}
    for fact, value in known:
        if fact in ("topics", "signals"):
            codes.setdefault(fact, []).append(value)
        else:
            codes[fact] = value
    return from_codes(codes)
