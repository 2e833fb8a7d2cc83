"""The environment is made once, and filled again only when the locked list changes."""

import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from machine import MachineProblem
from setup_environment import environment_python, is_ready, prepare


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package as small as can be, so that nothing is fetched."""
    file = tmp_path_factory.mktemp("wheel") / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tiny.py", "ANSWER = 42\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    return file


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """A clone whose environment has been made, once for all tests here: it takes seconds."""
    root = tmp_path_factory.mktemp("clone")
    lock(root, wheel, hashlib.sha256(wheel.read_bytes()).hexdigest())
    assert not is_ready("portal", root)
    prepare("portal", root)
    return root


@pytest.fixture
def clone(made: Path, wheel: Path) -> Path:
    """The same, with its list as it was."""
    lock(made, wheel, hashlib.sha256(wheel.read_bytes()).hexdigest())
    return made


def lock(root: Path, wheel: Path, digest: str) -> None:
    (root / "requirements").mkdir(exist_ok=True)
    (root / "requirements" / "portal.txt").write_text(f"tiny @ {wheel.as_uri()} --hash=sha256:{digest}\n")


def test_an_environment_that_another_folder_owns_is_never_emptied(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    for folder in (theirs, ours):
        folder.mkdir()
    (theirs / "in-use").write_text("by somebody")
    (ours / ".venv").symlink_to(theirs)
    with pytest.raises(MachineProblem, match="link"):
        prepare("portal", ours)
    assert (theirs / "in-use").exists()


def test_holds_what_is_locked(clone: Path) -> None:
    assert is_ready("portal", clone)
    subprocess.run([str(environment_python(clone)), "-c", "import tiny"], check=True)


def test_nothing_is_done_twice(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepare("portal", clone)
    assert capsys.readouterr().out == ""


def test_a_changed_list_is_installed_again(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (clone / "requirements" / "portal.txt").open("a") as changed:
        changed.write("# changed\n")
    assert not is_ready("portal", clone)
    prepare("portal", clone)
    assert "Installing the packages" in capsys.readouterr().out
    assert is_ready("portal", clone)


def test_a_copied_folder_gets_an_environment_of_its_own(clone: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(clone, copy, symlinks=True)
    assert environment_python(copy).exists()
    assert not is_ready("portal", copy)


def test_a_package_that_is_not_the_locked_one_is_refused_in_a_sentence(clone: Path, wheel: Path) -> None:
    lock(clone, wheel, "0" * 64)
    with pytest.raises(MachineProblem, match=r"packages could not be installed.*What was said last: ERROR"):
        prepare("portal", clone)
    assert not is_ready("portal", clone)


def test_the_environment_of_another_clone_is_used_through_a_link_and_left_as_it_is(
    clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = (clone / ".venv" / "installed.json").read_text()
    (tmp_path / ".venv").symlink_to(clone / ".venv")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "portal.txt").write_text("# another list\n")
    assert prepare("portal", tmp_path) == environment_python(tmp_path)
    assert (clone / ".venv" / "installed.json").read_text() == there
    assert capsys.readouterr().out == ""


def test_a_link_to_no_environment_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(tmp_path / "nowhere")
    with pytest.raises(MachineProblem, match="is a link"):
        prepare("portal", tmp_path)
    assert not (tmp_path / "nowhere").exists()
