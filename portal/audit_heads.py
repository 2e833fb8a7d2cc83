"""The head of the audit log, written down outside the database once a day, so that cutting off its end shows.

One line each: the row's number and its seal. An operator who copies the file elsewhere, or prints it, can tell later
whether the log still is the one that was.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from portal.desk.audit import Verdict

FILE: Final = "audit-heads.txt"


def read_heads(folder: Path) -> dict[int, str]:
    """Seals by row number; empty when nothing was written yet. A line that is none is skipped."""
    path = folder / FILE
    if not path.exists():
        return {}
    pairs = (line.split() for line in path.read_text("ascii", "replace").splitlines())
    return {int(pair[0]): pair[1] for pair in pairs if len(pair) == 2 and pair[0].isdigit()}


def write_head(folder: Path, verdict: Verdict) -> None:
    """Add the head of a log that was found whole, unless it is there already."""
    if verdict.broken_at is not None or not verdict.rows or verdict.rows in read_heads(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("a", encoding="ascii") as file:
        file.write(f"{verdict.rows} {verdict.head}\n")
