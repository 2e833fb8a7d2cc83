"""Where the person goes next: an outside matter, a guess to confirm, a question, or the result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.triage.engine import decide
from portal.triage.grammar import Outside
from portal.triage.questions import NextQuestion, next_question
from portal.triage.ruleset import Ruleset
from portal.visitor import Visit


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next. `question` is set for offer and question, `matter` for outside."""

    kind: Literal["outside", "offer", "question", "result"]
    question: NextQuestion | None = None
    matter: Outside | None = None


RESULT = Step("result")


def next_step(ruleset: Ruleset, visit: Visit, moment: datetime) -> Step:
    """The next step of this visit. Danger always goes straight to the result."""
    facts = visit.facts
    if decide(ruleset, facts, moment).signals:
        return RESULT
    matter = ruleset.outside.get(str(visit.data.get("outside")))
    if matter is not None and not facts.topics:
        return Step("outside", matter=matter)
    if (offer := offered_topics(ruleset, visit)) is not None:
        return Step("offer", question=offer)
    question = next_question(ruleset, facts, moment, asked=len(visit.asked))
    return Step("question", question=question) if question else RESULT


def offered_topics(ruleset: Ruleset, visit: Visit) -> NextQuestion | None:
    """The bot's guesses as a question; None when there are none, or a topic is already known."""
    if visit.facts.topics or "topics" in visit.facts.declined:
        return None
    topics = [(topic, ruleset.topic_label(topic)) for topic in visit.data.get("offered", [])]
    answers = tuple((topic, label) for topic, label in topics if label)
    return NextQuestion("topics", "", "", answers) if answers else None
