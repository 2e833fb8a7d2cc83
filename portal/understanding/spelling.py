"""Misspelt words: which known word differs from a written one by a single slip of the hand.

Every long known word is filed under itself and under each of its forms with one letter left out. A written word is
looked up in the same way, so the time follows its length and not the number of known words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

LONG: Final = 8
"""Letters. A shorter word with one letter changed is too often another word."""
SHORTEST: Final = 6
"""Letters of a word in which two neighbours may be exchanged: that hardly ever gives another word …"""
ROOTS: Final = ("\u0590", "\u07ff")
"""… except in scripts from Hebrew to Arabic, where words grow from three letters: مرشدة, a counsellor, is not مشردة."""


class Spellings:
    """Known words by the slips that lead to them. Never changed once made."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(word for word in known if len(word) >= SHORTEST and word.isalpha())
        self._by_form: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            if len(word) >= LONG:
                for form in _forms(word):
                    self._by_form[form].append(word)

    def meant_by(self, written: str) -> tuple[str, ...]:
        """The known words one slip away, for a word that is not known itself. The first letter is never the slip.

        Two neighbours exchanged in a word of SHORTEST letters or more; one letter wrong, missing or too many in one of
        LONG letters or more.
        """
        if len(written) < SHORTEST or not written.isalpha():
            return ()
        swapped = () if ROOTS[0] <= written[0] <= ROOTS[1] else _exchanged(written)
        found = [word for word in swapped if word in self._known]
        if len(written) >= LONG - 1:
            near = (word for form in _forms(written) for word in self._by_form.get(form, ()))
            found += [word for word in near if _one_letter(written, word)]
        return tuple(dict.fromkeys(found))


def _forms(word: str) -> Iterator[str]:
    """The word, and the word with any one letter but the first left out."""
    yield word
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]


def _exchanged(word: str) -> Iterator[str]:
    """The word with two neighbours exchanged, the first letter apart."""
    for place in range(1, len(word) - 1):
        yield f"{word[:place]}{word[place + 1]}{word[place]}{word[place + 2 :]}"


def _one_letter(written: str, known: str) -> bool:
    """Whether one letter is wrong, missing or too many."""
    same = zip(written, known, strict=False)
    start = next((place for place, (a, b) in enumerate(same) if a != b), min(len(written), len(known)))
    rest, known_rest = written[start:], known[start:]
    return known_rest in (rest, rest[1:]) or rest[1:] == known_rest[1:] or rest == known_rest[1:]
