"""flask rules diff: what a change of rules would do, before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from portal import clock, current
from portal.commands.rules import read_or_stop, rules_commands
from portal.commands.tables import paragraph, table
from portal.desk import rulesets
from portal.desk.errors import RulesetAmbiguous, RulesetUnknown
from portal.desk.fact_patterns import fact_patterns
from portal.records.errors import DomainError
from portal.records.migrations import is_current
from portal.triage.changes import changes
from portal.triage.preview import Comparison, Move, Outcome, Preview, compare
from portal.triage.reader import RuleFilesInvalid, read_content
from portal.triage.ruleset import Ruleset

PUBLISHED = "published"
LISTED_PER_WAY = 3
LISTED_WAYS = 20
LISTED_LOSSES = 20
LISTED_CHANGES = 60


@rules_commands.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--at", "moment", type=click.DateTime(["%Y-%m-%d"]), help="Judge stored situations on this day.")
@click.option("--examples", "listed", default=LISTED_PER_WAY, show_default=True, help="Situations shown of each kind.")
def diff_command(old: str, new: str, moment: datetime | None, listed: int) -> None:
    """Say what going from the rules OLD to the rules NEW would change.

    Each is a folder, the id of published rules (its first 8 characters will do), or the word `published`. Judged are
    the examples of both and the situations of stored requests, as codes and counts, never as text. Ends with status 1
    when a danger case would lose its level.
    """
    before, after = rules_named(old), rules_named(new)
    for line in change_lines(before, after):
        click.echo(line)
    comparison = compare(before, after, stored_patterns(), moment or clock.now())
    for line in comparison_lines(comparison, listed):
        click.echo(line)
    if comparison.danger_lost:
        raise SystemExit(1)


def rules_named(name: str) -> Ruleset:
    """The rules of a folder, of an id or its beginning, or those in force. Raises ClickException."""
    if name != PUBLISHED and Path(name).is_dir():
        return read_or_stop(Path(name))[0]
    return published_rules(published_id(name, may_be_folder=True))


def published_id(name: str, *, may_be_folder: bool = False) -> str:
    """The full id of published rules. Raises ClickException."""
    try:
        with current.reading() as session:
            found = rulesets.current_id(session) if name == PUBLISHED else rulesets.find(session, prefix=name)
    except RulesetUnknown as error:
        raise click.ClickException(
            f"There is no folder {name!r}, and no published rules have an id that begins so; "
            "`flask rules list` shows them."
            if may_be_folder
            else f"No published rules have an id that begins with {name!r}; `flask rules list` shows them."
        ) from error
    except RulesetAmbiguous as error:
        raise click.ClickException(f"Several published rules begin with {name}; write more of the id.") from error
    if found is None:
        raise click.ClickException("No rules have been published yet; `flask rules publish` does it.")
    return found


def published_rules(ruleset_id: str) -> Ruleset:
    """Published rules as this version of the portal reads them. Raises ClickException when it cannot."""
    with current.reading() as session:
        content = rulesets.content_of(session, ruleset_id=ruleset_id)
    try:
        return read_content(content)
    except RuleFilesInvalid as error:
        raise click.ClickException(
            f"The published rules {ruleset_id[:12]} cannot be read by this version of the portal.\n{error}"
        ) from error


def stored_patterns() -> Sequence[tuple[Mapping[str, Any], int]]:
    """Codes of stored requests with their counts; none, with a word about it, when there is no database to ask."""
    database = current.parts().database
    try:
        if not is_current(database):
            raise click.ClickException("The tables are not up to date. Run `flask database upgrade` first.")
        with current.reading() as session:
            return fact_patterns(session)
    except DomainError as error:
        click.echo(f"(Stored requests were not looked at: {error}.)")
        return []


def change_lines(old: Ruleset, new: Ruleset) -> Iterator[str]:
    """What stands otherwise in the files, kind by kind."""
    if old.id == new.id:
        yield "The rules are the same."
        return
    found = changes(old, new)
    for change in found[:LISTED_CHANGES]:
        said = f"{change.what}: {change.how}" if change.how else change.what
        yield paragraph(said, first=f"{change.sign} {change.kind:<15}")
    if len(found) > LISTED_CHANGES:
        yield f"… and {len(found) - LISTED_CHANGES} more."
    if not found:
        yield "Only the order or the layout of the files differs."


def comparison_lines(comparison: Comparison, listed: int = LISTED_PER_WAY) -> Iterator[str]:
    """What comes out otherwise, group by group, and last what danger would be lost."""
    for name, preview in comparison.groups:
        if not preview.judged:
            continue
        lost = sum(move.situation.count for move in preview.danger_lost)
        yield ""
        yield (
            f"{name.capitalize()}: {preview.elsewhere} of {preview.judged} would go elsewhere, "
            f"{preview.other_urgency} would get another urgency; {lost} danger cases lost."
        )
        yield from _ways(preview, listed)
    yield from loss_lines(comparison.danger_lost)


def _ways(preview: Preview, listed: int) -> Iterator[str]:
    ways = preview.ways()
    rows = [[_shown(before), _shown(after), str(count)] for (before, after), count in ways[:LISTED_WAYS]]
    if rows:
        yield from table(["From", "To", "Count"], rows)
    if len(ways) > LISTED_WAYS:
        yield f"… and {len(ways) - LISTED_WAYS} more kinds."
    for (before, after), _count in ways[:LISTED_WAYS] if listed else ():
        moves = [move for move in preview.moves if (move.before, move.after) == (before, after)]
        moves.sort(key=lambda move: (-move.situation.count, move.situation.name))
        yield f"  {_shown(before)} → {_shown(after)}:"
        for move in moves[:listed]:
            yield paragraph(_situation(move), indent=4)


def loss_lines(lost: Sequence[Move]) -> Iterator[str]:
    """The situations whose danger the new rules do not see; nothing when there are none."""
    if not lost:
        return
    yield ""
    yield "DANGER LOST: these have an emergency or a danger card now and would have it no longer."
    told = list(dict.fromkeys(f"{_situation(m)}: {_shown(m.before)} → {_shown(m.after)}" for m in lost))
    for line in told[:LISTED_LOSSES]:
        yield paragraph(line, indent=4)
    if len(told) > LISTED_LOSSES:
        yield f"    … and {len(told) - LISTED_LOSSES} more."


def _situation(move: Move) -> str:
    times = f" ({move.situation.count} requests)" if move.situation.count > 1 else ""
    return f"«{move.situation.name}»{times}"


def _shown(outcome: Outcome) -> str:
    danger = f", danger {', '.join(sorted(outcome.signals))}" if outcome.signals else ""
    return f"{outcome.first or 'nobody'}, {outcome.urgency}{danger}"
