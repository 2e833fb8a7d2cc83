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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Final, NamedTuple

from portal.triage.conditions import FALSE, TRUE, UNKNOWN, Alternative, Condition, Literal
from portal.triage.facts import CHOICES, OLDEST, Facts
from portal.triage.grammar import Validity

FACTS: Final = (*CHOICES, "area", "language", "age", "topics", "signals")
"""The facts that rules may read; the position is the fact's bit."""

BIT: Final[Mapping[str, int]] = {fact: 1 << position for position, fact in enumerate(FACTS)}
_AREA, _LANGUAGE, _AGE, _TOPICS, _SIGNALS = (BIT[fact] for fact in FACTS[-5:])
MOST_KNOWN_SETS: Final = 512
"""Sets of known facts that are kept worked out."""
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

    def reason(self, known: int, *, certain: bool) -> Reason:
        return Reason(self.id, self.because, fact_names(self.reads & known), certain)


def fact_names(known: int) -> tuple[str, ...]:
    return tuple(sorted(fact for fact, bit in BIT.items() if known & bit))


def fact_bits(names: Iterable[str]) -> int:
    return reduce(or_, (BIT[name] for name in names), 0)


def bits(number: int) -> Iterator[int]:
    """The positions of its one-bits, the highest first."""
    while number:
        bit = number.bit_length() - 1
        yield bit
        number ^= 1 << bit


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

    def with_column(self, row: int, i: int, truth: int) -> int:
        """The row with another truth in one column."""
        true, possible = 1 << i, 1 << self.width + i
        row &= ~(true | possible)
        return row | (possible if truth != FALSE else 0) | (true if truth == TRUE else 0)


class _Reasons(dict[int, Reason]):
    """The reasons of all rules, certain or not, when certain facts are known; each made when first asked for."""

    def __init__(self, rules: Sequence[CompiledRule], known: int, *, certain: bool) -> None:
        self._rules = rules
        self._known = known
        self._certain = certain

    def __missing__(self, bit: int) -> Reason:
        made = self[bit] = self._rules[bit].reason(self._known, certain=self._certain)
        return made


class _OfKnown(NamedTuple):
    """What follows from which facts are known, whatever they are."""

    row: int
    """The row that all unknown facts leave."""
    speaking: int
    """The rules that read a known fact other than those AROUND."""
    certain: _Reasons
    unsure: _Reasons


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
        self._rules = tuple(rules)
        self._of_known: dict[int, _OfKnown] = {}

    def judge(self, facts: Facts) -> tuple[int, int, int]:
        """Bits of the true rules, of the possible ones (true or unknown), and of the facts that are known."""
        known = 0
        row = self._all
        choices = self._choices
        for pair in facts.choices:
            of_value, bit = choices[pair]
            row &= of_value
            known |= bit
        if facts.age is not None:
            row &= self._ages[facts.age]
            known |= _AGE
        if facts.area is not None:
            row &= self._areas.get(facts.area)
            known |= _AREA
        if facts.language is not None:
            row &= self._languages.get(facts.language)
            known |= _LANGUAGE
        if facts.topics:
            row &= self._topics.of(facts.topics)
            known |= _TOPICS
        if facts.signals:
            row &= self._signals.of(facts.signals)
            known |= _SIGNALS
        row &= (self._of_known.get(known) or self._learn(known)).row
        true, possible = row & self._half, row >> self._width
        if possible & self._lower:
            true, possible = self._gather(true), self._gather(possible)
        return true >> self._further, possible >> self._further, known

    def speaking(self, known: int) -> int:
        """The rules that read at least one of the known facts, other than those AROUND."""
        return (self._of_known.get(known) or self._learn(known)).speaking

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

    def reasons(self, known: int, *, certain: bool) -> Mapping[int, Reason]:
        """By the bit of a rule: the reason it gives when these facts are known. All decisions share them."""
        of_known = self._of_known.get(known) or self._learn(known)
        return of_known.certain if certain else of_known.unsure

    def _learn(self, known: int) -> _OfKnown:
        """What follows from which facts are known: there are 2**11 such sets, and people come with a few dozen."""
        unknown = [fact for fact in FACTS if not known & BIT[fact]]
        row = reduce(and_, (self._unknown[fact] for fact in unknown), self._all)
        spoken = (self._reads[fact] for fact in FACTS if known & BIT[fact] and fact not in AROUND)
        if len(self._of_known) >= MOST_KNOWN_SETS:
            self._of_known = {}
        learned = self._of_known[known] = _OfKnown(
            row,
            reduce(or_, spoken, 0),
            _Reasons(self._rules, known, certain=True),
            _Reasons(self._rules, known, certain=False),
        )
        return learned

    def _make_rows(self, make: _Rows, reading: Mapping[str, Reading], words: Mapping[str, Iterable[str]]) -> None:
        self._unknown = {fact: make.for_value(reading[fact], None) for fact in FACTS}
        self._choices = {
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
    """Rows by value. Most rules do not name a value: for these it is a stranger, and all strangers are judged alike."""

    def __init__(self, make: _Rows, reading: Reading, values: Iterable[str]) -> None:
        self._make = make
        self._strange = make.for_value(reading, STRANGER)
        self._naming = _by_word_named(reading)
        self._rows = {value: self._make_row(value) for value in values}

    def get(self, value: str) -> int:
        """The row of a value; made anew each time for one that nobody foresaw."""
        row = self._rows.get(value)
        return self._make_row(value) if row is None else row

    def _make_row(self, value: str) -> int:
        naming = {i: literals for word in (value, value.partition(".")[0]) for i, literals in self._naming[word]}
        row = self._strange
        for i, literals in naming.items():
            row = self._make.with_column(row, i, min(literal.of_value(value) for literal in literals))
        return row


STRANGER: Final = ""
"""A value that no rule can name."""


def _by_word_named(reading: Reading) -> Mapping[str, Reading]:
    """The columns that name a word, or a part of it: a rule about home.violence has something to say about home."""
    naming: dict[str, list[tuple[int, Sequence[Literal]]]] = defaultdict(list)
    for i, literals in reading:
        words = {word for literal in literals for word in literal.wanted}
        for word in words | {word.partition(".")[0] for word in words}:
            naming[word].append((i, literals))
    return naming
