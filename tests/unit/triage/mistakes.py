"""What the reader prints when one thing in an otherwise sound rule folder is written differently."""

from __future__ import annotations

from functools import cache

import yaml

from portal.triage.reader import RuleFile, RuleFilesInvalid, assemble, read_file, read_source
from tests.unit.triage.conftest import small_content
from tests.unit.triage.test_reader import HOUSING

HOUSING_FILE = "services/housing.yaml"
SOUND = {
    **{name: yaml.safe_dump(data, allow_unicode=True, sort_keys=False) for name, data in small_content().items()},
    HOUSING_FILE: HOUSING,
}
"""The text of every file, by its name."""


def read_text(file: str, text: str) -> RuleFile:
    return read_file(file, read_source(file, text.encode()))


@cache
def _sound_files() -> dict[str, RuleFile]:
    return {file: read_text(file, text) for file, text in SOUND.items()}


def printed(written: str, instead: str, file: str = HOUSING_FILE) -> str:
    """Every error as the reader prints it, with `instead` once in the place of `written`; empty when all is sound."""
    assert written in SOUND[file]
    try:
        assemble({**_sound_files(), file: read_text(file, SOUND[file].replace(written, instead, 1))})
    except RuleFilesInvalid as refused:
        return str(refused)
    return ""
