"""tools/python picks an interpreter we know, and says in one sentence what is wrong when there is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHOOSER = Path(__file__).parents[2] / "tools" / "python"
OLD = "#!/bin/sh\ncase $2 in *sys.exit*) exit 1;; *) echo 'Python 3.9';; esac\n"
ABSENT_PART = (
    "#!/bin/sh\ncase $2 in *ensurepip*) echo \"ModuleNotFoundError: No module named 'ensurepip'\" >&2; exit 1;; esac\n"
)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder that stands for PATH: only the system's sed beside what a test puts there."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "sed").symlink_to("/bin/sed" if Path("/bin/sed").exists() else "/usr/bin/sed")
    return folder


def add(programs: Path, name: str, script: str) -> None:
    file = programs / name
    file.write_text(script)
    file.chmod(0o755)


def choose(programs: Path, python: str = "") -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(CHOOSER), "-c", "import sys; print(sys.executable)"]
    environment = {"PATH": str(programs), "LANG": os.environ.get("LANG", "C.UTF-8")} | (
        {"PYTHON": python} if python else {}
    )
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def one_sentence_and_remedy(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_takes_python3_when_it_fits(programs: Path) -> None:
    (programs / "python3").symlink_to(sys.executable)
    assert choose(programs).returncode == 0


@pytest.mark.parametrize("name", ["python3.13", "python3.12", "python3.11"])
def test_looks_further_when_python3_is_too_old(programs: Path, name: str) -> None:
    add(programs, "python3", OLD)
    add(programs, name, f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    assert choose(programs).returncode == 0


def test_says_what_is_needed_when_every_python_is_too_old(programs: Path) -> None:
    add(programs, "python3", OLD)
    said = one_sentence_and_remedy(choose(programs))
    assert "needs Python 3.11, 3.12 or 3.13, and python3 is Python 3.9" in said
    assert "make run PYTHON=" in said


def test_says_what_is_needed_when_there_is_no_python(programs: Path) -> None:
    assert "python3 is not to be found" in one_sentence_and_remedy(choose(programs))


def test_says_which_part_of_python_is_missing(programs: Path) -> None:
    add(programs, "python3", ABSENT_PART)
    said = one_sentence_and_remedy(choose(programs))
    assert 'lacks its part "ensurepip"' in said
    assert "apt install python3-venv" in said


def test_python_from_the_command_line_wins_even_over_one_that_fits(programs: Path) -> None:
    (programs / "python3").symlink_to(sys.executable)
    add(programs, "old python", OLD)
    said = one_sentence_and_remedy(choose(programs, str(programs / "old python")))
    assert "old python is Python 3.9" in said
