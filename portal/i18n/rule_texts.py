"""Babel extractor for rule files: every Swedish text that a person reads, with its line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Final

from portal.triage.yaml_source import Path, parse

TEXT_KEYS: Final = frozenset(
    {"label", "ask", "why", "title", "lines", "staff", "summary", "about", "for", "not_for", "because", "turn_to"}
)
TEXT_IN_CHANNELS: Final = frozenset({"note", "place"})

Found = tuple[int, None, str, list[str]]


def extract(fileobj: IO[bytes], _keywords: Any, _comment_tags: Any, options: dict[str, str]) -> Iterator[Found]:
    """Babel's interface: line, function name, message, comments."""
    source = parse(fileobj.read().decode("utf-8"))
    named = options.get("named") == "yes"
    for path, text in _texts(source.data, (), named):
        yield source.line(path), None, text.strip(), []


def _texts(data: Any, path: Path, named: bool) -> Iterator[tuple[Path, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _texts_under(key, value, (*path, key), named)
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _texts(item, (*path, index), named)


def _texts_under(key: str, value: Any, path: Path, named: bool) -> Iterator[tuple[Path, str]]:
    if key in ("phrases", "if", "facts", "when"):
        return
    is_text = key in TEXT_KEYS or (key == "name" and (named or "helplines" in path or "contact_centre" in path))
    is_text = is_text or (key in TEXT_IN_CHANNELS and "channels" in path)
    if is_text and isinstance(value, str):
        yield path, value
    elif is_text and isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield from (((*path, index), item) for index, item in enumerate(value))
    else:
        yield from _texts(value, path, named)
