"""The whole text of every kind of error, as an editor sees it: the place, the line with a mark, and what to do.

In the folder printed/: after `#` the file, what is written there and what instead; below it what is printed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.unit.triage.mistakes import PRINTED, printed


def mistakes() -> Iterator[tuple[str, str, str, str]]:
    for path in sorted(PRINTED.glob("*.txt")):
        for part in f"\n{path.read_text(encoding='utf-8')}".split("\n# ")[1:]:
            what, _, told = part.partition("\n")
            file, _, change = what.partition(": ")
            written, _, instead = change.partition(" → ")
            yield file, ast.literal_eval(written), ast.literal_eval(instead), told.strip("\n")


@pytest.mark.parametrize(("file", "written", "instead", "told"), list(mistakes()))
def test_a_mistake_is_printed_with_its_place_and_what_to_do(file: str, written: str, instead: str, told: str) -> None:
    assert printed(written, instead, file) == told
