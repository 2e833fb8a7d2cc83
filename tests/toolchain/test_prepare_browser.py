"""The journeys' browser: the machine's own if it really starts, else one that can be installed, else a sentence."""

import os
import sys
from pathlib import Path

import pytest
from machine import MachineProblem
from prepare_browser import prepare_browser

STARTS = "#!/bin/sh\necho Chromium 150\n"
SIGNPOST = "#!/bin/sh\necho 'install the snap' >&2\nexit 1\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All there is on PATH, for somebody who is not root."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return tmp_path


def add(folder: Path, name: str, script: str) -> Path:
    file = folder / name
    file.write_text(script)
    file.chmod(0o755)
    return file


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_the_machines_own_browser_is_used(programs: Path, name: str) -> None:
    browser = add(programs, name, STARTS)
    assert prepare_browser(Path(sys.executable)) == {"CHROMIUM": str(browser)}


def test_a_signpost_under_the_name_of_a_browser_is_passed_over(programs: Path) -> None:
    add(programs, "chromium", SIGNPOST)
    browser = add(programs, "google-chrome", STARTS)
    assert prepare_browser(Path(sys.executable)) == {"CHROMIUM": str(browser)}


def test_root_gets_it_from_the_system(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    # Installs only after an update, as a bare Debian does.
    add(programs, "apt-get", f"""#!/bin/sh
case "$2" in
update) : >{programs}/updated;;
install) test -e {programs}/updated || exit 1
    printf '%s' "{STARTS.strip()}" >{programs}/chromium; /bin/chmod +x {programs}/chromium;;
esac
""")  # fmt: skip
    assert prepare_browser(Path(sys.executable)) == {"CHROMIUM": str(programs / "chromium")}


def test_playwright_may_look_after_a_browser_of_its_own(programs: Path) -> None:
    assert prepare_browser(add(programs, "python", "#!/bin/sh\nexit 0\n")) == {}


def test_without_any_browser_the_remedy_is_named(programs: Path) -> None:
    fails = add(programs, "python", "#!/bin/sh\nexit 1\n")
    with pytest.raises(MachineProblem, match=r"need Chromium .* Install Chromium"):
        prepare_browser(fails)
