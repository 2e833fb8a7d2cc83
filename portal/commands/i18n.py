"""flask i18n: the state of the translations."""

from __future__ import annotations

import click

from portal import current
from portal.commands.groups import CommandGroup
from portal.i18n.languages import SOURCE
from portal.i18n.reviews import catalogue_state

i18n_commands = CommandGroup("i18n", help="The state of the translations.")


@i18n_commands.command("status")
@click.option("--list", "listed", is_flag=True, help="Show every unreviewed text by its Swedish source.")
def status(listed: bool) -> None:
    """Say for each language how many texts are translated and how many no speaker has read."""
    for entry in current.ruleset().languages.values():
        if entry.tag == SOURCE:
            continue
        try:
            state = catalogue_state(current.settings().translations_folder, entry.catalogue)
        except FileNotFoundError:
            click.echo(f"{entry.tag}: no catalogue; pages show Swedish")
            continue
        click.echo(
            f"{entry.tag}: {state.translated} of {state.texts} texts translated, {len(state.unreviewed)} not reviewed"
        )
        if listed:
            for text in state.unreviewed:
                click.echo(f"    {text}")
