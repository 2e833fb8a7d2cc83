"""decide(): from facts, a rule set and a moment to urgency, danger cards and ranked services with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from portal.triage.facts import Facts
from portal.triage.grammar import Level, Urgency
from portal.triage.index import BIT, Reason
from portal.triage.judging import NOBODY, Door, Judging
from portal.triage.ruleset import LEVEL_NAMES, LEVELS, URGENCIES, Ruleset

EMERGENCY: Final = URGENCIES.index("emergency")
STRONG: Final = LEVELS["strong"]
POSSIBLE: Final = LEVELS["possible"]

# The rank of a suggestion is one whole number, smallest first. From what weighs most to what weighs least: its place
# at the head in danger, the level, certain, the topic known, open now, the language, for the young, the declared order.
_FLOOR, _LEVEL, _UNSURE, _NO_TOPIC, _CLOSED, _OTHER_LANGUAGE, _AUDIENCE = (1 << b for b in (30, 26, 25, 24, 23, 22, 20))
CHILD_PRESENT: Final = ("children-present", "yes")


class Judged(NamedTuple):
    """What all rules say of one situation, as bits; the suggestions of a decision share it.

    `waiting` rules lack facts but use one that is known of what has happened. The others that lack facts do not count:
    with them, every service would be possible for everybody.
    """

    judging: Judging
    true: int
    waiting: int
    known: int
    signals: tuple[str, ...]


class Suggestion(NamedTuple):
    """A service for this situation. `level` is strong, good or possible; `certain` is false when facts are missing."""

    door: Door
    level: Level
    certain: bool
    open_now: bool
    speaks: bool
    fallback_of: tuple[str, ...]
    """The suggested services that are closed now and that this one stands in for."""
    judged: Judged

    @property
    def service(self) -> str:
        return self.door.slug

    @property
    def staff_only(self) -> bool:
        return self.door.staff_only

    @property
    def by_danger(self) -> bool:
        """Whether it heads the list because there is danger."""
        return bool(self.judged.signals) and self.door in self.judged.judging.emergency_doors

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Dangers first, then the rules that are true, then those that use a known fact and wait for others."""
        judging, true, waiting, known, signals = self.judged
        rules, mine = judging.rules, self.door.rules
        dangers = (judging.danger_reasons[signal] for signal in signals) if self.by_danger else ()
        certain = (rules[bit].reason(known, certain=True) for bit in _bits(true & mine))
        unsure = (rules[bit].reason(known, certain=False) for bit in _bits(waiting & mine))
        return (*dangers, *certain, *unsure)


class Decision(NamedTuple):
    """What triage answers. `signals` are danger signals in card order; `suggestions` are in rank order."""

    ruleset: str
    urgency: Urgency
    signals: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def doors(self) -> tuple[Suggestion, ...]:
        """The suggestions that the person can turn to; the others are for staff to hand over to."""
        return tuple([suggestion for suggestion in self.suggestions if not suggestion.door.staff_only])


def decide(ruleset: Ruleset, facts: Facts, moment: datetime) -> Decision:
    """Judge one situation at one moment (naive moments are local). Pure: the same input gives the same answer."""
    judging = ruleset.judging
    signals: tuple[str, ...] = ()
    if facts.signals or not judging.danger_topics.isdisjoint(facts.topics):
        facts = facts.with_fact("signals", ruleset.signals_of_topics(facts.topics))
        signals = tuple(signal for signal in ruleset.dangers if signal in facts.signals)
    holding, open_now = judging.timetable.at(ruleset.local(moment))
    true, possible, known = judging.index.judge(facts)
    true &= holding
    waiting = (possible & holding & judging.index.speaking(known)) ^ (true & judging.index.speaking(known))
    judged = Judged(judging, true, waiting, known, signals)
    urgency = EMERGENCY if signals else _urgency(judging, judged.true)
    ranked = _ranked(judged, facts, open_now)
    return Decision(ruleset.id, URGENCIES[urgency], signals, ranked)


def _urgency(judging: Judging, true: int) -> int:
    for rank, rules in judging.urgencies:
        if true & rules:
            return rank
    return 0


Ranked = tuple[int, Door, int, bool]
"""The rank, the door, its level as a number, and whether that is certain."""


def _ranked(judged: Judged, facts: Facts, open_now: int) -> tuple[Suggestion, ...]:
    """The suggestions in order. The order is total: the declared one, which ends every rank, is unique."""
    judging = judged.judging
    speakers = _speakers(judging, facts)
    found = _found(judged)
    stand_ins = _stand_ins(judging, found, open_now)
    child = _child_concerned(judging, facts)
    ranked: list[Ranked] = []
    for door, level, certain in found:
        rank = door.place + (STRONG - level) * _LEVEL
        if judged.signals:
            rank += door.floor * _FLOOR
        if not certain:
            rank += _UNSURE if _topic_speaks(judged, door) else _UNSURE + _NO_TOPIC
        if not open_now >> door.place & 1:
            rank += _CLOSED
        if not speakers >> door.place & 1:
            rank += _OTHER_LANGUAGE
        if child:
            rank += door.audience * _AUDIENCE
        ranked.append((rank, door, level, certain))
    ranked.sort()
    return tuple(
        [
            Suggestion(
                door,
                LEVEL_NAMES[level],
                certain,
                open_now >> door.place & 1 == 1,
                speakers >> door.place & 1 == 1,
                stand_ins.get(door.place, ()),
                judged,
            )
            for _, door, level, certain in ranked
        ]
    )


def _found(judged: Judged) -> list[tuple[Door, int, bool]]:
    """The doors that rules lead to, each once, with its level and whether that is certain."""
    judging, true, waiting, _, signals = judged
    rules, door_of = judging.rules, judging.door_of
    found: list[tuple[Door, int, bool]] = []
    for door in judging.emergency_doors if signals else ():
        found.append((door, STRONG, True))
        true &= door.others
        waiting &= door.others
    while true:
        bit = true.bit_length() - 1
        door = door_of[bit]
        found.append((door, rules[bit].level, True))
        true &= door.others
        waiting &= door.others
    while waiting:
        door = door_of[waiting.bit_length() - 1]
        found.append((door, POSSIBLE, False))
        waiting &= door.others
    return found


def _topic_speaks(judged: Judged, door: Door) -> bool:
    """Whether one of its waiting rules reads a topic that is known."""
    if not judged.known & BIT["topics"]:
        return False
    return bool(judged.waiting & door.rules & judged.judging.index.reading("topics"))


def _speakers(judging: Judging, facts: Facts) -> int:
    if facts.language is None:
        return -1  # every bit: nobody speaks the wrong language
    return judging.speakers.get(facts.language, judging.any_language)


def _child_concerned(judging: Judging, facts: Facts) -> bool:
    if facts.age is not None and facts.age < judging.adult_from_age:
        return True
    return CHILD_PRESENT in facts.choices


def _stand_ins(judging: Judging, found: list[tuple[Door, int, bool]], open_now: int) -> dict[int, tuple[str, ...]]:
    """Who stands in for whom, by place, when a certain suggestion is closed; who was not yet there joins `found`."""
    stand_ins: dict[int, tuple[str, ...]] = {}
    closed_now = ~open_now & judging.with_stand_in & sum([1 << door.place for door, _, certain in found if certain])
    if not closed_now:
        return stand_ins
    suggested = sum([1 << door.place for door, _, _ in found])
    for place in _bits(closed_now):
        closed = judging.doors[place]
        door = _open_stand_in(judging, closed, open_now)
        if door is None:
            continue
        stand_ins[door.place] = (closed.slug, *stand_ins.get(door.place, ()))
        if not suggested >> door.place & 1:
            suggested |= 1 << door.place
            found.append((door, POSSIBLE, True))
    return stand_ins


def _open_stand_in(judging: Judging, closed: Door, open_now: int) -> Door | None:
    """The first open door on the way from one stand-in to the next; None when that way ends or turns back."""
    passed = 1 << closed.place
    place = closed.stands_in
    while place != NOBODY and not passed >> place & 1:
        if open_now >> place & 1:
            return judging.doors[place]
        passed |= 1 << place
        place = judging.doors[place].stands_in
    return None


def _bits(number: int) -> Iterator[int]:
    """The positions of its one-bits, the highest first."""
    while number:
        bit = number.bit_length() - 1
        yield bit
        number ^= 1 << bit
