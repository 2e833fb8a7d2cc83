"""What must hold for a whole rule set before it is published, and what an operator should know about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from portal.triage import grammar
from portal.triage.conditions import as_list
from portal.triage.examples import shortfalls
from portal.triage.ruleset import ALWAYS_A_DOOR, EMERGENCY_DOORS, Ruleset

FEWEST_EXAMPLES: Final = 3
FEWEST_PHRASES: Final = {"sv": 8, "en": 5, "ar": 5}
"""Example phrases a topic needs in each language before the bot can be trained on it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check. An `error` stops publishing; a `notice` is for the operator to know."""

    kind: Literal["error", "notice"]
    where: str
    message: str


def check(ruleset: Ruleset) -> list[Finding]:
    """Every finding, errors first."""
    found = [
        *_doors(ruleset),
        *_topics(ruleset),
        *_examples(ruleset),
        *_danger(ruleset),
        *_unverified_helplines(ruleset),
    ]
    return sorted(found, key=lambda finding: (finding.kind != "error", finding.where))


def _doors(ruleset: Ruleset) -> Iterator[Finding]:
    """No dead end: somewhere to turn whatever is known, and something open at every minute."""
    for slug in (*EMERGENCY_DOORS, ALWAYS_A_DOOR):
        if slug not in ruleset.services:
            yield Finding("error", f"services/{slug}.yaml", "this service is needed: it is where everybody can turn")
    unconditional = {
        rule.service for rule in ruleset.rules if not rule.condition.reads and rule.valid == grammar.Validity()
    }
    doors = {slug for slug in unconditional if not ruleset.services[slug].staff_only}
    if ALWAYS_A_DOOR not in doors:
        where = f"services/{ALWAYS_A_DOOR}.yaml"
        yield Finding(
            "error",
            where,
            "needs a rule with an empty condition (if: {}), so that nobody is left without help",
        )
    first = EMERGENCY_DOORS[0]
    if first in ruleset.services and not ruleset.hours[first].always:
        yield Finding("error", f"services/{first}.yaml", "is where people turn at every hour; write hours: always")


def _topics(ruleset: Ruleset) -> Iterator[Finding]:
    """Every topic leads somewhere and can be recognised."""
    routed = {
        topic
        for service in ruleset.services.values()
        for rule in service.rules
        for topic in _topics_in(rule.if_.plain())
    }
    for name, topic in ruleset.topics.items():
        where = f"topics/{name}.yaml"
        for subtopic in topic.subtopics:
            if name not in routed and f"{name}.{subtopic.id}" not in routed:
                yield Finding("error", where, f"no rule leads from {name}.{subtopic.id} to a service")
        for language, fewest in FEWEST_PHRASES.items():
            count = len(topic.phrases.get(language, [])) + sum(
                len(s.phrases.get(language, [])) for s in topic.subtopics
            )
            if count < fewest:
                yield Finding("error", where, f"has {count} phrases in {language}; at least {fewest} are needed")


def _topics_in(block: dict[str, object]) -> Iterator[str]:
    for key, value in block.items():
        if key == "topic":
            yield from as_list(value)
        elif key == "any":
            for inner in as_list(value):
                yield from _topics_in(inner)


def _examples(ruleset: Ruleset) -> Iterator[Finding]:
    counted: dict[str, int] = dict.fromkeys(ruleset.services, 0)
    for file, example in ruleset.examples:
        for text in shortfalls(ruleset, example):
            yield Finding("error", file, f"«{example.name}»: {text}")
        owner = file.rpartition("/")[2].removesuffix(".yaml")
        if owner in counted:
            counted[owner] += 1
    for slug, count in counted.items():
        if count < FEWEST_EXAMPLES:
            where = f"examples/{slug}.yaml"
            yield Finding("error", where, f"has {count} example situations; at least {FEWEST_EXAMPLES} are needed")


def _danger(ruleset: Ruleset) -> Iterator[Finding]:
    for signal, danger in ruleset.dangers.items():
        where = f"danger/{signal}.yaml"
        for tag in ruleset.languages:
            if not danger.phrases.get(tag):
                yield Finding("error", where, f"has no danger phrases in {tag}")
            elif danger.reviewed.get(tag) is None:
                yield Finding("notice", where, f"no speaker has reviewed the {tag} phrases")


def _unverified_helplines(ruleset: Ruleset) -> Iterator[Finding]:
    for line in ruleset.municipality.helplines:
        if line.verified is None:
            yield Finding("notice", "municipality.yaml", f"{line.name} ({line.number}) has not been verified")
