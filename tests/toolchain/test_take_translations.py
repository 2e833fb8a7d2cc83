"""The translators' tool passes its words on to the portal, compiles, and says how it is called."""

import subprocess
import sys
from typing import Any

import pytest
import take_translations
from machine import MachineProblem


def test_the_portal_takes_them_and_the_catalogues_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []

    def run(command: list[str], check: bool) -> subprocess.CompletedProcess[str]:
        done.append(command[1:])
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(sys, "argv", ["take_translations.py", "so", "so.json", "--replace-unreviewed"])
    monkeypatch.setattr(take_translations.subprocess, "run", run)
    monkeypatch.setattr(take_translations, "compile_stale", lambda: done.append("compiled"))
    assert take_translations.main() == 1
    (path, *words), compiled = done
    assert path.endswith("portal_command.py")
    assert words == ["i18n", "take", "so", "so.json", "--replace-unreviewed"]
    assert compiled == "compiled"


def test_without_a_language_or_a_file_it_says_how_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["take_translations.py", "so"])
    with pytest.raises(MachineProblem, match="which language and which file"):
        take_translations.main()
