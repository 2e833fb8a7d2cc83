"""Brings database, rules and demo accounts up to date; each does nothing when there is nothing to do.

    .venv/bin/python -m tools.prepare_data

One process for all of them: reading in the portal's code takes longer than the work.
"""

import signal
import sys

# Ctrl-C ends this at once and in silence, also while the portal's code is being read in.
signal.signal(signal.SIGINT, signal.SIG_DFL)

import click  # noqa: E402
from flask.cli import ScriptInfo  # noqa: E402

from portal.app import create_app  # noqa: E402
from portal.records.sealing import BadContentKey  # noqa: E402
from portal.settings import SettingsError  # noqa: E402

COMMANDS = (
    ["database", "upgrade"],
    ["rules", "publish", "--seed"],
    ["answers", "load"],
    ["replies", "load"],
    ["staff", "demo"],
    ["practice", "load"],
)


def prepare() -> None:
    """Runs the commands as `flask` would. Ends the process with a sentence and code 1 at the first that fails."""
    try:
        app = create_app()
        for command in COMMANDS:
            app.cli.main(command, "flask", obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)
    except (SettingsError, BadContentKey) as error:
        sys.exit(str(error))
    except click.ClickException as error:
        error.show()
        sys.exit(1)


if __name__ == "__main__":
    prepare()
