"""Facts that a message says by itself: how old, whom it concerns, when, a roof for the night. By phrases, no model.

What is read here is not asked for again, and shown to the person to be corrected. So it must be right: a message that
says two things about one fact says nothing. Phrases are written as in `phrases`; `<age>` stands for a number of years,
in digits or in the words of the phrase's own language ("on" is ten in Turkish only).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from portal.triage.facts import Facts, from_codes
from portal.understanding.normalise import normalise
from portal.understanding.numbers import NumberWords, words_of
from portal.understanding.phrases import Phrase, PhraseTree, TreeBuilder, read_phrase

SLOT: Final = "<age>"
_NUMBER: Final = "numberofyears"
"""What a number is called while phrases are looked for, with its language behind it. No language has this word."""
SELF: Final = "self"
NOBODY: Final = "nobody"
YOUNGEST_WRITER: Final = 6
"""Years. Who writes "I am three" is third in a queue."""
CHARACTERS_READ: Final = 10_000

Span = tuple[int, int]
"""The first and the last word of a place in the text."""


@dataclass(frozen=True, slots=True)
class FactPhrases:
    """Phrases of one language that say one thing. `fact` is a fact's name, `value` what it is.

    For `age` the value stands in the text, and `of` tells whose it is (a value of `about`): None when the phrases
    leave that open, `nobody` when the number is no age. A `value` of None for another fact takes back what other
    phrases found in the same words.
    """

    language: str
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
    _numbers: NumberWords = field(repr=False)

    def read(self, text: str) -> Facts:
        """What the text says for sure; everything else is unknown."""
        words = self._numbers.joined(words_of(text[:CHARACTERS_READ]))
        said = _Said()
        for first, last, number in self._tree.read(words, self._also(words)):
            meaning = self._meanings[number]
            said.add(meaning, (first, last), self._ages(words[first : last + 1], first, meaning.language))
        return from_codes(said.codes())

    def _also(self, words: Sequence[str]) -> dict[str, list[str]]:
        """The names under which phrases of each language call for the numbers among these words."""
        return {
            word: names
            for word in set(words)
            if (names := [slot_name(language) for language in self._numbers.languages_of(word)])
        }

    def _ages(self, words: Sequence[str], first: int, language: str) -> dict[int, int]:
        years = ((first + place, self._numbers.value(word, language)) for place, word in enumerate(words))
        return {place: number for place, number in years if number is not None}


def add_told(facts: Facts, told: Facts) -> Facts:
    """Facts and what a text says by itself: only what is neither known nor declined. What a person chose stays.

    An age goes with the person whose age it is: not with another, whom the person has named before.
    """
    known_about, told_about = facts.choice("about"), told.choice("about")
    if known_about and told_about and known_about != told_about:
        told = told.without("age")
    for key, value in told.to_codes().items():
        if not facts.knows(key) and key not in facts.declined:
            facts = facts.with_fact(key, value)
    return facts


def slot_name(language: str) -> str:
    return normalise(_NUMBER + "".join(filter(str.isalpha, language)))[0]


class _Said:
    """What phrases found in one text, and what may be believed of it."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str, Span]] = []
        self._taken_back: list[tuple[str, Span]] = []
        self._ages: list[tuple[str | None, dict[int, int], Span]] = []
        self._no_ages: set[int] = set()

    def add(self, meaning: FactPhrases, span: Span, ages: Mapping[int, int]) -> None:
        """Take up one match; `ages` are the numbers in it, by their places."""
        if meaning.fact == "age":
            if meaning.of == NOBODY:
                self._no_ages.update(ages)
            else:
                self._ages.append((meaning.of, dict(ages), span))
        elif meaning.value is None:
            self._taken_back.append((meaning.fact, span))
        else:
            self._found.append((meaning.fact, meaning.value, span))

    def codes(self) -> dict[str, Any]:
        facts = {fact for fact, _, _ in self._found} - {"about"}
        codes: dict[str, Any] = {fact: value for fact in facts if (value := self._only(fact)) is not None}
        ages = self._ages_said()
        about = self._about({of for of, _ in ages if of is not None})
        if about is not None:
            codes["about"] = about
        if (years := _age_of(about, ages)) is not None:
            codes["age"] = years
        return codes

    def _ages_said(self) -> list[tuple[str | None, int]]:
        """Whose ages and which; "my 8 year old" says less than "my 8 year old sister", in which it lies."""
        spans = [span for _, _, span in self._ages]
        return [
            (of, age)
            for of, numbers, span in self._ages
            if not any(_inside(span, each) for each in spans) and (age := self._one(of, numbers)) is not None
        ]

    def _one(self, of: str | None, numbers: Mapping[int, int]) -> int | None:
        """The one age among the numbers of a match, if it can be theirs."""
        values = {number for place, number in numbers.items() if place not in self._no_ages}
        if len(values) != 1 or (of == SELF and min(values) < YOUNGEST_WRITER):
            return None
        return values.pop()

    def _values(self, fact: str) -> set[str]:
        """What is said of a fact and not taken back, longer phrases before those that lie within them."""
        back = [span for taken, span in self._taken_back if taken == fact]
        spans = {span for found, _, span in self._found if found == fact}
        return {
            value
            for found, value, span in self._found
            if found == fact and not any(_touch(span, each) for each in back)
            if not any(_inside(span, each) for each in spans)
        }

    def _only(self, fact: str) -> str | None:
        values = self._values(fact)
        if fact == "when" and values == {"now", "today"}:
            return "now"
        return values.pop() if len(values) == 1 else None

    def _about(self, aged: set[str]) -> str | None:
        """Whom it concerns. Who speaks of somebody else also says "I": that counts only when nobody else is named."""
        named = self._values("about") | aged
        others = named - {SELF}
        if len(others) > 1:
            return None
        return next(iter(others or named), None)


def _age_of(about: str | None, ages: Sequence[tuple[str | None, int]]) -> int | None:
    """The age of the one it concerns: said of them, or said of nobody in particular and the only one."""
    theirs = {age for of, age in ages if of is not None and of == about}
    open_ages = {age for of, age in ages if of is None} - {age for of, age in ages if of is not None}
    candidates = theirs or open_ages
    return candidates.pop() if len(candidates) == 1 else None


def _touch(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _inside(one: Span, other: Span) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1]


def compile_fact_phrases(
    meanings: Sequence[FactPhrases],
    *,
    numbers: Mapping[str, Mapping[str, int]],
    areas: Mapping[str, Sequence[str]],
) -> FactReader:
    """Compile phrases for facts, words for numbers by language, and the names by which areas are known (by slug).

    Raises ValueError with a sentence for the editor when a phrase cannot be read.
    """
    tree = TreeBuilder()
    by_number: list[FactPhrases] = []
    for meaning, phrase in _each([*meanings, *(FactPhrases("", "area", slug, names) for slug, names in areas.items())]):
        tree.add(read_fact_phrase(phrase, meaning), len(by_number))
        by_number.append(meaning)
    return FactReader(tree.finish(), tuple(by_number), NumberWords(numbers))


def read_fact_phrase(phrase: str, meaning: FactPhrases) -> Phrase:
    """The places of a phrase, with its number in the name of its language. Raises ValueError, as `read_phrase`."""
    if meaning.fact == "age" and SLOT not in phrase:
        raise ValueError(f"{phrase!r} says no age; write {SLOT} where the number stands")
    slot = slot_name(meaning.language)
    try:
        return read_phrase(phrase.replace(SLOT, slot))
    except ValueError as error:
        raise ValueError(str(error).replace(slot, SLOT)) from error


def _each(meanings: Sequence[FactPhrases]) -> Iterator[tuple[FactPhrases, str]]:
    return ((meaning, phrase) for meaning in meanings for phrase in meaning.phrases)
