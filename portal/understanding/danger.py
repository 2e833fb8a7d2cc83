"""Danger phrases, found without any model: a text is read once, against all phrases of all languages.

How a phrase is written (case, accents, doubled letters and the like do not matter, see `normalise`):

    slår mig            these words, one after another
    självmord*          any word that begins so; at least three letters before the star
    (han|hon|pappa)     one of these words; each may end in a star
    (nu)?               may be there or not
    slår _ mig          up to three words in between; `_ _` up to six

A *calm* phrase (a negation, a figure of speech, a film) takes back every match with which it shares a word,
and only those: "jag vill inte dö men jag har tagit tabletter" keeps the tablets. It may end in `_`, and then
reaches over the words that follow: "i filmen _ _".

All phrases share one tree of words: the time for a text follows its length, not the number of phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Final

from portal.understanding.normalise import normalise

Phrases = Mapping[str, Mapping[str, Sequence[str]]]
"""Signal to language tag to phrases."""

WORDS_IN_A_GAP: Final = 3
SHORTEST_BEGINNING: Final = 3
MOST_OPTIONAL: Final = 4
SAFE_WORD_SIGNAL: Final = "violence-now"
NO_LANGUAGE: Final = "und"

_TOKEN: Final = re.compile(r"\([^()]*\)\??|[^\s()]+|[()]")
_CHOICE: Final = re.compile(r"\(([^()]+)\)(\?)?")
_GAPS: Final = ("_", "*")
_ARABIC_AND: Final = frozenset("وف")
"""Arabic writes "and" and "so" together with the word that follows."""
_ARABIC_TENSE: Final = frozenset("بدسهح")
"""Signs of present and future, written together with the verb in one dialect or another."""
_ARABIC_VERB: Final = frozenset("ايتن")
"""How the verb begins after such a sign."""

Choice = frozenset[str]
"""The words that may stand in one place; the beginning of a word ends in a star."""
Step = Choice | int
"""A place for one word, or how many words may come in between."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that stands in the text. `language` is the list it comes from; `und` for the safe word."""

    signal: str
    phrase: str
    language: str


@dataclass(frozen=True, slots=True)
class DangerMatcher:
    """Compiled phrases. Never changes, so threads may share it. Made by `compile_phrases`."""

    _tree: _Tree = field(repr=False)
    _matches: tuple[Match | None, ...] = field(repr=False)
    """By phrase number; None is a calm phrase."""
    _safe_word: tuple[str, ...]

    def find(self, text: str) -> tuple[Match, ...]:
        """Every phrase that stands in the text and is not taken back, once, in the order in which it is read.

        Accepts any text. The safe word counts only when it is the whole message.
        """
        words = normalise(text)
        if self._safe_word and tuple(words) == self._safe_word:
            return (Match(SAFE_WORD_SIGNAL, " ".join(self._safe_word), NO_LANGUAGE),)
        found: list[tuple[int, int, Match]] = []
        calm: list[tuple[int, int]] = []
        for first, last, number in self._tree.read(words):
            match = self._matches[number]
            if match is None:
                calm.append((first, last))
            else:
                found.append((first, last, match))
        if found and calm:
            calm_before = _count_covered(len(words), calm)
            found = [each for each in found if calm_before[each[0]] == calm_before[each[1] + 1]]
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
    tree = _Builder()
    matches: list[Match | None] = []
    for signal, by_language in phrases.items():
        for language, listed in by_language.items():
            for phrase in listed:
                tree.add(read_phrase(phrase), len(matches))
                matches.append(Match(signal, phrase, language))
    for listed in (calm or {}).values():
        for phrase in listed:
            tree.add(read_phrase(phrase, calm=True), len(matches))
            matches.append(None)
    return DangerMatcher(tree.finish(), tuple(matches), tuple(normalise(safe_word or "")))


def read_phrase(phrase: str, *, calm: bool = False) -> tuple[tuple[Step, ...], ...]:
    """The ways to say a phrase, one for each choice of optional words.

    Raises ValueError with a sentence for the editor.
    """
    places: list[tuple[list[Step], bool]] = []
    for token in _TOKEN.findall(phrase):
        if token in _GAPS:
            places.append(([WORDS_IN_A_GAP], False))
        elif choice := _CHOICE.fullmatch(token):
            places.append(([_read_choice(phrase, choice[1])], bool(choice[2])))
        else:
            places.append(([frozenset([word]) for word in _read_word(phrase, token)], False))
    if sum(optional for _, optional in places) > MOST_OPTIONAL:
        raise ValueError(f"{phrase!r} has more than {MOST_OPTIONAL} optional words; write two phrases")
    kept = product(*(((), steps) if optional else (steps,) for steps, optional in places))
    ways = tuple(dict.fromkeys(_join_gaps(step for steps in each for step in steps) for each in kept))
    for way in ways:
        _check_ends(phrase, way, calm)
    return ways


def _read_choice(phrase: str, inside: str) -> Choice:
    words: set[str] = set()
    for alternative in inside.split("|"):
        read = _read_word(phrase, alternative.strip())
        if len(read) > 1:
            raise ValueError(f"{phrase!r}: {alternative.strip()!r} inside ( ) must be one word")
        words.update(read)
    return frozenset(words)


def _read_word(phrase: str, written: str) -> list[str]:
    """The normalised words of one written word (two for "ex-man"), with its star if it has one."""
    begun = written.endswith("*")
    bare = written.removesuffix("*")
    if marks := sorted(set(bare) & set("*?()|")):
        raise ValueError(
            f"{phrase!r}: {marks[0]!r} cannot stand in {written!r}; write a beginning as ord*, "
            "a choice as (ord|annat) and a word that may be absent as (ord)?"
        )
    words = normalise(bare)
    if not words:
        raise ValueError(f"{phrase!r}: {written!r} has no letters; write a word, or _ for words in between")
    if begun and len(words[-1]) < SHORTEST_BEGINNING:
        raise ValueError(
            f"{phrase!r}: {written!r} would match almost anything; write at least "
            f"{SHORTEST_BEGINNING} different letters before the star"
        )
    return [*words[:-1], words[-1] + "*" if begun else words[-1]]


def _join_gaps(steps: Iterable[Step]) -> tuple[Step, ...]:
    joined: list[Step] = []
    for step in steps:
        if joined and isinstance(step, int) and isinstance(joined[-1], int):
            joined[-1] += step
        else:
            joined.append(step)
    return tuple(joined)


def _check_ends(phrase: str, way: tuple[Step, ...], calm: bool) -> None:
    if not any(isinstance(step, frozenset) for step in way):
        raise ValueError(f"{phrase!r} has no word that must be there; write at least one")
    if isinstance(way[0], int):
        raise ValueError(f"{phrase!r} begins with words in between; begin with a word")
    if isinstance(way[-1], int) and not calm:
        raise ValueError(f"{phrase!r} ends with words in between; end with a word")


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


@dataclass(frozen=True, slots=True)
class _Tree:
    edges: tuple[dict[str, tuple[int, ...]], ...]
    """By node: the name of a word to the nodes it leads to. Node 0 is where every phrase begins."""
    onward: tuple[int, ...]
    """By node: where any word at all leads, inside a gap; -1 for nowhere."""
    ends: dict[int, tuple[int, ...]]
    """Nodes where phrases end, to the phrases' numbers."""
    names: frozenset[str]
    lengths: tuple[int, ...]
    """Lengths of the beginnings that have a star."""

    def read(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """(first word, last word, phrase number) where a phrase ends, by its shortest reading."""
        names_of = {word: self._names_of(word) for word in set(words)}
        active: dict[int, int] = {}  # node to the latest first word that leads there
        for here, word in enumerate(words):
            active = self._step(active, names_of[word])
            for name in names_of[word]:
                for node in self.edges[0].get(name, ()):
                    active[node] = here
            for node in active.keys() & self.ends.keys():
                for number in self.ends[node]:
                    yield active[node], here, number

    def _step(self, active: Mapping[int, int], names: Sequence[str]) -> dict[int, int]:
        """The nodes to which a word with these names leads from the active ones."""
        edges, onward = self.edges, self.onward
        reached: dict[int, int] = {}
        for node, first in active.items():
            if (following := onward[node]) >= 0 and reached.get(following, -1) < first:
                reached[following] = first
            for name in names:
                for following in edges[node].get(name, ()):
                    if reached.get(following, -1) < first:
                        reached[following] = first
        return reached

    def _names_of(self, word: str) -> tuple[str, ...]:
        """The names by which the tree may know this word: itself and its beginnings."""
        names = (name for form in _forms(word) for name in (form, *(f"{form[:n]}*" for n in self.lengths)))
        return tuple(name for name in dict.fromkeys(names) if name in self.names)


def _forms(word: str) -> list[str]:
    """The word, and for Arabic what remains without "and", "so" and the signs of present and future."""
    forms = [word]
    if word[0] in _ARABIC_AND:
        forms.append(word[1:])
    forms += [form[1:] for form in forms if form[:1] in _ARABIC_TENSE and form[1:2] in _ARABIC_VERB]
    return forms


class _Builder:
    """Grows the tree phrase by phrase. A gap is a chain of nodes that any word leads along."""

    def __init__(self) -> None:
        self._edges: list[dict[Choice, int]] = [{}]
        self._onward: list[int] = [-1]
        self._gaps: dict[int, dict[int, list[int]]] = {}
        self._ends: dict[int, list[int]] = {}

    def add(self, ways: Iterable[Sequence[Step]], number: int) -> None:
        for way in ways:
            nodes = [0]
            for step in way:
                nodes = self._gap(nodes[0], step) if isinstance(step, int) else [self._child(nodes[0], step)]
            for node in nodes:
                ends = self._ends.setdefault(node, [])
                if number not in ends:
                    ends.append(number)

    def finish(self) -> _Tree:
        named: dict[int, dict[str, tuple[int, ...]]] = {}
        for choices in self._edges:
            if id(choices) not in named:
                named[id(choices)] = self._name(choices)
        names = frozenset(name for edges in named.values() for name in edges)
        return _Tree(
            edges=tuple(named[id(choices)] for choices in self._edges),
            onward=tuple(self._onward),
            ends={node: tuple(numbers) for node, numbers in self._ends.items()},
            names=names,
            lengths=tuple(sorted({len(name) - 1 for name in names if name.endswith("*")})),
        )

    def _child(self, node: int, choice: Choice) -> int:
        edges = self._edges[node]
        if choice not in edges:
            edges[choice] = self._new_node({})
        return edges[choice]

    def _gap(self, node: int, words: int) -> list[int]:
        """The chain of a gap after a node; being at the node is being at the chain's first link."""
        gaps = self._gaps.setdefault(node, {})
        if words not in gaps:
            shared: dict[Choice, int] = {}
            chain = gaps[words] = [self._new_node(shared) for _ in range(words + 1)]
            for link, following in pairwise(chain):
                self._onward[link] = following
        return gaps[words]

    def _new_node(self, edges: dict[Choice, int]) -> int:
        self._edges.append(edges)
        self._onward.append(-1)
        return len(self._edges) - 1

    def _name(self, choices: Mapping[Choice, int]) -> dict[str, tuple[int, ...]]:
        named: dict[str, tuple[int, ...]] = {}
        for choice, node in choices.items():
            entered = (node, *(chain[0] for chain in self._gaps.get(node, {}).values()))
            for name in choice:
                named[name] = tuple(dict.fromkeys((*named.get(name, ()), *entered)))
        return named
