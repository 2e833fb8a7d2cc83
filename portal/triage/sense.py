"""What a form alone cannot say: ages and days in their order, and blocks that are small enough to index."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from portal.triage.blocks import MOST_ALTERNATIVES, Block, alternatives
from portal.triage.conditions import BadCondition, as_list, parse_age
from portal.triage.grammar import ContactCentre, Question, Service, Validity
from portal.triage.hours import SPECIAL_DAYS
from portal.triage.rule_errors import Complaint, listed, nearest
from portal.triage.yaml_source import Path

OLDEST_WRITTEN: Final = 120


def validity_sense(path: Path, valid: Validity) -> Iterator[Complaint]:
    if valid.from_ and valid.to and valid.to < valid.from_:
        says = f"this ends on {valid.to}, before it begins on {valid.from_}"
        yield Complaint((*path, "to"), says, remedy="Write the earlier day after from, the later one after to")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_sense(path: Path, zone: str) -> Iterator[Complaint]:
    if zone not in _zones():
        known = sorted(_zones())
        yield Complaint(path, f"there is no time zone {zone!r}", nearest(zone, known), allowed=listed(zone, known))


def hours_sense(path: Path, entry: Service | ContactCentre) -> Iterator[Complaint]:
    """Each day has one exception at most, and what is written for holidays and eves says one thing."""
    for days in SPECIAL_DAYS:
        closed = f"closed_on_{days}"
        periods = entry.hours.get(days) if isinstance(entry.hours, dict) else None
        if periods is not None and closed in entry.model_fields_set and getattr(entry, closed) == bool(periods):
            says = f"{closed!r} and the periods of {days!r} among the hours say different things"
            yield Complaint((*path, closed), says, remedy=f"Remove {closed}; an empty list of {days!r} is closed")
    seen = set()
    for index, exception in enumerate(entry.exceptions):
        if exception.date in seen:
            says = f"{exception.date} stands twice among the exceptions"
            remedy = "Write all periods of that day in one of them, and remove the other"
            yield Complaint((*path, "exceptions", index, "date"), says, remedy=remedy)
        seen.add(exception.date)


def bands_sense(path: Path, question: Question) -> Iterator[Complaint]:
    """The answers about age cover a whole life, youngest first, and each holds the age that stands for it."""
    following = 0
    for number, answer in enumerate(question.answers):
        here = (*path, "answers", number)
        if question.fact != "age":
            if answer.ages is not None:
                yield Complaint((*here, "ages"), "only answers about age have ages", remedy="Remove it")
            continue
        if answer.ages is None:
            yield Complaint(here, "this answer does not say which ages it means", remedy="Write ages: 13-15")
            return
        if complaints := list(_age_sense((*here, "ages"), answer.ages)):
            yield from complaints
            return
        band = parse_age(answer.ages)
        if band.low != following:
            says = f"this answer begins at {band.low}, but the one before ends at {following - 1}"
            if not number:
                says = f"nobody younger than {band.low} has an answer"
            yield Complaint((*here, "ages"), says, remedy=f"Let it begin at {following}: every age has one answer")
        if answer.value in range(OLDEST_WRITTEN + 1) and not band.low <= int(answer.value) <= band.high:
            says = f"{answer.value} stands for {answer.ages!r} but is not within it"
            yield Complaint((*here, "value"), says, remedy=f"Write an age of {answer.ages!r}")
        following = band.high + 1
    if question.fact == "age" and following <= OLDEST_WRITTEN:
        last = (*path, "answers", len(question.answers) - 1, "ages")
        yield Complaint(
            last, f"nobody older than {following - 1} has an answer", remedy="Let the last one be open, as in 65+"
        )


def block_sense(path: Path, block: Block) -> Iterator[Complaint]:
    """Ages in order and within a life, and not more ways to come true than the index should hold."""
    ways = alternatives(block)
    if ways > MOST_ALTERNATIVES:
        says = f"this rule can come true in {ways:,} ways, and {MOST_ALTERNATIVES} are the most"
        remedy = "Split it into several rules, one for each choice of its longest 'any'"
        yield Complaint(path, says, remedy=remedy)
    yield from _conditions_sense(path, block.plain())


def _conditions_sense(path: Path, block: dict[str, Any]) -> Iterator[Complaint]:
    for key, value in block.items():
        here = (*path, key)
        if key == "age":
            for index, text in enumerate(as_list(value)):
                yield from _age_sense((*here, index) if isinstance(value, list) else here, text)
        elif key == "not":
            yield from _conditions_sense(here, value)
        elif key == "any":
            for index, inner in enumerate(value):
                yield from _conditions_sense((*here, index), inner)


def _age_sense(path: Path, text: str) -> Iterator[Complaint]:
    try:
        ages = parse_age(text)
    except BadCondition:
        low, high = sorted(int(number) for number in text.removeprefix("about ").split("-"))
        meant = f"{'about ' if text.startswith('about ') else ''}{low}-{high}"
        yield Complaint(path, f"{text!r} runs backwards", meant, remedy="Write the lower age first")
        return
    if ages.high < ages.low:
        yield Complaint(path, f"nobody is {text!r}", remedy="Write a higher age after under")
    elif ages.low > OLDEST_WRITTEN:
        yield Complaint(path, f"nobody is {text!r}", remedy=f"Write an age up to {OLDEST_WRITTEN}")
