"""For tools/mutation.py: makes the changed code, and tries every change against the tests that reach it.

    python tools/mutation_try.py [--children N] make | try TEST_FILE…

Tests are collected once. For each change a fork of this process forgets what functions have remembered, makes anew what
test files built when they were imported, and runs tests, the quickest first, until one fails. A survivor whose function
is also called while our own modules are imported is tried once more in a process that has imported nothing yet.
"""

import argparse
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from mutation import JUDGING, MUTATED, NEVER_RUN, NOT_OF_JUDGING, SURVIVED
from mutmut.state import state

KILLED = 1
OPTIONS = ["--rootdir=.", "-q", "-s", "--tb=short", "--assert=plain", "-W", "ignore", "-p", "no:cacheprovider"]


def make() -> None:
    """In a copy of the code: writes it with all changes into `mutants`."""
    from mutmut.__main__ import create_mutants
    from mutmut.mutation.trampoline import set_mutant_under_test
    from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir

    set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    copy_src_dir()
    copy_also_copy_files()
    create_mutants(1)


class Trial:
    """A pytest plugin that runs tests in its own way: once to see what they reach, then for each change."""

    def __init__(self, called_on_import: set[str], children: int, files: list[str]) -> None:
        self._called_on_import = called_on_import
        self._children = children
        self._files = files
        self._items: list[pytest.Function] = []
        self._reached: list[set[str]] = []
        self._reached_in_file: dict[ModuleType, set[str]] = defaultdict(set)
        self._seconds: list[float] = []
        self._killers: dict[str, list[int]] = defaultdict(list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = [item for item in session.items if isinstance(item, pytest.Function)]
        modules = dict.fromkeys(item.module for item in self._items)
        os.environ["MUTANT_UNDER_TEST"] = "stats"
        for module in modules:
            self._reached_in_file[module] |= self._calls(lambda module=module: self._import_again(module))
        for item in self._items:
            self._learn(item)
        os.environ["MUTANT_UNDER_TEST"] = ""
        gc.collect()
        gc.freeze()
        for meta in sorted(MUTATED.glob("*.py.meta")):
            self._try_module(meta)
        os._exit(0)

    def _calls(self, run: Any) -> set[str]:
        state()._stats.clear()
        run()
        return set(state()._stats)

    def _learn(self, item: pytest.Function) -> None:
        forget()
        begun = time.perf_counter()
        failed: list[bool] = []
        reached = self._calls(lambda: failed.append(self._fails(item)))
        if failed[0]:
            os.write(2, f"{item.nodeid} fails without any change\n".encode())
            os._exit(1)
        if item.path.name.startswith(NOT_OF_JUDGING):
            reached = {name for name in reached if name.split(".")[2] not in JUDGING}
        self._reached.append(reached)
        self._reached_in_file[item.module] |= reached
        self._seconds.append(time.perf_counter() - begun)

    def _fails(self, item: pytest.Function) -> bool:
        return any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))

    def _import_again(self, module: ModuleType) -> None:
        """What the file does when it is imported, where its tests find it."""
        if module.__spec__ and module.__spec__.loader:
            module.__spec__.loader.exec_module(module)

    def _try_module(self, meta: Path) -> None:
        """Try what was not tried yet, and note after each change how it went."""
        account = json.loads(meta.read_text("utf-8"))
        codes: dict[str, int | None] = account["exit_code_by_key"]
        running: dict[int, tuple[str, int]] = {}
        for key in [key for key, code in codes.items() if code is None]:
            if len(running) >= self._children:
                self._finish_one(running, codes)
            read, write = os.pipe()
            pid = os.fork()
            if pid == 0:
                self._try(key, write)
            os.close(write)
            running[pid] = key, read
            meta.write_text(json.dumps(account), encoding="utf-8")
        while running:
            self._finish_one(running, codes)
        meta.write_text(json.dumps(account), encoding="utf-8")
        lived = sum(code in (SURVIVED, NEVER_RUN) for code in codes.values())
        print(f"{meta.name.removesuffix('.py.meta'):16} {len(codes):5} changes, {lived:3} lived", flush=True)

    def _finish_one(self, running: dict[int, tuple[str, int]], codes: dict[str, int | None]) -> None:
        pid, status = os.wait()
        key, read = running.pop(pid)
        if killer := os.read(read, 20):
            self._killers[_function(key)].insert(0, int(killer))
        os.close(read)
        code = os.waitstatus_to_exitcode(status)
        if code in (SURVIVED, NEVER_RUN) and _function(key) in self._called_on_import:
            code = self._try_from_scratch(key)
        codes[key] = code

    def _try_from_scratch(self, key: str) -> int:
        command = [sys.executable, "-m", "pytest", "-x", *OPTIONS, *self._files]
        environment = {**os.environ, "MUTANT_UNDER_TEST": key}
        try:
            done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=600)
        except subprocess.TimeoutExpired:
            return KILLED
        return done.returncode

    def _try(self, key: str, killer: int) -> None:
        """In a fork of its own, which ends here. A loop without an end is ended too."""
        order = self._order(_function(key))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.environ["MUTANT_UNDER_TEST"] = key
        forget()
        imported: set[ModuleType] = set()
        for i in order:
            signal.setitimer(signal.ITIMER_REAL, 10 + 10 * self._seconds[i])
            try:
                if self._items[i].module not in imported:
                    imported.add(self._items[i].module)
                    self._import_again(self._items[i].module)
                failed = self._fails(self._items[i])
            except BaseException:
                failed = True
            if failed:
                os.write(killer, str(i).encode())
                os._exit(KILLED)
        os._exit(SURVIVED if order else NEVER_RUN)

    def _order(self, function: str) -> list[int]:
        """The tests that may notice: those that noticed another change to it, those that call it, those beside them."""

        def tests() -> Iterator[int]:
            quickest = sorted(range(len(self._items)), key=lambda i: self._seconds[i])
            yield from self._killers[function][:5]
            yield from (i for i in quickest if function in self._reached[i])
            yield from (i for i in quickest if function in self._reached_in_file[self._items[i].module])

        return list(dict.fromkeys(tests()))


def forget() -> None:
    """Empty the caches of our functions."""
    for name, module in list(sys.modules.items()):
        if name.startswith("portal.triage"):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _function(key: str) -> str:
    return key.rpartition("__mutmut_")[0]


def main() -> None:
    reader = argparse.ArgumentParser()
    reader.add_argument("what", choices=["make", "try"])
    reader.add_argument("--children", type=int, default=1)
    reader.add_argument("files", nargs="*")
    options = reader.parse_args()
    if options.what == "make":
        make()
        return
    sys.path.insert(0, str(Path.cwd()))
    os.environ["MUTANT_UNDER_TEST"] = "stats"
    for path in sorted(MUTATED.glob("*.py")):
        importlib.import_module(".".join(path.with_suffix("").parts))
    called_on_import = set(state()._stats)
    os.environ["MUTANT_UNDER_TEST"] = ""
    raise SystemExit(
        pytest.main([*OPTIONS, *options.files], plugins=[Trial(called_on_import, options.children, options.files)])
    )


if __name__ == "__main__":
    main()
