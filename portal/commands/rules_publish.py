"""flask rules publish, list, rollback: which rules are in force."""

from __future__ import annotations

from pathlib import Path

import click

from portal import clock, current
from portal.commands.rules import folder_option, read_or_stop, rules_commands
from portal.desk import rulesets
from portal.desk.errors import RulesetUnknown
from portal.triage.checks import check
from portal.triage.reader import Content

LISTED_PUBLICATIONS = 20


@rules_commands.command("publish")
@folder_option
@click.option("--by", default="operator", help="Who publishes; a role, not a name.")
@click.option("--seed", is_flag=True, help="At start: with unusable files, go on with the rules in force, if any.")
def publish_command(folder: Path | None, by: str, seed: bool) -> None:
    """Check the rule files and put them in force for every running process. Refuses when anything is wrong."""
    with current.reading() as session:
        before = rulesets.current_id(session)
    try:
        content = _sound_content(folder)
    except click.ClickException as error:
        if not (seed and before):
            raise
        click.echo(f"{error.message}\nThe rules in force, {before[:12]}, stay.", err=True)
        return
    with current.writing() as session:
        published = rulesets.publish(session, content=content, by=by, now=clock.now())
    same = " (unchanged)" if before == published else ""
    click.echo(f"Rules {published[:12]} are in force{same}.")


def _sound_content(folder: Path | None) -> Content:
    """The content of rule files that pass every check. Raises ClickException with all that is wrong."""
    ruleset, content = read_or_stop(folder)
    errors = [finding for finding in check(ruleset) if finding.kind == "error"]
    if errors:
        listed = "\n".join(f"{finding.where}: {finding.message}" for finding in errors)
        raise click.ClickException(f"Nothing was published.\n{listed}")
    return content


@rules_commands.command("list")
def list_command() -> None:
    """Show which rule sets were put in force when, newest first."""
    with current.reading() as session:
        published = rulesets.history(session, limit=LISTED_PUBLICATIONS)
    for ruleset_id, moment, by in published:
        click.echo(f"{ruleset_id}  {moment:%Y-%m-%d %H:%M} UTC  {by}")
    if not published:
        click.echo("No rules have been published yet; `flask rules publish` does it.")


@rules_commands.command("rollback")
@click.argument("ruleset_id")
@click.option("--by", default="operator", help="Who rolls back; a role, not a name.")
def rollback_command(ruleset_id: str, by: str) -> None:
    """Put an earlier rule set in force again. RULESET_ID is its full id, as `flask rules list` shows it."""
    try:
        with current.writing() as session:
            rulesets.rollback(session, to=ruleset_id, by=by, now=clock.now())
    except RulesetUnknown as error:
        raise click.ClickException(f"No rules with the id {ruleset_id} were ever published.") from error
    click.echo(f"Rules {ruleset_id[:12]} are in force.")
