"""Search across published answers: words in common, weighed by how rare they are. No model, no server, no history.

Words go through the same mill as everything people write (`normalise`), lose their Swedish endings, and may differ
from a known word by one slip of the hand (`spelling`). A word of the question counts more than one of the answer.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from portal.understanding.common_words import LATIN
from portal.understanding.normalise import normalise
from portal.understanding.spelling import Spellings

IN_QUESTION: Final = 3.0
IN_ANSWER: Final = 1.0
"""How much one occurrence of a word weighs."""

SATURATION: Final = 2.0
"""A word that stands there often says little more than one that stands there twice."""

FOUND: Final = 0.5
"""A text is found when it holds words that make up this share of what was searched for …"""
SIMILAR: Final = 0.3
FEWEST_IN_COMMON: Final = 2
"""… and is similar to a whole question with this share and so many words in common."""

SHORTEST_STEM: Final = 3
# The endings of Swedish nouns, verbs and adjectives as they look once `normalise` has been over them.
_ENDINGS: Final = frozenset(
    """arna erna orna ande anden andet aren are ades ade ats at ar arens ast en ens er erna et ets het heten heter
        i ig igt iga is isk iskt iska na ningen ningar ningarna ning or rar rarna s a e t an as""".split()
)
_LONGEST: Final = max(map(len, _ENDINGS))
_WITHOUT_WEIGHT: Final = frozenset(
    f"""{LATIN["sv"]} {LATIN["en"]} du er ert era oss var vart vara de den sin sitt sina da sa nu bara ska skulle kunna
    mot under utan vid""".split()
) - {"hjalp", "hjalpa", "barn", "mamma", "pappa"}


class AnswerIndex:
    """Texts by their words. Never changed once made, so threads may share it."""

    def __init__(self, texts: Iterable[tuple[int, str, str]]) -> None:
        """`texts`: number, question and answer of each."""
        self._weights: dict[str, dict[int, float]] = defaultdict(dict)
        stems: dict[str, str] = {}
        self._size = 0
        for number, question, answer in texts:
            self._size += 1
            counted: Counter[str] = Counter()
            for text, weight in ((question, IN_QUESTION), (answer, IN_ANSWER)):
                for word in normalise(text):
                    if word not in stems:
                        stems[word] = stem(word)
                    counted[stems[word]] += weight  # type: ignore[assignment]  # a Counter also counts in parts
            for word, weight in counted.items():
                self._weights[word][number] = weight / (weight + SATURATION)
        self._spellings = Spellings([*stems, *stems.values()])

    def search(self, wanted: str, *, most: int = 50) -> list[int]:
        """The numbers of the texts that hold what is wanted, the best first."""
        return [number for number, share, _ in self._ranked(wanted) if share >= FOUND][:most]

    def similar(self, question: str, *, most: int = 3) -> list[int]:
        """The numbers of the texts that may already answer a whole question."""
        ranked = self._ranked(question)
        return [number for number, share, words in ranked if share >= SIMILAR and words >= FEWEST_IN_COMMON][:most]

    def _ranked(self, wanted: str) -> list[tuple[int, float, int]]:
        """Number, share of what is wanted, and words in common of each text that has any, the best first."""
        asked = dict.fromkeys(word for word in normalise(wanted) if word not in _WITHOUT_WEIGHT)
        total = 0.0
        score: dict[int, float] = defaultdict(float)
        share: dict[int, float] = defaultdict(float)
        common: dict[int, int] = defaultdict(int)
        for word in asked:
            texts = self._texts_with(word)
            rarity = math.log(1 + (self._size + 1) / (len(texts) + 0.5))
            total += rarity
            for number, weight in texts.items():
                score[number] += rarity * weight
                share[number] += rarity
                common[number] += 1
        best = sorted(score, key=lambda number: (-score[number], -number))
        return [(number, share[number] / total, common[number]) for number in best]

    def _texts_with(self, word: str) -> dict[int, float]:
        found = self._weights.get(stem(word))
        if found:
            return found
        for meant in (*self._spellings.meant_by(word), *self._spellings.meant_by(stem(word))):
            if found := self._weights.get(stem(meant)):
                return found
        return {}


def stem(word: str) -> str:
    """A normalised word without its endings, so that "anmälan", "anmäla" and "anmälningar" are one."""
    while (shorter := _without_ending(word)) != word:
        word = shorter
    return word


def _without_ending(word: str) -> str:
    for length in range(min(_LONGEST, len(word) - SHORTEST_STEM), 0, -1):
        if word[-length:] in _ENDINGS:
            return word[:-length]
    return word
