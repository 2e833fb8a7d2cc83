"""Numbers of years in a text: digits of any script, and the words for them, language by language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from portal.triage.facts import OLDEST
from portal.understanding.normalise import normalise

_PARTS: Final = re.compile(r"\d+|[^\W\d_]+")
_AND: Final = frozenset({"iyo", "و", "u", "i", "y"})
"""Words that join tens and units in one language or another ("بیست و سه", "bîst û sê")."""
_ARABIC_AND: Final = "و"
"""Written together with the word that follows."""


def words_of(text: str) -> list[str]:
    """The normalised words of a text, digits apart from letters: "14åriga" is two."""
    return [part for word in normalise(text) for part in _PARTS.findall(word)]


class NumberWords:
    """Words for numbers by language. Never changes once made."""

    def __init__(self, numbers: Mapping[str, Mapping[str, int]]) -> None:
        """Raises ValueError for a word without letters."""
        self._languages = tuple(numbers)
        self._single: dict[str, dict[str, int]] = {}
        self._several: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for language, listed in numbers.items():
            for written, number in listed.items():
                self._add(language, tuple(words_of(written)), number)
        for known in self._several.values():
            known.sort(key=lambda each: -len(each[0]))

    def _add(self, language: str, words: tuple[str, ...], number: int) -> None:
        if not words:
            raise ValueError("a number's word has no letters; write the word as people do")
        if len(words) == 1:
            self._single.setdefault(words[0], {})[language] = number
        else:
            self._several.setdefault(words[0], []).append((words, number))

    def languages_of(self, word: str) -> Sequence[str]:
        """The languages in which a word is a number of years; of digits, all."""
        if word.isdigit():
            return self._languages if _from_digits(word) is not None else ()
        return tuple(self._readings(word))

    def value(self, word: str, language: str) -> int | None:
        return _from_digits(word) if word.isdigit() else self._readings(word).get(language)

    def joined(self, words: Sequence[str]) -> list[str]:
        """The words, a number of several words ("двадцать три") made one, in digits."""
        return list(self._join(words))

    def _join(self, words: Sequence[str]) -> Iterator[str]:
        place = 0
        while place < len(words):
            length, number = self._listed(words, place) or self._tens_and_units(words, place) or (1, None)
            yield words[place] if number is None else str(number)
            place += length

    def _listed(self, words: Sequence[str], place: int) -> tuple[int, int] | None:
        """How many words the longest number listed here has, and what it is."""
        for known, number in self._several.get(words[place], ()):
            if tuple(words[place : place + len(known)]) == known:
                return len(known), number
        return None

    def _tens_and_units(self, words: Sequence[str], place: int) -> tuple[int, int] | None:
        """Tens and units of one language, in either order, also with "and" in between."""
        first = self._readings(words[place])
        if not first:
            return None
        rest = words[place + 1 : place + 3]
        gap = 1 if rest and rest[0] in _AND else 0
        second = self._readings(rest[gap]) if len(rest) > gap else {}
        joined = gap or _with_and(rest[0]) if rest else False
        for language, one in first.items():
            other = second.get(language, 0)
            if _are_tens_and_units(one, other) or (joined and _are_tens_and_units(other, one)):
                return 2 + gap, one + other
        return None

    def _readings(self, word: str) -> Mapping[str, int]:
        """What a word means as a number, by language."""
        found = self._single.get(word)
        if found is None and _with_and(word):
            found = self._single.get(word[1:])
        return found or {}


def _with_and(word: str) -> bool:
    return word.startswith(_ARABIC_AND) and len(word) > 2


def _are_tens_and_units(tens: int, units: int) -> bool:
    return tens in range(10, 100, 10) and 1 <= units <= 9


def _from_digits(word: str) -> int | None:
    number = int(word) if len(word) <= 3 else None
    return number if number is not None and number <= OLDEST else None
