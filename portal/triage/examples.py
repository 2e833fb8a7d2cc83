"""Runs the editors' example situations against a rule set."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from portal.triage.engine import Decision, decide
from portal.triage.facts import from_codes
from portal.triage.grammar import Example
from portal.triage.ruleset import Ruleset

DEFAULT_MOMENT: Final = datetime(2026, 3, 10, 10, 0)  # noqa: DTZ001 - local, wherever the rules are used
"""An ordinary Tuesday morning."""


def judge(ruleset: Ruleset, example: Example) -> Decision:
    return decide(ruleset, from_codes(example.facts), example.at or DEFAULT_MOMENT)


def shortfalls(ruleset: Ruleset, example: Example) -> list[str]:
    """What came out otherwise than expected, one sentence each; empty when the example holds."""
    decision = judge(ruleset, example)
    professional = example.facts.get("as") == "professional"
    services = [s.service for s in (decision.suggestions if professional else decision.doors)]
    expect = example.expect
    wrong: list[str] = []
    if expect.first and services[:1] != [expect.first]:
        wrong.append(f"expected {expect.first} first, got {', '.join(services[:3])}")
    if expect.within_three and expect.within_three not in services[:3]:
        wrong.append(f"expected {expect.within_three} within three, got {', '.join(services[:3])}")
    if expect.urgency and decision.urgency != expect.urgency:
        wrong.append(f"expected urgency {expect.urgency}, got {decision.urgency}")
    if expect.danger is not None and set(expect.danger) != set(decision.signals):
        wrong.append(
            f"expected danger {', '.join(expect.danger) or 'none'}, got {', '.join(decision.signals) or 'none'}"
        )
    return wrong
