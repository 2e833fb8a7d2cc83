"""A frozen, compiled set of rules: what `decide` reads. Made by `reader`, never changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from portal.triage import grammar
from portal.triage.conditions import compile_block
from portal.triage.facts import Facts, UnknownFact
from portal.triage.hours import OpeningHours, parse_hours
from portal.triage.index import CompiledRule, fact_bits
from portal.triage.judging import Judging, make_judging

LEVELS: Final[Mapping[grammar.Level, int]] = {"strong": 3, "good": 2, "possible": 1}
LEVEL_NAMES: Final = {number: name for name, number in LEVELS.items()}
URGENCIES: Final[tuple[grammar.Urgency, ...]] = ("planned", "soon", "today", "emergency")
"""Least urgent first; the position is the rank."""

EMERGENCY_DOORS: Final = ("emergency-112", "on-call")
"""The services that open every list when there is danger. Slugs are fixed by the domain; their content is not."""

ALWAYS_A_DOOR: Final = "reception"
"""The door in for everybody."""


@dataclass(frozen=True)
class Ruleset:
    """Everything editors own, compiled. `id` is the content's SHA-256 in hex; mappings are read-only, in `order`."""

    id: str
    municipality: grammar.Municipality
    time_zone: ZoneInfo
    languages: Mapping[str, grammar.LanguageEntry]
    areas: Mapping[str, grammar.Area]
    questions: Mapping[str, grammar.Question]
    topics: Mapping[str, grammar.Topic]
    dangers: Mapping[str, grammar.Danger]
    calm: Mapping[str, Sequence[str]]
    outside: Mapping[str, grammar.Outside]
    understood: Mapping[str, grammar.Understood]
    services: Mapping[str, grammar.Service]
    helplines: Mapping[str, grammar.Helpline]
    examples: tuple[tuple[str, grammar.Example], ...]
    hours: Mapping[str, OpeningHours]
    helpline_hours: Mapping[str, OpeningHours]
    contact_hours: OpeningHours
    rules: tuple[CompiledRule, ...]
    topic_signals: Mapping[str, frozenset[str]]
    judging: Judging

    def local(self, moment: datetime) -> datetime:
        """`moment` in the municipality's own time. A naive moment is taken to be local already."""
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.time_zone).astimezone(UTC)  # mends a time that a clock jumps over
        return moment.astimezone(self.time_zone)

    def areas_on(self, day: date) -> list[grammar.Area]:
        return [area for area in self.areas.values() if area.valid.covers(day)]

    def topic_label(self, topic_id: str) -> str | None:
        """The Swedish label of a topic or subtopic, or None when there is no such topic."""
        name, _, sub = topic_id.partition(".")
        topic = self.topics.get(name)
        if topic is None or not sub:
            return topic.label if topic else None
        return next((subtopic.label for subtopic in topic.subtopics if subtopic.id == sub), None)

    def check_facts(self, facts: Facts, day: date | None = None) -> Facts:
        """The same facts if every topic, signal and area exists here; raises UnknownFact otherwise.

        With a day, also for an area that is not valid on it: what is told today. What is stored keeps its area.
        """
        for topic in sorted(facts.topics):
            if self.topic_label(topic) is None:
                raise UnknownFact("topics", topic, tuple(self.topic_ids()))
        for signal in sorted(facts.signals):
            if signal not in self.dangers:
                raise UnknownFact("signals", signal, tuple(self.dangers))
        areas = tuple(self.areas) if day is None else tuple(area.slug for area in self.areas_on(day))
        if facts.area is not None and facts.area not in areas:
            raise UnknownFact("area", facts.area, areas)
        return facts

    def forget_unknown(self, facts: Facts) -> Facts:
        """Facts judged by an older rule set, less what no longer exists in this one."""
        kept = Facts(
            topics=frozenset(topic for topic in facts.topics if self.topic_label(topic) is not None),
            signals=frozenset(signal for signal in facts.signals if signal in self.dangers),
            age=facts.age,
            area=facts.area if facts.area in self.areas else None,
            language=facts.language,
            choices=facts.choices,
            declined=facts.declined,
        )
        return kept

    def topic_ids(self) -> list[str]:
        return [topic_id for topic in self.topics.values() for topic_id in _ids_of(topic)]

    def signals_of_topics(self, topics: frozenset[str]) -> frozenset[str]:
        """The danger signals that choosing these topic buttons means."""
        return frozenset().union(*(self.topic_signals.get(topic, frozenset()) for topic in topics))


def compile_ruleset(
    ruleset_id: str,
    *,
    municipality: grammar.Municipality,
    languages: Sequence[grammar.LanguageEntry],
    areas: Sequence[grammar.Area],
    questions: Sequence[grammar.Question],
    topics: Sequence[grammar.Topic],
    dangers: Sequence[grammar.Danger],
    calm: Mapping[str, Sequence[str]],
    outside: Sequence[grammar.Outside],
    understood: Sequence[grammar.Understood],
    services: Sequence[grammar.Service],
    examples: Sequence[tuple[str, grammar.Example]],
) -> Ruleset:
    """Compile content that `reader` has found sound."""
    services = sorted(services, key=lambda service: service.order)
    topics = sorted(topics, key=lambda topic: (topic.order, topic.topic))
    ordered_dangers = {d.signal: d for d in sorted(dangers, key=lambda danger: (danger.order, danger.signal))}
    signals = _signals_by_topic(dangers)
    hours = {service.service: _hours_of(service) for service in services}
    rules = tuple(_compile_rule(service, rule) for service in services for rule in service.rules)
    return Ruleset(
        id=ruleset_id,
        municipality=municipality,
        time_zone=ZoneInfo(municipality.time_zone),
        languages=MappingProxyType({language.tag: language for language in languages}),
        areas=MappingProxyType({area.slug: area for area in areas}),
        questions=MappingProxyType({question.fact: question for question in questions}),
        topics=MappingProxyType({topic.topic: topic for topic in topics}),
        dangers=MappingProxyType(ordered_dangers),
        calm=MappingProxyType(dict(calm)),
        outside=MappingProxyType({matter.matter: matter for matter in outside}),
        understood=MappingProxyType({said.language: said for said in understood}),
        services=MappingProxyType({service.service: service for service in services}),
        helplines=MappingProxyType({line.slug: line for line in municipality.helplines}),
        examples=tuple(examples),
        hours=MappingProxyType(hours),
        helpline_hours=MappingProxyType(
            {line.slug: parse_hours(line.hours, closed_on_holidays=False) for line in municipality.helplines}
        ),
        contact_hours=_hours_of(municipality.contact_centre),
        rules=rules,
        topic_signals=MappingProxyType(signals),
        judging=make_judging(
            services,
            rules,
            hours=hours,
            words={
                "topics": [topic_id for topic in topics for topic_id in _ids_of(topic)],
                "signals": list(ordered_dangers),
                "area": [area.slug for area in areas],
                "language": [language.tag for language in languages],
            },
            emergency_doors=EMERGENCY_DOORS,
            topic_signals=signals,
            dangers=ordered_dangers,
            adult_from_age=municipality.adult_from_age,
        ),
    )


def _ids_of(topic: grammar.Topic) -> list[str]:
    """The ids of a topic and its subtopics."""
    return [topic.topic, *(f"{topic.topic}.{subtopic.id}" for subtopic in topic.subtopics)]


def _signals_by_topic(dangers: Sequence[grammar.Danger]) -> dict[str, frozenset[str]]:
    topics = {topic for danger in dangers for topic in danger.topics}
    return {topic: frozenset(danger.signal for danger in dangers if topic in danger.topics) for topic in topics}


def _hours_of(entry: grammar.Service | grammar.ContactCentre) -> OpeningHours:
    valid = entry.valid if isinstance(entry, grammar.Service) else grammar.Validity()
    return parse_hours(
        entry.hours,
        exceptions=[exception.model_dump() for exception in entry.exceptions],
        closed_on_holidays=entry.closed_on_holidays,
        closed_on_eves=entry.closed_on_eves,
        first=valid.from_,
        last=valid.to,
    )


def _compile_rule(service: grammar.Service, rule: grammar.Rule) -> CompiledRule:
    condition = compile_block(rule.if_.plain())
    return CompiledRule(
        id=rule.id,
        service=service.service,
        condition=condition,
        level=LEVELS[rule.suggest],
        urgency=URGENCIES.index(rule.urgency) if rule.urgency else None,
        because=rule.because,
        valid=rule.valid,
        reads=fact_bits(condition.reads),
    )
