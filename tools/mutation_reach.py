"""For tools/mutation.py: which tests can notice a change to which function. A plugin for pytest, run by mutmut.

mutmut notes what each test calls while it runs. That leaves out what is called before: when a test file is imported and
builds its rule set, and when a fixture is made that many tests share. Here it counts for all tests of that file and for
all tests with that fixture; what is called before any test file is imported counts for all tests.

Hundreds of tests of how files are read and proven call what judges, and say nothing of it, or say it slowly: they are
not asked about it.
"""

import signal
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from mutation import JUDGING, NOT_OF_JUDGING
from mutmut.mutation.trampoline import get_mutant_under_test
from mutmut.state import state

_called_before: dict[object, set[str]] = defaultdict(set)
"""Functions by the test file, or the shared fixture, for which they were called."""
_ALL = object()
_OF_JUDGING = frozenset(f"portal.triage.{name}" for name in JUDGING)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    return (yield from _noting(collector.path if isinstance(collector, pytest.Module) else _ALL))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    return (yield from _noting(_shared(fixturedef))) if fixturedef.scope != "function" else (yield)


def _noting(reason: object) -> Generator[None, Any, Any]:
    """Note what is called meanwhile for this reason, and not for the test that happens to be the first."""
    called = state()._stats
    before = set(called)
    if reason is _ALL:
        before = set()
    called.clear()
    try:
        return (yield)
    finally:
        _called_before[reason] |= called
        called.clear()
        called.update(before)


def _shared(fixturedef: pytest.FixtureDef[Any]) -> Callable[..., Any]:
    return fixturedef.func


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    reasons: list[object] = [_ALL, Path(item.path)]
    for fixtures in item._fixtureinfo.name2fixturedefs.values():  # type: ignore[attr-defined]
        reasons += [_shared(fixture) for fixture in fixtures]
    for reason in reasons:
        state()._stats.update(_called_before.get(reason, ()))
    with _no_longer_than(10 + 20 * state().duration_by_test.get(item.nodeid, 0.0)):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    with _no_longer_than(30):
        return (yield)


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    """A change that makes a loop endless ends the process: that is noticed too."""
    trying = "__mutmut_" in get_mutant_under_test()
    signal.setitimer(signal.ITIMER_REAL, seconds if trying else 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Before mutmut takes note of what the test called."""
    if item.path.name.startswith(NOT_OF_JUDGING):
        called = state()._stats
        called -= {function for function in called if function.rpartition(".")[0] in _OF_JUDGING}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The fast tests first: most changes are noticed by many."""
    items.sort(key=lambda item: state().duration_by_test.get(item.nodeid, 0.0))
