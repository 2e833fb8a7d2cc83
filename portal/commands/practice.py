"""flask practice: made-up requests for trainees."""

from __future__ import annotations

import click

from portal import clock, current
from portal.commands.groups import CommandGroup
from portal.desk.errors import RulesetUnknown
from portal.desk.practice import count_practice, load_practice
from portal.records.errors import DomainError

practice_commands = CommandGroup("practice", help="Made-up requests for trainees.")


@practice_commands.command("load")
@click.option("--fresh", is_flag=True, help="Put the ones that are there aside and begin anew.")
def load(fresh: bool) -> None:
    """File the editors' examples that have words as practice requests, unless there are some already."""
    parts = current.parts()
    try:
        with parts.database.session() as session:
            there = count_practice(session)
            if there and not fresh:
                click.echo(f"There are {there} practice requests. Begin anew: flask practice load --fresh")
                return
            made = load_practice(
                session,
                keys=parts.content_keys,
                code_key=parts.code_key,
                ruleset=parts.rules.current().ruleset,
                now=clock.now(),
            )
    except RulesetUnknown as error:
        raise click.ClickException("No rules are published yet. Run `flask rules publish` first.") from error
    except DomainError as error:
        raise click.ClickException(f"The database cannot be used: {error}. Check DATABASE_URL.") from error
    click.echo(f"{made} practice requests wait for trainees.")
