"""flask rules: what editors and operators do with the rule files."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock, current
from portal.desk import rulesets
from portal.desk.errors import RulesetUnknown
from portal.triage.checks import check
from portal.triage.engine import Decision, decide
from portal.triage.explain import explain
from portal.triage.facts import Facts, UnknownFact, from_codes
from portal.triage.questions import next_question
from portal.triage.reader import Content, RuleFilesInvalid, build, content_of, read_sources
from portal.triage.ruleset import Ruleset
from portal.understanding.danger_rules import phrase_errors
from portal.understanding.reading import add_reading, read_text

rules_commands = AppGroup("rules", help="Check, try and publish the rule files.")
LISTED_PUBLICATIONS = 20
LISTED_NOTICES = 12
"""Notices of one kind that are listed before the rest is only counted."""

folder_option = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Another folder of rule files."
)


@rules_commands.command("check")
@folder_option
@click.option("--all", "every", is_flag=True, help="List every notice.")
def check_command(folder: Path | None, every: bool) -> None:
    """Read the rule files and say what is wrong, with file and line, and what has not been reviewed or verified."""
    ruleset, _ = read_or_stop(folder)
    findings = check(ruleset)
    errors = [finding for finding in findings if finding.kind == "error"]
    notices = [finding for finding in findings if finding.kind == "notice"]
    for finding in errors:
        click.echo(f"ERROR  {finding.where}: {finding.message}")
    for finding in notices if every else notices[:LISTED_NOTICES]:
        click.echo(f"notice {finding.where}: {finding.message}")
    if not every and len(notices) > LISTED_NOTICES:
        click.echo(f"… and {len(notices) - LISTED_NOTICES} more notices; --all lists them.")
    click.echo(
        f"{len(ruleset.services)} services, {len(ruleset.rules)} rules, {len(ruleset.topics)} topics, "
        f"{len(ruleset.dangers)} danger signals, {len(ruleset.examples)} examples: "
        f"{len(errors)} errors, {len(notices)} notices."
    )
    if errors:
        raise SystemExit(1)


@rules_commands.command("publish")
@folder_option
@click.option("--by", default="operator", help="Who publishes; a role, not a name.")
@click.option("--seed", is_flag=True, help="At start: with unusable files, go on with the rules in force, if any.")
def publish_command(folder: Path | None, by: str, seed: bool) -> None:
    """Check the rule files and put them in force for every running process. Refuses when anything is wrong."""
    with current.reading() as session:
        before = rulesets.current_id(session)
    try:
        content = _sound_content(folder)
    except click.ClickException as error:
        if not (seed and before):
            raise
        click.echo(f"{error.message}\nThe rules in force, {before[:12]}, stay.", err=True)
        return
    with current.writing() as session:
        published = rulesets.publish(session, content=content, by=by, now=clock.now())
    same = " (unchanged)" if before == published else ""
    click.echo(f"Rules {published[:12]} are in force{same}.")


def _sound_content(folder: Path | None) -> Content:
    """The content of rule files that pass every check. Raises ClickException with all that is wrong."""
    ruleset, content = read_or_stop(folder)
    errors = [finding for finding in check(ruleset) if finding.kind == "error"]
    if errors:
        listed = "\n".join(f"{finding.where}: {finding.message}" for finding in errors)
        raise click.ClickException(f"Nothing was published.\n{listed}")
    return content


@rules_commands.command("list")
def list_command() -> None:
    """Show which rule sets were put in force when, newest first."""
    with current.reading() as session:
        published = rulesets.history(session, limit=LISTED_PUBLICATIONS)
    for ruleset_id, moment, by in published:
        click.echo(f"{ruleset_id}  {moment:%Y-%m-%d %H:%M} UTC  {by}")
    if not published:
        click.echo("No rules have been published yet; `flask rules publish` does it.")


@rules_commands.command("rollback")
@click.argument("ruleset_id")
@click.option("--by", default="operator", help="Who rolls back; a role, not a name.")
def rollback_command(ruleset_id: str, by: str) -> None:
    """Put an earlier rule set in force again. RULESET_ID is its full id, as `flask rules list` shows it."""
    try:
        with current.writing() as session:
            rulesets.rollback(session, to=ruleset_id, by=by, now=clock.now())
    except RulesetUnknown as error:
        raise click.ClickException(f"No rules with the id {ruleset_id} were ever published.") from error
    click.echo(f"Rules {ruleset_id[:12]} are in force.")


@rules_commands.command("try")
@click.argument("text", required=False, default="")
@click.option("--fact", "facts", multiple=True, metavar="KEY=VALUE", help="As in age=14; topics take commas.")
@click.option("--at", "moment", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="A local moment; now without it.")
@folder_option
def try_command(text: str, facts: tuple[str, ...], moment: datetime | None, folder: Path | None) -> None:
    """Judge a sentence or facts with the rule files as they stand, and say why."""
    ruleset, _ = read_or_stop(folder)
    try:
        known = ruleset.check_facts(from_codes(dict(_read_fact(fact) for fact in facts)))
    except UnknownFact as error:
        raise click.ClickException(str(error)) from error
    rules = current.rules()
    reading = read_text(text, ruleset=ruleset, danger=rules.danger, bot=current.parts().bot)
    known = add_reading(known, reading)
    if text and not reading.bot_answered:
        click.echo("(The bot does not answer: only danger phrases were read from the text.)")
    at = moment or clock.now()
    _show(ruleset, known, decide(ruleset, known, at))
    question = next_question(ruleset, known, at)
    click.echo(f"Next question: {question.fact if question else 'none'}")


def read_or_stop(folder: Path | None) -> tuple[Ruleset, Content]:
    """The rule set of a folder and its content; every error listed and status 1 when it cannot be read."""
    try:
        sources = read_sources(folder or current.settings().rules_folder)
        errors = phrase_errors(sources)
        ruleset = build(sources)
        if errors:
            raise RuleFilesInvalid(errors)
    except RuleFilesInvalid as error:
        raise click.ClickException(f"The rule files cannot be used.\n{error}") from error
    return ruleset, content_of(sources)


def _read_fact(text: str) -> tuple[str, object]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.ClickException(f"{text!r} is not a fact; write it as age=14")
    if key in ("topics", "signals", "declined"):
        return key, value.split(",")
    return key, int(value) if key == "age" and value.isdigit() else value


def _show(ruleset: Ruleset, facts: Facts, decision: Decision) -> None:
    click.echo(f"Facts: {json.dumps(facts.to_codes(), ensure_ascii=False)}")
    click.echo(f"Urgency: {decision.urgency}   Danger: {', '.join(decision.signals) or 'none'}")
    for number, suggestion in enumerate(decision.suggestions, start=1):
        state = "open" if suggestion.open_now else "closed"
        sure = "" if suggestion.certain else ", facts missing"
        click.echo(f"{number:3}. {suggestion.service} ({suggestion.level}{sure}, {state})")
        for sentence in explain(ruleset, facts, suggestion).because:
            click.echo(f"       {sentence}")
