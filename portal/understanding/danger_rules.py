"""The danger phrases of a rule set, compiled; and what is wrong with them, by file and line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.triage.reader import RuleError
from portal.triage.ruleset import Ruleset
from portal.triage.yaml_source import Source
from portal.understanding.danger import DangerMatcher, compile_phrases, read_phrase

CALM_FILE = "danger/calm.yaml"


def matcher_for(ruleset: Ruleset) -> DangerMatcher:
    """Compile every danger phrase. Raises ValueError for one that cannot be read; see `phrase_errors`."""
    return compile_phrases(
        {signal: danger.phrases for signal, danger in ruleset.dangers.items()},
        calm=ruleset.calm,
        safe_word=ruleset.municipality.safe_word,
    )


def phrase_errors(sources: Mapping[str, Source]) -> list[RuleError]:
    """Every danger or calm phrase that cannot be read, with its line."""
    errors = []
    for name, source in sources.items():
        if not name.startswith("danger/"):
            continue
        phrases: dict[str, Any] = source.data.get("phrases") or {}
        for language, listed in phrases.items():
            for index, phrase in enumerate(listed):
                try:
                    read_phrase(phrase, calm=name == CALM_FILE)
                except ValueError as error:
                    errors.append(RuleError(name, source.line(("phrases", language, index)), str(error)))
    return errors
