"""The danger phrases of a rule set, compiled; and what is wrong with them, by file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.triage.rule_errors import RuleError, error_at
from portal.triage.ruleset import Ruleset
from portal.triage.yaml_source import Path, Source
from portal.understanding.danger import DangerMatcher, compile_phrases
from portal.understanding.phrases import read_phrase

CALM_FILE = "danger/calm.yaml"


_latest: tuple[tuple[Any, ...], DangerMatcher] | None = None
"""What was compiled last, with what it was made of: most changes of rules leave the danger phrases alone."""


def matcher_for(ruleset: Ruleset) -> DangerMatcher:
    """Compile every danger phrase. Raises ValueError for one that cannot be read; see `phrase_errors`."""
    global _latest
    phrases = {signal: danger.phrases for signal, danger in ruleset.dangers.items()}
    made_of = (phrases, ruleset.calm, ruleset.municipality.safe_word)
    latest = _latest  # another thread may replace it meanwhile
    if latest is None or latest[0] != made_of:
        matcher = compile_phrases(phrases, calm=ruleset.calm, safe_word=ruleset.municipality.safe_word)
        _latest = latest = (made_of, matcher)
    return latest[1]


def phrase_errors(sources: Mapping[str, Source]) -> list[RuleError]:
    """Every danger or calm phrase that cannot be read, with its place. What is no phrase at all is the reader's."""
    errors = []
    for name, source in sources.items():
        for path, phrase in _phrases_in(name, source.data):
            try:
                read_phrase(phrase, calm=name == CALM_FILE)
            except ValueError as error:
                says, _, remedy = str(error).rpartition("; ")
                errors.append(
                    error_at(name, source, path, says or remedy, remedy[:1].upper() + remedy[1:] if says else "")
                )
    return errors


def _phrases_in(name: str, data: Any) -> Iterator[tuple[Path, str]]:
    phrases = data.get("phrases") if name.startswith("danger/") and isinstance(data, dict) else None
    for language, listed in (phrases if isinstance(phrases, dict) else {}).items():
        for index, phrase in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(phrase, str):
                yield ("phrases", language, index), phrase
