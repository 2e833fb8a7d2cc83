"""Runs processes of the Procfile side by side under honcho, with one log; start_portal.py starts it in .venv.

    .venv/bin/python tools/processes.py web worker bot

Honcho is called from here and not by its command line because that would give each process a PORT of its own.
"""

import sys
import threading
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import SIGNALS, Manager
from honcho.printer import Printer

PROCFILE = Path(__file__).resolve().parent.parent / "Procfile"


class Together(Manager):  # type: ignore[misc]
    """Honcho's manager, which can also be stopped while its processes are still starting."""

    def terminate(self) -> None:
        """Ends all processes; waits until each has started, because before that honcho does not know what to end."""
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(0.05, self.terminate).start()


def run(names: list[str]) -> int:
    """Runs the named processes until one ends or a signal comes; returns 0 after a signal, else not 0."""
    commands = parse_procfile(PROCFILE.read_text("utf-8")).processes
    manager = Together(Printer(sys.stdout))
    for name in names:
        manager.add_process(name, commands[name])
    manager.loop()
    asked_to_stop = manager.returncode in {known["rc"] for known in SIGNALS.values()}
    return 0 if asked_to_stop else manager.returncode or 1


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
