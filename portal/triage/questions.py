"""next_question(): the unknown fact that matters most now, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Final

from portal.triage.engine import Decision, Outcome, Suggestion, decide, outcome
from portal.triage.facts import Facts
from portal.triage.ruleset import LEVELS, URGENCIES, Ruleset

MOST_QUESTIONS: Final = 4
"""Facts asked for. Choosing a topic and then a part of it is one: what it is about."""
TOP: Final = 3
"""Services whose `never_ask` counts: those that the person is likely to meet."""
URGENCY_WEIGHT: Final = 2.0
FIRST_WEIGHT: Final = 1.0
LATER: Final = 0.5
"""How much a change counts that needs one answer more."""


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """One question to ask. For `topics`, `ask` and `why` are empty: the answers are subtopics to choose among."""

    fact: str
    ask: str
    why: str
    answers: tuple[tuple[str | int, str], ...]


def next_question(ruleset: Ruleset, facts: Facts, moment: datetime, *, asked: int = 0) -> NextQuestion | None:
    """The question whose answer most changes the first service or the urgency; None when none would.

    `asked` is the number of facts asked for so far. Never a fact that one of the services at the top forbids asking,
    nor one the person has declined.
    """
    if asked >= MOST_QUESTIONS:
        return None
    search = _Search(ruleset, moment)
    now = decide(ruleset, facts, moment)
    if now.signals:
        return None
    candidates = search.candidates(facts, now)
    if candidates and candidates[0].fact == "topics" and not facts.topics:
        return candidates[0]  # nothing can be weighed before it is known what it is about
    weighed = [(search.weight(facts, question, candidates), question) for question in candidates]
    worth_asking = [(weight, question) for weight, question in weighed if weight > 0]
    if not worth_asking:
        return None
    if worth_asking[0][1].fact == "topics":
        return worth_asking[0][1]  # and nothing well before it is known more closely
    return max(worth_asking, key=itemgetter(0))[1]


def question_about(ruleset: Ruleset, facts: Facts, fact: str, moment: datetime) -> NextQuestion | None:
    """The question that asks for `fact` here and now, whether or not it matters; None when there is none."""
    if fact == "topics":
        return _topic_question(ruleset, facts)
    question = ruleset.questions.get(fact)
    if question is None:
        return None
    answers: tuple[tuple[str | int, str], ...] = tuple((answer.value, answer.label) for answer in question.answers)
    if fact == "area" and not answers:
        answers = tuple((area.slug, area.name) for area in ruleset.areas_on(ruleset.local(moment).date()))
    return NextQuestion(fact, question.ask, question.why, answers) if answers else None


def with_answer(facts: Facts, fact: str, value: str | int) -> Facts:
    """The facts after an answer. A subtopic takes the place of its topic, so that the answer narrows down."""
    if fact != "topics":
        return facts.with_fact(fact, value)
    parent = str(value).partition(".")[0]
    kept = frozenset(topic for topic in facts.topics if topic != parent) | {str(value)}
    return facts.without("topics").with_fact("topics", kept)


def _topic_question(ruleset: Ruleset, facts: Facts) -> NextQuestion | None:
    """Which topic, when none is known; which subtopic, when a topic is known without one."""
    if not facts.topics:
        entrance = facts.choice("as") or "private"
        topics = [topic for topic in ruleset.topics.values() if entrance in topic.entrance]
        if entrance == "professional":
            topics += [topic for topic in ruleset.topics.values() if entrance not in topic.entrance]
        return NextQuestion("topics", "", "", tuple((topic.topic, topic.label) for topic in topics))
    for name, topic in ruleset.topics.items():
        if name in facts.topics and not any(known.startswith(f"{name}.") for known in facts.topics):
            answers = tuple((f"{name}.{sub.id}", sub.label) for sub in topic.subtopics)
            return NextQuestion("topics", "", "", answers) if answers else None
    return None


class _Search:
    """Looks ahead: what would each answer change, and what would the best question after it change then?"""

    def __init__(self, ruleset: Ruleset, moment: datetime) -> None:
        self._ruleset = ruleset
        self._moment = moment

    def candidates(self, facts: Facts, now: Decision) -> list[NextQuestion]:
        """What may be asked, is not known, and is read by a rule that could change the result."""
        ruleset, index = self._ruleset, self._ruleset.judging.index
        forbidden = {key for door in _likely(now) for key in ruleset.services[door.service].never_ask}
        open_rules = self._open_rules(facts, now)
        return [
            question
            for fact in ("topics", *ruleset.questions)
            if fact not in facts.declined and fact not in forbidden and (fact == "topics" or not facts.knows(fact))
            if open_rules & index.reading(fact)
            if (question := question_about(ruleset, facts, fact, self._moment)) is not None
        ]

    def _open_rules(self, facts: Facts, now: Decision) -> int:
        """The rules, as bits, that lack facts and would raise the urgency or lead to another first service."""
        judging = self._ruleset.judging
        true, possible, _ = judging.index.judge(facts)
        level = LEVELS[now.doors[0].level] if now.doors else 1
        return (possible ^ true) & judging.that_could_change(URGENCIES.index(now.urgency), level)

    def weight(self, facts: Facts, question: NextQuestion, others: list[NextQuestion]) -> float:
        """The mean over its answers of what each changes at once, and of what the best question after it changes."""
        now = outcome(self._ruleset, facts, self._moment)
        others = [other for other in others if other.fact != question.fact]
        total = 0.0
        for then_facts, then in self._after(facts, question):
            total += _difference(now, then) + LATER * self._best_change(then_facts, then, others)
        unanswered = LATER * self._best_change(facts, now, others)
        return total / len(question.answers) - unanswered

    def _best_change(self, facts: Facts, now: Outcome, questions: list[NextQuestion]) -> float:
        return max((self._change(facts, now, question) for question in questions), default=0.0)

    def _change(self, facts: Facts, now: Outcome, question: NextQuestion) -> float:
        return sum(_difference(now, then) for _, then in self._after(facts, question)) / len(question.answers)

    def _after(self, facts: Facts, question: NextQuestion) -> Iterator[tuple[Facts, Outcome]]:
        for value, _ in question.answers:
            then = with_answer(facts, question.fact, value)
            yield then, outcome(self._ruleset, then, self._moment)


def _likely(now: Decision) -> list[Suggestion]:
    """The services that the person is likely to meet: those at the top that are as strong as the first."""
    top = now.doors[:TOP]
    return [door for door in top if (door.level, door.certain) == (top[0].level, top[0].certain)]


def _difference(now: Outcome, then: Outcome) -> float:
    urgency = URGENCY_WEIGHT if now.urgency != then.urgency else 0.0
    return urgency + (FIRST_WEIGHT if now.first != then.first else 0.0)
