"""The closed list of conditions. Each answers true, false or unknown, and knows which facts it reads.

Kleene's three values are small integers, so that "and" is min, "or" is max and "not" is 2 - x.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from portal.triage.facts import CHOICES, Facts

FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2

SOFT_EDGE_YEARS: Final = 2
"""How far outside an "about" age range still counts as unknown instead of false."""

Test = Callable[[Facts], int]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled block of a rule: `test(facts)` gives FALSE, UNKNOWN or TRUE; `reads` are the facts it looks at."""

    test: Test
    reads: frozenset[str]


class BadCondition(ValueError):
    """A condition that cannot be read; `key` says where in the block, `allowed` what would do."""

    def __init__(self, key: str, value: object, allowed: str) -> None:
        super().__init__(f"{key}: {value!r} is not understood; allowed: {allowed}")
        self.key = key
        self.value = value
        self.allowed = allowed


_AGE = re.compile(
    r"^(?P<soft>about )?(?:(?P<low>\d{1,3})-(?P<high>\d{1,3})|under (?P<under>\d{1,3})|(?P<from>\d{1,3})\+)$"
)
AGE_FORMS: Final = "10-25, about 10-25, under 18, 18+"


@dataclass(frozen=True, slots=True)
class AgeRange:
    """Years from `low` to `high`, both included; `soft` edges fade over SOFT_EDGE_YEARS."""

    low: int
    high: int
    soft: bool = False

    def holds(self, age: int) -> int:
        if self.low <= age <= self.high:
            return TRUE
        if self.soft and self.low - SOFT_EDGE_YEARS <= age <= self.high + SOFT_EDGE_YEARS:
            return UNKNOWN
        return FALSE


def parse_age(text: object) -> AgeRange:
    """`about 10-25`, `10-25`, `under 18` or `18+`. Raises BadCondition."""
    match = _AGE.match(str(text).strip())
    if not match:
        raise BadCondition("age", text, AGE_FORMS)
    soft = bool(match["soft"])
    if match["under"]:
        return AgeRange(0, int(match["under"]) - 1, soft)
    if match["from"]:
        return AgeRange(int(match["from"]), 999, soft)
    low, high = int(match["low"]), int(match["high"])
    if low > high:
        raise BadCondition("age", text, "the lower age first, as in 10-25")
    return AgeRange(low, high, soft)


def compile_block(block: Mapping[str, Any]) -> Condition:
    """A block of keys that must all hold. An empty block always holds. Raises BadCondition."""
    parts = [_COMPILERS[key](key, value) for key, value in block.items()]
    reads: frozenset[str] = frozenset().union(*(part.reads for part in parts))
    tests = tuple(part.test for part in parts)
    if len(tests) == 1:
        return Condition(tests[0], reads)

    def all_hold(facts: Facts) -> int:
        truth = TRUE
        for test in tests:
            truth = min(truth, test(facts))
            if truth == FALSE:
                return FALSE
        return truth

    return Condition(all_hold, reads)


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _topic(_key: str, value: Any) -> Condition:
    wanted = frozenset(as_list(value))
    parents = frozenset(topic.partition(".")[0] for topic in wanted if "." in topic)

    def test(facts: Facts) -> int:
        if not facts.topics:
            return UNKNOWN
        truth = FALSE
        for topic in facts.topics:
            if topic in wanted or topic.partition(".")[0] in wanted:
                return TRUE
            if topic in parents:  # known only as "home": "home.violence" may still be so
                truth = UNKNOWN
        return truth

    return Condition(test, frozenset({"topics"}))


def _signal(_key: str, value: Any) -> Condition:
    wanted = frozenset(as_list(value))
    return Condition(lambda facts: TRUE if facts.signals & wanted else UNKNOWN, frozenset({"signals"}))


def _age_condition(_key: str, value: Any) -> Condition:
    ranges = tuple(parse_age(text) for text in as_list(value))

    def test(facts: Facts) -> int:
        if facts.age is None:
            return UNKNOWN
        return max(part.holds(facts.age) for part in ranges)

    return Condition(test, frozenset({"age"}))


def _one_of(key: str, value: Any) -> Condition:
    wanted = frozenset(as_list(value))
    if key in CHOICES:
        for word in wanted:
            if word not in CHOICES[key]:
                raise BadCondition(key, word, ", ".join(CHOICES[key]))

    def test(facts: Facts) -> int:
        known = facts.value(key)
        if known is None:
            return UNKNOWN
        return TRUE if known in wanted else FALSE

    return Condition(test, frozenset({key}))


def _not(_key: str, value: Any) -> Condition:
    inner = compile_block(value)
    return Condition(lambda facts: TRUE - inner.test(facts), inner.reads)


def _any(_key: str, value: Any) -> Condition:
    blocks = tuple(compile_block(block) for block in as_list(value))
    tests = tuple(block.test for block in blocks)
    reads: frozenset[str] = frozenset().union(*(block.reads for block in blocks))
    return Condition(lambda facts: max((test(facts) for test in tests), default=FALSE), reads)


_COMPILERS: Final[Mapping[str, Callable[[str, Any], Condition]]] = {
    "topic": _topic,
    "signal": _signal,
    "age": _age_condition,
    "area": _one_of,
    "language": _one_of,
    **dict.fromkeys(CHOICES, _one_of),
    "not": _not,
    "any": _any,
}
CONDITION_KEYS: Final = tuple(_COMPILERS)
