"""flask rules: what editors and operators do with the rule files. Each further command has a file of its own."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from portal import current
from portal.triage.checks import check
from portal.triage.reader import Content, RuleFilesInvalid, build, content_of, read_sources
from portal.triage.ruleset import Ruleset
from portal.understanding.danger_rules import phrase_errors

rules_commands = AppGroup("rules", help="Check, try, compare and publish the rule files.")
LISTED_NOTICES = 12
"""Notices of one kind that are listed before the rest is only counted."""

folder_option = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Another folder of rule files."
)


@rules_commands.command("check")
@folder_option
@click.option("--all", "every", is_flag=True, help="List every notice.")
def check_command(folder: Path | None, every: bool) -> None:
    """Read the rule files and say what is wrong, with file and line, and what has not been reviewed or verified."""
    ruleset, _ = read_or_stop(folder)
    findings = check(ruleset)
    errors = [finding for finding in findings if finding.kind == "error"]
    notices = [finding for finding in findings if finding.kind == "notice"]
    for finding in errors:
        click.echo(f"ERROR  {finding.where}: {finding.message}")
    for finding in notices if every else notices[:LISTED_NOTICES]:
        click.echo(f"notice {finding.where}: {finding.message}")
    if not every and len(notices) > LISTED_NOTICES:
        click.echo(f"… and {len(notices) - LISTED_NOTICES} more notices; --all lists them.")
    click.echo(
        f"{len(ruleset.services)} services, {len(ruleset.rules)} rules, {len(ruleset.topics)} topics, "
        f"{len(ruleset.dangers)} danger signals, {len(ruleset.examples)} examples: "
        f"{len(errors)} errors, {len(notices)} notices."
    )
    if errors:
        raise SystemExit(1)


def read_or_stop(folder: Path | None) -> tuple[Ruleset, Content]:
    """The rule set of a folder and its content; every error listed and status 1 when it cannot be read."""
    try:
        sources = read_sources(folder or current.settings().rules_folder)
        errors = phrase_errors(sources)
        ruleset = build(sources)
        if errors:
            raise RuleFilesInvalid(errors)
    except RuleFilesInvalid as error:
        raise click.ClickException(f"The rule files cannot be used.\n{error}") from error
    return ruleset, content_of(sources)
