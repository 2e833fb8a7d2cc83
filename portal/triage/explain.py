"""Why this suggestion, in the person's words. Texts are Swedish sources; pages translate them."""

from __future__ import annotations

from dataclasses import dataclass

from portal.triage.conditions import TRUE, parse_age
from portal.triage.engine import Suggestion
from portal.triage.facts import Facts
from portal.triage.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Why:
    """The sentences of the rules that spoke for a service, labels of the answers they used, and whether danger spoke.

    A danger's own name is not among the sentences: it is written for staff.
    """

    because: tuple[str, ...]
    used: tuple[str, ...]
    danger: bool = False


def explain(ruleset: Ruleset, facts: Facts, suggestion: Suggestion) -> Why:
    """The certain reasons. A rule that lacks facts is no reason to state: `because` is then empty."""
    reasons = [reason for reason in suggestion.reasons if reason.certain]
    keys = {key for reason in reasons for key in reason.facts}
    dangers = ruleset.judging.danger_reasons.values()
    because = tuple(dict.fromkeys(reason.because for reason in reasons if reason not in dangers))
    labels = (label for key, label in describe_facts(ruleset, facts) if key in keys)
    return Why(because, tuple(dict.fromkeys(labels)), danger=suggestion.by_danger)


def describe_facts(ruleset: Ruleset, facts: Facts) -> list[tuple[str, str]]:
    """Every known fact as (key, Swedish label), in the order in which a person would tell them."""
    described: list[tuple[str, str]] = []
    for topic in ruleset.topic_ids():
        if topic in facts.topics and (label := ruleset.topic_label(topic)):
            described.append(("topics", label))
    for key in ruleset.questions:
        if facts.knows(key) and (label := answer_label(ruleset, key, facts.value(key))):
            described.append((key, label))
    return described


def answer_label(ruleset: Ruleset, key: str, value: str | int) -> str | None:
    """The label of an answer as the question offers it; of an age, that of the answer that means it."""
    if key == "area":
        area = ruleset.areas.get(str(value))
        return area.name if area else None
    answers = ruleset.questions[key].answers
    if key == "age":
        return next((answer.label for answer in answers if parse_age(answer.ages).holds(int(value)) == TRUE), None)
    return next((answer.label for answer in answers if answer.value == value), None)
