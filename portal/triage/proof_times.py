"""The moments that a proof must tell apart: by which services are open, and which rules are within their dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from portal.triage.ruleset import Ruleset

HORIZON_DAYS: Final = 3 * 365 + 1
"""How far ahead proofs look: three years, so that exceptions that run out are found long before that day."""

NEAR_DAYS: Final = 366
"""A year. What goes wrong later than this is told, but stops nobody from publishing today."""

RuleKey = tuple[str, str]
"""Service and rule id."""


@dataclass(frozen=True, slots=True)
class Region:
    """All moments at which the same services are open and the same rules hold. `first` is the earliest, local."""

    open: frozenset[str]
    holding: frozenset[RuleKey]
    first: datetime


def regions(ruleset: Ruleset, day: date, *, days: int = HORIZON_DAYS) -> list[Region]:
    """Every distinct region of the minutes from `day` on, the earliest first."""
    found: dict[tuple[frozenset[str], frozenset[RuleKey]], Region] = {}
    seen: set[object] = set()
    edges = _edges(ruleset)
    holding = _holding_on(ruleset, day)
    for current in (day + timedelta(days=ahead) for ahead in range(days)):
        if current in edges:
            holding = _holding_on(ruleset, current)
        periods = tuple(hours.periods(current) for hours in ruleset.hours.values())
        if (holding, periods) in seen:
            continue
        seen.add((holding, periods))
        for minute, opened in _open_from(ruleset, periods):
            first = datetime.combine(current, time(minute // 60, minute % 60))
            found.setdefault((opened, holding), Region(opened, holding, first))
    return list(found.values())


def _holding_on(ruleset: Ruleset, day: date) -> frozenset[RuleKey]:
    """The rules within their dates, of services within theirs."""
    return frozenset(
        (slug, rule.id)
        for slug, service in ruleset.services.items()
        if service.valid.covers(day)
        for rule in service.rules
        if rule.valid.covers(day)
    )


def _edges(ruleset: Ruleset) -> set[date]:
    """The days on which a rule or a service begins to hold, or no longer does."""
    validities = [service.valid for service in ruleset.services.values()]
    validities += [rule.valid for service in ruleset.services.values() for rule in service.rules]
    begins = {valid.from_ for valid in validities if valid.from_}
    return begins | {valid.to + timedelta(days=1) for valid in validities if valid.to and valid.to < date.max}


def _open_from(
    ruleset: Ruleset, periods: tuple[tuple[tuple[int, int], ...], ...]
) -> Iterator[tuple[int, frozenset[str]]]:
    """The minutes of a day at which a service opens or closes, midnight first, with the services then open."""
    edges = {0, *(edge for found in periods for period in found for edge in period if edge < 24 * 60)}
    for minute in sorted(edges):
        opened = (
            slug
            for slug, found in zip(ruleset.hours, periods, strict=True)
            if any(start <= minute < end for start, end in found)
        )
        yield minute, frozenset(opened)
