"""flask outbox: what other systems have not been told yet."""

from __future__ import annotations

from uuid import UUID

import click

from portal import clock, current
from portal.commands.groups import CommandGroup
from portal.desk.outbox import list_unsent, try_again

outbox_commands = CommandGroup("outbox", help="Notices to units that have not been sent.")


@outbox_commands.command("list")
def list_command() -> None:
    """Every notice that has not arrived, oldest first, with the reason as a code."""
    with current.reading() as session:
        rows = list_unsent(session)
    for row in rows:
        click.echo(
            f"{row.id}  {row.state:<14} {row.adapter:<8} {row.unit:<24} {row.tries:>3} tries  "
            f"written {row.created_at:%Y-%m-%d %H:%M}Z  next {row.next_try_at:%H:%M:%S}Z  {row.last_error or '-'}"
        )
    click.echo(f"{len(rows)} notices have not arrived.")


@outbox_commands.command("retry")
@click.argument("notice", type=click.UUID, required=False)
def retry(notice: UUID | None) -> None:
    """Send NOTICE, or everything that has not arrived, at the worker's next turn; also what was given up."""
    with current.writing() as session:
        again = try_again(session, now=clock.now(), item_id=notice)
    if notice is not None and not again:
        raise click.ClickException("There is no such notice, or it has arrived.")
    click.echo(f"{again} notices will be tried again.")
