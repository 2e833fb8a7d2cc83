"""Start Rasa without the parts of it that this bot never uses.

    python -m bot.launcher train | run | test | data validate …      (same arguments as the `rasa` command)

Rasa imports every component, channel and store it ships as soon as it starts, and with them TensorFlow and a
dozen libraries for messaging companies. None of them is installed here. Imports of them are answered with empty
stand-ins: enough for Rasa's modules to be read, and a clear error as soon as anything tries to *use* one.
Why, and how to go back to an ordinary Rasa: docs/decisions/0003-rasa-without-tensorflow.md.
"""

from __future__ import annotations

import os
import sys
import warnings
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent

ABSENT = frozenset(
    # neural networks, and components that need them
    "tensorflow tensorflow_addons tensorflow_hub tensorflow_text keras absl sklearn_crfsuite skops"
    # channels of messaging companies
    " aiogram cachecontrol fbmessenger google mattermostwrapper rocketchat_API slack_sdk socketio twilio webexteamssdk"
    # stores and brokers
    " aio_pika aiormq boto3 botocore confluent_kafka pymongo"
    # signed tokens and sockets of Rasa's own web interface, which is off
    " jwt sanic_jwt websockets"
    # reports to the maker
    " sentry_sdk structlog_sentry"
    # drawings, invented names, questions at the terminal, scheduled reminders
    " matplotlib randomname questionary prompt_toolkit colorclass apscheduler pytz".split()
)


class NotInstalled(RuntimeError):
    """Something tried to use a library that this environment leaves out on purpose."""


class StandInType(type):
    """Type of every stand-in: can be imported, subclassed and named in annotations, but not used."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return stand_in(f"{cls.__qualname__}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__dict__.get("_left_out") is None:  # a subclass that Rasa declares itself
            raise NotInstalled(f"{cls.__name__} needs a library that is left out; see {__name__}.ABSENT")
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]  # used as a decorator
        raise NotInstalled(f"{cls.__qualname__} is left out of the bot environment; see {__name__}.ABSENT")


def stand_in(path: str) -> type:
    """A stand-in for one name. Errors must be real exceptions: Rasa names them after `except`."""
    name = path.rpartition(".")[2]
    if name.endswith(("Error", "Exception", "Failure")):
        return type(name, (Exception,), {})
    return StandInType(name, (), {"__qualname__": path, "_left_out": path})


class StandInModule(ModuleType):
    """A module whose every name is a stand-in."""

    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__internal__":
            raise AttributeError(name)
        return stand_in(f"{self.__name__}.{name}")


class StandInFinder(MetaPathFinder, Loader):
    """First in the import path: answers for the libraries in ABSENT and nothing else."""

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] in ABSENT:
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: the names appear when asked for. One is really used, by Rasa's own logging."""
        if module.__name__ == "structlog_sentry":
            module.SentryProcessor = ReportsNothing  # type: ignore[attr-defined]


class ReportsNothing:
    """Stands in Rasa's chain of log processors where the one that reports crashes to its maker would be."""

    def __init__(self, event_level: int) -> None:
        """No level is reported."""

    def __call__(self, logger: Any, method: str, event: Any) -> Any:
        return event


def leave_out() -> None:
    """Make the stand-ins answer, and give NumPy 2 the one name that Rasa still looks for under its old address."""
    if not any(isinstance(finder, StandInFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, StandInFinder())
    import numpy

    if not hasattr(numpy, "VisibleDeprecationWarning"):
        numpy.VisibleDeprecationWarning = numpy.exceptions.VisibleDeprecationWarning


def hush_deprecations() -> None:
    """Rasa 3.6.21 will not be changed any more: what it should do differently one day helps nobody who runs it."""
    show = warnings.showwarning

    def show_the_rest(message: Any, category: type[Warning], *place: Any, **more: Any) -> None:
        if not issubclass(category, DeprecationWarning):
            show(message, category, *place, **more)

    warnings.showwarning = show_the_rest


def main() -> None:
    """Run Rasa's own command line with the arguments of this one."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    leave_out()
    hush_deprecations()
    if str(PROJECT) not in sys.path:
        sys.path.insert(0, str(PROJECT))
    sys.argv[0] = "rasa"
    from rasa.__main__ import main as rasa

    rasa()


if __name__ == "__main__":
    main()
