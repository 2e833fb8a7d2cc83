"""Runs one of the portal's commands with the settings that `make run` uses.

tools/python tools/portal_command.py rules check
"""

import os
import subprocess
import sys

from generated_settings import complete
from machine import check_folder
from setup_environment import ROOT, prepare
from start_portal import SECRETS, var_folder
from terminal import run_main


def main() -> int:
    """Passes the command line on to flask and returns its code."""
    python = prepare("portal")
    check_folder(var_folder())
    secrets = complete(var_folder() / SECRETS, os.environ)
    environment = secrets | {name: value for name, value in os.environ.items() if value}
    flask = [str(python), "-m", "flask", "--app", "portal.app", *sys.argv[1:]]
    return subprocess.run(flask, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    run_main(main)
