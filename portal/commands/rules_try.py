"""flask rules try: what comes out for a sentence or facts, and why."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from portal import clock, current
from portal.commands.rules import folder_option, read_or_stop, rules_commands
from portal.triage.engine import Decision, decide
from portal.triage.explain import explain
from portal.triage.facts import Facts, UnknownFact, from_codes
from portal.triage.questions import next_question
from portal.triage.ruleset import Ruleset
from portal.understanding.reading import add_reading, read_text


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
