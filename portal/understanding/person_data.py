"""Looks for persons in a text that must hold none: a worry about a place.

What is *certain* must be rewritten before the text is kept. What is *possible* (a word written like a name, a house
number) may be a place: somebody looks at it and says so. No machine finds every person, so a human reads it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from portal.understanding.first_names import FIRST_NAMES
from portal.understanding.self_naming import who_it_tells

Kind = Literal["number", "plate", "door", "account", "name", "maybe-name", "maybe-address"]

_PLATE: Final = re.compile(
    r"(?<![\w-])(?:[A-HJ-PR-UW-Z]{3}[ \-]?\d\d[A-HJ-NPR-UW-Z\d]|[a-hj-pr-uw-z]{3}\d\d[a-z\d])(?![\w])"
)
_DOOR: Final = re.compile(
    r"(?<!\w)(?:lägenhet\w*|lgh|lägenhetsnummer|dörr\w*|apartment|apt|flat|door|"
    r"شقة|الشقة|باب|آپارتمان|شوقە|apartmaan|daire|apartamento|piso|asunto|mieszkani\w*|квартир\w*)"
    r"[ .:]{0,2}(?:nr|nummer|no|number|رقم|№|#)?[ .:]{0,2}\d[\w-]*|(?<!\w)\d+[ ]?(?:tr|trappor)(?!\w)",
    re.IGNORECASE,
)
_ACCOUNT: Final = re.compile(r"(?<![\w@])@[\w.]{3,}")
_CALLED: Final = re.compile(
    r"(?<!\w)(?i:heter|kallas|vid namn|som kallar sig|named|called|name is|is called|اسمه|اسمها|يدعى|تدعى|ismi|adı|"
    r"zove se|se llama|nimeltään|o imieniu|зовут|звати|звуть|la yidhaahdo|navê wî|navê wê|اسمش|نامش|ناوی)"
    r"\s+(?:är\s+)?([^\W\d_][\w'’-]+(?:\s+[A-ZÅÄÖÉ][\w'’-]+)?)"
)
_HOUSE: Final = re.compile(
    r"(?<!\w)[\w-]{1,40}(?:gatan|vägen|gränd|stigen|allén|backen|road|street|caddesi|katu)"
    r"\s\d+(?:[ ]?[A-Za-z])?(?!\w)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_][\w’'-]*")
_OPENING: Final = " \t\"”“('’"
_ENDS: Final = frozenset(".!?:…\n•-–—")
_WITH_ARTICLE: Final = re.compile(r"^(?:و|ف|ب|ل|ال)+(?=\w{3})")
_NAMES_ITSELF: Final = re.compile(r"(?:gatan|vägen|torget|parken|skolan|centrum|plan|gården|station\w*|hallen|backen)$")
"""Endings of words that name places."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing in a text that tells, or may tell, who somebody is; `words` as they are written there."""

    kind: Kind
    words: str

    @property
    def certain(self) -> bool:
        return not self.kind.startswith("maybe")


def find_persons(text: str, places: Iterable[str] = ()) -> list[Found]:
    """What tells who somebody is, certain finds first. `places` are names that are known to be no persons."""
    certain = [
        *(Found("number", words) for words in who_it_tells(text)),
        *(Found("plate", match.group()) for match in _PLATE.finditer(text)),
        *(Found("door", match.group().strip()) for match in _DOOR.finditer(text)),
        *(Found("account", match.group()) for match in _ACCOUNT.finditer(text)),
        *(Found("name", match.group(1)) for match in _CALLED.finditer(text)),
    ]
    known = {word.casefold() for place in places for word in _WORD.findall(place)}
    named = [Found("name", words) for words in _listed_names(text, known)]
    taken = " ".join(found.words for found in [*certain, *named]).casefold()
    maybe = [
        *(Found("maybe-address", match.group()) for match in _HOUSE.finditer(text)),
        *(Found("maybe-name", words) for words in _written_like_names(text, known)),
    ]
    return list(dict.fromkeys([*certain, *named, *(found for found in maybe if found.words.casefold() not in taken)]))


def certain(found: Iterable[Found]) -> list[Found]:
    """Those that must be rewritten."""
    return [each for each in found if each.certain]


def _listed_names(text: str, known: set[str]) -> Iterator[str]:
    for match in _WORD.finditer(text):
        word = match.group()
        if word.casefold() not in known and _bare_names(word) & FIRST_NAMES:
            yield word


def _bare_names(word: str) -> set[str]:
    """The word as a name may stand in the list: without genitive, article or what is glued to it."""
    plain = word.casefold().strip("'’-")
    genitive = re.sub(r"['’]?s$", "", plain)
    parts = plain.split("-")
    return {plain, genitive, _WITH_ARTICLE.sub("", plain), *(parts if len(parts) > 1 else ())}


def _written_like_names(text: str, known: set[str]) -> Iterator[str]:
    """Words with a capital inside a sentence. Whole texts in capitals say nothing."""
    if sum(map(str.isupper, text)) * 2 > sum(map(str.isalpha, text)):
        return
    for match in _WORD.finditer(text):
        word = match.group()
        before = text[max(0, match.start() - 4) : match.start()].rstrip(_OPENING)
        inside = bool(before) and before[-1] not in _ENDS
        capital = word[0].isupper() and not word.isupper() and len(word) > 1
        if inside and capital and word.casefold() not in known and not _NAMES_ITSELF.search(word.casefold()):
            yield word
