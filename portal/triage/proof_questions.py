"""Proof for the conversation: every answer can be used, and questions come to an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from portal.triage.facts import Facts, UnknownFact, from_codes
from portal.triage.proof_formulas import Encoding
from portal.triage.proofs import Gap, Search
from portal.triage.questions import MOST_QUESTIONS, next_question, with_answer
from portal.triage.ruleset import Ruleset

FILE: Final = "questions.yaml"


def questions_bounded(encoding: Encoding) -> Iterator[Gap]:
    """Every answer makes its fact known, so no question comes twice; and after the last one none comes."""
    for position, (fact, question) in enumerate(encoding.ruleset.questions.items()):
        given: set[str | int] = set()
        for number, answer in enumerate(question.answers or ()):
            encoding.extra_checks += 1
            trouble = _trouble(encoding.ruleset, fact, answer.value)
            if trouble is None and answer.value in given:
                trouble = "stands twice; remove one of them"
            given.add(answer.value)
            if trouble:
                text = f"the answer «{answer.label}» to «{question.ask}» {trouble}."
                yield Gap(FILE, ("questions", position, "answers", number, "value"), text)
    yield from _topic_answers(encoding)
    encoding.extra_checks += 1
    if next_question(encoding.ruleset, Facts(), encoding.ground.regions[0].first, asked=MOST_QUESTIONS):
        yield Gap(FILE, (), f"after {MOST_QUESTIONS} questions another one is asked; the program is at fault.")


def _trouble(ruleset: Ruleset, fact: str, value: str | int) -> str | None:
    """Why an answer does not make its fact known; None when it does."""
    try:
        facts = ruleset.check_facts(from_codes(with_answer(Facts(), fact, value).to_codes()))
    except UnknownFact as error:
        return f"has the value {value!r}, which does not exist; allowed: {', '.join(error.allowed)}"
    return None if facts.knows(fact) else "leaves the question open"


def _topic_answers(encoding: Encoding) -> Iterator[Gap]:
    """A topic, once chosen, is known; a subtopic takes its place, so that its like are not asked for again."""
    for name, topic in encoding.ruleset.topics.items():
        chosen = with_answer(Facts(), "topics", name)
        for subtopic in topic.subtopics:
            encoding.extra_checks += 1
            narrowed = with_answer(chosen, "topics", f"{name}.{subtopic.id}")
            if not chosen.knows("topics") or narrowed.topics != {f"{name}.{subtopic.id}"}:
                yield Gap(f"topics/{name}.yaml", ("subtopics",), f"choosing «{subtopic.label}» leaves the topic open.")


SEARCHES: Final[tuple[tuple[str, str, Search], ...]] = (
    (
        "questions-bounded",
        f"Every answer makes its fact known, so no question comes twice; at most {MOST_QUESTIONS} facts are asked for.",
        questions_bounded,
    ),
)
"""Name, claim, and the search for what breaks it."""
