"""flask rules schema: writes the JSON Schema of the rule files for editors' editors."""

from __future__ import annotations

from pathlib import Path

import click

from portal import current
from portal.commands.rules import folder_option, rules_commands
from portal.triage import schema


@rules_commands.command("schema")
@folder_option
@click.option("--check", is_flag=True, help="Change nothing; end with status 1 when something is out of date.")
def schema_command(folder: Path | None, check: bool) -> None:
    """Write the JSON Schema of every kind of rule file, and the settings that tell an editor about them."""
    folder = folder or current.settings().rules_folder
    changed = schema.stale(folder) if check else schema.write(folder)
    for path in changed:
        click.echo(f"{'is out of date' if check else 'written'}: {path.relative_to(folder.parent)}")
    if not changed:
        click.echo("Every schema is up to date.")
    elif check:
        raise click.ClickException("Run `flask rules schema` and keep what it writes.")
