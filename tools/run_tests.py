"""`make test`: makes what the tests need, runs every group, and ends with one line that says how it went.

    tools/python tools/run_tests.py                 everything
    tools/python tools/run_tests.py unit rules      these groups

A group that cannot run, or that holds no test, counts as failed: nothing is left out in silence. Groups that mostly
wait (the bot's training, the browser) run beside those that mostly compute; each is shown when it has ended.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from catalogues import compile_stale
from machine import MachineProblem, check_disk, check_folder
from prepare_browser import prepare_browser
from setup_environment import ROOT, base_python, environment_python, prepare
from terminal import run_main, say

REPORTS = ROOT / "var" / "test"
ROOM_TO_TEST = 3_000_000_000  # bytes: both environments, a model, a PostgreSQL and a browser
# Tests make settings of their own; the operator's must not reach them, above all no real database.
SETTINGS = {
    "HOST",
    "PORT",
    "ACTIONS_PORT",
    "HTTPS",
    "DATABASE_URL",
    "REDIS_URL",
    "BOT_URL",
    "BOT_SECRET",
    "SECRET_KEY",
    "CONTENT_KEY",
    "RATE_LIMITS",
    "STAFF_SECOND_FACTOR",
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_NAME_CLAIM",
    "RULES_FOLDER",
    "PUBLIC_URL",
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_SECURITY",
    "SMTP_USER",
    "SMTP_PASSWORD",
    "MAIL_FROM",
    "WEBHOOK_SECRET",
    "OUTBOX_FOLDER",
    "VAR_FOLDER",
    "PYTHON",
}


@dataclass
class Tally:
    """How many tests or checks went which way, in how many seconds."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.seconds + other.seconds,
        )

    def __str__(self) -> str:
        counts = f"{self.passed} passed, {self.failed} failed"
        return f"{counts}, {self.skipped} skipped" if self.skipped else counts


def nothing_more() -> Mapping[str, str]:
    """For groups that need only the environment."""
    return {}


def bot() -> Mapping[str, str]:
    """Makes the bot's environment and model, unless they are up to date."""
    if subprocess.run([base_python(), "bot/start.py", "--prepare"], cwd=ROOT, check=False).returncode != 0:
        raise MachineProblem("The bot's environment or model could not be made. The reason stands above.")
    return {}


def bot_and_browser() -> Mapping[str, str]:
    """For the journeys: some of them talk with the real bot."""
    bot()
    return prepare_browser(environment_python())


@dataclass(frozen=True)
class Group:
    """Folders of tests that run together, and what must be made before."""

    folders: tuple[str, ...]
    prepare: Callable[[], Mapping[str, str]] = field(default=nothing_more)


# In the order in which they run: what fails fast comes first.
GROUPS = {
    "unit": Group(("tests/unit", "tests/understanding", "tests/fences", "tests/toolchain")),
    "rules": Group(("tests/rules",)),
    "database": Group(("tests/database",)),
    "pages": Group(("tests/pages",)),
    "bot": Group(("tests/bot",), bot),
    "journeys": Group(("tests/journeys",), bot_and_browser),
}


BESIDE = ("bot", "journeys")
"""These run one after the other beside all others: two cores are then busy most of the time."""


def checks() -> dict[str, list[str]]:
    """The checks that read the code without running it: a name and a command for each."""
    python = str(environment_python())
    return {
        "style": [python, "-m", "ruff", "check", "--quiet", "."],
        "format": [python, "-m", "ruff", "format", "--quiet", "--check", "--diff", "."],
        "types": [python, "-m", "mypy", "--no-error-summary"],
        "import contracts": [str(environment_python().parent / "lint-imports")],
    }


def run_checks() -> Tally:
    """Runs the checks; each counts as one, and only the failing ones speak."""
    tally = Tally()
    for name, command in checks().items():
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if done.returncode == 0:
            tally.passed += 1
        else:
            tally.failed += 1
            say(f"{done.stdout.rstrip()}\nThe check of {name} failed.")
    return tally


def run_group(name: str, group: Group) -> Tally:
    """Runs one group under pytest and shows what it said; a group that could not run counts as one failure."""
    report = REPORTS / f"{name}.xml"
    said = REPORTS / f"{name}.txt"
    report.unlink(missing_ok=True)
    try:
        environment = {key: value for key, value in os.environ.items() if key not in SETTINGS}
        environment |= {"BASE_PYTHON": base_python(), "PYTHONUTF8": "1", **group.prepare()}
    except MachineProblem as problem:
        say(f"{problem}\nThe group {name} did not run.")
        return Tally(failed=1)
    pytest = [str(environment_python()), "-m", "pytest", "--quiet", "--tb=short", "--continue-on-collection-errors"]
    pytest += [f"--junit-xml={report}", *group.folders]
    with said.open("wb") as output:
        run = subprocess.run(pytest, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False)
    code = run.returncode
    say(f"\n--- {name} ---\n{said.read_text('utf-8', 'replace').rstrip()}")
    tally = read_report(report)
    if code != 0 and not tally.failed:
        say(f"The group {name} did not run to its end, or holds no test.")
        tally.failed = 1
    return tally


def read_report(report: Path) -> Tally:
    """The counts in a JUnit report; nothing when there is none."""
    tally = Tally()
    if report.exists():
        # Written a moment ago by our own pytest.
        for suite in xml.etree.ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            tally += Tally(int(suite.get("tests", 0)) - failed - skipped, failed, skipped)
    return tally


def run(names: list[str]) -> Tally:
    """Runs the named groups, tells how each went, and returns the sum."""
    started = time.monotonic()
    lanes = [[name for name in names if (name in BESIDE) is beside] for beside in (False, True)]
    with ThreadPoolExecutor(len(lanes)) as side_by_side:
        tallies = {name: tally for lane in side_by_side.map(run_lane, lanes) for name, tally in lane.items()}
    total = sum(tallies.values(), Tally())
    lines = [f"{name:<10}{tally.seconds:>6.0f} s   {tally}" for name, tally in tallies.items()]
    say("\n" + "\n".join(lines) + f"\n{'together':<10}{time.monotonic() - started:>6.0f} s\n\n{total}")
    return total


def run_lane(names: list[str]) -> dict[str, Tally]:
    """Runs these groups one after the other."""
    tallies = {}
    for name in names:
        say(f"{name}: begun. What it says follows when it has ended.")
        started = time.monotonic()
        tallies[name] = run_checks() if name == "lint" else run_group(name, GROUPS[name])
        tallies[name].seconds = time.monotonic() - started
    return tallies


def main() -> int:
    """Prepares, runs, and fails when anything failed."""
    known = ["lint", *GROUPS]
    names = sys.argv[1:] or known
    unknown = [name for name in names if name not in known]
    if unknown:
        raise MachineProblem(f"There is no group of tests called {unknown[0]}. There are: {', '.join(known)}.")
    check_folder(REPORTS)
    check_disk(ROOT, ROOM_TO_TEST)
    prepare("dev")
    compile_stale()
    return 1 if run(names).failed else 0


if __name__ == "__main__":
    run_main(main)
