"""Cross references between rule files: every slug that is pointed at exists, every id is unique."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any

from portal.triage import grammar
from portal.triage.conditions import as_list
from portal.triage.facts import UnknownFact, from_codes
from portal.triage.shapes import Shape
from portal.triage.yaml_source import Path

Broken = tuple[str, Path, str]
"""File, path inside it, and what to mend."""

OWN_NAME = {
    grammar.Topic: "topic",
    grammar.Danger: "signal",
    grammar.Outside: "matter",
    grammar.Service: "service",
}
"""The key that must equal the file's name."""


class _Names:
    """Every slug that may be pointed at, by kind."""

    def __init__(self, shaped: Mapping[str, Shape]) -> None:
        self.by_kind: dict[str, set[str]] = {
            kind: set() for kind in ("topic", "signal", "service", "helpline", "area", "language")
        }
        for shape in shaped.values():
            self._collect(shape)

    def _collect(self, shape: Shape) -> None:
        if isinstance(shape, grammar.Topic):
            subtopics = (f"{shape.topic}.{subtopic.id}" for subtopic in shape.subtopics)
            self.by_kind["topic"].update((shape.topic, *subtopics))
        elif isinstance(shape, grammar.Danger):
            self.by_kind["signal"].add(shape.signal)
        elif isinstance(shape, grammar.Service):
            self.by_kind["service"].add(shape.service)
        elif isinstance(shape, grammar.Municipality):
            self.by_kind["helpline"].update(line.slug for line in shape.helplines)
        elif isinstance(shape, grammar.Areas):
            self.by_kind["area"].update(area.slug for area in shape.areas)
        elif isinstance(shape, grammar.Languages):
            self.by_kind["language"].update(language.tag for language in shape.languages)

    def missing(self, kind: str, words: Iterable[Any]) -> Iterator[str]:
        for word in words:
            if word not in self.by_kind[kind]:
                near = get_close_matches(str(word), self.by_kind[kind], n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                yield f"there is no {kind} {word!r}{hint}"


def find_broken_links(shaped: Mapping[str, Shape]) -> list[Broken]:
    """Everything that points nowhere or stands twice, in no particular order."""
    names = _Names(shaped)
    broken = [*_duplicates(shaped), *_misnamed_files(shaped)]
    for file, shape in shaped.items():
        for path, message in _links_of(shape, names):
            broken.append((file, path, message))
    return broken


def _links_of(shape: Shape, names: _Names) -> Iterator[tuple[Path, str]]:
    if isinstance(shape, grammar.Service):
        yield from _service_links(shape, names)
    elif isinstance(shape, grammar.Danger):
        yield from ((("topics",), text) for text in names.missing("topic", shape.topics))
        yield from ((("card", "helplines"), text) for text in names.missing("helpline", shape.card.helplines))
        if shape.card.helplines[0] != "emergency-112":
            yield ("card", "helplines"), "every danger card starts with 112; write 'emergency-112' first"
    elif isinstance(shape, grammar.Examples):
        for index, example in enumerate(shape.examples):
            yield from _example_links(("examples", index), example, names)
    elif isinstance(shape, grammar.Topic) and not any((shape.phrases, shape.subtopics)):
        yield (), "a topic needs phrases or subtopics with phrases"


def _service_links(service: grammar.Service, names: _Names) -> Iterator[tuple[Path, str]]:
    if service.fallback_when_closed:
        for text in names.missing("service", [service.fallback_when_closed]):
            yield ("fallback_when_closed",), text
    yield from ((("areas",), text) for text in names.missing("area", service.areas))
    for index, rule in enumerate(service.rules):
        yield from _block_links(("rules", index, "if"), rule.if_.plain(), names)


def _block_links(path: Path, block: Mapping[str, Any], names: _Names) -> Iterator[tuple[Path, str]]:
    for key, value in block.items():
        if key in ("topic", "signal", "area"):
            yield from (((*path, key), text) for text in names.missing(key, as_list(value)))
        elif key == "not":
            yield from _block_links((*path, key), value, names)
        elif key == "any":
            for index, inner in enumerate(as_list(value)):
                yield from _block_links((*path, key, index), inner, names)


def _example_links(path: Path, example: grammar.Example, names: _Names) -> Iterator[tuple[Path, str]]:
    try:
        facts = from_codes(example.facts)
    except UnknownFact as error:
        near = get_close_matches(error.key, error.allowed, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        yield (*path, "facts", error.key), f"{error}{hint}"
        return
    yield from (((*path, "facts", "topics"), text) for text in names.missing("topic", sorted(facts.topics)))
    yield from (((*path, "facts", "signals"), text) for text in names.missing("signal", sorted(facts.signals)))
    if facts.area:
        yield from (((*path, "facts", "area"), text) for text in names.missing("area", [facts.area]))
    expect = example.expect
    doors = [slug for slug in (expect.first, expect.within_three) if slug]
    yield from (((*path, "expect"), text) for text in names.missing("service", doors))
    yield from (((*path, "expect", "danger"), text) for text in names.missing("signal", expect.danger or ()))
    if not doors and expect.urgency is None and expect.danger is None:
        yield (*path, "expect"), "expects nothing; write first, within_three, urgency or danger"


def _misnamed_files(shaped: Mapping[str, Shape]) -> Iterator[Broken]:
    for file, shape in shaped.items():
        key = OWN_NAME.get(type(shape))
        if key and getattr(shape, key) != PurePosixPath(file).stem:
            yield file, (key,), f"{key} is {getattr(shape, key)!r} but the file is {file}; make them the same"


def _duplicates(shaped: Mapping[str, Shape]) -> Iterator[Broken]:
    seen: dict[tuple[str, Any], str] = {}
    for file, shape in shaped.items():
        for kind, value, path in _ids_of(shape):
            if (kind, value) in seen:
                yield (
                    file,
                    path,
                    f"the {kind} {value!r} stands already in {seen[kind, value]}; give one of them another",
                )
            seen.setdefault((kind, value), file)


def _ids_of(shape: Shape) -> Iterator[tuple[str, Any, Path]]:
    if isinstance(shape, grammar.Service):
        yield "service order", shape.order, ("order",)
    for kind, items, key, value_of in _lists_of(shape):
        for index, item in enumerate(items):
            yield kind, value_of(item), (key, index)


def _lists_of(shape: Shape) -> Iterator[tuple[str, Sequence[Any], str, Callable[[Any], str]]]:
    """The lists whose items must have ids of their own: kind of id, items, key of the list, id of an item."""
    match shape:
        case grammar.Service():
            yield "rule id", shape.rules, "rules", attrgetter("id")
        case grammar.Topic():
            yield "subtopic", shape.subtopics, "subtopics", lambda subtopic: f"{shape.topic}.{subtopic.id}"
        case grammar.Municipality():
            yield "helpline", shape.helplines, "helplines", attrgetter("slug")
        case grammar.Areas():
            yield "area", shape.areas, "areas", attrgetter("slug")
        case grammar.Questions():
            yield "question about", shape.questions, "questions", attrgetter("fact")
        case grammar.Examples():
            yield "example", shape.examples, "examples", attrgetter("name")
