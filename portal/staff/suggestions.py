"""The services that fit a request, with reasons: judged anew by the rules in force, beside what the person saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_date, gettext

from portal import clock
from portal.desk.request_page import RequestPage
from portal.i18n.languages import content_text
from portal.opening_words import DAY
from portal.records.help_request import Suggestion as Shown
from portal.triage.engine import Suggestion, decide
from portal.triage.explain import describe_facts, explain
from portal.triage.facts import YES_NO, Facts, UnknownFact, from_codes
from portal.triage.grammar import Service
from portal.triage.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Advice:
    """One service for this situation. `shown` tells whether the person saw it too."""

    service: Service
    level: str
    certain: bool
    staff_only: bool
    shown: bool
    because: tuple[str, ...]
    used: tuple[str, ...]


def known_facts(ruleset: Ruleset, page: RequestPage) -> Facts:
    """The stored facts, with danger found later, less what today's rules no longer have."""
    known = {**page.facts, "topics": page.topics, "signals": page.signals, "language": page.language}
    try:
        facts = from_codes(known)
    except UnknownFact:
        facts = from_codes({"topics": page.topics, "signals": page.signals})
    return ruleset.forget_unknown(facts)


def fact_words(ruleset: Ruleset, facts: Facts) -> list[tuple[str, str]]:
    """Every known fact as (key, words). A yes or a no comes with its question."""
    described = []
    for key, label in describe_facts(ruleset, facts):
        asked = key in ruleset.questions and facts.value(key) in YES_NO
        words = _area_words(ruleset, facts.area) if key == "area" and facts.area else content_text(label)
        described.append((key, f"{content_text(ruleset.questions[key].ask)} {words}" if asked else words))
    return described


def _area_words(ruleset: Ruleset, slug: str) -> str:
    """An area's name; with its dates when it is not one of today's."""
    area, today = ruleset.areas[slug], ruleset.local(clock.now()).date()
    name = content_text(area.name)
    if area.valid.covers(today):
        return name
    if area.valid.to and area.valid.to < today:
        return str(gettext("%(area)s (gällde till %(day)s)", area=name, day=format_date(area.valid.to, DAY)))
    return str(gettext("%(area)s (gäller från %(day)s)", area=name, day=format_date(area.valid.from_, DAY)))


def advise(ruleset: Ruleset, facts: Facts, moment: datetime, shown: Sequence[Shown]) -> list[Advice]:
    """What today's rules suggest for the moment at which the request came, in rank order."""
    seen = {suggestion["service"] for suggestion in shown}
    known = fact_words(ruleset, facts)
    return [
        Advice(
            service=ruleset.services[suggestion.service],
            level=suggestion.level,
            certain=suggestion.certain,
            staff_only=suggestion.staff_only,
            shown=suggestion.service in seen,
            because=explain(ruleset, facts, suggestion).because,
            used=_used(suggestion, known),
        )
        for suggestion in decide(ruleset, facts, moment).suggestions
    ]


def _used(suggestion: Suggestion, known: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The facts that its certain reasons rest on, in words."""
    keys = {key for reason in suggestion.reasons if reason.certain for key in reason.facts}
    return tuple(words for key, words in known if key in keys)


def no_longer_suggested(advice: Sequence[Advice], shown: Sequence[Shown]) -> list[str]:
    """The services the person saw that today's rules would not suggest."""
    now = {each.service.service for each in advice}
    return [suggestion["service"] for suggestion in shown if suggestion["service"] not in now]
