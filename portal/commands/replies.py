"""flask replies: the ready-made replies that come with the rule files."""

from __future__ import annotations

from pathlib import Path

import click

from portal import clock, current
from portal.commands.groups import CommandGroup
from portal.commands.rules import build_or_stop, folder_option, read_sources_or_stop
from portal.desk.reply_editing import Written, load_reply
from portal.triage.reader import read_file
from portal.triage.reply_file import Replies, Reply

replies_commands = CommandGroup("replies", help="Ready-made replies.")

FILE = "replies.yaml"


@replies_commands.command("load")
@folder_option
def load(folder: Path | None) -> None:
    """Add the replies of replies.yaml that are not there yet. What editors have written stays as it is."""
    sources = read_sources_or_stop(folder)
    ruleset, source = build_or_stop(sources), sources.get(FILE)
    shape = read_file(FILE, source).shape if source else None
    replies = shape.replies if isinstance(shape, Replies) else []
    with current.writing() as session:
        added = [
            load_reply(
                session,
                slug=reply.slug,
                written=_written(reply),
                drafts=reply.drafts,
                now=clock.now(),
                helplines=ruleset.helplines,
            )
            for reply in replies
        ]
    click.echo(f"{sum(added)} of {len(replies)} replies added or completed.")


def _written(reply: Reply) -> Written:
    return Written(
        label=reply.called,
        text=reply.swedish,
        topics=reply.topics,
        note=reply.owner_note or "",
        law_date=reply.law_date,
        review_date=reply.review_date,
    )
