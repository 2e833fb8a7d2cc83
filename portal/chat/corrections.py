"""What the machine has understood can be taken back: the last turn by "no, not that", any one fact by its button.

Codes here are one fact each: `topics:home.fights`, `age:14`. What was taken back is not learnt from text again; by a
button the person may still say it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from portal import clock, current
from portal.chat.lines import say
from portal.chat.misunderstanding import misunderstood_again
from portal.citizen.told import strike
from portal.records.daily_count import Counted
from portal.triage.facts import ASKABLE, Facts
from portal.triage.ruleset import Ruleset
from portal.visitor import Visit

MOST_OFFERED: Final = 4


@contextmanager
def turn(visit: Visit) -> Iterator[None]:
    """Watch what one turn learns, so that it can be taken back. What was taken back before is not learnt again."""
    before = codes_of(visit.facts)
    yield
    visit.facts = without_codes(visit.facts, taken_back_in(visit))
    if gained := codes_of(visit.facts) - before:
        visit.data["chat"]["learnt"] = sorted(gained)


def codes_of(facts: Facts) -> set[str]:
    """Every fact that a person may be asked for, as far as it is known. Danger is not among them."""
    codes = {f"topics:{topic}" for topic in facts.topics}
    return codes | {f"{key}:{facts.value(key)}" for key in ASKABLE if key != "topics" and facts.knows(key)}


def without_codes(facts: Facts, codes: Collection[str]) -> Facts:
    """The facts less those of `codes` that still stand as they did."""
    for code in codes_of(facts) & set(codes):
        key, _, value = code.partition(":")
        facts = replace(facts, topics=facts.topics - {value}) if key == "topics" else facts.without(key)
    return facts


def taken_back_in(visit: Visit) -> list[str]:
    """The codes that text may not teach us again."""
    codes: list[str] = visit.data.get("chat", {}).get("taken_back", [])
    return codes


def said_outright(visit: Visit, code: str) -> None:
    """The person chooses or answers this: it may be known again."""
    visit.data["chat"]["taken_back"] = [each for each in taken_back_in(visit) if each != code]


def take_back(visit: Visit) -> None:
    """Take back what the last turn learnt, say so, and offer what it may have been instead.

    The second time in a row it is no good to guess on: a human and the form are offered.
    """
    talk = visit.data["chat"]
    visit.to_count.append(Counted.CORRECTED)
    learnt = talk.pop("learnt", [])
    talk["asking"] = None
    visit.facts = without_codes(visit.facts, learnt)
    talk["taken_back"] = sorted({*taken_back_in(visit), *learnt})
    say(visit, "bot", clock.now(), key="taken_back" if learnt else "corrected")
    if misunderstood_again(visit):
        return
    refused = {code.removeprefix("topics:") for code in talk["taken_back"] if code.startswith("topics:")}
    if learnt and (topics := _next_best(current.ruleset(), talk.get("heard", []), refused, visit.facts)):
        say(visit, "bot", clock.now(), key="offer_topics", topics=topics)


def remove(visit: Visit, line_id: str) -> None:
    """Take one fact away, as its button says. The question that it answered is not asked again."""
    before = codes_of(visit.facts)
    visit.to_count.append(Counted.CORRECTED)
    visit.facts = strike(current.ruleset(), visit.facts, line_id)
    gone = before - codes_of(visit.facts)
    talk = visit.data["chat"]
    talk["taken_back"] = sorted({*taken_back_in(visit), *gone})
    talk["learnt"] = [code for code in talk.get("learnt", []) if code not in gone]
    if line_id == talk.get("asking"):
        talk["asking"] = None


def _next_best(ruleset: Ruleset, heard: list[str], refused: set[str], facts: Facts) -> list[str]:
    """The other topics heard in the message, best first; then those that lie beside the one that was wrong."""
    beside = [
        f"{name}.{subtopic.id}"
        for name, topic in ruleset.topics.items()
        if any(wrong.partition(".")[0] == name for wrong in refused)
        for subtopic in topic.subtopics
    ]
    offered = [topic for topic in dict.fromkeys([*heard, *beside]) if topic not in refused | facts.topics]
    return [topic for topic in offered if ruleset.topic_label(topic)][:MOST_OFFERED]
