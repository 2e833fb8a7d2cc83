"""flask database: the tables."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal import current
from portal.records import migrations
from portal.records.errors import DomainError

database_commands = AppGroup("database", help="Make and change the tables.")


@database_commands.command("upgrade")
def upgrade() -> None:
    """Bring the tables to this version. Does nothing when they are."""
    url = current.settings().database_url
    if url.startswith("sqlite"):
        current.settings().var_folder.mkdir(parents=True, exist_ok=True)
    try:
        migrations.upgrade(url)
    except DomainError as error:
        raise click.ClickException(f"The database cannot be used: {error}. Check DATABASE_URL.") from error
