"""flask rules prove: what holds in every situation at every moment, or the smallest one in which it does not."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
import yaml

from portal import clock
from portal.commands.rules import build_or_stop, folder_option, read_sources_or_stop, rules_commands
from portal.triage.proofs import Proof, prove


@rules_commands.command("prove")
@folder_option
@click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day to prove for; today without it."
)
@click.option(
    "--write", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write what breaks a proof as examples."
)
def prove_command(folder: Path | None, first: datetime | None, target: Path | None) -> None:
    """Prove that nobody is left without help, for every combination of facts at every moment of three years."""
    sources = read_sources_or_stop(folder)
    ruleset = build_or_stop(sources)
    day = first.date() if first else ruleset.local(clock.now()).date()
    proofs = prove(ruleset, day=day, line_of=lambda file, path: sources[file].line(path) if file in sources else 1)
    for proof in proofs:
        _show(proof)
    broken = [proof for proof in proofs if not proof.holds]
    if examples := [example for proof in broken for example in _examples(proof)]:
        _give(examples, target)
    _end(proofs, day)
    if broken:
        raise SystemExit(1)


def _show(proof: Proof) -> None:
    mark = "holds" if proof.holds else "FAILS"
    click.echo(f"{mark}  {proof.name}: {proof.claim} {proof.checks:,} checks, {proof.seconds:.2f} s")
    for sentence in proof.broken:
        click.echo(f"  ERROR  {sentence}")
    for sentence in proof.notices:
        click.echo(f"  notice {sentence}")


def _examples(proof: Proof) -> list[dict[str, object]]:
    return yaml.safe_load(proof.example)["examples"] if proof.example else []


def _give(examples: list[dict[str, object]], target: Path | None) -> None:
    """Show the situations that break proofs as an example file, or write them to one."""
    text = yaml.safe_dump({"examples": examples}, allow_unicode=True, sort_keys=False, width=120)
    if target is None:
        click.echo(f"\nTo keep these situations, put them into a file under examples/ (--write FILE does it):\n{text}")
        return
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise click.ClickException(f"{target} exists already; name a new file.") from error
    except OSError as error:
        raise click.ClickException(f"{target} cannot be written: {error.strerror}") from error
    click.echo(f"The situations that break a proof were written to {target}.")


def _end(proofs: list[Proof], day: date) -> None:
    failed = sum(not proof.holds for proof in proofs)
    outcome = f"{failed} of {len(proofs)} proofs fail" if failed else f"All {len(proofs)} proofs hold"
    seconds = sum(proof.seconds for proof in proofs)
    click.echo(f"{outcome}, for every combination of facts from {day} on for three years; {seconds:.1f} s.")
