"""Facts that a visit holds because its words say so: kept apart from answers, so that new words may replace them."""

from __future__ import annotations

from portal.triage.facts import Facts, UnknownFact, from_codes
from portal.understanding.reading import Reading, add_reading
from portal.understanding.told_facts import add_told
from portal.visitor import Visit


def said_in_words(visit: Visit) -> Facts:
    """The facts that were read from the person's words and that nothing has changed since."""
    try:
        said = from_codes(visit.data.get("told", {}))
    except UnknownFact:
        return Facts()
    for key, value in said.to_codes().items():
        if visit.facts.value(key) != value:
            said = said.without(key)
    return said


def take_told(visit: Visit, told: Facts) -> None:
    """Take up what one more message says by itself."""
    before = visit.facts
    visit.facts = add_told(before, told)
    _note(visit, before, told)


def read_anew(visit: Visit, facts: Facts, reading: Reading) -> Facts:
    """`facts` with what the words say now, without what only the words before them said."""
    facts = without_words(visit, facts)
    grown = add_reading(facts, reading)
    visit.data["told"] = {}
    _note(visit, facts, reading.told)
    return grown


def without_words(visit: Visit, facts: Facts) -> Facts:
    """`facts` without those that only the words said."""
    for key in said_in_words(visit).to_codes():
        facts = facts.without(key)
    return facts


def answered(visit: Visit, fact: str) -> None:
    """The person has answered by hand: the fact is theirs now, whatever their words say."""
    visit.data.get("told", {}).pop(fact, None)


def _note(visit: Visit, before: Facts, told: Facts) -> None:
    taken = add_told(before, told).to_codes()
    new = {key: value for key, value in taken.items() if key in told.to_codes() and not before.knows(key)}
    visit.data["told"] = {**visit.data.get("told", {}), **new}
