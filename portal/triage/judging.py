"""What decide() looks things up in: the rules as bits, the services as doors, and which of them are open when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from portal.triage import grammar
from portal.triage.hours import OpeningHours
from portal.triage.index import CompiledRule, Reason, RuleIndex
from portal.triage.ranking import AUDIENCES, NOBODY, STANDINGS, STRONG, Door, Ranking
from portal.triage.timetable import Timetable

MOST_RANKINGS: Final = 256
"""Rankings that are kept: hours of the week with other services open, times languages, times two."""


@dataclass(frozen=True, eq=False, slots=True)
class Judging:
    """One rule set's look-ups. Rules stand with the weakest first, so that the highest bit is the strongest rule."""

    index: RuleIndex
    rules: tuple[CompiledRule, ...]
    doors: tuple[Door, ...]
    place_of: tuple[int, ...]
    """The place of each rule's service, by the rule's bit."""
    standing_of: tuple[int, ...]
    """Where each rule's service stands in `Ranking.placed` when the rule is true, by the rule's bit."""
    emergency_doors: tuple[Door, ...]
    timetable: Timetable
    urgencies: tuple[tuple[int, int], ...]
    """Rank of an urgency and the rules that give it, the most urgent first."""
    speakers: Mapping[str, int]
    """Places of the services that speak a language, as bits, for each that some service names."""
    any_language: int
    """Places of the services that take every language."""
    by_level: tuple[int, ...]
    """The rules of at least a level that lead to doors for people, as bits; the position is the level."""
    danger_topics: frozenset[str]
    danger_reasons: Mapping[str, Reason]
    adult_from_age: int
    _rankings: dict[tuple[int, str | None, bool], Ranking] = field(default_factory=dict)

    def urgency(self, true: int) -> int:
        """The rank of the highest urgency that these rules, as bits, give."""
        for rank, rules in self.urgencies:
            if true & rules:
                return rank
        return 0

    def ranking(self, open_now: int, language: str | None, child: bool) -> Ranking:
        """How all services rank for people of one language while these are open; `open_now` are places as bits."""
        key = (open_now, language, child)
        ranking = self._rankings.get(key)
        if ranking is None:
            speakers = -1 if language is None else self.speakers.get(language, self.any_language)
            if len(self._rankings) >= MOST_RANKINGS:
                self._rankings.clear()
            ranking = self._rankings[key] = Ranking(self.doors, open_now, speakers, child)
        return ranking

    def that_could_change(self, urgency: int, level: int) -> int:
        """The rules, as bits, that would raise this urgency or rank with a door of this level, if they were true."""
        return sum(rules for rank, rules in self.urgencies if rank > urgency) | self.by_level[level]


def make_judging(
    services: Sequence[grammar.Service],
    rules: Sequence[CompiledRule],
    *,
    hours: Mapping[str, OpeningHours],
    words: Mapping[str, Sequence[str]],
    emergency_doors: Sequence[str],
    topic_signals: Mapping[str, frozenset[str]],
    dangers: Mapping[str, grammar.Danger],
    adult_from_age: int,
) -> Judging:
    """`services` in their declared order, `rules` in that order too; `words` as for RuleIndex."""
    place = {service.service: position for position, service in enumerate(services)}
    order = sorted(range(len(rules)), key=lambda i: (rules[i].level, -i))
    weakest_first = tuple(rules[i] for i in order)
    doors = tuple(
        Door(
            slug=service.service,
            place=place[service.service],
            staff_only=service.staff_only,
            stands_in=place.get(service.fallback_when_closed or "", NOBODY),
            audience=AUDIENCES.index(service.audience),
            floor=_position(service.service, emergency_doors),
        )
        for service in services
    )
    return Judging(
        index=RuleIndex(weakest_first, words),
        rules=weakest_first,
        doors=doors,
        place_of=tuple(place[rule.service] for rule in weakest_first),
        standing_of=tuple(place[rule.service] * STANDINGS + rule.level for rule in weakest_first),
        emergency_doors=tuple(doors[place[slug]] for slug in emergency_doors if slug in place),
        timetable=Timetable([hours[door.slug] for door in doors], _Holding(weakest_first, services).on),
        urgencies=_urgencies(weakest_first),
        speakers={tag: _speakers(services, tag) for service in services for tag in service.languages},
        any_language=_speakers(services, ""),
        by_level=_by_level(weakest_first, {service.service for service in services if service.staff_only}),
        danger_topics=frozenset(topic_signals),
        danger_reasons={s: Reason(f"danger-{s}", danger.label, ("signals",), True) for s, danger in dangers.items()},
        adult_from_age=adult_from_age,
    )


def _position(slug: str, slugs: Sequence[str]) -> int:
    return slugs.index(slug) if slug in slugs else len(slugs)


def _speakers(services: Sequence[grammar.Service], tag: str) -> int:
    """A service that names no language takes every one."""
    return sum(
        1 << place for place, service in enumerate(services) if not service.languages or tag in service.languages
    )


def _urgencies(rules: Sequence[CompiledRule]) -> tuple[tuple[int, int], ...]:
    given = sorted({rule.urgency for rule in rules if rule.urgency}, reverse=True)
    return tuple((rank, sum(1 << i for i, rule in enumerate(rules) if rule.urgency == rank)) for rank in given)


def _by_level(rules: Sequence[CompiledRule], staff_only: set[str]) -> tuple[int, ...]:
    return tuple(
        sum(1 << i for i, rule in enumerate(rules) if rule.level >= level and rule.service not in staff_only)
        for level in range(STRONG + 1)
    )


class _Holding:
    """The rules within their own dates and their service's, as bits."""

    def __init__(self, rules: Sequence[CompiledRule], services: Sequence[grammar.Service]) -> None:
        of_service = {service.service: service.valid for service in services}
        self._always = sum(1 << i for i, rule in enumerate(rules) if _undated(rule.valid, of_service[rule.service]))
        self._dated = [
            (1 << i, rule.valid, of_service[rule.service])
            for i, rule in enumerate(rules)
            if not _undated(rule.valid, of_service[rule.service])
        ]

    def on(self, day: date) -> int:
        return self._always | sum(bit for bit, *valid in self._dated if all(part.covers(day) for part in valid))


def _undated(*valid: grammar.Validity) -> bool:
    return all(part.from_ is None and part.to is None for part in valid)
