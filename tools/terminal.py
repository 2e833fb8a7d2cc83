"""How these scripts speak to the person at the terminal: in sentences, without tracebacks."""

import sys
from collections.abc import Callable
from typing import NoReturn

from machine import MachineProblem

STOPPED_BY_HAND = 130


def say(sentence: str) -> None:
    """Prints a sentence at once, even when the output goes to a file."""
    print(sentence, flush=True)


def run_main(main: Callable[[], int]) -> NoReturn:
    """Ends the script with main's exit code; a MachineProblem becomes its sentence and code 1."""
    try:
        sys.exit(main())
    except MachineProblem as problem:
        print(problem, file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr, flush=True)
        sys.exit(STOPPED_BY_HAND)
