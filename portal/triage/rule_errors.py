"""A mistake in the rule files: where it is, what stands there, what is allowed, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from portal.triage.yaml_source import Path, Source

MOST_LISTED: Final = 14
"""Allowed words that are listed in full; of a longer list the nearest few are shown."""
NEAREST: Final = 5
LONGEST_QUOTE: Final = 50
LONGEST_LINE: Final = 110


@dataclass(frozen=True)
class Complaint:
    """What is wrong at one place of a file. `path` leads there from the top; `on_key` means the key, not its value."""

    path: Path
    says: str
    meant: str = ""
    remedy: str = ""
    allowed: str = ""
    on_key: bool = False
    missing: str = ""
    """What should be written behind the value at `path`, when something is missing there."""


@dataclass(frozen=True, order=True)
class RuleError:
    """One thing to mend in the rule files. Line and columns count from 1; column 0 means the whole file.

    `says` what stands there, `meant` what was probably meant, `remedy` what to do, `allowed` what may stand there;
    `source_line` is the line itself and `end` the column just behind the place.
    """

    file: str
    line: int
    column: int
    says: str
    meant: str = ""
    remedy: str = ""
    allowed: str = ""
    end: int = 0
    source_line: str = ""

    @property
    def message(self) -> str:
        """Everything but the place, in one line."""
        return " ".join((f"{self.says}.", *self._advice()))

    def _advice(self) -> list[str]:
        return [
            *([f"Did you mean {self.meant!r}?"] if self.meant else []),
            *([_ended(self.remedy)] if self.remedy else []),
            *([f"Allowed here: {self.allowed}"] if self.allowed else []),
        ]

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" + (f", column {self.column}" if self.column else "")
        return "\n".join((f"{where}: {self.says}.", *self._excerpt(), *(f"   {line}" for line in self._advice())))

    def _excerpt(self) -> list[str]:
        """The line and a marker under the place; a long line is cut to what lies around it."""
        if not self.column or not self.source_line.strip():
            return []
        text, start = self.source_line.replace("\t", " "), self.column - 1
        skipped = max(0, start - LONGEST_LINE // 2) if len(text) > LONGEST_LINE else 0
        shown = ("…" if skipped else "") + text[skipped : skipped + LONGEST_LINE]
        shown += "…" if len(text) > skipped + LONGEST_LINE else ""
        indent = start - skipped + (1 if skipped else 0)
        width = max(1, min(self.end - self.column, len(shown) - indent))
        return [f"{self.line:>5} | {shown.rstrip()}", f"      | {' ' * indent}{'^' * width}"]


def _ended(sentence: str) -> str:
    """With a full stop, unless it ends in an example, to which the stop would seem to belong."""
    return sentence if ": " in sentence else f"{sentence}."


class RuleFilesInvalid(ValueError):
    """The rule files cannot be used. `errors` holds every RuleError, in file and line order."""

    def __init__(self, errors: Iterable[RuleError]) -> None:
        self.errors = sorted(set(errors))
        super().__init__("\n".join(str(error) for error in self.errors))


def locate(file: str, source: Source, complaint: Complaint) -> RuleError:
    """A complaint with its place in the file."""
    place = source.place(complaint.path, key=complaint.on_key)
    line, column, end, remedy = place.line, place.column, place.end, complaint.remedy
    if complaint.missing:
        if source.in_brackets(complaint.path[:-1]):
            remedy = f"Write between the same brackets: {complaint.missing}"
        else:
            remedy = f"Write after line {place.last}: {complaint.missing}"
            line, column, end = source.last_line(place)
    return RuleError(
        file,
        line,
        column if source.text else 0,
        complaint.says,
        complaint.meant,
        remedy,
        complaint.allowed,
        end,
        "".join(source.lines[line - 1 : line]),  # nothing for a line behind the last
    )


def error_at(file: str, source: Source, path: Path, says: str, remedy: str = "") -> RuleError:
    """A mistake found by somebody else than the reader, at the value of `path`."""
    return locate(file, source, Complaint(path, says.rstrip("."), remedy=remedy.rstrip(".")))


def quote(value: Any) -> str:
    """What stands in the file, as a reader of the file would name it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the YAML word {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, dict):
        return "a block of keys" if value else "an empty block {}"
    if isinstance(value, list):
        return "a list" if value else "an empty list []"
    text = str(value)
    return repr(text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…")


def nearest(word: Any, allowed: Iterable[str]) -> str:
    """The allowed word that was probably meant, or nothing."""
    words = list(allowed)
    if isinstance(word, bool):
        word = {True: "yes", False: "no"}[word] if {"yes", "no"} <= set(words) else str(word).lower()
    by_lower = {known.lower(): known for known in words}
    plain = str(word).strip().lower().replace("_", "-").replace(" ", "-")
    for text in (str(word).strip().lower(), plain):
        if found := get_close_matches(text, by_lower, n=1, cutoff=0.6):
            return by_lower[found[0]]
    return ""


def listed(word: Any, allowed: Iterable[str], written_in: str = "") -> str:
    """The allowed words; of many, those nearest to `word` and where the others are written."""
    words = list(allowed)
    if len(words) <= MOST_LISTED:
        return ", ".join(words)
    near = get_close_matches(str(word).lower(), words, n=NEAREST, cutoff=0.3) or sorted(words)[:NEAREST]
    where = f", written in {written_in}" if written_in else ""
    return f"{', '.join(near)} and {len(words) - len(near)} more{where}"


def suggest(word: Any, allowed: Iterable[str]) -> str:
    """For a sentence: the word that was probably meant, if one is near, and what is allowed."""
    words = list(allowed)
    meant = nearest(word, words)
    return (f"did you mean {meant!r}? " if meant else "") + f"allowed: {listed(word, words)}"
