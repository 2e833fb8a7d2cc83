"""`make run` keeps its secrets, and never makes new keys for what old keys locked."""

import base64
import stat
from pathlib import Path

import pytest
from generated_settings import GENERATED, complete, read
from machine import MachineProblem
from start_portal import check_machine, settings

from portal.settings import from_environment


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    first = complete(file, {})
    assert first.keys() == GENERATED.keys()
    assert complete(file, {}) == first == read(file)


def test_secrets_are_for_their_owner_only(tmp_path: Path) -> None:
    complete(tmp_path / "secrets.env", {})
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def test_secrets_differ_from_place_to_place(tmp_path: Path) -> None:
    first, second = complete(tmp_path / "one.env", {}), complete(tmp_path / "two.env", {})
    assert all(first[name] != second[name] for name in GENERATED)


def test_the_portal_accepts_the_secrets(tmp_path: Path) -> None:
    accepted = from_environment(complete(tmp_path / "secrets.env", {}))
    assert len(base64.b64decode(accepted.content_key, validate=True)) == 32


def test_what_the_operator_sets_is_not_made_up(tmp_path: Path) -> None:
    made = complete(tmp_path / "secrets.env", {"SECRET_KEY": "the operator's own"})
    assert "SECRET_KEY" not in made


def test_a_missing_secret_is_added_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.write_text("# kept\nCONTENT_KEY=old\n")
    made = complete(file, {})
    assert made["CONTENT_KEY"] == "old"
    assert made.keys() == GENERATED.keys()
    assert file.read_text().startswith("# kept\nCONTENT_KEY=old\n")


def test_a_line_that_is_no_setting_is_named(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.write_text("SECRET_KEY=a\nnonsense\n")
    with pytest.raises(MachineProblem, match="line 2: write NAME=value"):
        complete(file, {})


def test_a_database_without_its_key_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTENT_KEY", raising=False)
    (tmp_path / "portal.db").touch()
    with pytest.raises(MachineProblem, match=r"holds what people wrote, but the key .* is gone\. Put that file back"):
        check_machine(tmp_path, tmp_path)


def test_a_database_with_its_key_from_elsewhere_may_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTENT_KEY", "from a vault")
    (tmp_path / "portal.db").touch()
    check_machine(tmp_path, tmp_path)


def test_the_shared_addresses_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {"PORT": "18431", "ACTIONS_PORT": "18432", "BOT_URL": "http://bot.example:5005", "HOST": "127.0.0.1"}
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    assert settings() == chosen
