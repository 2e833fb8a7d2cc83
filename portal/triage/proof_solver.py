"""The solver: whether something can be so in any situation at any moment, and the smallest situation in which it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from typing import Any

import z3

from portal.triage.facts import Facts, from_codes
from portal.triage.proof_facts import FactSpace, Formula, disjunction
from portal.triage.proof_times import NEAR_DAYS, Region, regions
from portal.triage.proof_words import Situation
from portal.triage.ruleset import Ruleset

Known = frozenset[tuple[str, Any]]
"""Facts with their values."""


class Ground:
    """What every question starts from: one situation with all facts open, at one of all moments from a day on."""

    def __init__(self, ruleset: Ruleset, day: date, blocks: Iterable[Mapping[str, Any]]) -> None:
        self.space = FactSpace(ruleset, blocks)
        self.regions = regions(ruleset, day)
        self.moments = [z3.Bool(f"moment:{number}") for number, _ in enumerate(self.regions)]
        self.far = day + timedelta(days=NEAR_DAYS)
        self.near = self.when(lambda region: region.first.date() < self.far)

    def when(self, holds: Callable[[Region], bool]) -> Formula:
        """That the moment lies in a region of which something holds."""
        found = [moment for moment, region in zip(self.moments, self.regions, strict=True) if holds(region)]
        return z3.BoolVal(True) if len(found) == len(self.moments) else z3.Or(*found)

    def constraints(self) -> Iterator[Formula]:
        yield from self.space.constraints()
        yield z3.AtMost(*self.moments, 1)
        yield disjunction(self.moments)


class Solver:
    """Answers questions about some definitions. The fewer definitions it has, the faster it answers."""

    def __init__(self, ground: Ground, definitions: Iterable[Formula] = ()) -> None:
        self._ground = ground
        self._solver = z3.SolverFor("QF_FD")
        self._solver.add(*ground.constraints(), *definitions)
        self.checks = 0

    def define(self, name: str, formula: Formula) -> Formula:
        """A Boolean that stands for a formula, cheap to ask about."""
        named = z3.Bool(name)
        self._solver.add(named == formula)
        return named

    @contextmanager
    def given(self, *formulas: Formula) -> Iterator[None]:
        """Ask under these formulas too."""
        self._solver.push()
        self._solver.add(*formulas)
        try:
            yield
        finally:
            self._solver.pop()

    def satisfiable(self, *literals: Formula) -> bool:
        """Whether some situation at some moment makes all these named Booleans (or their negations) so."""
        self.checks += 1
        answer = self._solver.check(*literals)
        if answer == z3.unknown:
            raise RuntimeError(f"the solver gave up: {self._solver.reason_unknown()}")
        return bool(answer == z3.sat)

    def holding(self, formulas: Iterable[Formula]) -> list[bool]:
        """Which formulas are so in the situation that the last question found."""
        model = self._solver.model()
        return [z3.is_true(model.eval(formula, model_completion=True)) for formula in formulas]

    def smallest(self, formula: Formula) -> Situation | None:
        """Where the formula is so, or None: at a near moment if at any, with the fewest facts, as early as can be."""
        for wanted in (z3.And(formula, self._ground.near), formula):
            with self.given(wanted):
                known = self._fewest() if self.satisfiable() else None
            if known is not None:
                return self._at_its_earliest(known, formula)
        return None

    def _fewest(self) -> Known:
        """The fewest facts that will do; of several such choices the one that the rule files name first."""
        literals = sorted(self._ground.space.literals(), key=lambda literal: literal[0] != "topics")
        for most in count():
            with self.given(z3.AtMost(*(proposition for *_, proposition in literals), most)):
                if self.satisfiable():
                    return self._first_of(literals, most)
        raise AssertionError("unreachable: count() does not end")

    def _first_of(self, literals: list[tuple[str, Any, Formula]], most: int) -> Known:
        known: dict[tuple[str, Any], Formula] = {}
        for fact, value, proposition in literals:
            if len(known) < most and self.satisfiable(*known.values(), proposition):
                known[fact, value] = proposition
        return frozenset(known)

    def _at_its_earliest(self, known: Known, formula: Formula) -> Situation:
        ground = self._ground
        exactly = (p if (fact, value) in known else z3.Not(p) for fact, value, p in ground.space.literals())
        with self.given(formula, *exactly):
            at = [region for region, m in zip(ground.regions, ground.moments, strict=True) if self.satisfiable(m)]
        first = at[0].first
        return Situation(
            facts_from(known), first, always=len(at) == len(ground.regions), near=first.date() < ground.far
        )


def facts_from(known: Known) -> Facts:
    codes: dict[str, Any] = {}
    for fact, value in known:
        if fact in ("topics", "signals"):
            codes.setdefault(fact, []).append(value)
        else:
            codes[fact] = value
    return from_codes(codes)
