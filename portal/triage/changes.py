"""What stands otherwise in one rule set than in another: services, rules, topics, danger, numbers and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel

from portal.triage.grammar import Phrases
from portal.triage.ruleset import Ruleset

Things = Mapping[str, Any]
"""What there is of one kind, by the name by which editors know it."""

LONGEST_VALUE: Final = 90
"""Characters of a value that are shown; of longer ones it is only said that they differ."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was added, removed or changed. `kind` is service, rule, topic …; `how` says what in it."""

    kind: str
    what: str
    sign: Literal["+", "-", "~"]
    how: str = ""


def changes(old: Ruleset, new: Ruleset) -> list[Change]:
    """Everything that differs, kind by kind."""
    found: list[Change] = []
    for kind, things in _KINDS:
        found.extend(_differences(kind, things(old), things(new)))
    return found


def _municipality(ruleset: Ruleset) -> Things:
    return {ruleset.municipality.slug: _without(ruleset.municipality, "helplines")}


def _topics(ruleset: Ruleset) -> Things:
    topics = {name: _without(topic, "subtopics") for name, topic in ruleset.topics.items()}
    return topics | {f"{name}.{sub.id}": sub for name, topic in ruleset.topics.items() for sub in topic.subtopics}


def _services(ruleset: Ruleset) -> Things:
    return {slug: _without(service, "rules") for slug, service in ruleset.services.items()}


def _rules(ruleset: Ruleset) -> Things:
    return {f"{slug}/{rule.id}": rule for slug, service in ruleset.services.items() for rule in service.rules}


def _examples(ruleset: Ruleset) -> Things:
    return {example.name: example for _file, example in ruleset.examples}


_KINDS: Final[tuple[tuple[str, Callable[[Ruleset], Things]], ...]] = (
    ("municipality", _municipality),
    ("number", lambda ruleset: ruleset.helplines),
    ("area", lambda ruleset: ruleset.areas),
    ("language", lambda ruleset: ruleset.languages),
    ("question", lambda ruleset: ruleset.questions),
    ("topic", _topics),
    ("danger", lambda ruleset: ruleset.dangers),
    ("calm sayings", lambda ruleset: {"calm": {"phrases": dict(ruleset.calm)}}),
    ("outside matter", lambda ruleset: ruleset.outside),
    ("facts read in", lambda ruleset: ruleset.understood),
    ("service", _services),
    ("rule", _rules),
    ("example", _examples),
)


def _without(model: BaseModel, *left_out: str) -> dict[str, Any]:
    return {key: value for key, value in _fields(model).items() if key not in left_out}


def _fields(thing: Any) -> dict[str, Any]:
    """Keys as the files write them, to values that can be compared and shown."""
    if isinstance(thing, BaseModel):
        # A validator may have made something simpler of a field than its shape says; here only the content counts.
        return thing.model_dump(by_alias=True, exclude_unset=True, warnings=False)
    return dict(thing)


def _differences(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for what in before:
        if what not in after:
            yield Change(kind, what, "-")
    for what, thing in after.items():
        if what not in before:
            yield Change(kind, what, "+")
            continue
        was, now = _fields(before[what]), _fields(thing)
        keys = [key for key in {**was, **now} if was.get(key) != now.get(key)]
        if keys:
            yield Change(kind, what, "~", "; ".join(_difference(key, was.get(key), now.get(key)) for key in keys))


def _difference(key: str, was: Any, now: Any) -> str:
    if key == "phrases":
        return _phrases(was or {}, now or {})
    shown = (_shown(was), _shown(now))
    if any(len(value) > LONGEST_VALUE for value in shown):
        return f"{key} differs"
    return f"{key} {shown[0]} → {shown[1]}"


def _shown(value: Any) -> str:
    """A value on one line, as a rule file would have it."""
    if value is None:
        return "(not written)"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_shown(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return " ".join(str(value).split())


def _phrases(was: Phrases, now: Phrases) -> str:
    said = []
    for language in sorted({*was, *now}):
        before, after = set(was.get(language, ())), set(now.get(language, ()))
        if before != after:
            said.append(f"{language} +{len(after - before)} -{len(before - after)}")
    return f"phrases {', '.join(said) or 'in another order'}"
