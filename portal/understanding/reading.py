"""Free text to what triage can use: danger phrases first and always, then topics from the bot if it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portal import clock
from portal.triage.facts import Facts
from portal.triage.ruleset import Ruleset
from portal.understanding.bot import IN_DANGER_SECONDS, PARSE_SECONDS, Bot, BotSilent, Understood
from portal.understanding.danger import DangerMatcher
from portal.understanding.key_phrases import key_phrases_for
from portal.understanding.told_facts import add_told
from portal.understanding.told_rules import told_facts

SURE_ENOUGH: Final = 0.45
"""A topic at least this probable is taken up without asking."""

WORTH_ASKING: Final = 0.3
"""A topic that means danger and is at least this probable is worth the gentle question."""

VERY_SURE: Final = 0.6
"""Several topics at least this probable are all taken up where nobody can be asked back."""

SURE_WITHOUT_BOT: Final = 0.6
"""The same by key phrases, which are sure too early in languages with few of them."""

WORTH_OFFERING: Final = 0.12
"""A topic at least this probable is offered as a button."""

WORTH_OFFERING_WITHOUT_BOT: Final = 0.07
"""The same by key phrases, which are seldom sure."""

MOST_OFFERED: Final = 3
OUTSIDE_ENOUGH: Final = 0.35
OUTSIDE_WITHOUT_BOT: Final = 0.8
"""By key phrases alone; surer than the model, because they know less."""
READ_AT_START: Final = 40_000
READ_AT_END: Final = 20_000
"""Characters read for danger in a very long text; 50 kB of ordinary text is read whole."""


NOTHING: Final = Facts()
Topics = tuple[tuple[str, float], ...]
"""Ids and how sure each is, 0 to 1, best first."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says. `bot_answered` is false when only the danger phrases could be read.

    `signals` are certain, by phrases that people wrote; `possible` are those a model read, and cost a gentle question.
    """

    signals: frozenset[str] = frozenset()
    topics: tuple[tuple[str, float], ...] = ()
    outside: str | None = None
    possible: tuple[str, ...] = ()
    bot_answered: bool = False
    told: Facts = NOTHING
    """What the text says by itself about age, whom it concerns, when and the like."""
    warnings: frozenset[str] = frozenset()
    """Topics whose button means danger: from a text they only make it possible."""
    sure_enough: float = SURE_ENOUGH
    worth_offering: float = WORTH_OFFERING

    def taken_topics(self) -> frozenset[str]:
        return self._at_least(self.sure_enough)

    def best_guess(self) -> frozenset[str]:
        """What to answer with when nobody can be asked: the very sure topics, or the likeliest if worth offering."""
        return self._at_least(VERY_SURE) or frozenset(self.other_topics()[:1])

    def other_topics(self) -> tuple[str, ...]:
        """What is worth offering and may be answered with: no topic that means danger."""
        return tuple(topic for topic in self.offered_topics() if topic not in self.warnings)

    def offered_topics(self) -> tuple[str, ...]:
        return tuple(topic for topic, confidence in self.topics if confidence >= self.worth_offering)[:MOST_OFFERED]

    def _at_least(self, bound: float) -> frozenset[str]:
        return frozenset(topic for topic, confidence in self.topics if confidence >= bound) - self.warnings


def find_signals(danger: DangerMatcher, text: str) -> frozenset[str]:
    """Danger signals in a text, by reviewed phrases alone: no model, no database, no network.

    Of a text far longer than any page takes, the beginning and the end are read: reading takes time in proportion,
    and nobody may hold the others up with it.
    """
    if len(text) > READ_AT_START + READ_AT_END:
        text = f"{text[:READ_AT_START]}\n{text[-READ_AT_END:]}"
    return frozenset(match.signal for match in danger.find(text))


def read_text(text: str, *, ruleset: Ruleset, danger: DangerMatcher, bot: Bot) -> Reading:
    """Read one message. Never raises for a silent bot; a text with danger phrases is never an outside matter."""
    signals = find_signals(danger, text)
    told = told_facts(ruleset, text, clock.now(), in_danger=bool(signals))
    if not text.strip():
        return Reading(signals)
    try:
        understood = bot.parse(text, patience=IN_DANGER_SECONDS if signals else PARSE_SECONDS)
    except BotSilent:
        return _without_bot(text, signals, told, ruleset)
    topics = tuple(pair for pair in understood.topics if ruleset.topic_label(pair[0]) is not None)
    outside = understood.outside if understood.outside in ruleset.outside else None
    is_outside = outside is not None and understood.outside_probability >= OUTSIDE_ENOUGH and not signals
    return Reading(
        signals=signals,
        topics=() if is_outside else topics,
        outside=outside if is_outside else None,
        possible=_possible(understood, topics, signals, ruleset),  # also beside an outside matter
        bot_answered=True,
        told=told,
        warnings=frozenset(ruleset.topic_signals),
    )


def _without_bot(text: str, signals: frozenset[str], told: Facts, ruleset: Ruleset) -> Reading:
    """A second look with the portal's own key phrases."""
    found = key_phrases_for(ruleset).read(text)
    is_outside = found.outside_probability >= OUTSIDE_WITHOUT_BOT and not signals
    return Reading(
        signals=signals,
        topics=() if is_outside else found.topics,
        outside=found.outside if is_outside else None,
        told=told,
        possible=() if is_outside else _warned_of(found.topics, signals, ruleset),
        warnings=frozenset(ruleset.topic_signals),
        sure_enough=SURE_WITHOUT_BOT,
        worth_offering=WORTH_OFFERING_WITHOUT_BOT,
    )


def _possible(understood: Understood, topics: Topics, certain: frozenset[str], ruleset: Ruleset) -> tuple[str, ...]:
    """The dangers a model reads, less those that are certain. What is certain needs no question."""
    warned = _warned_of(topics, certain, ruleset)
    if certain or not understood.possible_danger:
        return warned
    read = [signal for signal in understood.possible_signals if signal in ruleset.dangers]
    return tuple(dict.fromkeys([*read, *warned]))


def _warned_of(topics: Topics, certain: frozenset[str], ruleset: Ruleset) -> tuple[str, ...]:
    """The dangers meant by topics that may well be meant."""
    if certain:
        return ()
    sure = frozenset(topic for topic, confidence in topics if confidence >= WORTH_ASKING)
    return tuple(sorted(ruleset.signals_of_topics(sure)))


def add_reading(facts: Facts, reading: Reading, *, guess: bool = False) -> Facts:
    """Facts and what a text adds to them. A model may raise the level, never lower it: nothing is taken away.

    With `guess`, the likeliest topic is taken up where no topic is known and none is sure.
    """
    if reading.signals:
        facts = facts.with_fact("signals", reading.signals)
    taken = reading.best_guess() if guess and not facts.topics else reading.taken_topics()
    if taken:
        facts = facts.with_fact("topics", taken)
    return add_told(facts, reading.told)
