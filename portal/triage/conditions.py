"""The closed list of conditions. Each answers true, false or unknown, and knows which facts it reads.

Kleene's three values are small integers, so that "and" is min, "or" is max and "not" is 2 - x. They form a
distributive lattice, so a block of any shape may be written as alternatives without changing a single answer:
it is as true as its truest alternative, and an alternative is as true as its least true literal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, Final

from portal.triage.facts import CHOICES, Facts

FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2

SOFT_EDGE_YEARS: Final = 2
"""How far outside an "about" age range still counts as unknown instead of false."""

MOST_ALTERNATIVES: Final = 64
"""Alternatives that `any` may multiply to in one rule. More is a mistake, and no editor could read it."""


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


@lru_cache(maxsize=512)
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


@dataclass(frozen=True, slots=True)
class Literal:
    """One key of a block: a fact and what it should be. Negated under an odd number of `not`."""

    fact: str
    wanted: frozenset[Any]
    negated: bool = False

    def of_value(self, value: Any) -> int:
        """How true one known value makes it: a topic, a signal, an age in years, a word."""
        truth = _TRUTH_OF_VALUE.get(self.fact, _is_wanted)(self.wanted, value)
        return TRUE - truth if self.negated else truth

    def truth(self, facts: Facts) -> int:
        """How true a situation makes it. Of several topics or signals one is enough, and under `not` one too many."""
        known = facts.value(self.fact)
        if self.fact not in SETS:
            return UNKNOWN if known is None else self.of_value(known)
        answers = (self.of_value(value) for value in known)
        return min(answers, default=UNKNOWN) if self.negated else max(answers, default=UNKNOWN)


SETS: Final = frozenset({"topics", "signals"})
"""Facts of which several may be known at once."""


def _topic_truth(wanted: frozenset[str], topic: str) -> int:
    if topic in wanted or topic.partition(".")[0] in wanted:
        return TRUE
    # Known only as "home": "home.violence" may still be so.
    return UNKNOWN if any(part.startswith(f"{topic}.") for part in wanted) else FALSE


def _signal_truth(wanted: frozenset[str], signal: str) -> int:
    return TRUE if signal in wanted else UNKNOWN  # another danger does not rule this one out


def _age_truth(wanted: frozenset[AgeRange], age: int) -> int:
    return max(years.holds(age) for years in wanted)


def _is_wanted(wanted: frozenset[str], value: str) -> int:
    return TRUE if value in wanted else FALSE


_TRUTH_OF_VALUE: Final[Mapping[str, Callable[[Any, Any], int]]] = {
    "topics": _topic_truth,
    "signals": _signal_truth,
    "age": _age_truth,
}

Alternative = tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled block: it holds when one of its alternatives does. `reads` are the facts it looks at."""

    alternatives: tuple[Alternative, ...]
    reads: frozenset[str]

    def truth(self, facts: Facts) -> int:
        """FALSE, UNKNOWN or TRUE. The plain way, one rule at a time; the engine's index must say the same."""
        return max(
            (min((literal.truth(facts) for literal in literals), default=TRUE) for literals in self.alternatives),
            default=FALSE,
        )


def compile_block(block: Mapping[str, Any]) -> Condition:
    """A block of keys that must all hold. An empty block always holds. Raises BadCondition."""
    alternatives = _alternatives(block)
    return Condition(alternatives, frozenset(literal.fact for literals in alternatives for literal in literals))


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _alternatives(block: Mapping[str, Any], *, negated: bool = False) -> tuple[Alternative, ...]:
    """Under `not`, a block that must hold becomes a choice of keys that must not."""
    parts = [_of_key(key, value, negated=negated) for key, value in block.items()]
    return _one_of(parts) if negated else _all_of(parts)


def _of_key(key: str, value: Any, *, negated: bool) -> tuple[Alternative, ...]:
    if key == "not":
        return _alternatives(value, negated=not negated)
    if key == "any":
        parts = [_alternatives(block, negated=negated) for block in as_list(value)]
        return _all_of(parts) if negated else _one_of(parts)
    return ((replace(_literal(key, value), negated=negated),),)


def _one_of(parts: Iterable[tuple[Alternative, ...]]) -> tuple[Alternative, ...]:
    return tuple(dict.fromkeys(alternative for part in parts for alternative in part))


def _all_of(parts: list[tuple[Alternative, ...]]) -> tuple[Alternative, ...]:
    if prod(len(part) for part in parts) > MOST_ALTERNATIVES:
        raise BadCondition("any", "…", f"at most {MOST_ALTERNATIVES} alternatives in one rule; write several rules")
    return tuple(
        dict.fromkeys(tuple(dict.fromkeys(literal for part in row for literal in part)) for row in product(*parts))
    )


def _literal(key: str, value: Any) -> Literal:
    wanted = as_list(value)
    if key == "age":
        return Literal("age", frozenset(parse_age(text) for text in wanted))
    for word in wanted if key in CHOICES else ():
        if word not in CHOICES[key]:
            raise BadCondition(key, word, ", ".join(CHOICES[key]))
    return Literal(FACT_READ[key], frozenset(wanted))


FACT_READ: Final[Mapping[str, str]] = {
    "topic": "topics",
    "signal": "signals",
    "age": "age",
    "area": "area",
    "language": "language",
    **{key: key for key in CHOICES},
}
"""The fact that each plain condition reads."""

CONDITION_KEYS: Final = (*FACT_READ, "not", "any")
