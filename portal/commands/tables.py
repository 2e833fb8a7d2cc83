"""Text for a terminal: tables and paragraphs that fit its width, in any script."""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import Final

WHEN_NOT_A_TERMINAL: Final = 160
"""Columns when the output goes into a file or another program."""

GAP: Final = "  "
NARROWEST: Final = 10
"""Columns below which no column of a table is cut down."""


def width() -> int:
    """Columns there are to write in; COLUMNS in the environment decides over both."""
    return shutil.get_terminal_size((WHEN_NOT_A_TERMINAL, 24)).columns


def columns_of(text: str) -> int:
    """Columns that a terminal takes for `text`: marks over letters take none, wide letters take two."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def cut(text: str, columns: int) -> str:
    """`text` on one line, in at most that many columns; what is cut off leaves an ellipsis."""
    text = " ".join(text.split())
    if columns_of(text) <= columns:
        return text
    kept = ""
    for letter in text:
        if columns_of(kept + letter) > columns - 1:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, columns: int | None = None) -> list[str]:
    """Lines of a table, no wider than `columns`: the widest columns are cut first. Every row as long as `headings`."""
    cells = _without_empty_columns([[" ".join(cell.split()) for cell in row] for row in (headings, *rows)])
    widths = [max(map(columns_of, column)) for column in zip(*cells, strict=True)]
    room = (columns or width()) - len(GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    lines = [GAP.join(_padded(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in cells]
    return [lines[0], GAP.join("-" * size for size in widths), *lines[1:]]


def _without_empty_columns(cells: list[list[str]]) -> list[list[str]]:
    used = [any(column[1:]) or len(column) == 1 for column in zip(*cells, strict=True)]
    return [[cell for cell, kept in zip(row, used, strict=True) if kept] for row in cells]


def _padded(text: str, columns: int) -> str:
    text = cut(text, columns)
    return text + " " * (columns - columns_of(text))


def paragraph(text: str, *, indent: int = 0, first: str = "", columns: int | None = None) -> str:
    """`text` filled into lines. `first` begins the first line; the others are indented to stand below its text."""
    lead = " " * indent + first
    return textwrap.fill(
        " ".join(text.split()),
        width=max(columns or width(), len(lead) + 2 * NARROWEST),
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
