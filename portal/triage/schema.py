"""JSON Schema of the rule files, one for each kind, from the same models that read them: for editors' editors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from portal.triage.grammar import SHAPES
from portal.triage.shapes import Shape, schema_name

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
EDITOR_SETTINGS: Final = ".vscode/settings.json"
"""Relative to the folder above the rule folder: tells an editor which schema describes which files."""


def schema_of(shape: type[Shape]) -> dict[str, Any]:
    """The JSON Schema of one kind of file, as plain data."""
    return {"$schema": DIALECT, **_tidied(shape.model_json_schema())}


def _tidied(node: Any) -> Any:
    """Without the empty value of keys that are left out, and closed where keys have a pattern."""
    if isinstance(node, list):
        return [_tidied(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _tidied(value) for key, value in node.items() if (key, value) != ("default", None)}
    if "patternProperties" in tidy and isinstance(tidy["patternProperties"], dict):
        tidy["additionalProperties"] = False
    return tidy


def schema_files() -> dict[str, str]:
    """The text of every schema, by its file's name."""
    return {schema_name(shape): _text(schema_of(shape)) for shape in SHAPES.values()}


def editor_settings(rules: str) -> str:
    """The text of EDITOR_SETTINGS for a rule folder of this name."""
    where: dict[str, Any] = {}
    for place, shape in SHAPES.items():
        files = f"{rules}/{place}*.yaml" if place.endswith("/") else f"{rules}/{place}"
        inside = [name for name in SHAPES if place.endswith("/") and name.startswith(place) and name != place]
        others = [f"!{rules}/{name}" for name in inside]
        where[f"{rules}/schema/{schema_name(shape)}"] = [files, *others] if others else files
    return _text({"yaml.schemas": where})


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def stale(folder: Path) -> list[Path]:
    """The files that `write` would change."""
    return [path for path, text in _files_of(folder).items() if not path.exists() or path.read_text("utf-8") != text]


def write(folder: Path) -> list[Path]:
    """Write the schemas of a rule folder and the editor settings beside it; returns what changed."""
    changed = stale(folder)
    texts = _files_of(folder)
    for path in changed:
        path.parent.mkdir(exist_ok=True)
        path.write_text(texts[path], encoding="utf-8")
    return changed


def _files_of(folder: Path) -> dict[Path, str]:
    texts = {folder / "schema" / name: text for name, text in schema_files().items()}
    return {**texts, folder.parent / EDITOR_SETTINGS: editor_settings(folder.name)}
