"""What the models find wrong with a file, in the words of somebody who helps an editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from portal.triage.blocks import Block
from portal.triage.opening import period_meant
from portal.triage.rule_errors import Complaint, listed, nearest, quote
from portal.triage.shapes import Refusal, Shape, schema_name
from portal.triage.situations import Situation
from portal.triage.yaml_source import Path

_TAG: Final = re.compile(r"<\w+>")
_LOOKS_LIKE_HOURS: Final = re.compile(r"\d{1,2}([:.]\d\d)?\s*[-–—]\s*\d{1,2}([:.]\d\d)?")


def complaints(shape: type[Shape], data: Any, error: ValidationError) -> Iterator[Complaint]:
    """One complaint for everything that keeps `data` from being a `shape`."""
    found = []
    for detail in error.errors():
        path, on_key = _path_of(data, detail["loc"])
        found.append((detail["type"], path, _complaint(shape, data, path, on_key, dict(detail))))
    misspelt = {(*path[:-1], told.meant) for kind, path, told in found if kind == "extra_forbidden"}
    # A misspelt key is told once, not also as a missing one.
    yield from (told for kind, path, told in found if kind != "missing" or path not in misspelt)


def _path_of(data: Any, location: tuple[Any, ...]) -> tuple[Path, bool]:
    """The path in the file that pydantic means, less the parts of its own; and whether it means a key."""
    path: list[str | int] = []
    on_key = bool(location) and location[-1] == "[key]"
    for part in location[:-1] if on_key else location:
        if isinstance(part, str) and _TAG.fullmatch(part) and not (isinstance(data, dict) and part in data):
            continue
        path.append(part)
        data = data.get(part) if isinstance(data, dict) else data[part]
    return tuple(path), on_key


def _complaint(shape: type[Shape], data: Any, path: Path, on_key: bool, detail: dict[str, Any]) -> Complaint:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown_key(shape, path)
    if kind == "missing":
        return _missing_key(shape, data, path)
    name, value = _name_of(path, on_key), detail["input"]
    context: dict[str, Any] = detail.get("ctx") or {}
    refusal = context.get("error")
    if isinstance(refusal, Refusal):
        says = refusal.says and f"{name}: {refusal.says}"
        return Complaint(path, says or f"{name} is {quote(value)}", refusal.meant, refusal.remedy, on_key=on_key)
    if kind == "literal_error":
        return _unknown_word(path, name, value, str(context["expected"]))
    remedy = _REMEDIES.get(kind, _no_idea)(value, context)
    return Complaint(path, f"{name} is {quote(value)}", remedy=remedy)


def _name_of(path: Path, on_key: bool) -> str:
    """What a value is called in a sentence: its key, or its place in a list."""
    if not path:
        return "the file"
    key = next(part for part in reversed(path[:-1] if on_key else path) if isinstance(part, str))
    if on_key:
        return f"a key of {key!r}"
    return f"item {path[-1] + 1} of {key!r}" if isinstance(path[-1], int) else repr(key)


def _unknown_key(shape: type[Shape], path: Path) -> Complaint:
    model, key = _model_at(shape, path[:-1]), str(path[-1])
    known = list(keys_of(model))
    kind = "a condition" if model is Block else "a fact" if model is Situation else "a key here"
    meant = nearest(key, known)
    says = f"{key!r} is not {kind}" if key else "a key is missing before the colon"
    if key == "<<":
        says, meant = "'<<' takes keys from another place, and rule files do without that", ""
    remedy = "" if meant else "Remove it, or choose one of those allowed"
    allowed = listed(key, known, f"schema/{schema_name(model)}")
    return Complaint(path, says, meant, remedy, allowed, on_key=True)


def _missing_key(shape: type[Shape], data: Any, path: Path) -> Complaint:
    """Points behind the key that usually stands before the missing one, and shows how it is written."""
    model, key, parent = _model_at(shape, path[:-1]), str(path[-1]), path[:-1]
    fields = keys_of(model)
    for part in parent:
        data = data[part]
    before = [known for known in list(fields)[: list(fields).index(key)] if known in data]
    written = f"{key}: {yaml_words(fields[key])}"
    if before:
        return Complaint((*parent, before[-1]), f"{key!r} is missing", missing=written)
    return Complaint(parent, f"{key!r} is missing", remedy=f"Write first in this block: {written}")


def yaml_words(field: FieldInfo) -> str:
    """An example of a key's value, as one would write it in a file."""
    return _flow(field.examples[0]) if field.examples else "…"


def _flow(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    text = str(value)
    needs_quotes = isinstance(value, str) and (not text[:1].isalpha() or any(mark in text for mark in ",:#[]{}"))
    return f'"{text}"' if needs_quotes else text


def _unknown_word(path: Path, name: str, value: Any, expected: str) -> Complaint:
    words = re.findall(r"'([^']+)'", expected)
    says = f"{name} is {quote(value)}"
    if words == ["always"]:
        remedy = 'Write always, or days with lists of periods, for example {mon-fri: ["08:00-16:30"]}'
        return Complaint(path, says, nearest(value, words), remedy)
    if isinstance(value, dict | list):
        return Complaint(path, says, remedy="Write one word", allowed=", ".join(words))
    return Complaint(path, says, nearest(value, words), allowed=", ".join(words))


def _no_idea(_value: Any, _context: Mapping[str, Any]) -> str:
    return "That cannot stand here; compare it with another file of the same kind"


def _text(value: Any, _context: Mapping[str, Any]) -> str:
    if isinstance(value, dict) and value:
        key, inner = next(iter(value.items()))
        return f'Write a text here; a text with a colon stands in quotes: "{key}: {inner if inner is not None else ""}"'
    if isinstance(value, bool | int | float):
        return f'Write a text here; put it in quotes: "{str(value).lower()}"'
    return "Write one text here" if value else "Write a text here"


def _number(value: Any, _context: Mapping[str, Any]) -> str:
    if isinstance(value, str) and value.strip().lstrip("-").isdigit():
        return f"Write a whole number without quotes: {value.strip()}"
    return "Write a whole number, for example 20"


def _decimal(_value: Any, _context: Mapping[str, Any]) -> str:
    return "Write a number without quotes, with a point for decimals, for example 1.5"


def _truth(value: Any, _context: Mapping[str, Any]) -> str:
    meant = {"yes": "true", "ja": "true", "no": "false", "nej": "false"}.get(str(value).lower())
    return f"Write {meant} for that" if meant else "Write true or false"


def _list(value: Any, _context: Mapping[str, Any]) -> str:
    if isinstance(value, str) and value.lower() in ("closed", "stängt"):
        return "Write an empty list for closed: []"
    if isinstance(value, str) and _LOOKS_LIKE_HOURS.fullmatch(value):
        return f"Write a list here: {_flow([period_meant(value) or value])}"
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return f"Write a list here: [{_flow(value)}]"
    return "Write a list here, each item on a line of its own after a hyphen"


def _block(_value: Any, _context: Mapping[str, Any]) -> str:
    return "Write a block of keys here, each with a colon and a value"


_REMEDIES: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], str]]] = {
    "string_type": _text,
    "int_type": _number,
    "float_type": _decimal,
    "bool_type": _truth,
    "list_type": _list,
    "dict_type": _block,
    "model_type": _block,
    "too_short": lambda _value, context: f"Write at least {context['min_length']}, or remove the key",
    "too_long": lambda _value, context: f"Write at most {context['max_length']}",
    "greater_than": lambda _value, context: f"Write a number greater than {context['gt']:g}",
    "greater_than_equal": lambda _value, context: f"Write a number that is {context['ge']} or more",
    "less_than_equal": lambda _value, context: f"Write a number that is {context['le']:g} or less",
}
"""By pydantic's kind of error."""


def keys_of(model: type[Shape]) -> dict[str, FieldInfo]:
    """The keys of a block as files write them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_at(shape: type[Shape], path: Path) -> type[Shape]:
    """The model of the block at `path`."""
    model = shape
    for part in path:
        if isinstance(part, str) and (field := keys_of(model).get(part)) is not None:
            model = _model_in((field.annotation, *field.metadata)) or model
    return model


def _model_in(annotation: Any) -> type[Shape] | None:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    inner = annotation if isinstance(annotation, tuple) else getattr(annotation, "__args__", ())
    for part in (*inner, getattr(annotation, "shape", None)):
        if part is not None and (found := _model_in(part)) is not None:
            return found
    return None
