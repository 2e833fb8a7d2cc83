"""What must fit together between and within rule files: every name that is pointed at exists, every id is unique."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any, Final

from portal.triage import grammar
from portal.triage.conditions import as_list
from portal.triage.facts import CHOICES, UnknownFact, from_codes
from portal.triage.priorities import blocks_of
from portal.triage.reply_file import Replies, Reply, known_placeholders, refused
from portal.triage.rule_errors import Complaint, listed, nearest
from portal.triage.sense import bands_sense, block_sense, hours_sense, validity_sense, zone_sense
from portal.triage.shapes import Shape
from portal.triage.yaml_source import Path

Broken = tuple[str, Complaint]
"""File, and what to mend in it."""

FIRST_HELPLINE: Final = "emergency-112"
"""The helpline that opens every danger card."""

WRITTEN_IN: Final = {
    "topic": "topics/",
    "signal": "danger/",
    "service": "services/",
    "helpline": "municipality.yaml",
    "area": "areas.yaml",
    "language": "languages.yaml",
}
"""Kinds of names, and where they are written."""


class Names:
    """Every name that may be pointed at, by kind."""

    def __init__(self, shaped: Mapping[str, Shape]) -> None:
        self.by_kind: dict[str, dict[str, None]] = {kind: {} for kind in WRITTEN_IN}
        for shape in shaped.values():
            for kind, names in _names_in(shape):
                self.by_kind[kind].update(dict.fromkeys(names))

    def missing(self, kind: str, path: Path, words: Any) -> Iterator[Complaint]:
        """A complaint for each word that is no name of this kind, at its own place in a list."""
        for index, word in enumerate(as_list(words)):
            if word not in self.by_kind[kind]:
                where = (*path, index) if isinstance(words, list) else path
                known = self.by_kind[kind]
                yield Complaint(
                    where,
                    f"there is no {kind} {word!r}",
                    nearest(word, known),
                    allowed=listed(word, known, WRITTEN_IN[kind]),
                )


def _names_in(shape: Shape) -> Iterator[tuple[str, Iterable[str]]]:
    match shape:
        case grammar.Topic():
            yield "topic", (shape.topic, *(f"{shape.topic}.{subtopic.id}" for subtopic in shape.subtopics))
        case grammar.Danger():
            yield "signal", (shape.signal,)
        case grammar.Service():
            yield "service", (shape.service,)
        case grammar.Municipality():
            yield "helpline", (line.slug for line in shape.helplines)
        case grammar.Areas():
            yield "area", (area.slug for area in shape.areas)
        case grammar.Languages():
            yield "language", (language.tag for language in shape.languages)


def find_broken_links(shaped: Mapping[str, Shape]) -> list[Broken]:
    """Everything that points nowhere, stands twice or contradicts itself, in no particular order."""
    names = Names(shaped)
    broken = [*_duplicates(shaped), *_misnamed_files(shaped)]
    for file, shape in shaped.items():
        broken.extend((file, complaint) for complaint in _links_of(shape, names))
    return broken


def _links_of(shape: Shape, names: Names) -> Iterator[Complaint]:
    match shape:
        case grammar.Service():
            yield from _service_links(shape, names)
        case grammar.Danger():
            yield from _danger_links(shape, names)
        case grammar.Questions():
            yield from _answer_links(shape, names)
        case grammar.Examples() | grammar.Understood() | Replies():
            yield from _listed_links(shape, names)
        case _:
            yield from _own_sense(shape, names)


def _listed_links(shape: grammar.Examples | grammar.Understood | Replies, names: Names) -> Iterator[Complaint]:
    """Files that are one list of like things."""
    match shape:
        case grammar.Examples():
            for index, example in enumerate(shape.examples):
                yield from _example_links(("examples", index), example, names)
        case grammar.Understood():
            for index, said in enumerate(shape.said):
                yield from _said_links(("said", index), said, names)
        case Replies():
            for index, reply in enumerate(shape.replies):
                yield from _reply_links(("replies", index), reply, names)


def _own_sense(shape: Shape, names: Names) -> Iterator[Complaint]:
    """What must fit together within one file."""
    match shape:
        case grammar.Municipality():
            yield from zone_sense(("time_zone",), shape.time_zone)
            yield from hours_sense(("contact_centre",), shape.contact_centre)
            yield from _priority_links(shape, names)
        case grammar.Areas():
            for index, area in enumerate(shape.areas):
                yield from validity_sense(("areas", index, "valid"), area.valid)
        case grammar.Topic():
            if not shape.phrases and not shape.subtopics:
                yield Complaint(
                    ("topic",),
                    "this topic has no phrases and no subtopics",
                    remedy="Write phrases, or subtopics that have them",
                )


def _service_links(service: grammar.Service, names: Names) -> Iterator[Complaint]:
    if service.fallback_when_closed:
        yield from names.missing("service", ("fallback_when_closed",), service.fallback_when_closed)
        if service.fallback_when_closed == service.service:
            yield Complaint(
                ("fallback_when_closed",),
                f"{service.service!r} cannot stand in for itself when it is closed",
                remedy="Write another service, or remove the key",
            )
    yield from names.missing("area", ("areas",), service.areas)
    yield from validity_sense(("valid",), service.valid)
    yield from hours_sense((), service)
    for index, rule in enumerate(service.rules):
        path: Path = ("rules", index)
        yield from block_sense((*path, "if"), rule.if_)
        yield from _block_links((*path, "if"), rule.if_.plain(), names)
        yield from validity_sense((*path, "valid"), rule.valid)


def _priority_links(municipality: grammar.Municipality, names: Names) -> Iterator[Complaint]:
    for path, block in blocks_of(municipality.priorities):
        yield from block_sense(path, block)
        yield from _block_links(path, block.plain(), names)
    for number, target in enumerate(municipality.priorities):
        yield from names.missing("topic", ("priorities", number, "only_topics"), target.only_topics)


def _danger_links(danger: grammar.Danger, names: Names) -> Iterator[Complaint]:
    yield from names.missing("topic", ("topics",), danger.topics)
    yield from names.missing("helpline", ("card", "helplines"), danger.card.helplines)
    if danger.card.helplines[0] != FIRST_HELPLINE:
        says = f"every danger card starts with 112, and this one starts with {danger.card.helplines[0]!r}"
        yield Complaint(("card", "helplines", 0), says, remedy=f"Write {FIRST_HELPLINE} first")


def _block_links(path: Path, block: Mapping[str, Any], names: Names) -> Iterator[Complaint]:
    for key, value in block.items():
        if key in WRITTEN_IN:
            yield from names.missing(key, (*path, key), value)
        elif key == "not":
            yield from _block_links((*path, key), value, names)
        elif key == "any":
            for index, inner in enumerate(value):
                yield from _block_links((*path, key, index), inner, names)


def _answer_links(questions: grammar.Questions, names: Names) -> Iterator[Complaint]:
    for index, question in enumerate(questions.questions):
        yield from bands_sense(("questions", index), question)
        for number, answer in enumerate(question.answers):
            path: Path = ("questions", index, "answers", number, "value")
            try:
                from_codes({question.fact: answer.value})
            except UnknownFact as error:
                says = f"{answer.value!r} is no answer about {question.fact}"
                yield Complaint(path, says, nearest(answer.value, error.allowed), allowed=", ".join(error.allowed))
                continue
            if question.fact == "area":
                yield from names.missing("area", path, answer.value)


def _said_links(path: Path, said: grammar.Said, names: Names) -> Iterator[Complaint]:
    """A value that its fact can have, and `of` for age only."""
    if said.fact == "age":
        if said.value is not None:
            remedy = "Leave value: out, and write <age> in the phrases where the number stands"
            yield Complaint((*path, "value"), "an age is read from the message itself", remedy=remedy)
        return
    if said.of is not None:
        yield Complaint((*path, "of"), f"of: says whose age it is, and this is about {said.fact}", remedy="Remove it")
    if said.value is None:
        return
    if said.fact == "area":
        yield from names.missing("area", (*path, "value"), said.value)
    elif said.value not in CHOICES[said.fact]:
        allowed = CHOICES[said.fact]
        says = f"{said.value!r} is no answer about {said.fact}"
        yield Complaint((*path, "value"), says, nearest(said.value, allowed), allowed=", ".join(allowed))


def _reply_links(path: Path, reply: Reply, names: Names) -> Iterator[Complaint]:
    yield from names.missing("topic", (*path, "topics"), reply.topics)
    helplines = names.by_kind["helpline"]
    texts: dict[Path, str] = {("swedish",): reply.swedish}
    texts.update({("drafts", tag): text for tag, text in reply.drafts.items()})
    for place, text in texts.items():
        if wrong := refused(text, helplines):
            allowed = ", ".join(f"{{{name}}}" for name in known_placeholders(helplines))
            yield Complaint((*path, *place), *wrong, allowed=allowed)
    for tag in reply.drafts:
        yield from names.missing("language", (*path, "drafts", tag), tag)


def _example_links(path: Path, example: grammar.Example, names: Names) -> Iterator[Complaint]:
    for key, kind in (("topics", "topic"), ("signals", "signal"), ("area", "area")):
        if key in example.facts:
            yield from names.missing(kind, (*path, "facts", key), example.facts[key])
    expect = example.expect
    for key in ("first", "within_three"):
        if slug := getattr(expect, key):
            yield from names.missing("service", (*path, "expect", key), slug)
    yield from names.missing("signal", (*path, "expect", "danger"), expect.danger or [])
    if not (expect.first or expect.within_three or expect.urgency) and expect.danger is None:
        remedy = "Write first, within_three, urgency or danger"
        yield Complaint((*path, "expect"), "this example expects nothing", remedy=remedy)


def _misnamed_files(shaped: Mapping[str, Shape]) -> Iterator[Broken]:
    for file, shape in shaped.items():
        key = grammar.OWN_NAME.get(type(shape))
        if key and getattr(shape, key) != (name := PurePosixPath(file).stem):
            says = f"{key} is {getattr(shape, key)!r}, but the file is called {PurePosixPath(file).name}"
            remedy = f"Make them the same: write {key}: {name}, or rename the file"
            yield file, Complaint((key,), says, remedy=remedy)


def _duplicates(shaped: Mapping[str, Shape]) -> Iterator[Broken]:
    seen: dict[tuple[str, Any], str] = {}
    for file, shape in shaped.items():
        for kind, value, path in _ids_of(shape):
            if (kind, value) in seen:
                says = f"the {kind} {value!r} stands already in {seen[kind, value]}"
                yield file, Complaint(path, says, remedy="Give one of them another")
            seen.setdefault((kind, value), file)


def _ids_of(shape: Shape) -> Iterator[tuple[str, Any, Path]]:
    if isinstance(shape, grammar.Service):
        yield "service order", shape.order, ("order",)
    for kind, items, key, own, value_of in _lists_of(shape):
        for index, item in enumerate(items):
            yield kind, value_of(item), (key, index, own)


def _lists_of(shape: Shape) -> Iterator[tuple[str, Sequence[Any], str, str, Callable[[Any], str]]]:
    """The lists whose items must have ids of their own: kind of id, items, key of the list, key of the id, the id."""
    match shape:
        case grammar.Service():
            yield "rule id", shape.rules, "rules", "id", attrgetter("id")
        case grammar.Topic():
            yield "subtopic", shape.subtopics, "subtopics", "id", lambda subtopic: f"{shape.topic}.{subtopic.id}"
        case grammar.Municipality():
            yield "helpline", shape.helplines, "helplines", "slug", attrgetter("slug")
            yield "clock", shape.report_times, "report_times", "clock", attrgetter("clock")
            yield "priority", shape.priorities, "priorities", "priority", attrgetter("priority")
        case grammar.Areas():
            yield "area", shape.areas, "areas", "slug", attrgetter("slug")
        case grammar.Languages():
            yield "language", shape.languages, "languages", "tag", attrgetter("tag")
        case grammar.Questions():
            yield "question about", shape.questions, "questions", "fact", attrgetter("fact")
        case Replies():
            yield "reply", shape.replies, "replies", "slug", attrgetter("slug")
        case grammar.Examples():
            yield "example", shape.examples, "examples", "name", attrgetter("name")
