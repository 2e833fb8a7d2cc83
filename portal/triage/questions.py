"""next_question(): the unknown fact that matters most now, or none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from portal.triage.conditions import UNKNOWN
from portal.triage.engine import Decision, decide
from portal.triage.facts import Facts
from portal.triage.ruleset import LEVELS, URGENCIES, Ruleset

MOST_QUESTIONS: Final = 4
TOP: Final = 3
"""Services whose `never_ask` counts: those that the person is likely to meet."""


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """One question to ask. For `topics`, `ask` and `why` are empty: the answers are subtopics to choose among."""

    fact: str
    ask: str
    why: str
    answers: tuple[tuple[str | int, str], ...]


def next_question(ruleset: Ruleset, facts: Facts, moment: datetime, *, asked: int = 0) -> NextQuestion | None:
    """The question whose answer most changes the first service or the urgency; None when none would.

    Never a fact that one of the services at the top forbids asking, nor one the person has declined.
    """
    decision = decide(ruleset, facts, moment)
    if asked >= MOST_QUESTIONS or decision.signals:
        return None
    candidates = _candidates(ruleset, facts, decision)
    weights = {question.fact: _weight(ruleset, facts, moment, decision, question) for question in candidates}
    best = max(candidates, key=lambda question: weights[question.fact], default=None)
    if best is None or weights[best.fact] == 0:
        return None
    return best


def question_about(ruleset: Ruleset, facts: Facts, fact: str) -> NextQuestion | None:
    """The question that asks for `fact` here and now, whether or not it matters; None when there is none."""
    if fact == "topics":
        return _topic_question(ruleset, facts)
    question = ruleset.questions.get(fact)
    if question is None:
        return None
    return NextQuestion(fact, question.ask, question.why, tuple((a.value, a.label) for a in question.answers))


def _candidates(ruleset: Ruleset, facts: Facts, decision: Decision) -> list[NextQuestion]:
    forbidden = {key for s in decision.doors[:TOP] for key in ruleset.services[s.service].never_ask}
    order = ("topics", *ruleset.questions)
    found = (question_about(ruleset, facts, fact) for fact in order if _may_ask(facts, fact, forbidden))
    return [question for question in found if question is not None]


def _may_ask(facts: Facts, fact: str, forbidden: set[str]) -> bool:
    if fact in facts.declined or fact in forbidden:
        return False
    return fact == "topics" or not facts.knows(fact)


def _topic_question(ruleset: Ruleset, facts: Facts) -> NextQuestion | None:
    """Which topic, when none is known; which subtopic, when a topic is known without one."""
    if not facts.topics:
        entrance = facts.choice("as") or "private"
        topics = [topic for topic in ruleset.topics.values() if entrance in topic.entrance]
        return NextQuestion("topics", "", "", tuple((topic.topic, topic.label) for topic in topics))
    for name, topic in ruleset.topics.items():
        if name in facts.topics and not any(known.startswith(f"{name}.") for known in facts.topics):
            answers = tuple((f"{name}.{sub.id}", sub.label) for sub in topic.subtopics)
            return NextQuestion("topics", "", "", answers) if answers else None
    return None


def _weight(ruleset: Ruleset, facts: Facts, moment: datetime, now: Decision, question: NextQuestion) -> float:
    """How much the answer matters: the share of answers that change the outcome, and rules that could still do so."""
    outcomes = [decide(ruleset, with_answer(facts, question.fact, value), moment) for value, _ in question.answers]
    changed = sum(_difference(now, then) for then in outcomes) / len(question.answers)
    return changed + _potential(ruleset, facts, now, question.fact)


def with_answer(facts: Facts, fact: str, value: str | int) -> Facts:
    """The facts after an answer. A subtopic takes the place of its topic, so that the answer narrows down."""
    if fact != "topics":
        return facts.with_fact(fact, value)
    parent = str(value).partition(".")[0]
    kept = frozenset(topic for topic in facts.topics if topic != parent) | {str(value)}
    return facts.without("topics").with_fact("topics", kept)


def _difference(now: Decision, then: Decision) -> float:
    first = now.doors[:1] and then.doors[:1] and now.doors[0].service != then.doors[0].service
    return (2.0 if now.urgency != then.urgency else 0.0) + (1.0 if first else 0.0)


def _potential(ruleset: Ruleset, facts: Facts, now: Decision, fact: str) -> float:
    """The share of rules, unknown only for want of facts, that read this fact and would change the outcome if true."""
    first = now.doors[0] if now.doors else None
    first_level = LEVELS[first.level] if first and first.certain else 0
    urgency = URGENCIES.index(now.urgency)
    weight = 0.0
    open_rules = 0
    for rule in ruleset.rules:
        service = ruleset.services[rule.service]
        if service.staff_only or rule.condition.truth(facts) != UNKNOWN:
            continue
        missing = [key for key in rule.condition.reads if key in ruleset.questions and not facts.knows(key)]
        if fact == "topics" and "topics" in rule.condition.reads:
            missing.append("topics")
        raises_urgency = rule.urgency is not None and rule.urgency > urgency
        outranks = first is not None and rule.service != first.service and rule.level > first_level
        if not (raises_urgency or outranks):
            continue
        open_rules += 1
        if fact in missing:
            weight += (2.0 if raises_urgency else 1.0) / len(missing)
    return weight / open_rules if open_rules else 0.0
