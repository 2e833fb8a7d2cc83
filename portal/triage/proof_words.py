"""Situations that a proof found, as a sentence an editor understands and as an example file ready to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import yaml

from portal.triage.explain import answer_label
from portal.triage.facts import Facts
from portal.triage.ruleset import Ruleset
from portal.triage.yaml_source import Path

LineOf = Callable[[str, Path], int]
"""The line in a file at which a path such as ("rules", 3, "if") begins."""

MOST_NAMED: Final = 6
"""Services or moments that a sentence lists."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A situation that the solver found. `moment` is local and naive.

    `always` says that the moment does not matter, `near` that it comes within a year.
    """

    facts: Facts
    moment: datetime
    always: bool
    near: bool


def place(file: str, path: Path, line_of: LineOf | None) -> str:
    return f"{file}, line {line_of(file, path)}" if line_of else file


def when_known(ruleset: Ruleset, situation: Situation) -> str:
    """The beginning of a sentence: `When «Jag kan bli vräkt» and 13–15 år are known, on Saturday …`."""
    labels = known_labels(ruleset, situation.facts)
    if not labels:
        known = "When nothing is known"
    else:
        listed = " and ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))
        known = f"When {listed} {'is' if len(labels) == 1 else 'are'} all that is known"
    return f"{known}, at any time," if situation.always else f"{known}, on {moment_words(situation.moment)},"


def moment_words(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y} at {moment:%H:%M}"


def known_labels(ruleset: Ruleset, facts: Facts) -> list[str]:
    """Each known fact in the words of the rule files, in the order in which a person would tell them."""
    labels = [f"«{ruleset.topic_label(topic)}»" for topic in ruleset.topic_ids() if topic in facts.topics]
    labels += [f"danger «{ruleset.dangers[signal].label}»" for signal in ruleset.dangers if signal in facts.signals]
    if facts.age is not None:
        labels.append(_age_label(ruleset, facts.age))
    if facts.area is not None:
        labels.append(f"the area {ruleset.areas[facts.area].name}")
    labels += [_choice_label(ruleset, key, value) for key, value in facts.choices]
    if facts.language is not None:
        labels.append(f"the language {facts.language}")
    return labels


def as_example(ruleset: Ruleset, proof: str, situation: Situation, expect: dict[str, Any]) -> dict[str, Any]:
    """One entry of an example file. Its name can be made better by the editor who keeps it."""
    labels = ", ".join(label.replace("«", "").replace("»", "") for label in known_labels(ruleset, situation.facts))
    return {
        "name": f"{labels or 'Ingenting är känt'} ({proof}, {situation.moment:%Y-%m-%d %H:%M})",
        "facts": situation.facts.to_codes(),
        "at": f"{situation.moment:%Y-%m-%dT%H:%M}",
        "expect": expect,
    }


def examples_text(examples: Iterable[dict[str, Any]]) -> str:
    """An example file, or nothing. The same situation is written once."""
    unique = {example["name"]: example for example in examples}
    if not unique:
        return ""
    return yaml.safe_dump({"examples": list(unique.values())}, allow_unicode=True, sort_keys=False, width=120)


def listed(words: Iterable[str]) -> str:
    found = list(words)
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(found[:MOST_NAMED]) + more


def _age_label(ruleset: Ruleset, age: int) -> str:
    question = ruleset.questions.get("age")
    offered = {answer.value: answer.label for answer in question.answers or ()} if question else {}
    return offered.get(age, f"{age} years")


def _choice_label(ruleset: Ruleset, key: str, value: str) -> str:
    if key == "as":
        return "somebody who asks in their job" if value == "professional" else "somebody who asks privately"
    label = answer_label(ruleset, key, value) if key in ruleset.questions else None
    return f"«{label}»" if label else f"{key}: {value}"
