"""What in a question may tell who or where it is about: suggestions for taking it away. A human decides every one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from portal.triage.ruleset import Ruleset
from portal.understanding.self_naming import who_it_tells

Kind = Literal["name", "place", "number"]

_CAPITAL: Final = re.compile(r"(?<![\w@.])[A-ZÅÄÖÉÜ][\w'’-]*\w")
_CALLED: Final = re.compile(r"(?i:\b(?:heter|kallas|vid namn|my name is|is called|called)\s+)([^\W\d_][\w'’-]*)")
_PLACE_ENDING: Final = re.compile(
    r"(?i)\b[^\W\d_]{2,}(?:gatan|vägen|gränd|skolan|förskolan|torget|parken|gården|kyrkan|backen|stigen)\b(?:\s+\d+\w?)?"
)
_NO_NAME: Final = frozenset(
    {"jag", "hej", "vad", "hur", "får", "kan", "min", "mitt", "mina", "det", "den", "de", "vi", "om", "men", "och"}
    | {"bris", "sos", "bvc", "mvc", "soc", "bup", "csn", "lss", "sfi", "sverige", "svenska", "ivo", "i", "am"}
)


@dataclass(frozen=True, slots=True)
class Naming:
    """A place in a text, from `start` to before `end`, and what it may be."""

    start: int
    end: int
    kind: Kind


def find_naming(ruleset: Ruleset, text: str) -> list[Naming]:
    """Every place in the text that may tell who or where, in order; none overlaps another.

    Numbers and e-mail addresses as in `who_it_tells`; places by the names of areas and by their endings; names by their
    capital where no sentence begins, and after "heter". What is found once is found everywhere in the text.
    """
    found: list[Naming] = []
    candidates: list[tuple[str, Kind]] = [
        *((each, "number") for each in who_it_tells(text)),
        *((each, "place") for each in _places(ruleset, text)),
        *((each, "name") for each in _names(text)),
    ]
    for words, kind in dict.fromkeys(candidates):
        for match in re.finditer(rf"(?<!\w){re.escape(words)}(?:s\b|\b|(?!\w))", text, re.IGNORECASE):
            if all(match.end() <= each.start or match.start() >= each.end for each in found):
                found.append(Naming(match.start(), match.end(), kind))
    return sorted(found, key=lambda each: each.start)


def without_naming(text: str, found: Iterable[Naming], signs: dict[Kind, str]) -> str:
    """The text with each of these places replaced by the sign of its kind."""
    parts, last = [], 0
    for each in found:
        parts += [text[last : each.start], signs[each.kind]]
        last = each.end
    return "".join([*parts, text[last:]])


def pieces(text: str, found: Iterable[Naming]) -> Iterator[tuple[str, Kind | None]]:
    """The whole text in pieces, each with what it may be."""
    last = 0
    for each in found:
        if each.start > last:
            yield text[last : each.start], None
        yield text[each.start : each.end], each.kind
        last = each.end
    if last < len(text):
        yield text[last:], None


def _places(ruleset: Ruleset, text: str) -> Iterator[str]:
    named = [name for area in ruleset.areas.values() for name in (area.name, *area.aliases)]
    municipality = ruleset.municipality.name.partition(" ")[0]
    for name in (*named, municipality, municipality.removesuffix("s")):
        if re.search(rf"(?<!\w){re.escape(name)}(?:s\b|\b)", text, re.IGNORECASE):
            yield name
    yield from (match.group() for match in _PLACE_ENDING.finditer(text) if match.group()[0].isupper())


def _names(text: str) -> Iterator[str]:
    yield from (match.group(1) for match in _CALLED.finditer(text))
    for match in _CAPITAL.finditer(text):
        if not _begins_sentence(text, match.start()) and match.group().lower() not in _NO_NAME:
            yield match.group()


def _begins_sentence(text: str, place: int) -> bool:
    before = text[max(0, place - 8) : place].rstrip(" \"'”»(-–\t\r")
    return not before or before[-1] in ".!?:\n"
