"""flask retention: erasing what is no longer needed."""

from __future__ import annotations

import click

from portal import clock, current
from portal.commands.groups import CommandGroup
from portal.desk import retention, visits

retention_commands = CommandGroup("retention", help="Erase what is no longer needed.")


@retention_commands.command("run")
def run() -> None:
    """Forget drafts whose time is over and destroy the keys of closed requests whose code has expired."""
    erased, forgotten = run_retention()
    click.echo(f"Erased {erased} requests and {forgotten} drafts.")


def run_retention() -> tuple[int, int]:
    """Requests erased and drafts forgotten. What lies unread is never erased."""
    database = current.parts().database
    with database.session() as session:
        erased = retention.erase_expired(session, now=clock.now())
        forgotten = visits.forget_expired(session, now=clock.now())
    if erased or forgotten:
        database.overwrite_erased()
    return erased, forgotten
