"""flask database: the tables."""

from __future__ import annotations

import click

from portal import current
from portal.commands.groups import CommandGroup
from portal.desk.area_retention import rewrap_area_signals
from portal.desk.retention import rewrap_requests
from portal.desk.saved_views import rewrap_views
from portal.records import migrations
from portal.records.errors import DomainError

database_commands = CommandGroup("database", help="Make and change the tables.")


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


@database_commands.command("rewrap")
def rewrap() -> None:
    """Wrap all keys of requests and area signals under the first of CONTENT_KEY; after that the others may leave it."""
    try:
        with current.writing() as session:
            moved = rewrap_requests(session, keys=current.parts().content_keys)
            places = rewrap_area_signals(session, keys=current.parts().content_keys)
            rewrap_views(session, keys=current.parts().content_keys)
    except DomainError as error:
        raise click.ClickException(f"Nothing was changed ({error.code}): {error}.") from error
    click.echo(f"{moved} requests were wrapped anew.")
    click.echo(f"{places} area signals were wrapped anew.")
