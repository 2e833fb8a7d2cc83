"""Rule files to Ruleset. Every error names the file, the line, what stands there and what to write instead."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from portal.triage import grammar
from portal.triage.links import find_broken_links
from portal.triage.ruleset import Ruleset, compile_ruleset
from portal.triage.shapes import Shape
from portal.triage.yaml_source import Source, YamlProblem, parse

Content = dict[str, Any]
"""File name relative to the rule folder, with forward slashes, to its parsed data."""

LONGEST_FILE = 1_000_000
"""Bytes. A rule file beyond this is a mistake."""


@dataclass(frozen=True, order=True)
class RuleError:
    """One thing to mend in the rule files."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"


class RuleFilesInvalid(ValueError):
    """The rule files cannot be used. `errors` holds every RuleError, in file and line order."""

    def __init__(self, errors: Iterable[RuleError]) -> None:
        self.errors = sorted(set(errors))
        super().__init__("\n".join(str(error) for error in self.errors))


def read_folder(folder: Path) -> Ruleset:
    """Read and check a folder of rule files. Raises RuleFilesInvalid."""
    return build(read_sources(folder))


def read_content(content: Content) -> Ruleset:
    """A rule set from stored content (see `content_of`). Raises RuleFilesInvalid."""
    return build({name: Source(data, {}) for name, data in content.items()})


def content_of(sources: Mapping[str, Source]) -> Content:
    return {name: sources[name].data for name in sorted(sources)}


def content_id(content: Content) -> str:
    """SHA-256 in hex over the canonical JSON of the content: the same content always has the same id."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_sources(folder: Path) -> dict[str, Source]:
    """Parse every YAML file of the folder. Raises RuleFilesInvalid for files that are not YAML."""
    sources: dict[str, Source] = {}
    errors: list[RuleError] = []
    for path in sorted(folder.rglob("*.y*ml")):
        name = path.relative_to(folder).as_posix()
        try:
            if path.stat().st_size > LONGEST_FILE:
                raise YamlProblem(1, f"the file is larger than {LONGEST_FILE:,} bytes")
            sources[name] = parse(path.read_text(encoding="utf-8"))
        except YamlProblem as problem:
            errors.append(RuleError(name, problem.line, str(problem)))
        except UnicodeDecodeError:
            errors.append(RuleError(name, 1, "the file is not UTF-8 text; save it as UTF-8"))
        except OSError as problem:
            errors.append(RuleError(name, 1, f"the file cannot be read: {problem.strerror}"))
    for needed in grammar.SHAPES:
        if not any(name == needed or name.startswith(needed) for name in (*sources, *(e.file for e in errors))):
            errors.append(RuleError(needed, 1, f"is missing in {folder.name}; rules cannot be used without it"))
    if errors:
        raise RuleFilesInvalid(errors)
    return sources


def build(sources: Mapping[str, Source]) -> Ruleset:
    """Check shapes and cross references and compile. Raises RuleFilesInvalid with all errors found."""
    errors: list[RuleError] = []
    shaped: dict[str, Shape] = {}
    for name, source in sources.items():
        shape = _shape_of(name)
        if shape is None:
            errors.append(RuleError(name, 1, f"is not a rule file; allowed: {', '.join(grammar.SHAPES)}"))
            continue
        try:
            shaped[name] = shape.model_validate(source.data)
        except ValidationError as error:
            errors.extend(_explain(name, source, shape, detail) for detail in error.errors())
    if not errors:
        errors = [RuleError(name, sources[name].line(path), text) for name, path, text in find_broken_links(shaped)]
    if errors:
        raise RuleFilesInvalid(errors)
    return _compile(content_id(content_of(sources)), shaped)


def _shape_of(name: str) -> type[Shape] | None:
    folder, slash, _ = name.partition("/")
    return grammar.SHAPES.get(name) or grammar.SHAPES.get(folder + slash if slash else name)


ShapeT = TypeVar("ShapeT", bound=Shape)


def of_kind(shaped: Mapping[str, Shape], kind: type[ShapeT]) -> list[ShapeT]:
    return [shape for shape in shaped.values() if isinstance(shape, kind)]


def _compile(ruleset_id: str, shaped: Mapping[str, Shape]) -> Ruleset:
    return compile_ruleset(
        ruleset_id,
        municipality=of_kind(shaped, grammar.Municipality)[0],
        languages=of_kind(shaped, grammar.Languages)[0].languages,
        areas=of_kind(shaped, grammar.Areas)[0].areas,
        questions=of_kind(shaped, grammar.Questions)[0].questions,
        topics=of_kind(shaped, grammar.Topic),
        dangers=of_kind(shaped, grammar.Danger),
        calm=of_kind(shaped, grammar.Calm)[0].phrases,
        outside=of_kind(shaped, grammar.Outside),
        services=of_kind(shaped, grammar.Service),
        examples=[
            (name, example)
            for name, shape in shaped.items()
            if isinstance(shape, grammar.Examples)
            for example in shape.examples
        ],
    )


def _explain(name: str, source: Source, shape: type[Shape], detail: Any) -> RuleError:
    """One pydantic error as a sentence an editor understands."""
    path = tuple(part for part in detail["loc"] if part not in ("[key]", "one", "several"))
    known = path
    while known and known not in source.lines:
        known = known[:-1]  # pydantic adds parts of its own for choices such as "always or a block"
    key = str(path[-1]) if path else ""
    kind = detail["type"]
    if kind == "extra_forbidden":
        what = "a condition" if "if" in path else "a key here"
        message = f"{key!r} is not {what}; {suggest(key, _keys_beside(shape, path))}"
    elif kind == "missing":
        message = f"{key!r} is missing; write it here"
    elif kind == "literal_error":
        allowed = [word.strip().strip("'") for word in detail["ctx"]["expected"].replace(" or ", ", ").split(",")]
        message = f"{key!r} is {detail['input']!r}; {suggest(str(detail['input']), allowed)}"
    elif kind == "value_error":
        message = f"{key!r}: {detail['ctx']['error']}"
    elif kind == "string_pattern_mismatch":
        message = f"{key!r} is {detail['input']!r}; write it with a-z, digits and hyphens"
    else:
        message = f"{key!r} is {str(detail['input'])[:60]!r}; {detail['msg'].lower()}"
    return RuleError(name, source.line(known), message)


def _keys_beside(shape: type[Shape], path: tuple[Any, ...]) -> list[str]:
    """The keys allowed in the block where `path` ends, as far as the models tell."""
    model: Any = shape
    for part in path[:-1]:
        if isinstance(part, int):
            continue
        field = next((f for n, f in model.model_fields.items() if (f.alias or n) == part), None)
        nested = _model_in(field.annotation) if field is not None else None
        if nested is None:
            return []
        model = nested
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[Shape] | None:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _model_in(inner)) is not None:
            return found
    return None


def suggest(word: str, allowed: Iterable[str]) -> str:
    """The remedy: the nearest allowed word if one is near, and what is allowed."""
    allowed = list(allowed)
    near = get_close_matches(word, allowed, n=1, cutoff=0.5)
    listed = ", ".join(allowed[:30]) + (" …" if len(allowed) > 30 else "")
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{hint}allowed: {listed}" if listed else hint or "remove it"
