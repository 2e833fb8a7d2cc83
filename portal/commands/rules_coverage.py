"""flask rules coverage: what the examples exercise, and an example to begin with for what they do not."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from portal.commands.rules import folder_option, read_or_stop, rules_commands
from portal.commands.tables import paragraph
from portal.triage.coverage import Coverage, coverage, skeleton
from portal.triage.ruleset import Ruleset


@rules_commands.command("coverage")
@click.option("--missing", is_flag=True, help="Print an example to begin with for each rule that none exercises.")
@folder_option
def coverage_command(missing: bool, folder: Path | None) -> None:
    """Say which rules are true in no example, and which topics, answers and danger signals no example uses."""
    ruleset, _ = read_or_stop(folder)
    found = coverage(ruleset)
    if missing:
        _show_skeletons(ruleset, found)
        return
    for service, pairs in groupby(found.rules, key=lambda pair: pair[0]):
        click.echo(paragraph(", ".join(rule for _, rule in pairs), first=f"{service}: "))
    for kind, names in _unused(found):
        click.echo(paragraph(", ".join(names), first=f"No example uses the {kind}: "))
    click.echo(summary(found))


def summary(found: Coverage) -> str:
    """One line, also for `rules check`."""
    if not found.rules:
        return f"Examples exercise all {found.all_rules} rules."
    return (
        f"Examples exercise {found.exercised} of {found.all_rules} rules; "
        "`flask rules coverage --missing` prints an example to begin with for each of the others."
    )


def _unused(found: Coverage) -> list[tuple[str, list[str]]]:
    """Kinds of things that no example uses, the empty ones left out."""
    kinds = [
        ("topics", list(found.topics)),
        ("answers", [f"{fact} «{label}»" for fact, label in found.answers]),
        ("danger signals", list(found.signals)),
    ]
    return [(kind, names) for kind, names in kinds if names]


def _show_skeletons(ruleset: Ruleset, found: Coverage) -> None:
    click.echo("# What is expected here is what comes out now. Say what should, and give each a sentence of its own.")
    for service, pairs in groupby(found.rules, key=lambda pair: pair[0]):
        click.echo(f"# examples/{service}.yaml")
        for _, rule in pairs:
            example = skeleton(ruleset, service, rule)
            click.echo(_as_yaml(example) if example else f"# {rule}: nothing that was tried makes this rule true")


def _as_yaml(example: dict[str, Any]) -> str:
    """In the layout of the files. JSON is YAML, so that no word can be taken for another."""
    first, *rest = (f"{key}: {_flow(value)}" for key, value in example.items())
    return "\n".join([f"  - {first}", *(f"    {line}" for line in rest)])


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)
