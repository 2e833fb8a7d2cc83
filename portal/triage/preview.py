"""What a change of rules would do: the same situations judged by the old and by the new rules, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from portal.triage.engine import decide
from portal.triage.examples import DEFAULT_MOMENT
from portal.triage.explain import describe_facts
from portal.triage.facts import Facts, UnknownFact, from_codes
from portal.triage.grammar import Urgency
from portal.triage.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Situation:
    """Facts to be judged at a moment (naive: local). `count` is how many requests they stand for."""

    facts: Facts
    moment: datetime
    name: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What matters most of a decision. `first` is the service at the top, None when there is none."""

    first: str | None
    urgency: Urgency
    signals: frozenset[str]

    @property
    def danger(self) -> bool:
        return self.urgency == "emergency" or bool(self.signals)


@dataclass(frozen=True, slots=True)
class Move:
    """A situation that the new rules judge otherwise than the old ones."""

    situation: Situation
    before: Outcome
    after: Outcome

    @property
    def elsewhere(self) -> bool:
        return self.before.first != self.after.first

    @property
    def other_urgency(self) -> bool:
        return self.before.urgency != self.after.urgency

    @property
    def lost_signals(self) -> frozenset[str]:
        """Danger signals, and with them their cards, that the new rules no longer give."""
        return self.before.signals - self.after.signals

    @property
    def danger_lost(self) -> bool:
        """Whether an emergency is none any more, or a danger card is missing."""
        return bool(self.lost_signals) or (self.before.urgency == "emergency" != self.after.urgency)


@dataclass(frozen=True)
class Preview:
    """What a change does to some situations. All numbers count requests, not different situations."""

    judged: int
    moves: tuple[Move, ...] = field(default=())

    @property
    def elsewhere(self) -> int:
        return sum(move.situation.count for move in self.moves if move.elsewhere)

    @property
    def other_urgency(self) -> int:
        return sum(move.situation.count for move in self.moves if move.other_urgency)

    @property
    def danger_lost(self) -> tuple[Move, ...]:
        return tuple(move for move in self.moves if move.danger_lost)

    def ways(self) -> list[tuple[tuple[Outcome, Outcome], int]]:
        """How many go from which outcome to which, most first; equals in a fixed order."""
        counted: Counter[tuple[Outcome, Outcome]] = Counter()
        for move in self.moves:
            counted[move.before, move.after] += move.situation.count
        return sorted(counted.items(), key=lambda way: (-way[1], *map(_as_text, way[0])))


def preview(old: Ruleset, new: Ruleset, situations: Iterable[Situation]) -> Preview:
    """Judge every situation by both rule sets. Codes that a rule set does not know are unknown facts to it."""
    judged = 0
    moves = []
    for situation in situations:
        judged += situation.count
        before, after = (outcome(ruleset, situation) for ruleset in (old, new))
        if before != after:
            moves.append(Move(situation, before, after))
    return Preview(judged, tuple(moves))


def outcome(ruleset: Ruleset, situation: Situation) -> Outcome:
    """The outcome as the one who asks meets it: services that only staff can turn to lead no private list."""
    facts = ruleset.forget_unknown(situation.facts)
    decision = decide(ruleset, facts, situation.moment)
    listed = decision.suggestions if facts.choice("as") == "professional" else decision.doors
    return Outcome(listed[0].service if listed else None, decision.urgency, frozenset(decision.signals))


def example_situations(*rulesets: Ruleset) -> list[Situation]:
    """The example situations of all the rule sets; one that stands in several is taken once, from the last."""
    found: dict[tuple[Facts, datetime], Situation] = {}
    for ruleset in rulesets:
        for _file, example in ruleset.examples:
            situation = Situation(from_codes(example.facts), example.at or DEFAULT_MOMENT, example.name)
            found[situation.facts, situation.moment] = situation
    return list(found.values())


@dataclass(frozen=True)
class Comparison:
    """All that was compared: a preview for each group of situations, by what to call the group."""

    groups: tuple[tuple[str, Preview], ...]

    @property
    def danger_lost(self) -> tuple[Move, ...]:
        return tuple(move for _name, preview in self.groups for move in preview.danger_lost)


def compare(old: Ruleset, new: Ruleset, patterns: Sequence[tuple[Mapping[str, Any], int]], now: datetime) -> Comparison:
    """Compare by the examples of both sides and by stored patterns of facts (codes and how many requests have them).

    Stored patterns are judged twice, by day and by night from `now` on: what is open decides, too.
    """
    groups = [("examples", preview(old, new, example_situations(old, new)))]
    known = [(_still_readable(codes), count) for codes, count in patterns]
    for name, moment in (
        ("stored requests, by day", by_day(new, now)),
        ("stored requests, by night", by_night(new, now)),
    ):
        situations = [
            Situation(without_derived_signals(facts, old), moment, describe(old, facts), count)
            for facts, count in known
        ]
        groups.append((name, preview(old, new, situations)))
    return Comparison(tuple(groups))


def by_day(ruleset: Ruleset, now: datetime) -> datetime:
    """Noon on the first day, from the day of `now` on, when the contact centre opens."""
    midnight = datetime.combine(ruleset.local(now), time())
    return datetime.combine(ruleset.contact_hours.opens_at(midnight) or midnight, time(12))


def by_night(ruleset: Ruleset, now: datetime) -> datetime:
    """The midnight before that noon: the day's rules hold already, and its offices are closed."""
    return by_day(ruleset, now).replace(hour=0)


def describe(ruleset: Ruleset, facts: Facts) -> str:
    """Facts in Swedish, as coarse as the answers people choose among: an exact age is nobody's business here."""
    labels = [ruleset.dangers[signal].label for signal in sorted(facts.signals) if signal in ruleset.dangers]
    labels += [label for _key, label in describe_facts(ruleset, ruleset.forget_unknown(facts))]
    return ", ".join(labels) or "nothing known"


def _still_readable(codes: Mapping[str, Any]) -> Facts:
    """Stored codes as facts; a code that this version no longer knows is an unknown fact."""
    facts = Facts()
    for key, value in codes.items():
        try:
            read = from_codes({key: value})
        except UnknownFact:
            continue
        facts = facts.with_fact(key, read.value(key))
    return facts


def without_derived_signals(facts: Facts, judged_by: Ruleset) -> Facts:
    """Stored facts less the signals that their topics meant to the rules in force.

    A stored request holds every signal it was given. Those that come from a danger button must come from the rules
    again, or a change that cuts the button from its danger would go unseen.
    """
    derived = judged_by.signals_of_topics(facts.topics)
    return facts.without("signals").with_fact("signals", facts.signals - derived)


def _as_text(outcome: Outcome) -> Sequence[str]:
    return (str(outcome.first), outcome.urgency, *sorted(outcome.signals))
