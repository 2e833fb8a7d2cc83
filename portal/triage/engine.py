"""decide(): from facts, a rule set and a moment to urgency, danger cards and ranked services with reasons."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from portal.triage.facts import Facts
from portal.triage.grammar import Level, Urgency
from portal.triage.index import BIT, Reason, bits
from portal.triage.judging import Judging
from portal.triage.ranking import (
    POSSIBLE,
    STANDINGS,
    UNSURE,
    UNSURE_TOPIC_UNKNOWN,
    Placed,
    Ranking,
    Standing,
)
from portal.triage.ruleset import URGENCIES, Ruleset

EMERGENCY: Final = URGENCIES.index("emergency")
CHILD_PRESENT: Final = ("children-present", "yes")


class Suggestion(NamedTuple):
    """A service for this situation. `level` is strong, good or possible; `certain` is false when facts are missing."""

    standing: Standing
    reasons: tuple[Reason, ...]
    """Dangers first, then the rules that are true, then those that use a known fact and wait for others."""
    fallback_of: tuple[str, ...] = ()
    """The suggested services that are closed now and that this one stands in for."""

    @property
    def service(self) -> str:
        return self.standing.service

    @property
    def level(self) -> Level:
        return self.standing.level

    @property
    def certain(self) -> bool:
        return self.standing.certain

    @property
    def open_now(self) -> bool:
        return self.standing.open_now

    @property
    def speaks(self) -> bool:
        """Whether it speaks the person's language, as far as that is known."""
        return self.standing.speaks

    @property
    def staff_only(self) -> bool:
        return self.standing.staff_only

    @property
    def by_danger(self) -> bool:
        """Whether it heads the list because there is danger."""
        return self.standing.by_danger


class Decision(NamedTuple):
    """What triage answers. `signals` are danger signals in card order; `suggestions` are in rank order."""

    ruleset: str
    urgency: Urgency
    signals: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def doors(self) -> tuple[Suggestion, ...]:
        """The suggestions that the person can turn to; the others are for staff to hand over to."""
        return tuple([suggestion for suggestion in self.suggestions if not suggestion.standing.staff_only])


class Outcome(NamedTuple):
    """What a question could change: the first service that the person can turn to, and the urgency."""

    first: str | None
    urgency: Urgency


_Judged = tuple[int, int, int, tuple[str, ...]]
"""What all rules say of one situation: the true rules and the unsure ones as bits, the known facts as bits, and danger
signals in card order. Unsure is a rule that lacks facts but uses one that is known of what has happened; if all that
lack facts counted, every service would be possible for everybody."""


def decide(ruleset: Ruleset, facts: Facts, moment: datetime) -> Decision:
    """Judge one situation at one moment (naive moments are local). Pure: the same input gives the same answer."""
    judging = ruleset.judging
    holding, open_now = judging.timetable.at(moment if moment.tzinfo is None else ruleset.local(moment))
    judged = _judge(ruleset, facts, holding)
    ranking = judging.ranking(open_now, facts.language, _child_concerned(judging, facts))
    urgency = EMERGENCY if judged[3] else judging.urgency(judged[0])
    return Decision(ruleset.id, URGENCIES[urgency], judged[3], _suggestions(judging, judged, ranking))


def outcome(ruleset: Ruleset, facts: Facts, moment: datetime) -> Outcome:
    """The part of `decide` that questions are weighed by, without the rest of the list and its reasons."""
    judging = ruleset.judging
    holding, open_now = judging.timetable.at(moment if moment.tzinfo is None else ruleset.local(moment))
    judged = _judge(ruleset, facts, holding)
    true, _, _, signals = judged
    ranking = judging.ranking(open_now, facts.language, _child_concerned(judging, facts))
    urgency = URGENCIES[EMERGENCY if signals else judging.urgency(true)]
    if not signals:
        placed = [ranking.placed[judging.standing_of[bit]] for bit in bits(true)]
        first = min((entry for entry in placed if not entry[2].staff_only), default=None)
        if first is not None and first[2].level != "possible":  # else somebody who stands in may go before
            return Outcome(first[2].service, urgency)
    doors = (suggestion.standing for suggestion in _suggestions(judging, judged, ranking))
    return Outcome(next((standing.service for standing in doors if not standing.staff_only), None), urgency)


def _judge(ruleset: Ruleset, facts: Facts, holding: int) -> _Judged:
    index = ruleset.judging.index
    signals: tuple[str, ...] = ()
    if facts.signals or not ruleset.judging.danger_topics.isdisjoint(facts.topics):
        facts = facts.with_fact("signals", ruleset.signals_of_topics(facts.topics))
        signals = tuple(signal for signal in ruleset.dangers if signal in facts.signals)
    true, possible, known = index.judge(facts)
    unsure = (possible ^ true) & holding
    return true & holding, unsure & index.speaking(known), known, signals


def _child_concerned(judging: Judging, facts: Facts) -> bool:
    if facts.age is not None and facts.age < judging.adult_from_age:
        return True
    return CHILD_PRESENT in facts.choices


def _suggestions(judging: Judging, judged: _Judged, ranking: Ranking) -> tuple[Suggestion, ...]:
    """Every service that a rule, a danger or a closed service leads to, in rank order."""
    true, unsure, known, signals = judged
    told: dict[int, list[Reason]] = {}  # by place
    found: list[Placed] = []
    if signals:
        for door in judging.emergency_doors:
            found.append(ranking.in_danger[door.place])
            told[door.place] = [judging.danger_reasons[signal] for signal in signals]
    place_of, standing_of, placed = judging.place_of, judging.standing_of, ranking.placed
    reasons = judging.index.reasons(known, certain=True)
    while true:  # the strongest rule of a service comes first and gives it its level
        bit = true.bit_length() - 1
        true ^= 1 << bit
        place = place_of[bit]
        if place in told:
            told[place].append(reasons[bit])
        else:
            told[place] = [reasons[bit]]
            found.append(placed[standing_of[bit]])
    if unsure:
        _add_unsure(unsure, known, judging, ranking, found, told)
    stand_ins = _stand_ins(found, told, ranking) if ranking.stand_ins else {}
    found.sort()
    return tuple([_suggest((standing, tuple(told[place]), stand_ins.get(place, ()))) for _, place, standing in found])


_suggest = partial(tuple.__new__, Suggestion)
"""What Suggestion(...) does, for a tuple of its fields, in half the time."""


def _add_unsure(
    unsure: int, known: int, judging: Judging, ranking: Ranking, found: list[Placed], told: dict[int, list[Reason]]
) -> None:
    """A service about whose topic something is known goes before one that other facts alone make possible."""
    reasons = judging.index.reasons(known, certain=False)
    of_topic = unsure & judging.index.reading("topics") if known & BIT["topics"] else 0
    for rules, standing in ((of_topic, UNSURE), (unsure ^ of_topic, UNSURE_TOPIC_UNKNOWN)):
        for bit in bits(rules):
            place = judging.place_of[bit]
            if place not in told:
                told[place] = []
                found.append(ranking.placed[place * STANDINGS + standing])
            told[place].append(reasons[bit])


def _stand_ins(found: list[Placed], told: dict[int, list[Reason]], ranking: Ranking) -> dict[int, tuple[str, ...]]:
    """Who stands in for whom, by place, when a certain suggestion is closed; who was not found yet joins the others."""
    closed: dict[int, tuple[str, ...]] = {}
    for _, place, standing in list(found):
        instead = ranking.stand_ins.get(place)
        if instead is None or not standing.certain:
            continue
        closed[instead] = (*closed.get(instead, ()), standing.service)
        if instead not in told:
            told[instead] = []
            found.append(ranking.placed[instead * STANDINGS + POSSIBLE])
    return closed
