"""What is known of a situation. Every fact may be unknown, and unknown is not false."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

ABOUT: Final = (
    "self",
    "my-child",
    "sibling",
    "partner",
    "relative",
    "friend",
    "neighbour",
    "pupil-or-client",
    "place",
)
WHEN: Final = ("now", "today", "soon", "no-rush")
YES_NO: Final = ("yes", "no")
ACTING_AS: Final = ("private", "professional")
OLDEST: Final = 120

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "about": ABOUT,
    "when": WHEN,
    "roof-tonight": YES_NO,
    "children-present": YES_NO,
    "tried-before": YES_NO,
    "as": ACTING_AS,
}
"""Facts whose values are fixed words."""

ASKABLE: Final = (
    "topics",
    "about",
    "age",
    "area",
    "when",
    "roof-tonight",
    "children-present",
    "tried-before",
)
"""Facts that a person may be asked for."""

KEYS: Final = (*ASKABLE, "as", "signals", "language")


class UnknownFact(ValueError):
    """A fact's name or value is not one that exists. `key`, `value` and `allowed` say which and what would do."""

    def __init__(self, key: str, value: object, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{key}: {value!r} is not one of {', '.join(allowed)}")
        self.key = key
        self.value = value
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Facts:
    """One situation as far as it is known. None and empty sets mean unknown; `declined` are facts not to ask again."""

    topics: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()
    age: int | None = None
    area: str | None = None
    language: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    declined: frozenset[str] = field(default=frozenset())

    def choice(self, key: str) -> str | None:
        """The value of a fact with fixed words (about, when, roof-tonight …), or None when unknown."""
        for name, value in self.choices:
            if name == key:
                return value
        return None

    def value(self, key: str) -> Any:
        """The value of any fact by its name in rule files; None or an empty set when unknown."""
        if key in CHOICES:
            return self.choice(key)
        return getattr(self, key)

    def knows(self, key: str) -> bool:
        return self.value(key) not in (None, frozenset())

    def with_fact(self, key: str, value: Any) -> Facts:
        """The same situation with one fact more. Topics and signals are added to; others are replaced."""
        if key in CHOICES:
            kept = tuple(pair for pair in self.choices if pair[0] != key)
            return replace(self, choices=tuple(sorted((*kept, (key, value)))))
        if key in ("topics", "signals"):
            return replace(self, **{key: self.value(key) | frozenset(value)})
        return replace(self, **{key: value})

    def without(self, key: str) -> Facts:
        """The same situation with one fact unknown again."""
        if key in CHOICES:
            return replace(self, choices=tuple(pair for pair in self.choices if pair[0] != key))
        empty: Any = frozenset() if key in ("topics", "signals") else None
        return replace(self, **{key: empty})

    def decline(self, key: str) -> Facts:
        return replace(self, declined=self.declined | {key})

    def to_codes(self) -> dict[str, Any]:
        """Plain JSON values, known facts only, keys as in rule files. `from_codes` reads them back."""
        codes: dict[str, Any] = dict(self.choices)
        for key in ("topics", "signals", "declined"):
            if values := getattr(self, key):
                codes[key] = sorted(values)
        for key in ("age", "area", "language"):
            if (value := getattr(self, key)) is not None:
                codes[key] = value
        return codes


def from_codes(codes: Mapping[str, Any]) -> Facts:
    """Facts from plain values (JSON, YAML, stored codes). Raises UnknownFact for a name or value that does not exist.

    Whether a topic, signal or area exists is for the rule set to say: see `Ruleset.check_facts`.
    """
    facts = Facts()
    for key, value in codes.items():
        if value is None:
            continue
        if key in CHOICES:
            facts = facts.with_fact(key, _choice(key, value))
        elif key in _READERS:
            facts = _with_field(facts, key, _READERS[key](key, value))
        else:
            raise UnknownFact(key, value, KEYS)
    return facts


def _with_field(facts: Facts, field_name: str, value: Any) -> Facts:
    return replace(facts, **{field_name: value})


def _words(key: str, value: Any) -> frozenset[str]:
    if isinstance(value, str) or not isinstance(value, Iterable) or not all(isinstance(v, str) for v in value):
        raise UnknownFact(key, value, ("a list of words",))
    return frozenset(value)


def _word(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise UnknownFact(key, value, ("a word",))
    return value


def _age(_key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= OLDEST:
        raise UnknownFact("age", value, (f"a whole number of years, 0 to {OLDEST}",))
    return value


_READERS: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "topics": _words,
    "signals": _words,
    "declined": _words,
    "area": _word,
    "language": _word,
    "age": _age,
}


def _choice(key: str, value: Any) -> str:
    if isinstance(value, bool) and CHOICES[key] is YES_NO:
        return "yes" if value else "no"
    if value not in CHOICES[key]:
        raise UnknownFact(key, value, CHOICES[key])
    return str(value)
