"""Facts that a message says by itself: how old, whom it concerns, when, a roof for the night. By phrases, no model.

What is read here is not asked for again, and shown to the person to be corrected. So it must be right: a message that
says two things about one fact says nothing. Phrases are written as in `phrases`; `<age>` stands for a number of years,
in digits or as one of the words for numbers of its language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from portal.triage.facts import OLDEST, Facts, from_codes
from portal.understanding.normalise import normalise
from portal.understanding.phrases import PhraseTree, TreeBuilder, read_phrase

SLOT: Final = "<age>"
_NUMBER: Final = "numberofyears"
"""What any number is called while phrases are looked for. No language has this word."""
_PARTS: Final = re.compile(r"\d+|[^\W\d_]+")
SELF: Final = "self"
MOST_URGENT_FIRST: Final = ("now", "today", "soon", "no-rush")
CHARACTERS_READ: Final = 10_000


@dataclass(frozen=True, slots=True)
class FactPhrases:
    """Phrases that say one thing. `fact` is a fact's name, `value` what it is; for `age` the value stands in the text.

    `of` tells whose age the phrases say (a value of `about`); None when they leave that open. A `value` of None for
    another fact than age takes back what other phrases found in the same words.
    """

    fact: str
    value: str | None
    phrases: Sequence[str]
    of: str | None = None


@dataclass(frozen=True, slots=True)
class FactReader:
    """Compiled phrases for facts. Never changes, so threads may share it. Made by `compile_fact_phrases`."""

    _tree: PhraseTree = field(repr=False)
    _meanings: tuple[FactPhrases, ...] = field(repr=False)
    """By phrase number."""
    _numbers: Mapping[str, int] = field(repr=False)

    def read(self, text: str) -> Facts:
        """What the text says for sure; everything else is unknown."""
        words = [part for word in normalise(text[:CHARACTERS_READ]) for part in _PARTS.findall(word)]
        years = {place: number for place, word in enumerate(words) if (number := self._number(word)) is not None}
        said = _Said()
        named = [_NUMBER if place in years else word for place, word in enumerate(words)]
        for first, last, number in self._tree.read(named):
            meaning = self._meanings[number]
            ages = [years[place] for place in range(first, last + 1) if place in years]
            said.add(meaning, (first, last), ages)
        return from_codes(said.codes())

    def _number(self, word: str) -> int | None:
        number = int(word) if word.isascii() and word.isdigit() and len(word) <= 3 else self._numbers.get(word)
        return number if number is not None and number <= OLDEST else None


class _Said:
    """What phrases found in one text, and what may be believed of it."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str, tuple[int, int]]] = []
        self._taken_back: list[tuple[str, tuple[int, int]]] = []
        self._ages: list[tuple[str | None, int]] = []

    def add(self, meaning: FactPhrases, span: tuple[int, int], ages: Sequence[int]) -> None:
        if meaning.fact == "age":
            if len(set(ages)) == 1:
                self._ages.append((meaning.of, ages[0]))
        elif meaning.value is None:
            self._taken_back.append((meaning.fact, span))
        else:
            self._found.append((meaning.fact, meaning.value, span))

    def codes(self) -> dict[str, Any]:
        codes: dict[str, Any] = {fact: value for fact in self._facts() if (value := self._only(fact)) is not None}
        about = self._about()
        if about is not None:
            codes["about"] = about
        if (age := self._age(about)) is not None:
            codes["age"] = age
        return codes

    def _facts(self) -> set[str]:
        return {fact for fact, _, _ in self._found} - {"about"}

    def _values(self, fact: str) -> set[str]:
        back = [span for taken, span in self._taken_back if taken == fact]
        return {
            value
            for found, value, span in self._found
            if found == fact and not any(span[0] <= last and first <= span[1] for first, last in back)
        }

    def _only(self, fact: str) -> str | None:
        values = self._values(fact)
        if fact == "when" and values <= {"now", "today"}:
            return next((value for value in MOST_URGENT_FIRST if value in values), None)
        return values.pop() if len(values) == 1 else None

    def _about(self) -> str | None:
        """Whom it concerns. Who speaks of somebody else also says "I": that counts only when nobody else is named."""
        named = self._values("about") | {of for of, _ in self._ages if of is not None}
        others = named - {SELF}
        if len(others) > 1:
            return None
        return next(iter(others or named), None)

    def _age(self, about: str | None) -> int | None:
        """The age of the one it concerns: said of them, or said of nobody in particular and the only one."""
        theirs = {age for of, age in self._ages if of is not None and of == about}
        open_ages = {age for of, age in self._ages if of is None} - {age for of, age in self._ages if of is not None}
        candidates = theirs or open_ages
        return candidates.pop() if len(candidates) == 1 else None


def compile_fact_phrases(
    meanings: Sequence[FactPhrases], *, numbers: Mapping[str, int], areas: Mapping[str, Sequence[str]]
) -> FactReader:
    """Compile phrases for facts, words for numbers, and the names by which areas are known (slug to names).

    Raises ValueError with a sentence for the editor when a phrase cannot be read.
    """
    tree = TreeBuilder()
    by_number: list[FactPhrases] = []
    all_meanings = [*meanings, *(FactPhrases("area", slug, names) for slug, names in areas.items())]
    for meaning, phrase in _each(all_meanings):
        tree.add(read_phrase(phrase.replace(SLOT, _NUMBER)), len(by_number))
        by_number.append(meaning)
    spelt = {words[0]: number for word, number in numbers.items() if len(words := normalise(word)) == 1}
    return FactReader(tree.finish(), tuple(by_number), spelt)


def _each(meanings: Sequence[FactPhrases]) -> Iterator[tuple[FactPhrases, str]]:
    return ((meaning, phrase) for meaning in meanings for phrase in meaning.phrases)
