"""Which situations people have been in, as codes and counts: for trying out rules, never for looking at one request."""

import json
from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.records.base import JsonObject
from portal.records.help_request import HelpRequest

_AT_ONCE = 1000  # rows read from the database at a time


def fact_patterns(session: Session) -> list[tuple[JsonObject, int]]:
    """The facts that requests were judged by, each pattern once with how many requests have it; most first.

    Keys are those of rule files (topics, signals, age …). No text, no id, no time. `signals` are all that a request
    was given, whether by its words or by its topics.
    """
    columns = (HelpRequest.facts, HelpRequest.topics, HelpRequest.signals, HelpRequest.language)
    rows = session.execute(select(*columns).execution_options(yield_per=_AT_ONCE))
    counted = Counter(_pattern(facts, topics, signals, language) for facts, topics, signals, language in rows)
    return [(json.loads(pattern), count) for pattern, count in sorted(counted.items(), key=lambda it: (-it[1], it[0]))]


def _pattern(facts: JsonObject, topics: list[str], signals: list[str], language: str) -> str:
    pattern: dict[str, Any] = {key: value for key, value in facts.items() if key != "declined"}
    for key, values in (("topics", topics), ("signals", signals)):
        if values:
            pattern[key] = sorted(values)
    return json.dumps({**pattern, "language": language}, sort_keys=True)
