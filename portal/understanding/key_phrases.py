"""A second look at a text with the portal's own key phrases, for when the bot does not answer.

Naive Bayes over the words of the phrases that editors wrote, and over their pieces of four letters, so that endings,
compounds and slips of the pen still count. A piece speaks for a part of a topic by how much more often it stands there
than elsewhere, and half for the topic as a whole. Pure Python: it takes a second to make and a millisecond to ask.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, log
from typing import Final

from portal.triage.ruleset import Ruleset
from portal.understanding.normalise import normalise

PIECE: Final = 4
"""Letters of a piece; the beginning and the end of a word count as letters."""
SMOOTHING: Final = 0.03
WHOLE_TOPIC: Final = 0.5
"""How much of the score the topic as a whole gives, the rest its part."""
TEMPERATURE: Final = 3.2
GROWTH: Final = 0.25
"""Scores grow with the pieces of a text faster than certainty does. Both figures come from phrases held back."""
PART_IS_CLEAR: Final = 0.6
"""Share of a topic's probability from which one of its parts is named instead of the topic."""
OUTSIDE: Final = "outside."
CHARACTERS_READ: Final = 10_000

Counts = Mapping[str, Mapping[str, int]]
"""Piece to the classes in whose phrases it stands, and in how many."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What key phrases make of a text. Probabilities are 0 to 1; `topics` are best first."""

    topics: tuple[tuple[str, float], ...] = ()
    outside: str | None = None
    outside_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class _Level:
    """Pieces counted by class: by parts of topics, or by topics as a whole."""

    counts: Counts = field(repr=False)
    totals: Mapping[str, int]
    """Class to the pieces of all its phrases."""

    def scores(self, pieces: Iterable[str]) -> Counter[str]:
        """How much the pieces speak for each class. Nothing speaks against one: few phrases prove no absence."""
        scores: Counter[str] = Counter()
        unseen = SMOOTHING * len(self.counts)
        everything = sum(self.totals.values())
        for piece in pieces:
            known = self.counts.get(piece, {})
            number = sum(known.values())
            for name, count in known.items():
                here = (count + SMOOTHING) / (self.totals[name] + unseen)
                elsewhere = (number - count + SMOOTHING) / (everything - self.totals[name] + unseen)
                scores[name] += max(0.0, log(here / elsewhere))  # type: ignore[assignment]
        return scores


@dataclass(frozen=True, slots=True)
class KeyPhrases:
    """Counted phrases. Never changes, so threads may share it. Made by `compile_key_phrases`."""

    _parts: _Level = field(repr=False)
    _topics: _Level = field(repr=False)

    def read(self, text: str) -> Recognised:
        """The topics of a text, or the outside matter. Nothing when no word of it is known."""
        pieces = [piece for piece in pieces_of(text) if piece in self._parts.counts]
        if not pieces:
            return Recognised()
        parts = self._probabilities(pieces)
        topics: dict[str, float] = defaultdict(float)
        for name, sure in parts.items():
            topics[topic_of(name)] += sure
        outside = max(
            (name for name in topics if name.startswith(OUTSIDE)), key=lambda name: topics[name], default=None
        )
        ours = [_closest(name, sure, parts) for name, sure in topics.items() if not name.startswith(OUTSIDE)]
        return Recognised(
            topics=tuple(sorted(ours, key=lambda pair: (-pair[1], pair[0]))),
            outside=outside.removeprefix(OUTSIDE) if outside else None,
            outside_probability=sum(sure for name, sure in topics.items() if name.startswith(OUTSIDE)),
        )

    def _probabilities(self, pieces: list[str]) -> dict[str, float]:
        """Every class of the finer level, with its probability."""
        by_part, by_topic = self._parts.scores(pieces), self._topics.scores(pieces)
        cooler = TEMPERATURE * len(pieces) ** GROWTH
        mixed = {
            name: ((1 - WHOLE_TOPIC) * by_part[name] + WHOLE_TOPIC * by_topic[topic_of(name)]) / cooler
            for name in self._parts.totals
        }
        highest = max(mixed.values())
        weights = {name: exp(score - highest) for name, score in mixed.items()}
        whole = sum(weights.values())
        return {name: weight / whole for name, weight in weights.items()}


def _closest(topic: str, sure: float, parts: Mapping[str, float]) -> tuple[str, float]:
    """The part of a topic that has most of its probability, or the topic as a whole."""
    part = max((name for name in parts if topic_of(name) == topic), key=lambda name: parts[name])
    return (part, parts[part]) if parts[part] >= PART_IS_CLEAR * sure else (topic, sure)


def topic_of(name: str) -> str:
    """The topic of a part; an outside matter is its own."""
    return name if name.startswith(OUTSIDE) else name.partition(".")[0]


def pieces_of(text: str) -> set[str]:
    """The words of a text, and their pieces."""
    pieces = set()
    for word in normalise(text[:CHARACTERS_READ]):
        pieces.add(word)
        framed = f"<{word}>"
        pieces.update(f"{framed[start : start + PIECE]}#" for start in range(len(framed) - PIECE + 1))
    return pieces


def compile_key_phrases(phrases: Iterable[tuple[str, str]]) -> KeyPhrases:
    """Count phrases, each with its topic (`housing`), part of one (`housing.rent`) or matter (`outside.parking`)."""
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    topics: dict[str, Counter[str]] = defaultdict(Counter)
    for text, name in phrases:
        for piece in pieces_of(text):
            parts[piece][name] += 1
            topics[piece][topic_of(name)] += 1
    return KeyPhrases(_level(parts), _level(topics))


def _level(counts: Counts) -> _Level:
    totals: Counter[str] = Counter()
    for known in counts.values():
        totals.update(known)
    return _Level(counts, totals)


_lock = threading.Lock()
_latest: tuple[tuple[object, ...], KeyPhrases] | None = None
"""What was compiled last, with what it was made of. Only a stopped bot makes it needed, so it waits until then."""


def key_phrases_for(ruleset: Ruleset) -> KeyPhrases:
    """The key phrases of a rule set, counted when they are first asked for."""
    global _latest
    made_of = (ruleset.topics, ruleset.outside)
    with _lock:  # who comes meanwhile waits: twice the work would take twice as long
        if _latest is None or _latest[0] != made_of:
            _latest = (made_of, compile_key_phrases((phrase, name) for name, phrase, _ in phrases_in(ruleset)))
        return _latest[1]


def phrases_in(ruleset: Ruleset) -> Iterable[tuple[str, str, str]]:
    """(what it is about, phrase, language) for every phrase that teaches the bot."""
    for name, topic in ruleset.topics.items():
        yield from _of_all_languages(topic.phrases, name)
        for part in topic.subtopics:
            yield from _of_all_languages(part.phrases, f"{name}.{part.id}")
    for name, matter in ruleset.outside.items():
        yield from _of_all_languages(matter.phrases, OUTSIDE + name)


def _of_all_languages(phrases: Mapping[str, Iterable[str]], name: str) -> Iterable[tuple[str, str, str]]:
    return ((name, phrase, language) for language, listed in phrases.items() for phrase in listed)
