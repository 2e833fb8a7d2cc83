"""The runner leaves nothing out in silence, and its last line tells the truth."""

from pathlib import Path

import pytest
import run_tests
from machine import MachineProblem
from run_tests import GROUPS, Group, Tally, read_report, run, run_group

ROOT = Path(__file__).parents[2]
MIXED = """
import pytest

def test_passes(): pass
def test_fails(): assert False
@pytest.mark.skip(reason="shown")
def test_is_skipped(): pass
@pytest.fixture
def broken(): raise RuntimeError
def test_breaks(broken): pass
"""


@pytest.fixture(autouse=True)
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(run_tests, "REPORTS", tmp_path)
    return tmp_path


def group_with(folder: Path, tests: str) -> Group:
    folder.mkdir()
    (folder / "test_it.py").write_text(tests)
    return Group((str(folder),))


def test_every_folder_of_tests_belongs_to_a_group() -> None:
    folders = {f"tests/{folder.name}" for folder in (ROOT / "tests").iterdir() if any(folder.rglob("test_*.py"))}
    assert folders <= {folder for group in GROUPS.values() for folder in group.folders}


def test_counts_what_pytest_counted(tmp_path: Path) -> None:
    tally = run_group("mixed", group_with(tmp_path / "mixed", MIXED))
    assert (tally.passed, tally.failed, tally.skipped) == (1, 2, 1)


@pytest.mark.parametrize("tests", ["", "syntax error", "import pytest; pytest.exit('gone')"])
def test_a_group_without_a_test_that_ran_counts_as_failed(tmp_path: Path, tests: str) -> None:
    assert run_group("empty", group_with(tmp_path / "empty", tests)).failed == 1


def test_a_group_that_cannot_be_prepared_counts_as_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def cannot() -> dict[str, str]:
        raise MachineProblem("No Chromium.")

    assert run_group("journeys", Group((str(tmp_path),), cannot)) == Tally(failed=1)
    assert "No Chromium." in capsys.readouterr().out


def test_an_old_report_is_not_counted(tmp_path: Path, reports: Path) -> None:
    (reports / "crash.xml").write_text('<testsuites><testsuite tests="9"/></testsuites>')
    assert run_group("crash", Group((str(tmp_path / "absent"),))) == Tally(failed=1)


def test_no_report_is_no_test(tmp_path: Path) -> None:
    assert read_report(tmp_path / "absent.xml") == Tally()


def test_the_last_line_sums_all_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(GROUPS, "mixed", group_with(tmp_path / "mixed", MIXED))
    monkeypatch.setitem(GROUPS, "fine", group_with(tmp_path / "fine", "def test_passes(): pass"))
    total = run(["mixed", "fine"])
    assert capfd.readouterr().out.splitlines()[-1] == "2 passed, 2 failed, 1 skipped"
    assert total.failed == 2


def test_nothing_is_lost_when_groups_run_beside_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(GROUPS, "slow", group_with(tmp_path / "slow", "def test_breaks(): assert 'slow' == ''"))
    monkeypatch.setitem(GROUPS, "fine", group_with(tmp_path / "fine", "def test_passes(): pass"))
    assert run(["fine", "slow"]).failed == 1
    said = capfd.readouterr().out
    assert said.splitlines()[-1] == "1 passed, 1 failed"
    assert "assert 'slow' == ''" in said


def test_a_database_of_the_operator_never_reaches_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://the-real-one")
    tests = "import os\ndef test_it(): assert 'DATABASE_URL' not in os.environ"
    assert run_group("fenced", group_with(tmp_path / "fenced", tests)) == Tally(passed=1)
