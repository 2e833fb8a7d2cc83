"""`make mutation`: changes portal/triage in thousands of small ways and counts how many of them a test notices.

    .venv/bin/python tools/mutation.py [--only engine,index] [--copy NAME] [--children N] [--committed] [--keep|--again]

Works on a copy under var/mutation; with another --copy, several people can try their modules at the same time. A
change that no test notices is a survivor. tests/unit/triage/survivors.toml lists those that may live, because they
change nothing that anybody could see, each with the reason:

    [[survivor]]
    change = "engine.decide: the line as it is → the line as it was tried"
    reason = "why nobody could tell"

Survivors without a reason are printed, and entries that are outdated because a test notices them by now. Fails when all
modules were tried and less was killed than we ask of ourselves.
"""

import argparse
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COPIES = ROOT / "var" / "mutation"
REASONS = ROOT / "tests" / "unit" / "triage" / "survivors.toml"
MUTATED = Path("portal/triage")
COPIED = ("portal", "tests", "tools", "triage_rules", "translations", "pyproject.toml", ".vscode")
TOO_SLOW = ("test_reader_mutations.py", "test_translatable.py")
"""Tests that would run for a minute for each change, or that need more than a copy of the code."""
JUDGING = frozenset(
    "engine examples explain facts index interviews judging questions ranking ruleset timetable".split()
)
NOT_OF_JUDGING = tuple("test_blocks test_checks test_printed test_proof test_reader test_schema test_shapes".split())
"""Modules that judge, and beginnings of the names of tests that call them by the way."""
ENOUGH = 0.90
SURVIVED, NEVER_RUN = 0, 33
"""What a change is noted with that lived; every other code is a test that failed, a crash or an endless loop."""


@dataclass(frozen=True)
class Change:
    """One change to the code: where, which line became which, and whether a test noticed."""

    module: str
    place: str
    line: str
    killed: bool | None
    """None when it was not tried."""

    @property
    def name(self) -> str:
        return f"{self.module}.{self.place}: {self.line}"


def copy_tree(copy: Path, names: tuple[str, ...], *, committed: bool) -> None:
    for name in names:
        if (copy / name).is_dir():
            shutil.rmtree(copy / name)
    copy.mkdir(parents=True, exist_ok=True)
    if committed:
        files = subprocess.run(["git", "archive", "HEAD", *names], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["tar", "--extract"], cwd=copy, input=files, check=True)
        return
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        elif source.exists():
            shutil.copy(source, copy / name)


def make_changes(copy: Path, only: list[str]) -> None:
    """Let mutmut write the modules with all their changes, one of which an environment variable chooses."""
    modules = sorted(path for path in (copy / MUTATED).glob("*.py") if not only or path.stem in only)
    settings = {
        "source_paths": [str(MUTATED)],
        "only_mutate": [str(path.relative_to(copy)) for path in modules],
        "also_copy": [name for name in COPIED if (copy / name).exists()],
    }
    written = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
    with (copy / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[tool.mutmut]\n{written}\n")
    run(["make"], copy, stdout=subprocess.DEVNULL)


def try_changes(copy: Path, only: list[str], children: int) -> None:
    tests = sorted((copy / "tests/unit/triage").glob("test_*.py"))
    left_out = NOT_OF_JUDGING if only and JUDGING.issuperset(only) else ()
    files = [str(path.relative_to(copy)) for path in tests if not path.name.startswith((*TOO_SLOW, *left_out))]
    run(["--children", str(children), "try", *files], copy / "mutants")


def run(what: list[str], folder: Path, **more: Any) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "HYPOTHESIS_PROFILE": "few",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    command = [sys.executable, str(ROOT / "tools" / "mutation_try.py"), *what]
    if subprocess.run(command, cwd=folder, env=environment, check=False, **more).returncode != 0:
        raise SystemExit(f"Nothing was tried: mend what is told above, or see {folder}.")


def forget_survivors(copy: Path, only: list[str], *, committed: bool) -> None:
    """So that they are tried once more, in the code as it was, with the tests as they are now."""
    for meta in metas(copy):
        if not only or meta.name.removesuffix(".py.meta") in only:
            account = json.loads(meta.read_text("utf-8"))
            codes = account["exit_code_by_key"]
            codes.update((key, None) for key, code in codes.items() if code in (SURVIVED, NEVER_RUN))
            meta.write_text(json.dumps(account), encoding="utf-8")
    copy_tree(copy / "mutants", ("tests",), committed=committed)


def changes(copy: Path) -> Iterator[Change]:
    for meta in metas(copy):
        codes = json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
        functions = _functions(meta.with_suffix("").read_text("utf-8"))
        for key, code in codes.items():
            mangled = key.rpartition(".")[2]
            place, _, _number = mangled.partition("__mutmut_")
            line = _difference(functions[f"{place}__mutmut_orig"], functions[mangled])
            readable = place.removeprefix("x").lstrip("_").replace("ǁ", ".").lstrip(".")
            killed = None if code is None else code not in (SURVIVED, NEVER_RUN)
            yield Change(meta.name.removesuffix(".py.meta"), readable, line, killed)


def _functions(source: str) -> dict[str, list[str]]:
    """The lines of every function of a mutated module, originals and changed ones, by name."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    depth = 0
    for line in source.splitlines():
        match = re.match(r"(\s*)(?:async )?def (\w+)\(", line)
        if match and ("__mutmut_" in match[2] or len(match[1]) <= depth):  # and not a function inside a function
            depth = len(match[1])
            current = found.setdefault(match[2], [])
            line = line.replace(match[2], "", 1)
        elif re.match(rf"\s{{0,{depth}}}[^\s)]", line):  # the function has ended
            current = []
        current.append(line)
    return found


def _difference(before: list[str], after: list[str]) -> str:
    """The changed lines as `before → after`."""
    lines = [
        line
        for line in difflib.unified_diff(before, after, n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]
    gone = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
    come = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    return f"{gone.strip()} → {come.strip()}"


def reasons() -> dict[str, str]:
    """Why a survivor may live, by its name."""
    if not REASONS.exists():
        return {}
    listed = tomllib.loads(REASONS.read_text("utf-8"))["survivor"]
    return {survivor["change"]: survivor["reason"].strip() for survivor in listed}


def report(copies: list[Path], only: list[str]) -> int:
    tried = {path.name.removesuffix(".py.meta"): copy for copy in copies for path in metas(copy)}  # the last one counts
    made = [c for copy in copies for c in changes(copy) if tried[c.module] is copy and (not only or c.module in only)]
    found = [change for change in made if change.killed is not None]
    untried = {change.module for change in made if change.killed is None}
    modules = {change.module for change in found} - untried
    known = reasons()
    survivors = [change for change in found if not change.killed]
    for change in survivors:
        if not known.get(change.name):
            print(f"unexplained  {change.name}")
    for name in known:
        if name.partition(".")[0] in modules and name not in {change.name for change in survivors}:
            print(f"outdated     {name}")
    total, lived = Counter(change.module for change in found), Counter(change.module for change in survivors)
    for module, number in sorted(total.items()):
        print(f"{module:16} {number:5} changes, {number - lived[module]:5} killed ({1 - lived[module] / number:.0%})")
    if untried:
        print(f"{len(made) - len(found)} changes were not tried, in {', '.join(sorted(untried))}.")
    share = 1 - len(survivors) / len(found) if found else 0.0
    explained = sum(bool(known.get(change.name)) for change in survivors)
    print(f"{len(found)} changes, {share:.1%} killed; of {len(survivors)} survivors {explained} are explained.")
    return 1 if not only and share < ENOUGH else 0


def metas(copy: Path) -> list[Path]:
    """mutmut's accounts of the modules that it changed."""
    return sorted((copy / "mutants" / MUTATED).glob("*.py.meta"))


def main() -> int:
    reader = argparse.ArgumentParser(description="Change the triage engine and see whether the tests notice.")
    reader.add_argument("--only", default="", help="modules of portal/triage, with commas between")
    reader.add_argument("--keep", action="store_true", help="report on the last run without a new one")
    reader.add_argument(
        "--again", action="store_true", help="try the survivors of the last run with the tests of today"
    )
    reader.add_argument("--committed", action="store_true", help="try what is committed, not what lies in the folder")
    reader.add_argument("--copy", default="all", help="the folder under var/mutation to work in; to --keep, several")
    reader.add_argument("--children", type=int, default=os.cpu_count() or 1, help="how many changes to try at once")
    options = reader.parse_args()
    only = [name for name in options.only.split(",") if name]
    copies = [COPIES / name for name in options.copy.split(",")]
    if options.again:
        forget_survivors(copies[0], only, committed=options.committed)
    elif not options.keep:
        shutil.rmtree(copies[0], ignore_errors=True)
        copy_tree(copies[0], COPIED, committed=options.committed)
        make_changes(copies[0], only)
    if not options.keep:
        try_changes(copies[0], only, options.children)
    return report(copies, only)


if __name__ == "__main__":
    raise SystemExit(main())
