"""The services for a call whose writer cannot be asked back: other readings of a text stand next to the likeliest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portal.triage.engine import Decision, Suggestion, decide
from portal.triage.facts import Facts
from portal.triage.ruleset import Ruleset

Ranked = list[tuple[Suggestion, Facts]]
"""Doors in rank order, each with the facts it was decided from."""


def ranked(ruleset: Ruleset, facts: Facts, decision: Decision, others: Iterable[str], now: datetime) -> Ranked:
    """The doors of `decision`, with the first door for each of the `others`, topics that the text may also be about,
    right after the first. In danger nothing comes between the doors."""
    doors: Ranked = [(door, facts) for door in decision.doors]
    if decision.signals:
        return doors
    ways = [facts.without("topics").with_fact("topics", frozenset({topic})) for topic in others]
    also = [(decide(ruleset, way, now).doors[0], way) for way in ways]
    order = [*doors[:1], *also, *doors[1:]]
    return list({door.service: (door, way) for door, way in reversed(order)}.values())[::-1]
