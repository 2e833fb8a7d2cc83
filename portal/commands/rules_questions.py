"""flask rules questions: whether the questions find out what matters, measured on the examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from portal.commands.rules import folder_option, read_or_stop, rules_commands
from portal.triage.interviews import Interview, interview_all, summarise


@rules_commands.command("questions")
@folder_option
def questions_command(folder: Path | None) -> None:
    """Hide the facts of every example, answer only what is asked, and say where another first service comes out."""
    ruleset, _ = read_or_stop(folder)
    everything = interview_all(ruleset)
    told = interview_all(ruleset, topics_told=True)
    for interview in everything:
        if not interview.same:
            _show(interview)
    click.echo(f"Everything hidden:              {_line(everything)}")
    click.echo(f"Told at once what it is about:  {_line(told)}")


def _show(interview: Interview) -> None:
    expected, found = (f"{service} ({urgency})" for service, urgency in (interview.expected, interview.found))
    click.echo(f"{interview.file}: «{interview.name}»")
    click.echo(f"  asked for {', '.join(interview.asked) or 'nothing'}; came to {found} instead of {expected}")


def _line(interviews: Sequence[Interview]) -> str:
    summary = summarise(interviews)
    counts = Counter(len(interview.asked) for interview in interviews)
    spread = ", ".join(f"{number} in {counts[number]}" for number in sorted(counts))
    return (
        f"the same first service and urgency in {summary.same} of {summary.interviews} ({summary.share:.1%}); "
        f"questions: median {summary.median_questions:g}, {spread}"
    )
