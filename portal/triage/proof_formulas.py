"""What `decide` answers, as formulas over facts and moments.

Written anew from the rule files: nothing of the engine's index is used. Tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import z3

from portal.triage import grammar
from portal.triage.proof_facts import Formula, facts_read
from portal.triage.proof_solver import Ground, Solver
from portal.triage.proof_times import RuleKey
from portal.triage.ruleset import EMERGENCY_DOORS, LEVELS, URGENCIES, Ruleset

AROUND: Final = frozenset({"as", "language", "signals"})
"""Facts about the talk, not about what has happened: a rule that waits does not speak because of them."""

EMERGENCY: Final = URGENCIES.index("emergency")


@dataclass(frozen=True, slots=True)
class EncodedRule:
    """One rule. `of_facts` names its condition alone; `true` and `possible` also ask that its dates hold."""

    key: RuleKey
    position: int
    written: grammar.Rule
    reads: frozenset[str]
    condition: Formula
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

    def definitions(self) -> tuple[Formula, Formula]:
        """What `of_facts` and `true` stand for."""
        return self.of_facts == self.condition, self.true == z3.And(self.of_facts, self.holding)


class Encoding:
    """A rule set over all facts and all moments from a day on."""

    def __init__(self, ruleset: Ruleset, day: date) -> None:
        self.ruleset = ruleset
        self.day = day
        self.extra_checks = 0
        """Questions that were decided without the solver."""
        blocks = [rule.if_.plain() for service in ruleset.services.values() for rule in service.rules]
        self.ground = Ground(ruleset, day, blocks)
        self.space = self.ground.space
        self.solver = Solver(self.ground)
        self._of_service: dict[str, Solver] = {}
        facts = (*self.space.single, "topics", "signals")
        self.known = {fact: self.solver.define(f"known:{fact}", self.space.known(fact)) for fact in facts}
        self.danger = self.known["signals"]
        self.open = {slug: self.solver.define(f"open:{slug}", self._opens(slug)) for slug in ruleset.services}
        self.rules = [rule for slug in ruleset.services for rule in self._encode_rules(slug)]
        self.rules_of = {slug: [rule for rule in self.rules if rule.service == slug] for slug in ruleset.services}
        self._encode_suggestions()

    @property
    def checks(self) -> int:
        """Questions decided so far."""
        return self.solver.checks + sum(solver.checks for solver in self._of_service.values()) + self.extra_checks

    @property
    def doors(self) -> list[str]:
        """The services that a person can turn to."""
        return [slug for slug, service in self.ruleset.services.items() if not service.staff_only]

    def solver_of(self, slug: str) -> Solver:
        """A solver that knows of one service's rules only."""
        if slug not in self._of_service:
            definitions = [definition for rule in self.rules_of[slug] for definition in rule.definitions()]
            self._of_service[slug] = Solver(self.ground, definitions)
        return self._of_service[slug]

    def level(self, slug: str, level: int) -> Formula:
        """That the service is suggested at least this strongly."""
        if level <= LEVELS["possible"]:
            return self.suggested[slug]
        danger = [self.danger] if slug in EMERGENCY_DOORS else []
        return z3.Or(*danger, *(rule.true for rule in self.rules_of[slug] if rule.level >= level))

    def _opens(self, slug: str) -> Formula:
        return self.ground.when(lambda region: slug in region.open)

    def _encode_rules(self, slug: str) -> Iterator[EncodedRule]:
        for position, rule in enumerate(self.ruleset.services[slug].rules):
            key = (slug, rule.id)
            block = rule.if_.plain()
            truth = self.space.truth(block)
            holding = self.ground.when(lambda region, key=key: key in region.holding)  # type: ignore[misc]
            of_facts = self.solver.define(f"facts:{slug}/{rule.id}", truth.true)
            yield EncodedRule(
                key=key,
                position=position,
                written=rule,
                reads=facts_read(block),
                condition=truth.true,
                holding=holding,
                of_facts=of_facts,
                true=self.solver.define(f"true:{slug}/{rule.id}", z3.And(of_facts, holding)),
                possible=self.solver.define(f"possible:{slug}/{rule.id}", z3.And(truth.possible, holding)),
            )

    def _speaks(self, rule: EncodedRule) -> Formula:
        """True, or waiting for facts while something it reads of what has happened is known."""
        waits = [self.known[fact] for fact in sorted(rule.reads - AROUND)]
        return z3.Or(rule.true, z3.And(rule.possible, z3.Or(*waits)))

    def _encode_suggestions(self) -> None:
        """Whom rules lead to, whom danger leads to, and who stands in for those that are closed."""
        define = self.solver.define
        led: dict[str, Formula] = {}
        surely: dict[str, Formula] = {}
        for slug, rules in self.rules_of.items():
            danger = [self.danger] if slug in EMERGENCY_DOORS else []
            led[slug] = define(f"led:{slug}", z3.Or(*danger, *(self._speaks(rule) for rule in rules)))
            surely[slug] = define(f"surely:{slug}", z3.Or(*danger, *(rule.true for rule in rules)))
        stand_ins = self._stand_ins(surely)
        self.suggested: dict[str, Formula] = {}
        self.certain: dict[str, Formula] = {}
        for slug in led:
            stands_in = z3.Or(*stand_ins[slug])
            self.suggested[slug] = define(f"suggested:{slug}", z3.Or(led[slug], stands_in))
            self.certain[slug] = define(f"certain:{slug}", z3.Or(surely[slug], z3.And(stands_in, z3.Not(led[slug]))))
        self.urgent = [define(f"urgent:{rank}", self._urgent(rank)) for rank, _ in enumerate(URGENCIES)]

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
