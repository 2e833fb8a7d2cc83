"""What a rule set needs beside sound rules before it is published, and what an operator should know about it.

What must hold in every situation at every moment is proven: see proofs.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from portal.triage.examples import shortfalls
from portal.triage.grammar import Danger
from portal.triage.ruleset import Ruleset

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
        *_topics(ruleset),
        *_examples(ruleset),
        *_danger(ruleset),
        *_unverified_helplines(ruleset),
    ]
    return sorted(found, key=lambda finding: (finding.kind != "error", finding.where))


def _topics(ruleset: Ruleset) -> Iterator[Finding]:
    """Every topic can be recognised. That it leads somewhere is for the proofs to say."""
    for name, topic in ruleset.topics.items():
        where = f"topics/{name}.yaml"
        for language, fewest in FEWEST_PHRASES.items():
            count = len(topic.phrases.get(language, [])) + sum(
                len(s.phrases.get(language, [])) for s in topic.subtopics
            )
            if count < fewest:
                yield Finding("error", where, f"has {count} phrases in {language}; at least {fewest} are needed")


def _examples(ruleset: Ruleset) -> Iterator[Finding]:
    counted: dict[str, int] = dict.fromkeys(ruleset.services, 0)
    for file, example in ruleset.examples:
        for text in shortfalls(ruleset, example):
            yield Finding("error", file, f"«{example.name}»: {text}")
        owner = file.removeprefix("examples/").removesuffix(".yaml")
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
        for tag in _unreviewed(danger):
            yield Finding("notice", where, f"no speaker has reviewed the {tag} phrases")


def unreviewed_danger(ruleset: Ruleset) -> dict[str, int]:
    """For each language the number of signals whose danger phrases no speaker has reviewed; also for languages that
    stand in the danger files only."""
    return dict(Counter(tag for danger in ruleset.dangers.values() for tag in _unreviewed(danger)))


def _unreviewed(danger: Danger) -> list[str]:
    return [tag for tag, phrases in danger.phrases.items() if phrases and danger.reviewed.get(tag) is None]


def _unverified_helplines(ruleset: Ruleset) -> Iterator[Finding]:
    for line in ruleset.municipality.helplines:
        if line.verified is None:
            yield Finding("notice", "municipality.yaml", f"{line.name} ({line.number}) has not been verified")
