"""flask rules check: what is wrong with the rule files."""

from __future__ import annotations

from pathlib import Path

import click

from portal.commands.rules import folder_option, read_or_stop, rules_commands
from portal.commands.rules_coverage import summary
from portal.triage.checks import check, unreviewed_danger
from portal.triage.coverage import coverage

LISTED_NOTICES = 12
"""Notices that are listed before the rest is only counted."""


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
    if unread := unreviewed_danger(ruleset):
        told = ", ".join(f"{tag} ({signals})" for tag, signals in unread.items())
        click.echo(f"Danger phrases that no speaker has reviewed, by language and number of signals: {told}.")
    click.echo(summary(coverage(ruleset)))
    if errors:
        raise SystemExit(1)
