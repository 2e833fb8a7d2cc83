"""decide(): from facts, a rule set and a moment to urgency, danger cards and ranked services with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from portal.triage.conditions import FALSE, TRUE
from portal.triage.facts import Facts
from portal.triage.grammar import Level, Urgency
from portal.triage.ruleset import EMERGENCY_DOORS, LEVEL_NAMES, LEVELS, URGENCIES, CompiledRule, Ruleset

EMERGENCY: Final = URGENCIES.index("emergency")
AROUND: Final = frozenset({"as", "language", "signals"})
"""Facts about the talk, not about what has happened."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that spoke for a service: its sentence, the known facts it used, and whether it is certain."""

    rule: str
    because: str
    facts: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A service for this situation. `level` is strong, good or possible; `certain` is false when facts are missing."""

    service: str
    level: Level
    certain: bool
    open_now: bool
    speaks: bool
    staff_only: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What triage answers. `signals` are danger signals in card order; `suggestions` are in rank order."""

    ruleset: str
    urgency: Urgency
    signals: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def doors(self) -> tuple[Suggestion, ...]:
        """The suggestions that the person can turn to; the others are for staff to hand over to."""
        return tuple(suggestion for suggestion in self.suggestions if not suggestion.staff_only)


def decide(ruleset: Ruleset, facts: Facts, moment: datetime) -> Decision:
    """Judge one situation at one moment (naive moments are local). Pure: the same input gives the same answer."""
    local = ruleset.local(moment)
    signals = facts.signals | ruleset.signals_of_topics(facts.topics)
    if signals != facts.signals:
        facts = facts.with_fact("signals", signals)
    found, urgency = _judge_rules(ruleset, facts, local)
    if signals:
        urgency = EMERGENCY
    found = {slug: rules for slug, rules in found.items() if _something_speaks(slug, rules, facts)}
    ordered = tuple(signal for signal in ruleset.dangers if signal in signals)
    ranked = sorted(
        (_suggestion(ruleset, slug, rules, facts, ordered, local) for slug, rules in found.items()),
        key=lambda suggestion: _rank(ruleset, suggestion, bool(signals)),
    )
    return Decision(ruleset.id, URGENCIES[urgency], ordered, tuple(ranked))


def _judge_rules(
    ruleset: Ruleset, facts: Facts, local: datetime
) -> tuple[dict[str, list[tuple[CompiledRule, int]]], int]:
    """The rules that are not false, by service, and the highest urgency of the true ones."""
    day = local.date()
    found: dict[str, list[tuple[CompiledRule, int]]] = {}
    urgency = 0
    for rule in ruleset.rules:
        truth = rule.condition.test(facts)
        if truth == FALSE or not rule.valid.covers(day) or not ruleset.services[rule.service].valid.covers(day):
            continue
        found.setdefault(rule.service, []).append((rule, truth))
        if truth == TRUE and rule.urgency is not None:
            urgency = max(urgency, rule.urgency)
    if facts.signals:
        for slug in EMERGENCY_DOORS:
            found.setdefault(slug, [])
    return found, urgency


def _something_speaks(slug: str, rules: list[tuple[CompiledRule, int]], facts: Facts) -> bool:
    """Whether a rule is true, or waits for facts while at least one that it reads is known.

    A rule of which nothing at all is known would make every service possible for everybody. So would one of which
    only the entrance, the language or another danger is known: they say nothing about what has happened.
    """
    if slug in EMERGENCY_DOORS and facts.signals:
        return True
    return any(truth == TRUE or any(facts.knows(key) for key in rule.condition.reads - AROUND) for rule, truth in rules)


def _suggestion(
    ruleset: Ruleset,
    slug: str,
    rules: list[tuple[CompiledRule, int]],
    facts: Facts,
    signals: tuple[str, ...],
    local: datetime,
) -> Suggestion:
    service = ruleset.services[slug]
    reasons = [
        Reason(
            rule.id,
            rule.because,
            tuple(sorted(k for k in rule.condition.reads if facts.knows(k))),
            truth == TRUE,
        )
        for rule, truth in sorted(rules, key=lambda pair: (-pair[1], -pair[0].level))
    ]
    level = max((rule.level for rule, truth in rules if truth == TRUE), default=0)
    certain = level > 0
    if signals and slug in EMERGENCY_DOORS:
        level, certain = 3, True
        danger = (Reason(f"danger-{s}", ruleset.dangers[s].label, ("signals",), True) for s in signals)
        reasons = [*danger, *reasons]
    return Suggestion(
        service=slug,
        level=LEVEL_NAMES[max(level, 1)],
        certain=certain,
        open_now=ruleset.hours[slug].is_open(local),
        speaks=not service.languages or facts.language is None or facts.language in service.languages,
        staff_only=service.staff_only,
        reasons=tuple(reasons),
    )


def _rank(ruleset: Ruleset, suggestion: Suggestion, danger: bool) -> tuple[int, ...]:
    """Smaller comes first. Total: the declared order is unique."""
    floor = EMERGENCY_DOORS.index(suggestion.service) if danger and suggestion.service in EMERGENCY_DOORS else 99
    order = ruleset.services[suggestion.service].order
    topic_known = any("topics" in reason.facts for reason in suggestion.reasons)
    return (
        floor,
        -LEVELS[suggestion.level],
        0 if suggestion.certain else 1,
        0 if suggestion.certain or topic_known else 1,
        0 if suggestion.open_now else 1,
        0 if suggestion.speaks else 1,
        order,
    )
