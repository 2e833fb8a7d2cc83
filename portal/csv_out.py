"""Rows as a CSV file that opens right in a Swedish Excel and in every other table program, and runs nothing there.

Semicolons between the cells, decimal commas, Windows line ends, and the byte mark by which Excel knows UTF-8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from flask import Response

Cell = str | int | float | date | None

_MEDIA_TYPE: Final = "text/csv; charset=utf-8"

_BYTE_MARK: Final = "\ufeff"
_BEGIN_FORMULAS: Final = frozenset("=+-@＝＋－＠\t\r\n")  # table programs take the wide signs too


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The file as an answer that a browser keeps under `name`, which ends in .csv and is made of codes only."""
    kept_as = f'attachment; filename="{name}"'
    return Response(write_csv(head, rows), content_type=_MEDIA_TYPE, headers={"Content-Disposition": kept_as})


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The whole file. Text that a table program would take for a formula gets an apostrophe before it; numbers stay
    numbers, also negative ones; None is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_in_words(cell) for cell in head])
    for row in rows:
        writer.writerow([_in_words(cell) for cell in row])
    return (_BYTE_MARK + out.getvalue()).encode()


def _in_words(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    return str(cell).replace(".", ",") if isinstance(cell, float) else str(cell)


def guarded(text: str) -> str:
    """The text, with an apostrophe before it where it would begin a formula, also behind spaces."""
    begins = text[:1] in _BEGIN_FORMULAS or text.lstrip()[:1] in _BEGIN_FORMULAS
    return f"'{text}" if text and begins else text
