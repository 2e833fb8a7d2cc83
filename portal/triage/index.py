"""All rules side by side: one bit for each rule, one number for each value of a fact.

The idea is that of a bitmap index. For every value that a fact can have, a row tells which rules that value leaves
true and which it leaves possible (true or unknown); the rules for a situation are the rows of its facts, and-ed.
So a decision costs a few operations on whole numbers, however many rules there are.

A row is one integer of two halves: bit i of the lower half says that rule i can still be true, bit i of the upper
half that it can still be possible. A fact that is unknown leaves every rule possible and true only those that do not
read it. A rule that is a choice (`any`) has one bit for each further alternative, below those of the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any, Final, NamedTuple

from portal.triage.conditions import FALSE, TRUE, UNKNOWN, Alternative, Condition, Literal
from portal.triage.facts import CHOICES, OLDEST, Facts
from portal.triage.grammar import Validity

FACTS: Final = (*CHOICES, "area", "language", "age", "topics", "signals")
"""The facts that rules may read; the position is the fact's bit in `Verdicts.known`."""

BIT: Final[Mapping[str, int]] = {fact: 1 << position for position, fact in enumerate(FACTS)}
_AREA, _LANGUAGE, _AGE, _TOPICS, _SIGNALS = (BIT[fact] for fact in FACTS[-5:])
AROUND: Final = frozenset({"as", "language", "signals"})
"""Facts about the talk, not about what has happened: knowing only these makes no rule speak."""


class Reason(NamedTuple):
    """A rule that spoke for a service: its sentence, the known facts it used, and whether it is certain."""

    rule: str
    because: str
    facts: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to be judged. `level` is 1 to 3, `urgency` 0 to 3 or None; higher is stronger."""

    id: str
    service: str
    condition: Condition
    level: int
    urgency: int | None
    because: str
    valid: Validity
    reads: int
    """The facts that the condition reads, as bits of `BIT`."""
    _reasons: dict[int, Reason] = field(default_factory=dict, compare=False, repr=False)

    def reason(self, known: int, *, certain: bool) -> Reason:
        """The reason that this rule gives. Made once for each set of facts it can use, then shared by all decisions."""
        used = self.reads & known
        key = used << 1 | certain
        found = self._reasons.get(key)
        if found is None:
            found = self._reasons[key] = Reason(self.id, self.because, fact_names(used), certain)
        return found


def fact_names(bits: int) -> tuple[str, ...]:
    return tuple(sorted(fact for fact, bit in BIT.items() if bits & bit))


def fact_bits(names: Iterable[str]) -> int:
    return reduce(or_, (BIT[name] for name in names), 0)


class Verdicts(NamedTuple):
    """What the facts make of all rules: bits of true and of possible rules (true ones among them), and known facts."""

    true: int
    possible: int
    known: int


Reading = Sequence[tuple[int, Sequence[Literal]]]
"""Columns that read one fact, each with its literals about that fact."""


class _Rows:
    """Makes rows for a given number of columns."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.half = (1 << width) - 1
        self.all = self.half << width | self.half

    def for_value(self, reading: Reading, value: Any) -> int:
        """The row of one value of a fact; None stands for the fact being unknown."""
        true = possible = self.half
        for i, literals in reading:
            truth = UNKNOWN if value is None else min(literal.of_value(value) for literal in literals)
            if truth != TRUE:
                true ^= 1 << i
            if truth == FALSE:
                possible ^= 1 << i
        return possible << self.width | true


class RuleIndex:
    """The rules of a rule set as rows of bits. Never changed once made; `judge` may be called by many threads."""

    def __init__(self, rules: Sequence[CompiledRule], words: Mapping[str, Iterable[str]]) -> None:
        """`rules`, the weakest first: rule i gets bit i of every result.

        `words` are all values that exist of topics, signals, area and language.
        """
        further = [(i, literals) for i, rule in enumerate(rules) for literals in rule.condition.alternatives[1:]]
        first = [rule.condition.alternatives[0] if rule.condition.alternatives else None for rule in rules]
        self._further = len(further)
        self._owners = tuple(i for i, _ in further)
        self._lower = (1 << self._further) - 1
        columns = [*(literals for _, literals in further), *first]
        self._width = len(columns)
        self._half = (1 << self._width) - 1
        make = _Rows(self._width)
        self._reads = {fact: sum(1 << i for i, rule in enumerate(rules) if rule.reads & BIT[fact]) for fact in FACTS}
        never = sum(1 << i for i, literals in enumerate(columns) if literals is None)
        self._all = make.all ^ (never << self._width | never)
        self._make_rows(make, _reading_by_fact(columns), words)
        self._of_known: dict[int, tuple[int, int]] = {}

    def judge(self, facts: Facts) -> Verdicts:
        """Every rule's truth for a situation."""
        known = 0
        verdict = self._all
        rows = self._rows
        for pair in facts.choices:
            row, bit = rows[pair]
            verdict &= row
            known |= bit
        if facts.age is not None:
            verdict &= self._ages[facts.age]
            known |= _AGE
        if facts.area is not None:
            verdict &= self._areas.get(facts.area)
            known |= _AREA
        if facts.language is not None:
            verdict &= self._languages.get(facts.language)
            known |= _LANGUAGE
        if facts.topics:
            verdict &= self._topics.of(facts.topics)
            known |= _TOPICS
        if facts.signals:
            verdict &= self._signals.of(facts.signals)
            known |= _SIGNALS
        unread, _ = self._of_known.get(known) or self._learn(known)
        verdict &= unread
        true, possible = verdict & self._half, verdict >> self._width
        if possible & self._lower:
            true, possible = self._gather(true), self._gather(possible)
        return Verdicts(true >> self._further, possible >> self._further, known)

    def speaking(self, known: int) -> int:
        """The rules that read at least one of the known facts, other than those AROUND."""
        return (self._of_known.get(known) or self._learn(known))[1]

    def reading(self, fact: str) -> int:
        """The rules that read this fact."""
        return self._reads[fact]

    def _gather(self, columns: int) -> int:
        """Give a rule its bit when one of its further alternatives has one."""
        rest = columns & self._lower
        while rest:
            top = rest.bit_length() - 1
            columns |= 1 << self._owners[top] + self._further
            rest ^= 1 << top
        return columns

    def _learn(self, known: int) -> tuple[int, int]:
        """For a set of known facts: the row that all unknown ones leave, and the rules that may speak.

        Kept for the next decision: there are at most 2**11 such sets, and a rule set meets a few dozen.
        """
        unknown = [fact for fact in FACTS if not known & BIT[fact]]
        row = reduce(and_, (self._unknown[fact] for fact in unknown), self._all)
        spoken = (self._reads[fact] for fact in FACTS if known & BIT[fact] and fact not in AROUND)
        learned = self._of_known[known] = (row, reduce(or_, spoken, 0))
        return learned

    def _make_rows(self, make: _Rows, reading: Mapping[str, Reading], words: Mapping[str, Iterable[str]]) -> None:
        self._unknown = {fact: make.for_value(reading[fact], None) for fact in FACTS}
        self._rows = {
            (fact, value): (make.for_value(reading[fact], value), BIT[fact])
            for fact, values in CHOICES.items()
            for value in values
        }
        self._ages = _age_rows(make, reading["age"])
        self._areas = _ValueRows(make, reading["area"], words["area"])
        self._languages = _ValueRows(make, reading["language"], words["language"])
        self._topics = _SetRows(make, reading["topics"], words["topics"])
        self._signals = _SetRows(make, reading["signals"], words["signals"])


def _reading_by_fact(columns: Sequence[Alternative | None]) -> Mapping[str, Reading]:
    reading: dict[str, list[tuple[int, list[Literal]]]] = {fact: [] for fact in FACTS}
    for i, literals in enumerate(columns):
        of_fact: dict[str, list[Literal]] = defaultdict(list)
        for literal in literals or ():
            of_fact[literal.fact].append(literal)
        for fact, found in of_fact.items():
            reading[fact].append((i, found))
    return reading


def _age_rows(make: _Rows, reading: Reading) -> tuple[int, ...]:
    """One row a year. Neighbouring years that no rule tells apart share theirs."""
    ranges = {years for _, literals in reading for literal in literals for years in literal.wanted}
    rows: list[int] = []
    before: list[int] | None = None
    for age in range(OLDEST + 1):
        held = [years.holds(age) for years in ranges]
        rows.append(rows[-1] if held == before else make.for_value(reading, age))
        before = held
    return tuple(rows)


class _SetRows:
    """Rows of a fact of which several values may be known at once: topics, signals.

    A wanted value holds when one of the known ones is it, so the rows of all known values are or-ed; under `not` none
    may be it, so they are and-ed. Several wanted values in one alternative need a layer of rows each.
    """

    def __init__(self, make: _Rows, reading: Reading, values: Iterable[str]) -> None:
        values = list(values)
        layers: list[list[tuple[int, list[Literal]]]] = []
        unwanted: list[tuple[int, list[Literal]]] = []
        for i, literals in reading:
            for layer, literal in enumerate(literal for literal in literals if not literal.negated):
                if layer == len(layers):
                    layers.append([])
                layers[layer].append((i, [literal]))
            if banned := [literal for literal in literals if literal.negated]:
                unwanted.append((i, banned))
        self._all = make.all
        self._wanted = tuple(_ValueRows(make, layer, values) for layer in layers)
        self._unwanted = (_ValueRows(make, unwanted, values),) if unwanted else ()

    def of(self, known: frozenset[str]) -> int:
        row = self._all
        for layer in self._wanted:
            held = 0
            for value in known:
                held |= layer.get(value)
            row &= held
        for layer in self._unwanted:
            for value in known:
                row &= layer.get(value)
        return row


class _ValueRows:
    """Rows by value. For a value that nobody foresaw the row is made anew each time."""

    def __init__(self, make: _Rows, reading: Reading, values: Iterable[str]) -> None:
        self._make = make
        self._reading = reading
        self._rows = {value: make.for_value(reading, value) for value in values}

    def get(self, value: str) -> int:
        row = self._rows.get(value)
        return self._make.for_value(self._reading, value) if row is None else row
