"""Rule files to Ruleset. Every error names the file, the line, what stands there and what to write instead."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from pydantic import ValidationError

from portal.triage import grammar
from portal.triage.links import find_broken_links
from portal.triage.rule_errors import Complaint, RuleError, RuleFilesInvalid, locate, nearest
from portal.triage.ruleset import Ruleset, compile_ruleset
from portal.triage.shape_errors import complaints
from portal.triage.shapes import Shape
from portal.triage.yaml_problems import YamlProblem, lines_of
from portal.triage.yaml_source import Source, parse

__all__ = ["RuleError", "RuleFilesInvalid", "build", "content_id", "content_of", "read_content", "read_folder"]

Content = dict[str, Any]
"""File name relative to the rule folder, with forward slashes, to its parsed data."""

LONGEST_FILE: Final = 1_000_000
"""Bytes. A rule file beyond this is a mistake."""

BESIDE_RULES: Final = (".md",)
"""Endings of files that may lie among the rule files and are not read."""

SCHEMA_FOLDER: Final = "schema"
"""Holds the JSON Schema for editors' editors; see `schema`."""


@dataclass(frozen=True)
class RuleFile:
    """One file that is sound in itself: its name in the rule folder, where everything stands in it, and its shape."""

    name: str
    source: Source
    shape: Shape


def read_folder(folder: Path) -> Ruleset:
    """Read and check a folder of rule files. Raises RuleFilesInvalid."""
    return build(read_sources(folder))


def read_content(content: Content) -> Ruleset:
    """A rule set from stored content (see `content_of`). Raises RuleFilesInvalid."""
    return build({name: Source(data) for name, data in content.items()})


def content_of(sources: Mapping[str, Source]) -> Content:
    return {name: sources[name].data for name in sorted(sources)}


def content_id(content: Content) -> str:
    """SHA-256 in hex over the canonical JSON of the content: the same content always has the same id."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_sources(folder: Path) -> dict[str, Source]:
    """Parse every rule file of the folder. Raises RuleFilesInvalid for files that are not YAML or out of place."""
    sources: dict[str, Source] = {}
    errors: list[RuleError] = []
    for path in _files_of(folder):
        name = path.relative_to(folder).as_posix()
        try:
            shape_of(name)
            sources[name] = _read_path(name, path)
        except RuleFilesInvalid as invalid:
            errors.extend(invalid.errors)
    errors.extend(_missing_parts(folder, [*sources, *(error.file for error in errors)]))
    if errors:
        raise RuleFilesInvalid([*errors, *_read_files(sources)[1]])  # everything at once, not one layer at a time
    return sources


def _files_of(folder: Path) -> Iterator[Path]:
    """Every file that might be meant as a rule file; hidden files and explanations are not."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts)
        if path.is_dir() or hidden or parts[0] == SCHEMA_FOLDER or path.suffix in BESIDE_RULES:
            continue
        if "/".join(parts) in grammar.NOT_RULES:
            continue
        yield path


def _missing_parts(folder: Path, found: list[str]) -> Iterator[RuleError]:
    for needed in grammar.SHAPES:
        if needed not in grammar.OPTIONAL and not any(name == needed or name.startswith(needed) for name in found):
            what = "this folder is missing or empty" if needed.endswith("/") else "this file is missing"
            remedy = f"Write it; the rules in {folder.name} cannot be used without it"
            yield RuleError(needed, 1, 0, what, remedy=remedy)


def read_beside(folder: Path, name: str) -> Shape:
    """A file of `NOT_RULES`, checked for itself. Raises RuleFilesInvalid."""
    return read_file(name, _read_path(name, folder / name)).shape


def _read_path(name: str, path: Path) -> Source:
    try:
        size = path.stat().st_size
        if size > LONGEST_FILE:
            _refuse_file(name, f"the file has {size:,} bytes", f"At most {LONGEST_FILE:,} are allowed; divide it")
        return read_source(name, path.read_bytes())
    except OSError as problem:
        _refuse_file(name, "the file cannot be read", f"The system says: {problem.strerror}")


def read_source(name: str, written: bytes) -> Source:
    """Parse one file as it is stored. Raises RuleFilesInvalid."""
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = written[: problem.start].count(b"\n") + 1
        error = RuleError(name, line, 0, "this is not UTF-8 text", remedy="Save the file as UTF-8 in your editor")
        raise RuleFilesInvalid([error]) from problem
    try:
        return parse(text)
    except YamlProblem as problem:
        shown = "".join(lines_of(text)[problem.line - 1 : problem.line])  # nothing for a line behind the last
        error = RuleError(name, problem.line, problem.column, problem.says, "", problem.remedy, "", problem.end, shown)
        raise RuleFilesInvalid([error]) from problem


def shape_of(name: str) -> type[Shape]:
    """The shape that a file of this name must have. Raises RuleFilesInvalid for a name that no rule file has."""
    folder, slash, rest = name.rpartition("/")
    shape = grammar.SHAPES.get(name) or grammar.SHAPES.get(folder + slash)
    if shape is None or not name.endswith(".yaml") or rest == ".yaml":
        _refuse_name(name, folder + slash, rest)
    return shape


def _refuse_name(name: str, folder: str, rest: str) -> NoReturn:
    known = [place for place in grammar.SHAPES if "/" not in place or place.endswith("/")]
    allowed = ", ".join(f"{place}<name>.yaml" if place.endswith("/") else place for place in known)
    stem = rest.partition(".")[0]
    meant = f"{folder}{stem}.yaml" if folder in grammar.SHAPES else nearest(name, known) if not folder else ""
    remedy = "Rename it, or move it out of the folder"
    error = RuleError(name, 1, 0, "this is not the name of a rule file", meant, remedy, allowed)
    raise RuleFilesInvalid([error])


def _refuse_file(name: str, says: str, remedy: str) -> NoReturn:
    raise RuleFilesInvalid([RuleError(name, 1, 0, says, remedy=remedy)])


def read_file(name: str, source: Source) -> RuleFile:
    """One file, checked for itself. Raises RuleFilesInvalid with everything that is wrong in it."""
    shape = shape_of(name)
    try:
        return RuleFile(name, source, shape.model_validate(source.data))
    except ValidationError as error:
        found = _in_wrong_folder(source.data, shape) or list(complaints(shape, source.data, error))
        raise RuleFilesInvalid(locate(name, source, complaint) for complaint in found) from error


def _in_wrong_folder(data: Any, shape: type[Shape]) -> list[Complaint]:
    """A service among the topics and the like: one complaint instead of one for every key."""
    if not isinstance(data, dict) or grammar.OWN_NAME.get(shape) in data:
        return []
    for other, key in grammar.OWN_NAME.items():
        if key in data:
            folder = next(place for place, kind in grammar.SHAPES.items() if kind is other)
            says = f"this file is a {other.__name__.lower()}: it begins with {key!r}"
            return [Complaint((key,), says, remedy=f"Move it to the folder {folder}", on_key=True)]
    return []


def build(sources: Mapping[str, Source]) -> Ruleset:
    """Check shapes and cross references and compile. Raises RuleFilesInvalid with all errors found."""
    files, errors = _read_files(sources)
    if errors:
        raise RuleFilesInvalid(errors)
    return assemble(files)


def _read_files(sources: Mapping[str, Source]) -> tuple[dict[str, RuleFile], list[RuleError]]:
    errors: list[RuleError] = []
    files: dict[str, RuleFile] = {}
    for name, source in sources.items():
        try:
            files[name] = read_file(name, source)
        except RuleFilesInvalid as invalid:
            errors.extend(invalid.errors)
    return files, errors


def assemble(files: Mapping[str, RuleFile]) -> Ruleset:
    """Check how sound files fit together and compile them; one may be replaced and the others kept.

    Raises RuleFilesInvalid with everything that does not fit.
    """
    shaped = {name: file.shape for name, file in files.items()}
    broken = find_broken_links(shaped)
    if broken:
        raise RuleFilesInvalid(locate(name, files[name].source, complaint) for name, complaint in broken)
    return _compile(content_id(content_of({name: file.source for name, file in files.items()})), shaped)


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
        understood=of_kind(shaped, grammar.Understood),
        services=of_kind(shaped, grammar.Service),
        examples=[
            (name, example)
            for name, shape in shaped.items()
            if isinstance(shape, grammar.Examples)
            for example in shape.examples
        ],
    )
