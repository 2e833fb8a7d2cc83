"""The portal's environment in .venv, filled from a locked list; filled again only when the list has changed.

tools/python tools/setup_environment.py portal      what the portal runs on
tools/python tools/setup_environment.py dev         that, and what the tests and checks need
tools/python tools/setup_environment.py bench       beside dev: what a benchmark compares with
tools/python tools/setup_environment.py mutation    beside dev: what mutates the code to try the tests
"""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from machine import MachineProblem
from terminal import run_main, say

ROOT = Path(__file__).resolve().parent.parent
# dev.txt holds everything in portal.txt at the same versions (a fence checks it).
CONTAINED = {"portal": ["portal"], "dev": ["dev", "portal"], "bench": ["bench"], "mutation": ["mutation"]}
BESIDE_DEV = ("bench", "mutation")


def environment_python(root: Path = ROOT) -> Path:
    """Where the environment's Python is, whether or not it has been made."""
    return root / ".venv" / "bin" / "python"


def is_ready(wanted: str, root: Path = ROOT) -> bool:
    """Whether .venv was made here, by this Python, and holds the wanted list as it is now."""
    return _is_ours(root) and _installed(root).get(wanted) == _fingerprint(root, wanted)


def prepare(wanted: str, root: Path = ROOT) -> Path:
    """Makes or completes .venv if need be, says so, and returns its Python.

    A .venv that is a link belongs to another clone: it is used as it is, never cleared or filled from here.
    Raises MachineProblem when the packages cannot be installed, or the link leads to no environment.
    """
    if _is_linked(root):
        return _linked_python(root)
    if wanted in BESIDE_DEV:
        prepare("dev", root)
    python = environment_python(root)
    if is_ready(wanted, root):
        return python
    started = time.monotonic()
    say(f"Installing the packages of requirements/{wanted}.txt in .venv; the first time this takes a minute.")
    if not _is_ours(root):
        _make(root)
    _install(python, root / "requirements" / f"{wanted}.txt")
    _remember(root, wanted)
    say(f"Installed in {time.monotonic() - started:.0f} seconds.")
    return python


def _is_linked(root: Path) -> bool:
    return (root / ".venv").is_symlink()


def _linked_python(root: Path) -> Path:
    python = environment_python(root)
    if not python.exists():
        raise MachineProblem("The folder .venv is a link to no environment. Make one there, or remove the link.")
    return python


def base_python() -> str:
    """The Python that .venv was made with: the bot makes its own environment with the same one."""
    return str(getattr(sys, "_base_executable", sys.executable))


def _identity(root: Path) -> Mapping[str, str]:
    # An environment holds absolute paths, so a copy or a moved folder needs a new one.
    return {"place": str(root), "python": "{}.{}".format(*sys.version_info[:2])}


def _is_ours(root: Path) -> bool:
    known = _installed(root)
    return environment_python(root).exists() and all(known.get(key) == value for key, value in _identity(root).items())


def _installed(root: Path) -> dict[str, str]:
    try:
        content = json.loads((root / ".venv" / "installed.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _fingerprint(root: Path, name: str) -> str:
    return hashlib.sha256((root / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def _remember(root: Path, wanted: str) -> None:
    kept = _installed(root) if wanted in BESIDE_DEV else {}
    known = {**kept, **_identity(root)} | {name: _fingerprint(root, name) for name in CONTAINED[wanted]}
    (root / ".venv" / "installed.json").write_text(json.dumps(known, indent=2), "utf-8")


def _make(root: Path) -> None:
    if (root / ".venv").is_symlink():
        raise MachineProblem(".venv is a link to another folder's environment, which may be in use. Remove the link.")
    _run(
        [base_python(), "-m", "venv", "--clear", str(root / ".venv")],
        "The environment .venv could not be made",
    )


def _install(python: Path, locked: Path) -> None:
    # The list is complete, so pip need not work out dependencies; the hashes must fit all the same. Compiling what
    # nobody imports would take a third of the time: Python compiles a module when it is first needed.
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-deps",
        "--requirement",
        str(locked),
    ]
    calm = ["--quiet", "--no-input", "--progress-bar", "off", "--disable-pip-version-check"]
    _run(install + calm, "The packages could not be installed. Is this machine's package index within reach?")


def _run(command: list[str], failure: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR")]
        raise MachineProblem(f"{failure} What was said last: {(errors or lines or ['nothing'])[-1]}")


def main() -> int:
    """Prepares the environment named on the command line."""
    if len(sys.argv) != 2 or sys.argv[1] not in CONTAINED:
        raise MachineProblem(f"Say which: tools/python tools/setup_environment.py {' or '.join(CONTAINED)}")
    prepare(sys.argv[1])
    return 0


if __name__ == "__main__":
    run_main(main)
