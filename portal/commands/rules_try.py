"""flask rules try: what comes out for a sentence or facts, and why; or for a whole file, as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from portal import clock, current
from portal.commands.rules import folder_option, read_or_stop, rules_commands
from portal.commands.rules_try_file import try_file
from portal.commands.tables import paragraph, table
from portal.triage.facts import KEYS, Facts, UnknownFact, from_codes
from portal.triage.rule_errors import suggest
from portal.triage.ruleset import Ruleset
from portal.triage.trial import Listed, Spoke, Trial, try_facts
from portal.understanding.danger_rules import matcher_for
from portal.understanding.reading import Reading, add_reading, read_text

MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
SEVERAL = ("topics", "signals", "declined")
"""Facts of which several may hold; their values take commas."""


@rules_commands.command("try")
@click.argument("text", required=False, default="")
@click.option("--fact", "facts", multiple=True, metavar="KEY=VALUE", help="As in age=14; topics take commas.")
@click.option("--at", "moment", type=click.DateTime(MOMENTS), help="A local moment; now without it.")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A whole file as a table: examples (.yaml), or any text with one sentence a line.",
)
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@folder_option
def try_command(
    text: str, facts: tuple[str, ...], moment: datetime | None, file: Path | None, as_json: bool, folder: Path | None
) -> None:
    """Judge a sentence or facts with the rule files as they stand, and say why.

    \b
    rules try "vi blir vräkta på fredag" --fact age=34
    rules try --file triage_rules/examples/outreach.yaml
    """
    if file is not None:
        if text or facts:
            raise click.ClickException("--file tries a whole file; leave the sentence and the facts out.")
        try_file(file, folder=folder, moment=moment, as_json=as_json)
        return
    ruleset, _ = read_or_stop(folder)
    known = read_facts(ruleset, facts)
    reading = read_text(text, ruleset=ruleset, danger=matcher_for(ruleset), bot=current.parts().bot)
    trial = try_facts(ruleset, add_reading(known, reading), moment or clock.now())
    if as_json:
        click.echo(json.dumps({**_reading_as_plain(reading), **trial.plain()}, ensure_ascii=False, indent=2))
        return
    _show_reading(ruleset, text, reading)
    for line in trial_lines(trial):
        click.echo(line)


def read_facts(ruleset: Ruleset, written: Sequence[str]) -> Facts:
    """Facts from KEY=VALUE. Raises ClickException with what is allowed and what was likely meant."""
    codes: dict[str, Any] = {}
    for text in written:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise click.ClickException(f"{text!r} is not a fact; write it as age=14")
        if key in SEVERAL:
            codes.setdefault(key, []).extend(word.strip() for word in value.split(",") if word.strip())
        else:
            codes[key] = int(value) if key == "age" and value.isdigit() else value
    try:
        return ruleset.check_facts(from_codes(codes))
    except UnknownFact as error:
        raise click.ClickException(_unknown(error)) from error


def _unknown(error: UnknownFact) -> str:
    if error.key not in KEYS:
        return f"There is no fact {error.key!r}; {suggest(error.key, KEYS)}."
    return f"{error.key} cannot be {error.value!r}; {suggest(str(error.value), error.allowed)}."


def _reading_as_plain(reading: Reading) -> Mapping[str, Any]:
    return {
        "understood": {
            "bot_answered": reading.bot_answered,
            "topics": [{"id": topic, "confidence": round(sure, 3)} for topic, sure in reading.topics],
            "outside": reading.outside,
            "possible_danger": list(reading.possible),
        }
    }


def _show_reading(ruleset: Ruleset, text: str, reading: Reading) -> None:
    if not text.strip():
        return
    if not reading.bot_answered:
        click.echo("(The bot does not answer: only danger phrases were read from the text.)")
        return
    taken = reading.taken_topics()
    topics = [
        f"{topic} {sure:.2f}{'' if topic in taken else ' (too unsure; offered as a button)'}"
        for topic, sure in reading.topics
        if topic in taken or topic in reading.offered_topics()
    ]
    said = "; ".join(topics) or "no topic"
    if reading.outside:
        said = f"not our matter: {ruleset.outside[reading.outside].label} ({reading.outside})"
    click.echo(paragraph(said, first="Understood  "))
    if reading.possible:
        click.echo(
            "            The bot thinks that there may be danger ("
            + ", ".join(reading.possible)
            + "); the portal asks."
        )


@dataclass(frozen=True)
class _Block:
    """A heading in the left column and lines beside it."""

    heading: str
    lines: Sequence[str] = field(default=())

    def fill(self) -> list[str]:
        return [
            paragraph(line, first=f"{'' if number else self.heading:<12}") for number, line in enumerate(self.lines)
        ]


def trial_lines(trial: Trial) -> list[str]:
    """A whole decision, for a terminal."""
    known = [f"{fact.fact}: {fact.label}{_code(fact.value, fact.label)}" for fact in trial.known]
    cards = [f"{card['signal']}, card «{card['card']}»" for card in trial.danger]
    by = f", from {', '.join(trial.urgency_from)}" if trial.urgency_from else " (no rule says otherwise)"
    lines = [
        *_Block("Known", known or ["nothing"]).fill(),
        *_Block("At", [trial.moment.replace("T", " ")]).fill(),
        *_Block("Urgency", [trial.urgency + by]).fill(),
        *_Block("Danger", cards or ["none"]).fill(),
        "",
        *_service_table(trial),
    ]
    for number, listed in enumerate(trial.services, start=1):
        lines += ["", paragraph(f"{listed.name} ({listed.service})", first=f"{number:3}. ")]
        for rule in listed.rules:
            lines += _rule_lines(rule)
    return [*lines, "", *_question_lines(trial.next_question)]


def _code(value: str | int, label: str) -> str:
    return "" if str(value) == label else f" ({value})"


def _service_table(trial: Trial) -> list[str]:
    today = datetime.fromisoformat(trial.moment)
    rows = [
        [f"{number}.", listed.name, listed.service, _level(listed), open_words(listed, today), _for_whom(listed)]
        for number, listed in enumerate(trial.services, start=1)
    ]
    return table(["", "Service", "Slug", "Level", "Open", "Note"], rows)


def _level(listed: Listed) -> str:
    """A question mark stands for missing facts, as at the rules below."""
    return listed.level if listed.certain else f"{listed.level} ?"


def open_words(listed: Listed, now: datetime) -> str:
    """Whether a service is open, and until or from when."""
    if listed.open_now:
        return f"until {_short(listed.closes_at, now)}" if listed.closes_at else "always"
    return f"opens {_short(listed.opens_at, now)}" if listed.opens_at else "closed"


def _short(moment: str, now: datetime) -> str:
    when = datetime.fromisoformat(moment)
    return f"{when:%H:%M}" if when.date() == now.date() else f"{when:%a} {when.day} {when:%b %H:%M}"


def _for_whom(listed: Listed) -> str:
    notes = [] if listed.speaks else ["not in this language"]
    if listed.staff_only:
        notes.append("staff only")
    return ", ".join(notes)


def _rule_lines(rule: Spoke) -> list[str]:
    if rule.level is None:
        return [paragraph(f"{rule.rule}: {rule.because}", indent=5, first="+ ")]
    what = f"{rule.level}, {rule.urgency}" if rule.urgency else rule.level
    if rule.waits_for:
        facts = ", ".join(f"{key[:-1]} more closely" if key.endswith("?") else key for key in rule.waits_for)
        return [paragraph(f"{rule.rule} ({what}) waits for: {facts}", indent=5, first="? ")]
    lines = [paragraph(f"{rule.rule} ({what}): {rule.because}", indent=5, first="+ ")]
    if rule.used:
        lines.append(paragraph(f"because of: {', '.join(rule.used)}", indent=7))
    return lines


def _question_lines(question: Mapping[str, Any] | None) -> list[str]:
    if question is None:
        return ["Next question: none; no answer would change the first service or the urgency."]
    asks = question["ask"] or "Vad handlar det om?"
    lines = [paragraph(f"{question['fact']}: {asks}", first="Next question  ")]
    widest = max(len(str(answer["value"])) for answer in question["answers"])
    for answer in question["answers"]:
        lines.append(paragraph(answer["label"], indent=15, first=f"{answer['value']:<{widest}}  "))
    return lines
