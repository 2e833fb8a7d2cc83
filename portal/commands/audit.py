"""flask audit: checking that nobody has changed the log of who opened what."""

from __future__ import annotations

import click

from portal import current
from portal.audit_heads import read_heads, write_head
from portal.commands.groups import CommandGroup
from portal.desk import audit
from portal.desk.audit import Verdict

audit_commands = CommandGroup("audit", help="Check the log of who opened what and why.")


@audit_commands.command("verify")
def verify() -> None:
    """Walk the chain and compare it with the heads in the var folder. Ends with status 1 when a row does not fit."""
    verdict = check_audit()
    if verdict.broken_at is not None:
        raise click.ClickException(
            f"The log does not fit at row {verdict.broken_at}: that row, or one before it, was changed, removed or"
            f" added outside the portal. Rows 1 to {verdict.rows} fit. Keep the database as it is, and find out how."
        )
    click.echo(f"The log is whole: {verdict.rows} rows, head {verdict.head}")


def check_audit() -> Verdict:
    """Check the whole log; when it is whole, write its head down."""
    parts = current.parts()
    folder = parts.settings.var_folder
    with parts.database.session(writes=False) as session:
        verdict = audit.verify(session, key=parts.audit_key, heads=read_heads(folder))
    write_head(folder, verdict)
    return verdict
