"""flask rules publish, list, rollback: which rules are in force."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from portal import clock, current
from portal.commands.rules import build_or_stop, folder_option, read_sources_or_stop, rules_commands
from portal.commands.rules_diff import loss_lines, published_id, published_rules, stored_patterns
from portal.desk import rulesets
from portal.desk.errors import RulesetChanged
from portal.rules_in_use import compile_in_use
from portal.triage.checks import check
from portal.triage.preview import compare
from portal.triage.proofs import prove
from portal.triage.reader import content_of
from portal.triage.ruleset import Ruleset
from portal.triage.yaml_source import Source

LISTED_PUBLICATIONS = 20
LONGEST_REASON = 500

by_option = click.option("--by", default="operator", help="Who does it; a role, not a name.")


@rules_commands.command("publish")
@folder_option
@by_option
@click.option("--seed", is_flag=True, help="At start: with unusable files, go on with the rules in force, if any.")
@click.option(
    "--accept-lost-danger",
    "reason",
    metavar="REASON",
    help="Publish although danger cases lose their level. The reason is kept with the publication.",
)
def publish_command(folder: Path | None, by: str, seed: bool, reason: str | None) -> None:
    """Check the rule files and put them in force for every running process.

    Refuses when anything is wrong with them, and when a situation that is an emergency or shows a danger card under
    the rules in force would be none under the new ones.
    """
    with current.reading() as session:
        before = rulesets.current_id(session)
    try:
        published = _publish(folder, by, _checked(reason), before, unchanged_will_do=seed)
    except click.ClickException as error:
        if not (seed and before):
            raise
        click.echo(f"{error.message}\nThe rules in force, {before[:12]}, stay.", err=True)
        return
    same = " (unchanged)" if before == published else ""
    click.echo(f"Rules {published[:12]} are in force{same}.")


def _checked(reason: str | None) -> str | None:
    if reason is not None and not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise click.ClickException(f"--accept-lost-danger needs a reason, at most {LONGEST_REASON} characters long.")
    return reason.strip() if reason else None


def _publish(folder: Path | None, by: str, reason: str | None, before: str | None, *, unchanged_will_do: bool) -> str:
    """Check, compare and put in force; the id. Raises ClickException with all that stands against it."""
    sources = read_sources_or_stop(folder)
    ruleset = build_or_stop(sources)
    if unchanged_will_do and before == ruleset.id:
        return ruleset.id  # they were checked before they came into force
    _require_sound(ruleset)
    _require_proven(ruleset, sources)
    accepted = _require_danger_kept(before, ruleset, reason)
    try:
        with current.writing() as session:
            rulesets.require_in_force(session, ruleset_id=before)
            return rulesets.publish(
                session, content=content_of(sources), by=by, now=clock.now(), accepted_loss=accepted
            )
    except RulesetChanged as error:
        raise click.ClickException(
            "Nothing was published: other rules came into force while these were being checked. "
            "Look at them with `flask rules diff published FOLDER`, and publish again."
        ) from error


def _require_sound(ruleset: Ruleset) -> None:
    errors = [finding for finding in check(ruleset) if finding.kind == "error"]
    if errors:
        listed = "\n".join(f"{finding.where}: {finding.message}" for finding in errors)
        raise click.ClickException(f"Nothing was published.\n{listed}")


def _require_proven(ruleset: Ruleset, sources: Mapping[str, Source]) -> None:
    """Raises ClickException with what the proofs found. What was ever published was proven then."""
    with current.reading() as session:
        if rulesets.is_known(session, ruleset_id=ruleset.id):
            return
    day = ruleset.local(clock.now()).date()
    proofs = prove(ruleset, day=day, line_of=lambda file, path: sources[file].line(path) if file in sources else 1)
    broken = [proof for proof in proofs if not proof.holds]
    if broken:
        listed = "\n".join(f"{proof.name}: {proof.sentence}" for proof in broken)
        raise click.ClickException(
            f"Nothing was published: a proof fails.\n{listed}\n"
            "`flask rules prove` gives the smallest situation in which it does."
        )


def _require_danger_kept(before: str | None, ruleset: Ruleset, reason: str | None) -> str | None:
    """Raises ClickException when danger cases lose their level without a reason; returns the reason if it counts."""
    if before is None or before == ruleset.id:
        return None
    try:
        old = published_rules(before)
    except click.ClickException as error:
        click.echo(f"{error.message}\nSo the new rules could not be compared with them.", err=True)
        return None
    lost = compare(old, ruleset, stored_patterns(), clock.now()).danger_lost
    if not lost:
        return None
    told = "\n".join(loss_lines(lost))
    if reason is None:
        raise click.ClickException(
            f"Nothing was published.{told}\nMend the rules. If this is right, say why: "
            'flask rules publish --accept-lost-danger "REASON"'
        )
    click.echo(told)
    return reason


@rules_commands.command("list")
def list_command() -> None:
    """Show which rule sets were put in force when, newest first."""
    with current.reading() as session:
        published = rulesets.history(session, limit=LISTED_PUBLICATIONS)
    for publication in published:
        click.echo(f"{publication.ruleset_id}  {publication.at:%Y-%m-%d %H:%M} UTC  {publication.by}")
        if publication.accepted_loss:
            click.echo(f"    danger cases lost their level: {publication.accepted_loss}")
    if not published:
        click.echo("No rules have been published yet; `flask rules publish` does it.")


@rules_commands.command("rollback")
@click.argument("ruleset_id", required=False)
@by_option
def rollback_command(ruleset_id: str | None, by: str) -> None:
    """Put earlier rules in force again: those before the present ones, or those with the id RULESET_ID.

    The first 8 characters of an id will do; `flask rules list` shows them. Going back is never refused for the sake of
    danger cases, because it must always be quick; it says which lose their level.
    """
    with current.reading() as session:
        before = rulesets.current_id(session)
        target = rulesets.one_before(session) if ruleset_id is None else None
    if ruleset_id is not None:
        target = published_id(ruleset_id)
    if target is None:
        raise click.ClickException("No rules were in force before these. `flask rules list` shows what was published.")
    _require_usable(target)
    with current.writing() as session:
        rulesets.rollback(session, to=target, by=by, now=clock.now())
    click.echo(f"Rules {target[:12]} are in force.")
    if before is not None and before != target:
        _say_what_is_lost(before, target)


def _require_usable(ruleset_id: str) -> None:
    """Raises ClickException for rules that this version of the portal would not be able to use."""
    try:
        compile_in_use(published_rules(ruleset_id))
    except (click.ClickException, ValueError) as error:
        message = error.message if isinstance(error, click.ClickException) else str(error)
        raise click.ClickException(f"{message}\nThe rules in force stay.") from error


def _say_what_is_lost(before: str, target: str) -> None:
    try:
        old = published_rules(before)
    except click.ClickException:
        return  # what cannot be read any more has judged nobody
    for line in loss_lines(compare(old, published_rules(target), stored_patterns(), clock.now()).danger_lost):
        click.echo(line)
