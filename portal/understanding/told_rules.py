"""The phrases for facts of a rule set, compiled; and what is wrong with them, by file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from portal.triage.facts import Facts
from portal.triage.rule_errors import RuleError, error_at
from portal.triage.ruleset import Ruleset
from portal.triage.yaml_source import Path, Source
from portal.understanding.numbers import NumberWords
from portal.understanding.told_facts import FactPhrases, FactReader, compile_fact_phrases, read_fact_phrase

FOLDER: Final = "understood/"

_latest: tuple[tuple[Any, ...], FactReader] | None = None
"""What was compiled last, with what it was made of: most changes of rules leave these phrases alone."""


def fact_reader_for(ruleset: Ruleset) -> FactReader:
    """Compile every phrase for facts. Raises ValueError for one that cannot be read; see `fact_phrase_errors`."""
    global _latest
    made_of = (ruleset.understood, ruleset.areas)
    latest = _latest  # another thread may replace it meanwhile
    if latest is None or latest[0] != made_of:
        reader = compile_fact_phrases(
            [
                FactPhrases(language, said.fact, said.value, said.phrases, said.of)
                for language, understood in ruleset.understood.items()
                for said in understood.said
            ],
            numbers={language: understood.numbers for language, understood in ruleset.understood.items()},
            areas={slug: [area.name, *area.aliases] for slug, area in ruleset.areas.items()},
        )
        _latest = latest = (made_of, reader)
    return latest[1]


def told_facts(ruleset: Ruleset, text: str, moment: datetime, *, in_danger: bool = False) -> Facts:
    """What a text says by itself; an area only if it is one on that day.

    Where there is danger, a partner who is named is more often who it comes from than whom it concerns.
    """
    told = fact_reader_for(ruleset).read(text)
    if told.area is not None and told.area not in {
        area.slug for area in ruleset.areas_on(ruleset.local(moment).date())
    }:
        told = told.without("area")
    if in_danger and told.choice("about") == "partner":
        told = told.without("about").without("age")
    return told


def fact_phrase_errors(sources: Mapping[str, Source]) -> list[RuleError]:
    """Every phrase or number that cannot be read, with its place. What is no phrase at all is the reader's."""
    return [error for name, source in sources.items() if name.startswith(FOLDER) for error in _errors_in(name, source)]


def _errors_in(name: str, source: Source) -> Iterator[RuleError]:
    data = source.data if isinstance(source.data, dict) else {}
    for path, meaning, phrase in _phrases_in(data):
        try:
            read_fact_phrase(phrase, meaning)
        except ValueError as error:
            yield _error(name, source, path, error)
    numbers = data.get("numbers")
    for word in numbers if isinstance(numbers, dict) else ():
        try:
            NumberWords({"": {str(word): 0}})
        except ValueError as error:
            yield _error(name, source, ("numbers", word), error)


def _phrases_in(data: Mapping[str, Any]) -> Iterator[tuple[Path, FactPhrases, str]]:
    said = data.get("said")
    for number, block in enumerate(said if isinstance(said, list) else ()):
        phrases = block.get("phrases") if isinstance(block, dict) else None
        for index, phrase in enumerate(phrases if isinstance(phrases, list) else ()):
            if isinstance(phrase, str):
                meaning = FactPhrases(str(data.get("language")), str(block.get("fact")), None, ())
                yield ("said", number, "phrases", index), meaning, phrase


def _error(name: str, source: Source, path: Path, error: ValueError) -> RuleError:
    says, _, remedy = str(error).rpartition("; ")
    return error_at(name, source, path, says or remedy, remedy[:1].upper() + remedy[1:] if says else "")
