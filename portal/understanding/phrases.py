"""Phrases as editors write them, and a tree that finds all of them in one reading of a text.

How a phrase is written (case, accents, doubled letters and the like do not matter, see `normalise`):

    slår mig            these words, one after another
    självmord*          any word that begins so; at least three letters before the star
    (han|min bror|pap*) one of these; a single word may end in a star
    (nu)?               may be there or not
    slår _ mig          up to three words in between; `_ _` up to six

A word of eight letters or more that no phrase knows is taken for the one it misspells: one letter wrong, missing, too
many or two exchanged, but never the first. Of shorter words too many are one letter from another word.

All phrases share one tree of words: the time for a text follows its length, not the number of phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from portal.understanding.normalise import normalise
from portal.understanding.spelling import Spellings

WORDS_IN_A_GAP: Final = 3
SHORTEST_BEGINNING: Final = 3
PHRASES_REMEMBERED: Final = 32_768
WORDS_REMEMBERED: Final = 65_536

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


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a phrase: one of `words`, or one of `sequences` of several words; or only a gap."""

    words: Choice = frozenset()
    sequences: tuple[tuple[str, ...], ...] = ()
    optional: bool = False
    gap: int = 0
    """How many words may come in between; such a place holds nothing else."""


Phrase = tuple[Place, ...]


@lru_cache(maxsize=PHRASES_REMEMBERED)
def read_phrase(phrase: str, *, calm: bool = False) -> Phrase:
    """The places of a phrase, in order.

    Remembered, because the next rule set has nearly the same phrases and is wanted at once. Raises ValueError with a
    sentence for the editor.
    """
    places = tuple(_read_place(phrase, token) for token in _TOKEN.findall(phrase))
    if not calm and any(place.optional for place in (*places[:1], *places[-1:])):
        raise ValueError(f"{phrase!r} begins or ends with a word that may be absent; leave that word out")
    _check_ends(phrase, places, calm)
    return places


def _read_place(phrase: str, token: str) -> Place:
    """What may stand where a token stands."""
    if token in _GAPS:
        return Place(gap=WORDS_IN_A_GAP)
    choice = _CHOICE.fullmatch(token)
    alternatives = choice[1].split("|") if choice else [token]
    read = [
        tuple(word for written in alternative.split() or [""] for word in _read_word(phrase, written))
        for alternative in alternatives
    ]
    return Place(
        words=frozenset(words[0] for words in read if len(words) == 1),
        sequences=tuple(dict.fromkeys(words for words in read if len(words) > 1)),
        optional=bool(choice and choice[2]),
    )


def _read_word(phrase: str, written: str) -> tuple[str, ...]:
    try:
        return _words_of(written)
    except ValueError as error:
        raise ValueError(f"{phrase!r}{error}") from error


@lru_cache(maxsize=WORDS_REMEMBERED)
def _words_of(written: str) -> tuple[str, ...]:
    """The normalised words of one written word (two for "ex-man"), with its star if it has one.

    Remembered: phrases of one language have most of their words in common.
    """
    begun = written.endswith("*")
    bare = written.removesuffix("*")
    if written in ("(", ")"):
        other = "a ) is missing after it" if written == "(" else "a ( is missing before it"
        raise ValueError(f": a {written} stands alone, {other}; write a choice as (ord|annat)")
    if marks := sorted(set(bare) & set("*?()|")):
        raise ValueError(
            f": {marks[0]!r} cannot stand in {written!r}; write a beginning as ord*, "
            "a choice as (ord|annat) and a word that may be absent as (ord)?"
        )
    words = normalise(bare)
    if not words:
        raise ValueError(f": {written!r} has no letters; write a word, or _ for words in between")
    if begun and len(words[-1]) < SHORTEST_BEGINNING:
        raise ValueError(
            f": {written!r} would match almost anything; write at least "
            f"{SHORTEST_BEGINNING} different letters before the star"
        )
    return (*words[:-1], words[-1] + "*") if begun else tuple(words)


def _check_ends(phrase: str, places: Phrase, calm: bool) -> None:
    if all(place.gap or place.optional for place in places):
        raise ValueError(f"{phrase!r} has no word that must be there; write at least one")
    if places[0].gap:
        raise ValueError(f"{phrase!r} begins with words in between; begin with a word")
    if places[-1].gap and not calm:
        raise ValueError(f"{phrase!r} ends with words in between; end with a word")


@dataclass(frozen=True, slots=True)
class PhraseTree:
    """Places, by number, each standing for what has been read of all phrases that begin alike; 0 is the start."""

    leads: dict[str, dict[int, tuple[int, ...]]]
    """The name of a word to the places from which it leads on, and where to."""
    onward: dict[int, tuple[tuple[int, int], ...]]
    """Place to (how many words may come in between, the place from which to read on)."""
    ends: dict[int, tuple[tuple[int, int], ...]]
    """Place to (number of a phrase that ends here, how many words it reaches beyond)."""
    beginnings: dict[str, tuple[str, ...]]
    """The first letters of a word to the beginnings with a star that it may have."""
    spellings: Spellings
    """What misspelt words are taken for."""

    def read(
        self, words: Sequence[str], also: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> Iterator[tuple[int, int, int]]:
        """(first word, last word, phrase number) where a phrase ends, by its shortest reading.

        `also` gives some words further names, by which phrases may call for them.
        """
        leads_of = {
            word: [self.leads[name] for name in (*self._names_of(word), *also.get(word, ())) if name in self.leads]
            for word in set(words)
        }
        active: dict[int, tuple[int, int]] = {}  # place to (first word of the reading, last word waited for)
        for here, word in enumerate(words):
            leads = leads_of[word]
            if not leads:
                continue
            active = {place: reading for place, reading in active.items() if reading[1] >= here}
            for place, first in _step(leads, here, active).items():
                for between, onward in self.onward.get(place, ()):
                    active[onward] = (first, here + 1 + between)
                for number, beyond in self.ends.get(place, ()):
                    yield first, min(here + beyond, len(words) - 1), number

    def _names_of(self, word: str) -> tuple[str, ...]:
        """The names by which the tree may know this word: itself and its beginnings."""
        names = []
        for form in _forms(word):
            if form in self.leads:
                names.append(form)
            for beginning in self.beginnings.get(form[:SHORTEST_BEGINNING], ()):
                if form.startswith(beginning):
                    names.append(beginning + "*")
        return tuple(dict.fromkeys(names)) or self.spellings.meant_by(word)


def _step(
    leads: Iterable[Mapping[int, tuple[int, ...]]], here: int, active: Mapping[int, tuple[int, int]]
) -> dict[int, int]:
    """The places to which the word `here` leads, and the first words of those readings, the shortest of several."""
    led_to: dict[int, int] = {}
    for lead in leads:
        for known in active:
            if known in lead:
                for place in lead[known]:
                    led_to[place] = max(active[known][0], led_to.get(place, 0))
        for place in lead.get(0, ()):
            led_to[place] = here
    return led_to


def _forms(word: str) -> list[str]:
    """The word, and for Arabic what remains without "and", "so" and the signs of present and future."""
    forms = [word]
    if word[0] in _ARABIC_AND:
        forms.append(word[1:])
    forms += [form[1:] for form in forms if form[:1] in _ARABIC_TENSE and form[1:2] in _ARABIC_VERB]
    return forms


Frontier = dict[int, int]
"""Where the reading of a phrase may stand: place to how many more words may come in between."""


class TreeBuilder:
    """Grows the tree phrase by phrase. Phrases that begin alike share the places of their beginning."""

    def __init__(self) -> None:
        self._leads: dict[str, dict[int, tuple[int, ...]]] = {}
        self._known: dict[tuple[tuple[int, ...], Place | str], int] = {}
        self._gaps: dict[int, dict[int, int]] = {}
        self._ends: dict[int, dict[int, int]] = {}
        self._waiting: set[int] = {0}
        self._places = 1

    def add(self, phrase: Phrase, number: int) -> None:
        frontier: Frontier = {0: 0}
        for place in phrase:
            if place.gap:
                frontier = {at: beyond + place.gap for at, beyond in frontier.items()}
            else:
                after = {self._after(tuple(self._reached(frontier)), place): 0}
                frontier = frontier | after if place.optional else after
        for at, beyond in frontier.items():
            ends = self._ends.setdefault(at, {})
            ends[number] = max(beyond, ends.get(number, 0))

    def finish(self) -> PhraseTree:
        beginnings: dict[str, list[str]] = {}
        for name in sorted(self._leads):
            if name.endswith("*"):
                beginnings.setdefault(name[:SHORTEST_BEGINNING], []).append(name[:-1])
        return PhraseTree(
            leads=self._leads,
            onward={place: tuple(self._onward(place)) for place in range(self._places)},
            ends={place: tuple(numbers.items()) for place, numbers in self._ends.items()},
            beginnings={first: tuple(found) for first, found in beginnings.items()},
            spellings=Spellings(name for name in self._leads if not name.endswith("*")),
        )

    def _reached(self, frontier: Frontier) -> Iterator[int]:
        """The places to read on from; after a gap the next word may also follow at once."""
        for place, words in frontier.items():
            gaps = self._gaps.setdefault(place, {}) if words else {}
            if words and words not in gaps:
                gaps[words] = self._new_place()
            yield gaps[words] if words else place

    def _after(self, before: tuple[int, ...], place: Place) -> int:
        """Where a place of a phrase leads from any of these; the same for every phrase that comes this way."""
        if (before, place) not in self._known:
            following = self._known[before, place] = self._new_place()
            for name in place.words:
                self._lead(before, name, following)
            for *first, last in place.sequences:
                at = before
                for name in first:
                    at = (self._word(at, name),)
                self._lead(at, last, following)
        return self._known[before, place]

    def _word(self, before: tuple[int, ...], name: str) -> int:
        if (before, name) not in self._known:
            self._known[before, name] = self._new_place()
            self._lead(before, name, self._known[before, name])
        return self._known[before, name]

    def _lead(self, before: tuple[int, ...], name: str, following: int) -> None:
        places = self._leads.setdefault(name, {})
        for place in before:
            self._waiting.add(place)
            places[place] = (*places.get(place, ()), following)

    def _onward(self, place: int) -> Iterator[tuple[int, int]]:
        if place in self._waiting:
            yield 0, place
        yield from self._gaps.get(place, {}).items()

    def _new_place(self) -> int:
        self._places += 1
        return self._places - 1
