"""YAML with the place of everything. Only text, numbers, true, false and null are recognised: `no` stays a word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple, NoReturn

import yaml

from portal.triage.yaml_problems import YamlProblem, explained, lines_of

Path = tuple[str | int, ...]

MOST_NESTED: Final = 20
"""Blocks and lists within each other. Nobody reads deeper, and a hostile file could be endless."""

_CONSTANTS: Final[Mapping[str, Any]] = {"": None, "~": None, "null": None, "true": True, "false": False}
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}")
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_FAST: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place(NamedTuple):
    """Where something is written: line and columns from 1, `end` just behind it on that line; `last` its last line."""

    line: int
    column: int
    end: int
    last: int


@dataclass(frozen=True)
class Source:
    """Parsed data, and where each value and key stands, by its path such as ("rules", 0, "if")."""

    data: Any
    values: Mapping[Path, Place] = field(default_factory=dict)
    keys: Mapping[Path, Place] = field(default_factory=dict)
    text: str = ""

    @cached_property
    def lines(self) -> list[str]:
        return lines_of(self.text)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """The place of a value (or of its key), or of its nearest parent that has one."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(1, 1, 1, 1))

    def last_line(self, place: Place) -> tuple[int, int, int]:
        """Line, column and end of what is written last at a place that may span lines."""
        if place.last == place.line or place.last > len(self.lines):
            return place.line, place.column, place.end
        written = self.lines[place.last - 1]
        return place.last, len(written) - len(written.lstrip()) + 1, len(written.rstrip()) + 1

    def in_brackets(self, path: Path) -> bool:
        """Is the block at `path` written as {…}, and not on lines of its own?"""
        place = self.place(path)
        return place.line <= len(self.lines) and self.lines[place.line - 1][place.column - 1 :].startswith("{")

    def line(self, path: Path) -> int:
        """The line of `path`, or of its nearest parent that has one."""
        return self.place(path, key=True).line


def parse(text: str) -> Source:
    """Parse one document. Raises YamlProblem for broken YAML, duplicate keys, and what rule files do without."""
    text = text.removeprefix("\ufeff")
    try:
        return _Builder(text, _FAST).source()
    except yaml.YAMLError as error:
        raise explained(text, _fuller(text) or error) from error


def _fuller(text: str) -> yaml.YAMLError | None:
    """The same error from the slow parser, which knows better where it began."""
    try:
        for _event in yaml.parse(text):
            pass
    except yaml.YAMLError as error:
        return error
    return None


class _Builder:
    """Turns the events of a YAML parser into data and places."""

    def __init__(self, text: str, loader: Any) -> None:
        self.text = text
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=loader))
        self.values: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.lines = lines_of(text)

    def source(self) -> Source:
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise YamlProblem(1, 1, 1, "the file is empty", "Write the keys of this kind of file, or remove the file")
        data = self._value(next(self.events), (), 0)
        next(self.events)  # the document ends
        if not isinstance(after := next(self.events), yaml.StreamEndEvent):
            self._refuse(after, "a second document begins here", "Remove the line ---; one file holds one thing")
        return Source(data, self.values, self.keys, self.text)

    def _value(self, event: Any, path: Path, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(
                event,
                f"*{event.anchor} points to another place, and rule files do without that",
                "Put a text that begins with * in quotes",
            )
        if event.anchor is not None:
            self._refuse(
                event,
                f"&{event.anchor} names a place, and rule files do without that",
                "Put a text that begins with & in quotes",
            )
        if event.tag is not None:
            self._refuse(
                event, "! begins a tag, and rule files do without tags", "Put a text that begins with ! in quotes"
            )
        if depth > MOST_NESTED:
            self._refuse(event, "this is nested too deep", f"At most {MOST_NESTED} blocks may stand in each other")
        if isinstance(event, yaml.ScalarEvent):
            self.values[path] = self._place(event, event)
            return self._scalar(event)
        build = self._list if isinstance(event, yaml.SequenceStartEvent) else self._block
        data, end = build(path, depth)
        self.values[path] = self._place(event, end)
        return data

    def _list(self, path: Path, depth: int) -> tuple[list[Any], Any]:
        data: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            data.append(self._value(event, (*path, len(data)), depth + 1))
        return data, event

    def _block(self, path: Path, depth: int) -> tuple[dict[str, Any], Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(event, "a key is a single word", "Write a word, a colon and the value")
            key = event.value
            here = (*path, key)
            if key in data:
                first = self.keys[here].line
                self._refuse(event, f"{key!r} stands twice here, first in line {first}", "Remove one of them")
            self._check(event)
            self.keys[here] = self._place(event, event)
            data[key] = self._value(next(self.events), here, depth + 1)
            if data[key] is None:
                self.values[here] = self.keys[here]  # nothing, or as good as nothing, to point at
        return data, event

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        self._check(event)
        if not event.implicit[0]:  # it stood in quotes, or in a block of text
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _WHOLE.fullmatch(text):
            return int(text)
        return float(text) if _DECIMAL.fullmatch(text) else text

    def _check(self, event: Any) -> None:
        if found := _NOT_TEXT.search(event.value):
            self._refuse(event, f"the text holds a control character (U+{ord(found[0]):04X})", "Remove it")

    def _place(self, start: Any, end: Any) -> Place:
        """From the start of one event to the end of another; behind the first line when there are several."""
        first, last = start.start_mark, end.end_mark
        line = self._line(first.line)
        # A block in block style ends where the next thing begins: on a later line, which holds nothing of its own.
        last_line = last.line if self._line(last.line)[: last.column].strip() else last.line - 1
        stop = last.column if last.line == first.line else len(line.rstrip())
        last_line = self._last_written(first.line, last_line)
        return Place(first.line + 1, first.column + 1, max(stop, first.column + 1) + 1, last_line + 1)

    def _line(self, number: int) -> str:
        """A line by its number from 0; the parser also counts one behind the last."""
        return "".join(self.lines[number : number + 1])

    def _last_written(self, first: int, last: int) -> int:
        """The last line, not before `first`, that holds more than space and comments."""
        while last > first and (not self._line(last).strip() or self._line(last).lstrip().startswith("#")):
            last -= 1
        return max(first, last)

    def _refuse(self, event: Any, says: str, remedy: str) -> NoReturn:
        place = self._place(event, event)
        raise YamlProblem(place.line, place.column, place.end, says, remedy)
