"""prove(): what must hold in every situation at every moment, decided for all of them and not for samples.

docs/proofs.md says what is proven and under which abstraction. The solver is loaded only when something is proven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Any

from portal.triage.proof_words import LineOf, Situation, as_example, examples_text, place
from portal.triage.ruleset import Ruleset
from portal.triage.yaml_source import Path

if TYPE_CHECKING:
    from portal.triage.proof_formulas import Encoding


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that a proof found wrong: where to look, and what happens in which situation."""

    file: str
    path: Path
    text: str
    situation: Situation | None = None
    expect: dict[str, Any] = field(default_factory=dict)
    """What should come out instead, as in example files; empty when no situation shows the fault."""
    notice: bool = False
    """Whether it is only something to know."""

    @property
    def stops(self) -> bool:
        """Whether it is an error. What comes about more than a year ahead is none yet."""
        return not self.notice and (self.situation is None or self.situation.near)


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome of one proof. `claim` says what holds, `checks` how many questions were decided, in `seconds`."""

    name: str
    claim: str
    checks: int
    seconds: float
    broken: tuple[str, ...]
    """One sentence for each way in which the claim does not hold."""
    notices: tuple[str, ...]
    example: str
    """The smallest situations that break it, as an example file; empty when it holds or no situation shows it."""

    @property
    def holds(self) -> bool:
        return not self.broken

    @property
    def sentence(self) -> str:
        """What is wrong, one line for each thing; empty when it holds."""
        return "\n".join(self.broken)


Search = Callable[["Encoding"], Iterator[Gap]]
"""Looks for what breaks one claim."""


def prove(ruleset: Ruleset, *, day: date, line_of: LineOf | None = None) -> list[Proof]:
    """Try to break every claim about a rule set from `day` on. `line_of` gives the line of a path in a file."""
    from portal.triage import proof_help, proof_questions, proof_rules
    from portal.triage.proof_formulas import Encoding

    started = perf_counter()
    encoding = Encoding(ruleset, day)
    proofs: list[Proof] = []
    searches = (*proof_help.SEARCHES, *proof_rules.SEARCHES, *proof_questions.SEARCHES)
    for name, claim, search in searches:
        before = encoding.checks
        gaps = list(search(encoding))
        now = perf_counter()
        proofs.append(_outcome(ruleset, name, claim, gaps, line_of, encoding.checks - before, now - started))
        started = now
    return proofs


def _outcome(
    ruleset: Ruleset, name: str, claim: str, gaps: list[Gap], line_of: LineOf | None, checks: int, seconds: float
) -> Proof:
    errors = [gap for gap in gaps if gap.stops]
    shown = [(gap.situation, gap.expect) for gap in errors if gap.situation is not None]
    return Proof(
        name=name,
        claim=claim,
        checks=checks,
        seconds=seconds,
        broken=tuple(f"{place(gap.file, gap.path, line_of)}: {gap.text}" for gap in errors),
        notices=tuple(f"{place(gap.file, gap.path, line_of)}: {gap.text}" for gap in gaps if not gap.stops),
        example=examples_text(as_example(ruleset, name, situation, expect) for situation, expect in shown),
    )
