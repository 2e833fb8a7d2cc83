"""A whole file tried at once: an editor's examples, or any text with one sentence a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from portal import clock, current
from portal.commands.rules import build_or_stop, read_sources_or_stop
from portal.commands.tables import paragraph, table
from portal.triage.engine import decide
from portal.triage.examples import judge, shortfalls
from portal.triage.facts import Facts
from portal.triage.grammar import Example
from portal.triage.reader import RuleFilesInvalid, read_source
from portal.triage.ruleset import Ruleset
from portal.understanding.danger_rules import matcher_for
from portal.understanding.reading import Reading, add_reading, find_signals, read_text

SERVICES_SHOWN = 3
LONGEST_FILE = 2_000_000
"""Bytes."""


def try_file(file: Path, *, folder: Path | None, moment: datetime | None, as_json: bool) -> None:
    """Print the table of a file. Raises SystemExit(1) when an example does not hold."""
    text = _text_of(file)
    if file.suffix in (".yaml", ".yml"):
        _try_examples(file, text, folder=folder, moment=moment, as_json=as_json)
    else:
        _try_sentences(text, folder=folder, moment=moment or clock.now(), as_json=as_json)


def _text_of(file: Path) -> str:
    if file.stat().st_size > LONGEST_FILE:
        raise click.ClickException(f"{file.name} is larger than {LONGEST_FILE:,} bytes; try it in parts.")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not UTF-8 text; save it as UTF-8.") from error


def _try_examples(file: Path, text: str, *, folder: Path | None, moment: datetime | None, as_json: bool) -> None:
    ruleset, examples = _examples_of(file, text, folder)
    if moment is not None:
        examples = [example.model_copy(update={"at": moment}) for example in examples]
    results = [_example_result(ruleset, example) for example in examples]
    failed = [result for result in results if result["wrong"]]
    if as_json:
        click.echo(json.dumps(results, ensure_ascii=False, indent=2))
    else:
        rows = [
            [r["name"], r["first"] or "-", r["urgency"], _listed(r["danger"]), r["expected"], _verdict(r)]
            for r in results
        ]
        for line in table(["Example", "First service", "Urgency", "Danger", "Expected", "Holds"], rows):
            click.echo(line)
        for result in failed:
            click.echo(paragraph(f"«{result['name']}»: {'; '.join(result['wrong'])}", first="WRONG  "))
        click.echo(f"{len(results)} examples: {len(results) - len(failed)} hold, {len(failed)} do not.")
    if failed:
        raise SystemExit(1)


def _examples_of(file: Path, text: str, folder: Path | None) -> tuple[Ruleset, list[Example]]:
    """The examples of a file, read with the rules as if it lay among them."""
    name = f"examples/{file.name}"
    try:
        source = read_source(file.name, text.encode())
    except RuleFilesInvalid as error:
        raise click.ClickException(str(error)) from error
    ruleset = build_or_stop({**read_sources_or_stop(folder), name: source})
    return ruleset, [example for where, example in ruleset.examples if where == name]


def _example_result(ruleset: Ruleset, example: Example) -> dict[str, Any]:
    decision = judge(ruleset, example)
    listed = decision.suggestions if example.facts.get("as") == "professional" else decision.doors
    return {
        "name": example.name,
        "first": listed[0].service if listed else None,
        "urgency": decision.urgency,
        "danger": list(decision.signals),
        "expected": _expected(example.expect.model_dump(exclude_none=True)),
        "wrong": shortfalls(ruleset, example),
    }


def _expected(expect: Mapping[str, Any]) -> str:
    said = []
    for key, value in expect.items():
        value = _listed(value) if isinstance(value, list) else value
        said.append(f"{key.replace('_', ' ')} {value}")
    return ", ".join(said)


def _verdict(result: Mapping[str, Any]) -> str:
    return "NO" if result["wrong"] else "yes"


def _listed(words: list[str]) -> str:
    return ", ".join(words) or "none"


def _try_sentences(text: str, *, folder: Path | None, moment: datetime, as_json: bool) -> None:
    sentences = [line.strip() for line in text.splitlines() if line.strip()]
    if not sentences:
        raise click.ClickException("The file holds no sentence; write one on each line.")
    ruleset = build_or_stop(read_sources_or_stop(folder))
    results = list(_sentence_results(ruleset, sentences, moment))
    if as_json:
        click.echo(json.dumps(results, ensure_ascii=False, indent=2))
        return
    if not all(result["bot_answered"] for result in results):
        click.echo("(The bot does not answer: only danger phrases were read from the sentences.)")
    rows = [
        [r["text"], _topics_or_outside(r), r["urgency"], _listed(r["danger"]), ", ".join(r["services"])]
        for r in results
    ]
    for line in table(["Sentence", "Topics", "Urgency", "Danger", "Services"], rows):
        click.echo(line)


def _sentence_results(ruleset: Ruleset, sentences: list[str], moment: datetime) -> Iterator[dict[str, Any]]:
    danger, bot, answers = matcher_for(ruleset), current.parts().bot, True
    for sentence in sentences:
        if answers:
            reading = read_text(sentence, ruleset=ruleset, danger=danger, bot=bot)
            answers = reading.bot_answered  # a bot that is silent once is not waited for at every line
        else:
            reading = Reading(find_signals(danger, sentence))
        decision = decide(ruleset, add_reading(Facts(), reading), moment)
        yield {
            "text": sentence,
            "bot_answered": reading.bot_answered,
            "topics": sorted(reading.taken_topics()),
            "outside": reading.outside,
            "urgency": decision.urgency,
            "danger": list(decision.signals),
            "services": [suggestion.service for suggestion in decision.doors[:SERVICES_SHOWN]],
        }


def _topics_or_outside(result: Mapping[str, Any]) -> str:
    return f"(not ours: {result['outside']})" if result["outside"] else ", ".join(result["topics"]) or "-"
