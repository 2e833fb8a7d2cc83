"""What the person has told, line by line: shown, changed, struck out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.triage.explain import answer_label
from portal.triage.facts import Facts
from portal.triage.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One known fact. `id` names it in forms: a fact's key, or topics:<topic>. Labels are Swedish sources."""

    id: str
    key: str
    label: str
    asks: str


def told_lines(ruleset: Ruleset, facts: Facts) -> list[ToldLine]:
    """Topics first, then the answers, in the order in which the rule files list them."""
    lines = [
        ToldLine(f"topics:{topic}", "topics", ruleset.topic_label(topic) or topic, "")
        for topic in ruleset.topic_ids()
        if topic in facts.topics
    ]
    for key, question in ruleset.questions.items():
        if facts.knows(key) and (label := answer_label(ruleset, key, facts.value(key))):
            lines.append(ToldLine(key, key, label, question.ask))
    return lines


def strike(ruleset: Ruleset, facts: Facts, line_id: str) -> Facts:
    """The facts without one line; the question it answered is not asked again. A line that is not there is no line."""
    if line_id not in {line.id for line in told_lines(ruleset, facts)}:
        return facts
    key = line_id.partition(":")[0]
    struck = _without(facts, line_id)
    return struck if key == "topics" else struck.decline(key)


def keep_only(ruleset: Ruleset, facts: Facts, kept: Iterable[str]) -> Facts:
    """The facts less every line that is not among `kept`, without a trace of it. Danger signals always stay."""
    wanted = set(kept)
    for line in told_lines(ruleset, facts):
        if line.id not in wanted:
            facts = _without(facts, line.id)
    return facts


def _without(facts: Facts, line_id: str) -> Facts:
    key, _, topic = line_id.partition(":")
    if key == "topics":
        return replace(facts, topics=facts.topics - {topic})
    return facts.without(key)
