"""The environment is made once, and filled again only when the locked list changes."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest
from machine import MachineProblem
from setup_environment import environment_python, is_ready, prepare


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A package as small as can be, so that nothing is fetched."""
    file = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tiny.py", "ANSWER = 42\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    return file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    (folder / "requirements").mkdir(parents=True)
    return folder


def lock(root: Path, wheel: Path, digest: str | None = None) -> None:
    digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
    (root / "requirements" / "portal.txt").write_text(f"tiny @ {wheel.as_uri()} --hash=sha256:{digest}\n")


def test_a_fresh_clone_is_not_ready(root: Path, wheel: Path) -> None:
    lock(root, wheel)
    assert not is_ready("portal", root)


def test_made_once_and_not_again(root: Path, wheel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock(root, wheel)
    python = prepare("portal", root)
    subprocess.run([str(python), "-c", "import tiny"], check=True)
    assert "Installing the packages" in capsys.readouterr().out

    prepare("portal", root)
    assert capsys.readouterr().out == ""

    with (root / "requirements" / "portal.txt").open("a") as changed:
        changed.write("# changed\n")
    assert not is_ready("portal", root)


def test_a_copy_of_the_folder_gets_an_environment_of_its_own(root: Path, wheel: Path) -> None:
    lock(root, wheel)
    prepare("portal", root)
    moved = root.rename(root.with_name("moved"))
    assert environment_python(moved).exists()
    assert not is_ready("portal", moved)


def test_a_package_that_is_not_the_locked_one_is_refused_in_a_sentence(root: Path, wheel: Path) -> None:
    lock(root, wheel, digest="0" * 64)
    with pytest.raises(MachineProblem, match=r"packages could not be installed.*What was said last: ERROR"):
        prepare("portal", root)
    assert not is_ready("portal", root)
