"""flask openapi: the API's description."""

from __future__ import annotations

import json

import click

from portal.api.openapi import document
from portal.commands.groups import CommandGroup

openapi_commands = CommandGroup("openapi", help="The description of the API.")


@openapi_commands.command("show")
def show() -> None:
    """Print the OpenAPI document as the portal serves it."""
    click.echo(json.dumps(document(), indent=2, ensure_ascii=False))
