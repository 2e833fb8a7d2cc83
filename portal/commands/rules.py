"""flask rules: the group, and the reading of rule files. Each command has a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from portal import current
from portal.commands.groups import CommandGroup
from portal.triage.reader import Content, RuleFilesInvalid, build, content_of, read_sources
from portal.triage.ruleset import Ruleset
from portal.triage.yaml_source import Source
from portal.understanding.danger_rules import phrase_errors
from portal.understanding.told_rules import fact_phrase_errors

rules_commands = CommandGroup("rules", help="Check, try, compare and publish the rule files.")

folder_option = click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Another folder of rule files."
)


def read_or_stop(folder: Path | None) -> tuple[Ruleset, Content]:
    """The rule set of a folder and its content; every error listed and status 1 when it cannot be read."""
    sources = read_sources_or_stop(folder)
    return build_or_stop(sources), content_of(sources)


def read_sources_or_stop(folder: Path | None) -> dict[str, Source]:
    """The parsed files of a folder, or of the folder in the settings."""
    try:
        return read_sources(folder or current.settings().rules_folder)
    except RuleFilesInvalid as error:
        raise click.ClickException(f"The rule files cannot be used.\n{error}") from error


def build_or_stop(sources: Mapping[str, Source]) -> Ruleset:
    """Parsed files as a rule set, their phrases read too."""
    try:
        errors = [*phrase_errors(sources), *fact_phrase_errors(sources)]
        ruleset = build(sources)
        if errors:
            raise RuleFilesInvalid(errors)
    except RuleFilesInvalid as error:
        raise click.ClickException(f"The rule files cannot be used.\n{error}") from error
    return ruleset
