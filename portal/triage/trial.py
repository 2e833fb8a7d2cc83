"""A decision laid open: everything that a person who writes rules wants to see of it, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.triage.coverage import facts_read, values_named
from portal.triage.engine import Decision, Suggestion, decide
from portal.triage.explain import answer_label
from portal.triage.facts import Facts
from portal.triage.grammar import Rule
from portal.triage.index import Reason
from portal.triage.questions import NextQuestion, next_question
from portal.triage.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Known:
    """One fact as it is known: its key, its code, and the words a person would use (Swedish)."""

    fact: str
    value: str | int
    label: str


@dataclass(frozen=True, slots=True)
class Spoke:
    """A rule that is true, or that `waits_for` facts. `used` are the known facts it looked at, in words.

    `waits_for` holds keys of facts; a key followed by `?` is known, but not closely enough (an age just outside a
    soft range, a topic without its subtopic). Doors that danger opens have no rule: `level` is then None.
    """

    rule: str
    level: str | None
    urgency: str | None
    because: str
    used: tuple[str, ...]
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A suggested service in its place. `opens_at` and `closes_at` are local moments, None when they say nothing."""

    service: str
    name: str
    level: str
    certain: bool
    staff_only: bool
    open_now: bool
    opens_at: str | None
    closes_at: str | None
    speaks: bool
    rules: tuple[Spoke, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One situation judged at one moment. `urgency_from` are the rules or danger signals that gave the urgency."""

    moment: str
    known: tuple[Known, ...]
    urgency: str
    urgency_from: tuple[str, ...]
    danger: tuple[dict[str, str], ...]
    services: tuple[Listed, ...]
    next_question: dict[str, Any] | None
    ruleset: str

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def try_facts(ruleset: Ruleset, facts: Facts, moment: datetime) -> Trial:
    """Judge facts at a moment (naive: local) and lay the decision open."""
    local = ruleset.local(moment)
    decision = decide(ruleset, facts, local)
    facts = facts.with_fact("signals", decision.signals)
    return Trial(
        moment=local.strftime("%Y-%m-%dT%H:%M"),
        known=tuple(known_facts(ruleset, facts)),
        urgency=decision.urgency,
        urgency_from=_urgency_from(ruleset, decision),
        danger=tuple({"signal": s, "card": ruleset.dangers[s].card.title} for s in decision.signals),
        services=tuple(_listed(ruleset, facts, suggestion, local) for suggestion in decision.suggestions),
        next_question=_as_plain(next_question(ruleset, facts, local)),
        ruleset=decision.ruleset,
    )


def known_facts(ruleset: Ruleset, facts: Facts) -> list[Known]:
    """Every known fact with its label, danger first, then as the questions go."""
    known = [Known("signals", signal, ruleset.dangers[signal].label) for signal in sorted(facts.signals)]
    known += [Known("topics", topic, _topic(ruleset, topic)) for topic in ruleset.topic_ids() if topic in facts.topics]
    for key in ruleset.questions:
        if facts.knows(key):
            value = facts.value(key)
            known.append(Known(key, value, _answer(ruleset, key, value)))
    rest = [*facts.choices, ("age", facts.age), ("area", facts.area), ("language", facts.language)]
    unasked = [(key, value) for key, value in rest if value is not None and key not in ruleset.questions]
    return known + [Known(key, value, _word(ruleset, key, value)) for key, value in unasked]


def _topic(ruleset: Ruleset, topic: str) -> str:
    """A subtopic together with its topic: alone it often says too little."""
    name, _, sub = topic.partition(".")
    label = ruleset.topic_label(topic) or topic
    return f"{ruleset.topic_label(name)}: {label}" if sub else label


def _answer(ruleset: Ruleset, key: str, value: str | int) -> str:
    """The answer's words. An age that no answer stands for is told in years: bands say less than is known."""
    if key == "age" and all(answer.value != value for answer in ruleset.questions[key].answers):
        return f"{value} år"
    return answer_label(ruleset, key, value) or str(value)


def _word(ruleset: Ruleset, key: str, value: str | int) -> str:
    if key == "language" and value in ruleset.languages:
        return ruleset.languages[str(value)].name
    return str(value)


def _urgency_from(ruleset: Ruleset, decision: Decision) -> tuple[str, ...]:
    """The danger signals, or the true rules, that gave the urgency; nothing when no rule names one."""
    if decision.signals:
        return tuple(f"danger {signal}" for signal in decision.signals)
    return tuple(
        f"{suggestion.service}/{reason.rule}"
        for suggestion in decision.suggestions
        for reason in suggestion.reasons
        if reason.certain and (rule := _rule(ruleset, suggestion.service, reason.rule)) is not None
        if rule.urgency == decision.urgency
    )


def _listed(ruleset: Ruleset, facts: Facts, suggestion: Suggestion, local: datetime) -> Listed:
    service, hours = ruleset.services[suggestion.service], ruleset.hours[suggestion.service]
    return Listed(
        service=suggestion.service,
        name=service.name,
        level=suggestion.level,
        certain=suggestion.certain,
        staff_only=suggestion.staff_only,
        open_now=suggestion.open_now,
        opens_at=_when(hours.opens_at(local)),
        closes_at=_when(hours.closes_at(local)),
        speaks=suggestion.speaks,
        rules=tuple(_spoke(ruleset, facts, suggestion.service, reason) for reason in suggestion.reasons),
    )


def _when(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M") if moment else None


def _spoke(ruleset: Ruleset, facts: Facts, service: str, reason: Reason) -> Spoke:
    rule = _rule(ruleset, service, reason.rule)
    labels = tuple(known.label for known in known_facts(ruleset, facts) if known.fact in reason.facts)
    if rule is None:
        return Spoke(reason.rule, None, None, reason.because, labels, ())
    waits_for = () if reason.certain else _waits_for(facts, rule)
    return Spoke(rule.id, rule.suggest, rule.urgency, reason.because, labels, waits_for)


def _waits_for(facts: Facts, rule: Rule) -> tuple[str, ...]:
    """The facts that could make the rule true: the unknown ones; if none is, those known too roughly."""
    block = rule.if_.plain()
    read = facts_read(block)
    unknown = tuple(key for key in read if not facts.knows(key))
    return unknown or tuple(f"{key}?" for key in read if _known_roughly(facts, key, block))


def _known_roughly(facts: Facts, key: str, block: Mapping[str, Any]) -> bool:
    """Whether a known fact may still leave a condition open."""
    if key == "topics":
        named = values_named(block, "topic")
        return any("." in topic and topic.partition(".")[0] in facts.topics for topic in named)
    if key == "age":
        return any(text.startswith("about ") for text in values_named(block, "age"))
    return key == "signals"  # another danger may come to light


def _rule(ruleset: Ruleset, service: str, rule_id: str) -> Rule | None:
    return next((rule for rule in ruleset.services[service].rules if rule.id == rule_id), None)


def _as_plain(question: NextQuestion | None) -> dict[str, Any] | None:
    if question is None:
        return None
    answers: Sequence[tuple[str | int, str]] = question.answers
    return {
        "fact": question.fact,
        "ask": question.ask,
        "answers": [{"value": value, "label": label} for value, label in answers],
    }
