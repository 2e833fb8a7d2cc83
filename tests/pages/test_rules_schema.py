"""flask rules schema: the JSON Schema for editors' editors, written and held up to date."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask

from portal.settings import ROOT
from tests.pages.test_rules_commands import rules


def test_the_shipped_schemas_are_up_to_date(app: Flask) -> None:
    assert rules(app, "schema", "--check") == (0, "Every schema is up to date.\n")
    mapping = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))["yaml.schemas"]
    assert all((ROOT / schema).exists() for schema in mapping)
    assert mapping["triage_rules/schema/service.schema.json"] == "triage_rules/services/*.yaml"


def test_a_missing_schema_is_told_and_written(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    code, said = rules(app, "schema", "--check", "--folder", str(folder))
    assert code == 1
    assert "is out of date: rules/schema/service.schema.json" in said
    assert not (folder / "schema").exists()

    code, said = rules(app, "schema", "--folder", str(folder))
    assert code == 0
    assert "written: rules/schema/service.schema.json" in said
    assert rules(app, "schema", "--check", "--folder", str(folder)) == (0, "Every schema is up to date.\n")
