"""What the reader prints when one thing in an otherwise sound rule folder is written differently."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from portal.triage.reader import RuleError, RuleFile, RuleFilesInvalid, assemble, read_file, read_source

PRINTED = Path(__file__).parent / "printed"
_FOLDER = PRINTED / "sound"
SOUND = {path.relative_to(_FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in _FOLDER.rglob("*.yaml")}
"""The text of every file of a sound folder, by its name."""


def read_text(file: str, text: str) -> RuleFile:
    return read_file(file, read_source(file, text.encode()))


@cache
def _sound_files() -> dict[str, RuleFile]:
    return {file: read_text(file, SOUND[file]) for file in sorted(SOUND)}


def errors_after(written: str, instead: str, file: str = "services/housing.yaml") -> list[RuleError]:
    """Every error when `instead` stands once in the place of `written`; empty when all is sound."""
    assert written in SOUND[file]
    try:
        assemble({**_sound_files(), file: read_text(file, SOUND[file].replace(written, instead, 1))})
    except RuleFilesInvalid as refused:
        return refused.errors
    return []


def printed(written: str, instead: str, file: str = "services/housing.yaml") -> str:
    """The same as the reader prints it."""
    return "\n".join(str(error) for error in errors_after(written, instead, file))
