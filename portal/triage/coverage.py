"""What the editors' examples exercise, and what none of them touches; and an example to begin with for each gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, islice, pairwise, product
from typing import Any, Final

from portal.triage.conditions import as_list
from portal.triage.engine import Decision, decide
from portal.triage.examples import DEFAULT_MOMENT, judge
from portal.triage.explain import answer_label, describe_facts
from portal.triage.facts import CHOICES, Facts, UnknownFact, from_codes
from portal.triage.grammar import Rule
from portal.triage.ruleset import Ruleset

MOST_TRIES: Final = 5_000
"""Situations tried before a rule is given up as one that may never be true."""

FACT_OF: Final[Mapping[str, str]] = {"topic": "topics", "signal": "signals"}
"""The fact a condition reads, where its key has another name."""


@dataclass(frozen=True)
class Coverage:
    """What no example exercises. `rules` are (service, rule) pairs that are true in no example, in file order."""

    all_rules: int
    rules: tuple[tuple[str, str], ...]
    topics: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    signals: tuple[str, ...]

    @property
    def exercised(self) -> int:
        return self.all_rules - len(self.rules)


def coverage(ruleset: Ruleset) -> Coverage:
    """Judge every example and see what none of them makes true or uses."""
    fired: set[tuple[str, str]] = set()
    signals: set[str] = set()
    used: list[Facts] = []
    for _file, example in ruleset.examples:
        decision = judge(ruleset, example)
        fired |= true_rules(decision)
        signals.update(decision.signals)
        used.append(from_codes(example.facts))
    written = [(slug, rule.id) for slug, service in ruleset.services.items() for rule in service.rules]
    topics = {part for facts in used for topic in facts.topics for part in (topic, topic.partition(".")[0])}
    return Coverage(
        all_rules=len(written),
        rules=tuple(pair for pair in written if pair not in fired),
        topics=tuple(topic for topic in ruleset.topic_ids() if topic not in topics),
        answers=tuple(_unused_answers(ruleset, used)),
        signals=tuple(signal for signal in ruleset.dangers if signal not in signals),
    )


def true_rules(decision: Decision) -> set[tuple[str, str]]:
    """(service, rule) of every rule that is certain in a decision."""
    return {(s.service, reason.rule) for s in decision.suggestions for reason in s.reasons if reason.certain}


def _unused_answers(ruleset: Ruleset, used: Sequence[Facts]) -> Iterator[tuple[str, str]]:
    """(fact, label) of the answers that no example gives. An age belongs to the nearest band, as on the pages."""
    for key, question in ruleset.questions.items():
        given = {answer_label(ruleset, key, facts.value(key)) for facts in used if facts.knows(key)}
        if key == "area":
            labels = [area.name for area in ruleset.areas.values()]
        else:
            labels = [answer.label for answer in question.answers]
        yield from ((key, label) for label in labels if label not in given)


def skeleton(ruleset: Ruleset, service: str, rule_id: str) -> dict[str, Any] | None:
    """An example in the shape of the files for one rule, from the fewest facts that make the rule true.

    It expects what comes out now: an editor has to say whether that is right. None when nothing tried makes it true.
    """
    rule = next(rule for rule in ruleset.services[service].rules if rule.id == rule_id)
    moment = _moment_within(ruleset, service, rule)
    facts = smallest_facts(ruleset, service, rule, moment)
    if facts is None:
        return None
    decision = decide(ruleset, facts, moment)
    listed = decision.suggestions if facts.choice("as") == "professional" else decision.doors
    labels = [ruleset.dangers[signal].label for signal in sorted(facts.signals)]
    described = ", ".join([*labels, *(label for _key, label in describe_facts(ruleset, facts))])
    return {
        "name": f"{described or 'En situation'} ({rule_id})",
        "facts": facts.to_codes(),
        **({} if moment == DEFAULT_MOMENT else {"at": moment.strftime("%Y-%m-%dT%H:%M")}),
        "expect": {
            **({"first": listed[0].service} if listed else {}),
            "urgency": decision.urgency,
            "danger": list(decision.signals),
        },
    }


def smallest_facts(ruleset: Ruleset, service: str, rule: Rule, moment: datetime) -> Facts | None:
    """The fewest facts under which the rule is true at `moment`; None when none of those tried makes it true."""
    values = _values(ruleset, rule.if_.plain())
    for facts in islice(_combinations(values), MOST_TRIES):
        if (service, rule.id) in true_rules(decide(ruleset, facts, moment)):
            return facts
    return None


def _combinations(values: Mapping[str, Sequence[Any]]) -> Iterator[Facts]:
    """Every choice of values for no fact, for each one, for each two …"""
    for size in range(len(values) + 1):
        for keys in combinations(values, size):
            for chosen in product(*([(key, value) for value in values[key]] for key in keys)):
                try:
                    yield from_codes(dict(chosen))
                except UnknownFact:  # an age beyond the oldest
                    continue


def _values(ruleset: Ruleset, block: Mapping[str, Any]) -> dict[str, list[Any]]:
    """For each fact that a block reads, the values worth trying: those it names first, then others."""
    named: dict[str, list[Any]] = {}
    for key, value in _conditions(block):
        named.setdefault(FACT_OF.get(key, key), []).extend(as_list(value))
    return {fact: _worth_trying(ruleset, fact, words) for fact, words in named.items()}


def _conditions(block: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every key and value of a block and the blocks in it."""
    for key, value in block.items():
        if key in ("not", "any"):
            for inner in as_list(value):
                yield from _conditions(inner)
        else:
            yield key, value


def facts_read(block: Mapping[str, Any]) -> tuple[str, ...]:
    """The facts that a written block looks at, each once, in the order of the block."""
    return tuple(dict.fromkeys(FACT_OF.get(key, key) for key, _value in _conditions(block)))


def values_named(block: Mapping[str, Any], key: str) -> list[Any]:
    """Every value that a written block and the blocks in it name for a condition."""
    return [value for name, values in _conditions(block) if name == key for value in as_list(values)]


def _worth_trying(ruleset: Ruleset, fact: str, named: Sequence[Any]) -> list[Any]:
    if fact == "age":
        return _ages(named)
    others: Sequence[str] = CHOICES.get(fact, ())
    if fact in ("area", "language"):
        others = tuple(ruleset.areas if fact == "area" else ruleset.languages)
    elif fact == "topics":
        others = tuple(ruleset.topics)
    words = list(dict.fromkeys([*named, *others]))
    if fact not in ("topics", "signals"):
        return words
    # Several may be known at once, and a rule may ask for two.
    return [[word] for word in words] + [list(pair) for pair in combinations(dict.fromkeys(named), 2)]


def _ages(ranges: Sequence[str]) -> list[int]:
    """Ages inside the ranges, then at their edges and beyond the soft edge."""
    numbers = [int(digits) for text in ranges for digits in "".join(c if c.isdigit() else " " for c in text).split()]
    middles = [sum(pair) // 2 for pair in pairwise(numbers)]
    beyond = [number + step for number in numbers for step in (0, -1, 1, -3, 3)]
    return [age for age in dict.fromkeys([*middles, *beyond]) if age >= 0]


def _moment_within(ruleset: Ruleset, service: str, rule: Rule) -> datetime:
    """The ordinary moment of examples, or one on a day when both the rule and its service hold."""
    ordinary = DEFAULT_MOMENT
    periods = (rule.valid, ruleset.services[service].valid)
    if all(period.covers(ordinary.date()) for period in periods):
        return ordinary
    begins = [period.from_ for period in periods if period.from_]
    day = max(begins) if begins else min(period.to for period in periods if period.to)
    return datetime.combine(day, ordinary.time())
