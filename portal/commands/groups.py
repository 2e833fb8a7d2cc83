"""What every group of commands does when the database is not as it should be: one sentence instead of a traceback."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import DBAPIError

from portal import current
from portal.records.errors import DomainError
from portal.records.migrations import is_current


class CommandGroup(AppGroup):
    """A group of flask commands for operators and editors."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (DBAPIError, DomainError) as error:
            with ctx.ensure_object(ScriptInfo).load_app().app_context():  # the command's own has ended
                raise click.ClickException(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    """What to do about it. A table that is missing is the commonest cause, and its remedy is one command."""
    try:
        if not is_current(current.parts().database):
            return "The tables are not up to date. Run `flask database upgrade` first."
    except (DBAPIError, DomainError):
        pass  # then there is no database to look at, which is what `error` says
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0]
    return f"Nothing was done: {said}. Is DATABASE_URL right?"
