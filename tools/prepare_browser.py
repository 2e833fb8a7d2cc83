"""The Chromium that the journeys run in: the machine's own, else installed here."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from machine import MachineProblem
from terminal import say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "Install Chromium (on Debian and Ubuntu: apt install chromium), then try again."


def prepare_browser(python: Path) -> Mapping[str, str]:
    """Finds or installs Chromium; returns what the journeys need in their environment.

    CHROMIUM is the browser's path; it is absent when Playwright looks after a browser of its own.
    Raises MachineProblem when there is none and none can be installed.
    """
    found = _on_this_machine() or _from_debian()
    if found is not None:
        return {"CHROMIUM": found}
    say("Installing Chromium through Playwright.")
    if subprocess.run([str(python), "-m", "playwright", "install", "chromium"], check=False).returncode != 0:
        raise MachineProblem(f"The journeys need Chromium and it could not be installed. {REMEDY}")
    return {}


def _on_this_machine() -> str | None:
    """A browser that really starts: some systems keep only a signpost under its name."""
    for name in NAMES:
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


def _from_debian() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    say("Installing Chromium with apt-get.")
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        done = subprocess.run(["apt-get", "-qq", *step], env=quietly, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            return None
    return _on_this_machine()
