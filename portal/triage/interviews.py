"""How well the questions find out what matters: every example situation, told only as far as it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from portal.triage.engine import decide
from portal.triage.examples import DEFAULT_MOMENT
from portal.triage.facts import Facts, from_codes
from portal.triage.grammar import Example
from portal.triage.questions import NextQuestion, next_question, with_answer
from portal.triage.ruleset import Ruleset

Outcome = tuple[str, str]
"""The first service that the person can turn to, and the urgency."""

NOTHING_TO_FIND_OUT: Final = frozenset({"signals"})
"""Facts that nobody is asked for and that end every interview: danger."""


@dataclass(frozen=True, slots=True)
class Interview:
    """One example, asked. `asked` are facts in order; a topic and then a part of it is one: what it is about."""

    file: str
    name: str
    asked: tuple[str, ...]
    expected: Outcome
    found: Outcome

    @property
    def same(self) -> bool:
        return self.expected == self.found


@dataclass(frozen=True, slots=True)
class Summary:
    """Over all interviews: the share (0 to 1) that found out enough, and the median number of questions."""

    interviews: int
    same: int
    median_questions: float
    most_questions: int

    @property
    def share(self) -> float:
        return self.same / self.interviews if self.interviews else 1.0


def interview_all(ruleset: Ruleset, *, topics_told: bool = False) -> list[Interview]:
    """Every example of the rule set, except those of danger, where nothing is asked.

    With `topics_told` the person begins by saying what it is about, by a tile or in words of their own.
    """
    return [
        interview(ruleset, file, example, topics_told=topics_told)
        for file, example in ruleset.examples
        if NOTHING_TO_FIND_OUT.isdisjoint(example.facts)
    ]


def interview(ruleset: Ruleset, file: str, example: Example, *, topics_told: bool = False) -> Interview:
    """Hide the facts of an example, answer what is asked for, and compare. What the example leaves open is declined."""
    whole = from_codes(example.facts)
    moment = example.at or DEFAULT_MOMENT
    facts = Facts(language=whole.language).with_fact("as", whole.choice("as") or "private")  # the page they came by
    if topics_told:
        facts = facts.with_fact("topics", whole.topics)
    asked: list[str] = []
    while (question := next_question(ruleset, facts, moment, asked=len(asked))) is not None:
        if question.fact not in asked:
            asked.append(question.fact)
        facts = _answered(facts, question, whole)
    return Interview(
        file, example.name, tuple(asked), _outcome(ruleset, whole, moment), _outcome(ruleset, facts, moment)
    )


def summarise(interviews: Sequence[Interview]) -> Summary:
    counts = [len(interview.asked) for interview in interviews] or [0]
    same = sum(interview.same for interview in interviews)
    return Summary(len(interviews), same, median(counts), max(counts))


def _answered(facts: Facts, question: NextQuestion, whole: Facts) -> Facts:
    """The facts after an honest answer; declined when the example does not know."""
    if question.fact != "topics":
        known = whole.value(question.fact)
        return facts.decline(question.fact) if known is None else with_answer(facts, question.fact, known)
    offered = {str(value) for value, _ in question.answers}
    exact = sorted(whole.topics & offered)
    wider = sorted({topic.partition(".")[0] for topic in whole.topics} & offered)
    chosen = next(iter(exact or wider), None)
    return facts.decline("topics") if chosen is None else with_answer(facts, "topics", chosen)


def _outcome(ruleset: Ruleset, facts: Facts, moment: datetime) -> Outcome:
    decision = decide(ruleset, facts, moment)
    return decision.doors[0].service, decision.urgency
