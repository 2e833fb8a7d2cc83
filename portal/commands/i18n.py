"""flask i18n: the state of the translations, and taking new ones in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from portal import current
from portal.commands.groups import CommandGroup
from portal.commands.rules import read_or_stop
from portal.i18n.languages import SOURCE
from portal.i18n.reviews import CatalogueState, catalogue_state
from portal.i18n.taking import take
from portal.triage.grammar import LanguageEntry

i18n_commands = CommandGroup("i18n", help="The state of the translations.")


@i18n_commands.command("status")
@click.option("--list", "listed", is_flag=True, help="Show every unreviewed text by its Swedish source.")
def status(listed: bool) -> None:
    """Say for each language how many texts are translated and how many no speaker has read."""
    for entry, state in _states(None):
        missing = f", {len(state.missing)} missing" if state.missing else ""
        click.echo(
            f"{entry.tag}: {state.translated} of {state.texts} texts translated{missing}, "
            f"{len(state.unreviewed)} not reviewed"
        )
        _tell_wrong_status(entry, state)
        if listed:
            _list(state.unreviewed)


@i18n_commands.command("missing")
@click.argument("tag", required=False)
def missing(tag: str | None) -> None:
    """List the texts that a language lacks, by their Swedish source; of every language when no TAG is given."""
    for entry, state in _states(tag):
        click.echo(f"{entry.tag}: {len(state.missing)} texts are shown in Swedish and English")
        _list(state.missing)


@i18n_commands.command("take")
@click.argument("tag")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace-unreviewed", is_flag=True, help="Replace translations that no speaker has read.")
def take_command(tag: str, file: Path, replace_unreviewed: bool) -> None:
    """Fill what TAG lacks from FILE: a JSON object of Swedish texts and their translations, unreviewed."""
    try:
        given = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{file.name} is no JSON: {error}") from error
    if not isinstance(given, dict):
        raise click.ClickException(f"{file.name} holds no JSON object.")
    folder = _entry(tag).catalogue
    catalogue = current.settings().translations_folder / folder / "LC_MESSAGES" / "messages.po"
    if not catalogue.exists():
        raise click.ClickException(f"{tag} has no catalogue; `make catalogues NEW={folder}` starts it.")
    done = take(catalogue, given, replace_unreviewed=replace_unreviewed)
    click.echo(f"{tag}: {done.taken} taken, {done.kept} had a translation, {len(done.refused)} refused")
    for source, reason in done.refused:
        click.echo(f"    {reason}: {source}")
    if done.refused:
        raise SystemExit(1)


def _states(tag: str | None) -> Iterator[tuple[LanguageEntry, CatalogueState]]:
    """The state of one language or of all. A language without a catalogue is told and passed over."""
    for entry in [_entry(tag)] if tag else _languages().values():
        if entry.tag == SOURCE:
            continue
        try:
            yield entry, catalogue_state(current.settings().translations_folder, entry.catalogue)
        except FileNotFoundError:
            click.echo(f"{entry.tag}: no catalogue; pages show Swedish and English")


def _languages() -> Mapping[str, LanguageEntry]:
    """As the rule files have them: translators work before anything is published."""
    return read_or_stop(None)[0].languages


def _entry(tag: str) -> LanguageEntry:
    languages = _languages()
    if tag not in languages:
        raise click.ClickException(f"There is no language {tag}. Write one of: {', '.join(languages)}")
    return languages[tag]


def _tell_wrong_status(entry: LanguageEntry, state: CatalogueState) -> None:
    if entry.status == "partial" and not state.missing:
        click.echo("    everything is translated: its status in languages.yaml can be draft")
    elif entry.status == "draft" and state.missing:
        click.echo("    texts are missing: its status in languages.yaml must be partial")


def _list(texts: tuple[str, ...]) -> None:
    for text in texts:
        click.echo(f"    {text}")
