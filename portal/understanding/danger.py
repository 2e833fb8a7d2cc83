"""Danger phrases, found without any model: a text is read once, against all phrases of all languages.

How a phrase is written: see `phrases`. A *calm* phrase (a negation, a figure of speech, a film) takes back every match
of its own language with which it shares a word, and only those: "jag vill inte dö men jag har tagit tabletter" keeps
the tablets. It may end in `_`, and then reaches over the words that follow: "i filmen _ _".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from portal.understanding.normalise import normalise
from portal.understanding.phrases import PhraseTree, TreeBuilder, read_phrase

Phrases = Mapping[str, Mapping[str, Sequence[str]]]
"""Signal to language tag to phrases."""

SAFE_WORD_SIGNAL: Final = "violence-now"
NO_LANGUAGE: Final = "und"


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that stands in the text. `language` is the list it comes from; `und` for the safe word."""

    signal: str
    phrase: str
    language: str


@dataclass(frozen=True, slots=True)
class DangerMatcher:
    """Compiled phrases. Never changes, so threads may share it. Made by `compile_phrases`."""

    _tree: PhraseTree = field(repr=False)
    _matches: tuple[Match | str, ...] = field(repr=False)
    """By phrase number; of a calm phrase only its language."""
    _safe_word: tuple[str, ...]

    def find(self, text: str) -> tuple[Match, ...]:
        """Every phrase that stands in the text and is not taken back, once, in the order in which it is read.

        Accepts any text. The safe word counts only when it is the whole message.
        """
        words = normalise(text)
        if self._safe_word and tuple(words) == self._safe_word:
            return (Match(SAFE_WORD_SIGNAL, " ".join(self._safe_word), NO_LANGUAGE),)
        found: list[tuple[int, int, Match]] = []
        calm: dict[str, list[tuple[int, int]]] = {}
        for first, last, number in self._tree.read(words):
            match = self._matches[number]
            if isinstance(match, Match):
                found.append((first, last, match))
            else:
                calm.setdefault(match, []).append((first, last))
        if found and calm:
            covered = {language: _count_covered(len(words), spans) for language, spans in calm.items()}
            found = [each for each in found if not _is_calm(covered.get(each[2].language), each[0], each[1])]
        return tuple(dict.fromkeys(match for _, _, match in found))


def compile_phrases(
    phrases: Phrases,
    *,
    calm: Mapping[str, Sequence[str]] | None = None,
    safe_word: str | None = None,
) -> DangerMatcher:
    """Compile danger phrases, calm phrases (language to phrases) and the safe word.

    Raises ValueError with a sentence for the editor when a phrase cannot be read.
    """
    tree = TreeBuilder()
    matches: list[Match | str] = []
    for signal, by_language in phrases.items():
        for language, listed in by_language.items():
            for phrase in listed:
                tree.add(read_phrase(phrase), len(matches))
                matches.append(Match(signal, phrase, language))
    for language, listed in (calm or {}).items():
        for phrase in listed:
            tree.add(read_phrase(phrase, calm=True), len(matches))
            matches.append(language)
    return DangerMatcher(tree.finish(), tuple(matches), tuple(normalise(safe_word or "")))


def _is_calm(covered: Sequence[int] | None, first: int, last: int) -> bool:
    """Whether a calm phrase covers one of these words; `covered` is what `_count_covered` gave."""
    return covered is not None and covered[first] != covered[last + 1]


def _count_covered(words: int, spans: Iterable[tuple[int, int]]) -> list[int]:
    """For each place, how many words before it lie in any of the spans (first, last)."""
    opened = [0] * (words + 1)
    for first, last in spans:
        opened[first] += 1
        opened[last + 1] -= 1
    before, depth = [0], 0
    for change in opened[:-1]:
        depth += change
        before.append(before[-1] + (depth > 0))
    return before
