"""Commands answer with a sentence and what to do, whatever state the database is in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

READING = ("rules list", "rules rollback", "retention run", "database rewrap", "staff list")


@pytest.mark.parametrize("command", READING)
def test_without_tables_a_command_says_how_to_make_them(
    make_app: Callable[..., Flask], tmp_path: Path, command: str
) -> None:
    app = make_app(database_url=f"sqlite:///{tmp_path}/empty.db")
    done = app.test_cli_runner().invoke(args=command.split())
    assert done.exit_code == 1
    assert done.output.strip() == "Error: The tables are not up to date. Run `flask database upgrade` first."


@pytest.mark.parametrize("command", ["rules list", "staff list", "retention run"])
def test_without_a_database_a_command_says_so(make_app: Callable[..., Flask], tmp_path: Path, command: str) -> None:
    (tmp_path / "no.db").write_text("this is no database", encoding="utf-8")
    app = make_app(database_url=f"sqlite:///{tmp_path}/no.db")
    done = app.test_cli_runner().invoke(args=command.split())
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert "file is not a database" in done.output
