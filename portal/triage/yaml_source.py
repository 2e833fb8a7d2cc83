"""YAML with line numbers. Only text, numbers, true, false and null are recognised: `no`, `on` and dates stay words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str | int, ...]


class YamlProblem(ValueError):
    """The text is not YAML that we accept. `line` is counted from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Source:
    """Parsed data and the line of every key and item, by its path such as ("rules", 0, "if")."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of `path`, or of its nearest parent that has one."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


class _CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core words only, so that `no` means no and a date stays text."""


_CoreLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_TRUTH = {"true": True, "false": False}


def parse(text: str) -> Source:
    """Parse one document. Raises YamlProblem for broken YAML, duplicate keys, anchors that loop and odd tags."""
    try:
        loader = _CoreLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise YamlProblem(1, "the file is empty")
        lines: dict[Path, int] = {}
        return Source(_build(loader, node, (), lines, 0), lines)
    except YamlProblem:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlProblem(mark.line + 1 if mark else 1, error.problem or "not YAML") from error
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise YamlProblem(1, str(error) or "not YAML") from error


def _build(loader: _CoreLoader, node: yaml.Node, path: Path, lines: dict[Path, int], depth: int) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if depth > 30:
        raise YamlProblem(line, "nested too deep")
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(loader, node, path, lines, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*path, i), lines, depth + 1) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in _TRUTH:
        return _TRUTH[node.value]
    if not node.tag.startswith("tag:yaml.org,2002:"):
        raise YamlProblem(line, f"the tag {node.tag} is not used in rule files")
    return loader.construct_object(node)


def _build_mapping(
    loader: _CoreLoader, node: yaml.MappingNode, path: Path, lines: dict[Path, int], depth: int
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise YamlProblem(line, "a key is a word")
        key = str(key_node.value)
        if key in data:
            raise YamlProblem(line, f"{key!r} stands twice here; remove one of them")
        lines[(*path, key)] = line
        data[key] = _build(loader, value_node, (*path, key), lines, depth + 1)
    return data
