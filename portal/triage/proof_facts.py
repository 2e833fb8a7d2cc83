"""Facts as propositions for a solver, and conditions as pairs of formulas: true, and possible (true or unknown).

Written from the rule files alone, not from the engine's index, so that each verifies the other. Loads the solver:
import it only where something is proven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, NamedTuple

import z3

from portal.triage.conditions import FALSE, TRUE, as_list, parse_age
from portal.triage.facts import CHOICES, OLDEST, Facts
from portal.triage.ruleset import Ruleset

Formula = Any
"""A Boolean expression of the solver, which carries no types."""

FACT_OF_KEY: Final[Mapping[str, str]] = {"topic": "topics", "signal": "signals"}
"""The fact that a key of a block reads, where the two have different names."""

ANOTHER_LANGUAGE: Final = "und"
"""The code for an undetermined language. It stands for every language that no rule names."""


class Truth(NamedTuple):
    """Kleene's three values as two formulas. `true` implies `possible`; what is possible but not true is unknown."""

    true: Formula
    possible: Formula


class FactSpace:
    """One situation with all facts open: a Boolean for each value that a fact can have.

    `blocks` are the conditions that will be asked about; `tag` tells the Booleans of two situations apart.
    """

    def __init__(self, ruleset: Ruleset, blocks: Iterable[Mapping[str, Any]], tag: str = "") -> None:
        named = list(chain.from_iterable(conditions(block) for block in blocks))
        self.age_classes = _age_classes(ruleset, [value for key, value in named if key == "age"])
        """Each age to the one that stands for it and for all its neighbours that no condition tells from it."""
        languages = {word for key, value in named if key == "language" for word in as_list(value)}
        values: dict[str, Iterable[Any]] = {
            **CHOICES,
            "area": ruleset.areas,
            "language": [*sorted(languages), ANOTHER_LANGUAGE],
            "age": sorted(set(self.age_classes.values()), key=lambda age: (age not in _ages_asked(ruleset), age)),
        }
        self.single: dict[str, dict[Any, Formula]] = {
            fact: {value: z3.Bool(f"{tag}{fact}={value}") for value in found} for fact, found in values.items()
        }
        """Facts with at most one value: fact, value, Boolean."""
        self.topics: dict[str, Formula] = {topic: z3.Bool(f"{tag}topic={topic}") for topic in ruleset.topic_ids()}
        self.signals: dict[str, Formula] = {signal: z3.Bool(f"{tag}signal={signal}") for signal in ruleset.dangers}
        self.present: dict[str, Formula] = {
            signal: disjunction([said, *(self.topics[topic] for topic in ruleset.dangers[signal].topics)])
            for signal, said in self.signals.items()
        }
        """Each danger signal, said or meant by a topic."""
        self._known = {fact: disjunction(found.values()) for fact, found in self.single.items()}
        self._known["topics"] = disjunction(self.topics.values())
        self._known["signals"] = disjunction(self.present.values())
        self._atoms: dict[tuple[str, tuple[Any, ...]], Truth] = {}

    def constraints(self) -> Iterator[Formula]:
        """What every situation keeps to: a fact has one value or none."""
        for found in self.single.values():
            yield z3.AtMost(*found.values(), 1)

    def literals(self) -> Iterator[tuple[str, Any, Formula]]:
        """Everything that can be known: fact, value, Boolean."""
        for fact, found in (*self.single.items(), ("topics", self.topics), ("signals", self.signals)):
            yield from ((fact, value, proposition) for value, proposition in found.items())

    def known(self, fact: str) -> Formula:
        """That the fact has a value; for signals, that there is danger."""
        return self._known[fact]

    def exactly(self, facts: Facts) -> list[Formula]:
        """What it takes to be just this situation, with nothing else known."""
        held = {(fact, self.stands_for(fact, facts.value(fact))) for fact in self.single}
        held |= {("topics", topic) for topic in facts.topics} | {("signals", signal) for signal in facts.signals}
        return [
            proposition if (fact, value) in held else z3.Not(proposition)
            for fact, value, proposition in self.literals()
        ]

    def stands_for(self, fact: str, value: Any) -> Any:
        """The value that stands for this one here."""
        if fact == "age" and value is not None:
            return self.age_classes[value]
        if fact == "language" and value is not None:
            return value if value in self.single["language"] else ANOTHER_LANGUAGE
        return value

    def truth(self, block: Mapping[str, Any]) -> Truth:
        """A block as written in a rule: all its keys must hold."""
        parts = [self._key(key, value) for key, value in block.items()]
        return Truth(conjunction(part.true for part in parts), conjunction(part.possible for part in parts))

    def _key(self, key: str, value: Any) -> Truth:
        if key == "not":
            inner = self.truth(value)
            return Truth(z3.Not(inner.possible), z3.Not(inner.true))
        if key == "any":
            blocks = [self.truth(block) for block in value]
            return Truth(disjunction(b.true for b in blocks), disjunction(b.possible for b in blocks))
        atom = (key, tuple(as_list(value)))
        if atom not in self._atoms:
            self._atoms[atom] = _ATOMS.get(key, _of_one_value)(self, *atom)
        return self._atoms[atom]


def conditions(block: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every key of a block with its value, those of inner blocks too, without `not` and `any` themselves."""
    for key, value in block.items():
        if key in ("not", "any"):
            for inner in as_list(value):
                yield from conditions(inner)
        else:
            yield key, value


def facts_read(block: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(FACT_OF_KEY.get(key, key) for key, _ in conditions(block))


def conjunction(formulas: Iterable[Formula]) -> Formula:
    found = list(formulas)
    return found[0] if len(found) == 1 else z3.And(*found)


def disjunction(formulas: Iterable[Formula]) -> Formula:
    found = list(formulas)
    return found[0] if len(found) == 1 else z3.Or(*found)


def _of_one_value(space: FactSpace, key: str, wanted: tuple[Any, ...]) -> Truth:
    found = space.single[key]
    true = disjunction(found[word] for word in wanted if word in found)
    return Truth(true, z3.Or(true, z3.Not(space.known(key))))


def _of_age(space: FactSpace, key: str, wanted: tuple[Any, ...]) -> Truth:
    ranges = [parse_age(text) for text in wanted]
    held = {age: max(years.holds(age) for years in ranges) for age in space.single[key]}
    true = disjunction(space.single[key][age] for age, truth in held.items() if truth == TRUE)
    possible = disjunction(space.single[key][age] for age, truth in held.items() if truth != FALSE)
    return Truth(true, z3.Or(possible, z3.Not(space.known(key))))


def _of_topics(space: FactSpace, _key: str, wanted: tuple[Any, ...]) -> Truth:
    true = disjunction(
        proposition
        for topic, proposition in space.topics.items()
        if topic in wanted or topic.partition(".")[0] in wanted
    )
    parents = sorted({topic.partition(".")[0] for topic in wanted if "." in topic})
    return Truth(true, z3.Or(true, *(space.topics[parent] for parent in parents), z3.Not(space.known("topics"))))


def _of_signals(space: FactSpace, _key: str, wanted: tuple[Any, ...]) -> Truth:
    return Truth(disjunction(space.present[signal] for signal in wanted), z3.BoolVal(True))


_ATOMS: Final[Mapping[str, Callable[[FactSpace, str, tuple[Any, ...]], Truth]]] = {
    "topic": _of_topics,
    "signal": _of_signals,
    "age": _of_age,
}
"""Conditions with a meaning of their own; all others ask for one of some words."""


def _age_classes(ruleset: Ruleset, conditions_on_age: list[Any]) -> dict[int, int]:
    """Each age to the one that stands for its class: an age that the portal asks for, or the lowest of the class."""
    ranges = sorted({parse_age(text) for value in conditions_on_age for text in as_list(value)}, key=repr)
    asked = _ages_asked(ruleset)
    classes: list[list[int]] = []
    before: list[int] | None = None
    for age in range(OLDEST + 1):
        held = [years.holds(age) for years in ranges]
        if held != before:
            classes.append([])
        classes[-1].append(age)
        before = held
    return {age: next((a for a in ages if a in asked), ages[0]) for ages in classes for age in ages}


def _ages_asked(ruleset: Ruleset) -> set[Any]:
    question = ruleset.questions.get("age")
    return {answer.value for answer in question.answers or ()} if question else set()
