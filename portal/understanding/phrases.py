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
from itertools import chain, product
from math import prod
from typing import Final

from portal.understanding.normalise import normalise
from portal.understanding.spelling import Spellings

WORDS_IN_A_GAP: Final = 3
SHORTEST_BEGINNING: Final = 3
PHRASES_REMEMBERED: Final = 8192
MOST_WAYS: Final = 1000

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
Way = tuple[Step, ...]


@lru_cache(maxsize=PHRASES_REMEMBERED)
def read_phrase(phrase: str, *, calm: bool = False) -> tuple[Way, ...]:
    """The ways to say a phrase, one for each choice of optional words and of alternatives of several words.

    Remembered, because the next rule set has nearly the same phrases and is wanted at once. Raises ValueError with a
    sentence for the editor.
    """
    places = [_read_place(phrase, token) for token in _TOKEN.findall(phrase)]
    if prod(map(len, places)) > MOST_WAYS:
        raise ValueError(f"{phrase!r} can be said in more than {MOST_WAYS} ways; write two phrases")
    if not calm and any(() in place for place in (places[:1] + places[-1:])):
        raise ValueError(f"{phrase!r} begins or ends with a word that may be absent; leave that word out")
    ways = tuple(dict.fromkeys(_join_gaps(chain.from_iterable(way)) for way in product(*places)))
    for way in ways:
        _check_ends(phrase, way, calm)
    return ways


def _read_place(phrase: str, token: str) -> list[Way]:
    """What may stand where a token stands: one way, or several for a choice."""
    if token in _GAPS:
        return [(WORDS_IN_A_GAP,)]
    choice = _CHOICE.fullmatch(token)
    if choice is None:
        return [tuple(frozenset([word]) for word in _read_word(phrase, token))]
    single: set[str] = set()
    ways: list[Way] = [()] if choice[2] else []
    for alternative in choice[1].split("|"):
        words = [word for written in alternative.split() or [""] for word in _read_word(phrase, written)]
        if len(words) == 1:
            single.update(words)
        else:
            ways.append(tuple(frozenset([word]) for word in words))
    return [*ways, (frozenset(single),)] if single else ways


def _read_word(phrase: str, written: str) -> list[str]:
    """The normalised words of one written word (two for "ex-man"), with its star if it has one."""
    begun = written.endswith("*")
    bare = written.removesuffix("*")
    if written in ("(", ")"):
        other = "a ) is missing after it" if written == "(" else "a ( is missing before it"
        raise ValueError(f"{phrase!r}: a {written} stands alone, {other}; write a choice as (ord|annat)")
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


def _join_gaps(steps: Iterable[Step]) -> Way:
    joined: list[Step] = []
    for step in steps:
        if joined and isinstance(step, int) and isinstance(joined[-1], int):
            joined[-1] += step
        else:
            joined.append(step)
    return tuple(joined)


def _check_ends(phrase: str, way: Way, calm: bool) -> None:
    if not any(isinstance(step, frozenset) for step in way):
        raise ValueError(f"{phrase!r} has no word that must be there; write at least one")
    if isinstance(way[0], int):
        raise ValueError(f"{phrase!r} begins with words in between; begin with a word")
    if isinstance(way[-1], int) and not calm:
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

    def read(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """(first word, last word, phrase number) where a phrase ends, by its shortest reading."""
        leads_of = {word: [self.leads[name] for name in self._names_of(word)] for word in set(words)}
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
    """The places to which the word `here` leads, and the first words of those readings.

    Only one place comes before each, and of its readings the later is the shorter.
    """
    led_to: dict[int, int] = {}
    for lead in leads:
        for place in lead.get(0, ()):
            led_to[place] = here
        for known in active:
            if known in lead:
                for place in lead[known]:
                    led_to[place] = active[known][0]
    return led_to


def _forms(word: str) -> list[str]:
    """The word, and for Arabic what remains without "and", "so" and the signs of present and future."""
    forms = [word]
    if word[0] in _ARABIC_AND:
        forms.append(word[1:])
    forms += [form[1:] for form in forms if form[:1] in _ARABIC_TENSE and form[1:2] in _ARABIC_VERB]
    return forms


class TreeBuilder:
    """Grows the tree phrase by phrase."""

    def __init__(self) -> None:
        self._after: list[dict[Choice, int]] = [{}]
        self._gaps: dict[int, dict[int, int]] = {}
        self._ends: dict[int, dict[int, int]] = {}

    def add(self, ways: Iterable[Way], number: int) -> None:
        for way in ways:
            place, beyond = 0, 0
            for step in way:
                if beyond:
                    place = self._gap(place, beyond)
                beyond = step if isinstance(step, int) else 0
                if isinstance(step, frozenset):
                    place = self._word(place, step)
            self._ends.setdefault(place, {})[number] = beyond

    def finish(self) -> PhraseTree:
        leads: dict[str, dict[int, tuple[int, ...]]] = {}
        for place, choices in enumerate(self._after):
            for choice, following in choices.items():
                for name in choice:
                    places = leads.setdefault(name, {})
                    places[place] = (*places.get(place, ()), following)
        beginnings: dict[str, list[str]] = {}
        for name in sorted(leads):
            if name.endswith("*"):
                beginnings.setdefault(name[:SHORTEST_BEGINNING], []).append(name[:-1])
        return PhraseTree(
            leads=leads,
            onward={place: tuple(self._onward(place)) for place in range(len(self._after))},
            ends={place: tuple(numbers.items()) for place, numbers in self._ends.items()},
            beginnings={first: tuple(found) for first, found in beginnings.items()},
            spellings=Spellings(name for name in leads if not name.endswith("*")),
        )

    def _word(self, place: int, choice: Choice) -> int:
        after = self._after[place]
        if choice not in after:
            after[choice] = self._new_place()
        return after[choice]

    def _gap(self, place: int, words: int) -> int:
        """The place to read on from after a gap; the next word may also follow at once."""
        gaps = self._gaps.setdefault(place, {})
        if words not in gaps:
            gaps[words] = self._new_place()
        return gaps[words]

    def _onward(self, place: int) -> Iterator[tuple[int, int]]:
        if self._after[place]:
            yield 0, place
        yield from self._gaps.get(place, {}).items()

    def _new_place(self) -> int:
        self._after.append({})
        return len(self._after) - 1
