"""flask answers: common questions of the editors, and publishing what is due."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from portal import clock, current
from portal.commands.groups import CommandGroup
from portal.desk.public_answers import take_in
from portal.desk.public_questions import cut_off, publish_due
from portal.triage.public_answers import EditorialAnswers
from portal.triage.reader import read_beside
from portal.triage.rule_errors import RuleFilesInvalid

FILE = "answers.yaml"

answers_commands = CommandGroup("answers", help="Public questions and answers.")


@answers_commands.command("load")
def load() -> None:
    """Take in the editors' common questions from answers.yaml in the rule folder. What has not changed stays."""
    folder: Path = current.settings().rules_folder
    if not (folder / FILE).exists():
        click.echo(f"There is no {FILE} in {folder.name}, so there is nothing to take in.")
        return
    try:
        shape = read_beside(folder, FILE)
    except RuleFilesInvalid as invalid:
        raise click.ClickException("\n\n".join(str(error) for error in invalid.errors)) from invalid
    if not isinstance(shape, EditorialAnswers):
        raise click.ClickException(f"{FILE} holds no questions.")
    today = current.ruleset().local(clock.now()).date()
    with current.writing() as db:
        added, changed = take_in(db, shape.answers, today=today)
    click.echo(f"Common questions: {added} added, {changed} changed, {len(shape.answers)} in all.")


@answers_commands.command("publish")
def publish() -> None:
    """Publish the answers whose moment has come, and cut off who asked where that time is over."""
    published, cut = publish_answers()
    click.echo(f"Published {published} answers and cut off {cut} questions from their requests.")


def publish_answers() -> tuple[int, int]:
    """Answers published, and questions cut off from the request they came from."""
    decided = current.ruleset().municipality
    now, database = clock.now(), current.parts().database
    with current.writing() as db:
        published = publish_due(
            db,
            keys=current.parts().content_keys,
            now=now,
            owner=decided.contact_centre.name,
            cut_after=timedelta(days=decided.public_answers.unlink_after_days),
        )
        cut = cut_off(db, now=now)
    if published or cut:
        database.overwrite_erased()
    return len(published), cut
