"""Takes translations into a catalogue and compiles it; what fits is taken, what does not is listed with the reason.

tools/python tools/take_translations.py so translations.json                         fills what is missing
tools/python tools/take_translations.py so translations.json --replace-unreviewed    also what no speaker has read
"""

import subprocess
import sys

from catalogues import compile_stale
from machine import MachineProblem
from setup_environment import ROOT
from terminal import run_main

FEWEST_ARGUMENTS = 2


def main() -> int:
    """Passes the words on to `flask i18n take` and returns its code."""
    if len(sys.argv) <= FEWEST_ARGUMENTS:
        raise MachineProblem("Say which language and which file: tools/python tools/take_translations.py so FILE.json")
    command = [sys.executable, str(ROOT / "tools" / "portal_command.py"), "i18n", "take", *sys.argv[1:]]
    code = subprocess.run(command, check=False).returncode
    compile_stale()
    return code


if __name__ == "__main__":
    run_main(main)
