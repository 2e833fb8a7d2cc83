"""The translated texts: taken from the sources, merged into each language's .po file, compiled.

    tools/python tools/catalogues.py        extract, update, compile; for developers and translators
    tools/python tools/catalogues.py so     the same, and starts a catalogue for Somali if there is none

Nothing is guessed: a text without a translation stays empty and is shown in Swedish and English. Drafts are used;
they are marked as unreviewed where people read them. tools/take_translations.py takes translations in.
"""

import subprocess
import sys
from pathlib import Path

from machine import MachineProblem, check_folder
from setup_environment import ROOT, environment_python, prepare
from terminal import run_main, say

CATALOGUES = ROOT / "translations"
TEMPLATE = ROOT / "var" / "messages.pot"
PO_FILES = "*/LC_MESSAGES/messages.po"
EXTRACT = [
    f"--mapping={CATALOGUES / 'babel.cfg'}",
    "--keyword=_l",
    "--keyword=lazy_gettext",
    "--keyword=lazy_ngettext:1,2",
    "--keyword=lazy_pgettext:1c,2",
    "--add-comments=Translators:",
    "--project=Första linjen",
    "--sort-by-file",
    "--add-location=file",  # line numbers would change every catalogue with every edit
    "--width=110",
]
UPDATE = ["--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date", "--width=110"]


def compile_stale(catalogues: Path = CATALOGUES) -> int:
    """Compiles every catalogue that is newer than its compiled form; returns how many."""
    stale = [po for po in sorted(catalogues.glob(PO_FILES)) if _is_stale(po)]
    for po in stale:
        _babel("compile", "--input-file", str(po), "--output-file", str(po.with_suffix(".mo")))
    return len(stale)


def extract_and_update() -> None:
    """Reads every text from the sources and adds the new ones, empty, to each language's catalogue."""
    _babel("extract", *EXTRACT, "--output-file", str(TEMPLATE), ".")
    if any(CATALOGUES.glob(PO_FILES)):
        _babel("update", *UPDATE, "--input-file", str(TEMPLATE), "--output-dir", str(CATALOGUES))


def start(language: str) -> None:
    """Makes an empty catalogue for a language that has none; `language` is the catalogue's name in languages.yaml."""
    if not (CATALOGUES / language / "LC_MESSAGES" / "messages.po").exists():
        placed = ["--input-file", str(TEMPLATE), "--output-dir", str(CATALOGUES), f"--locale={language}"]
        _babel("init", "--width=110", *placed)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _babel(command: str, *arguments: str) -> None:
    babel = [str(environment_python()), "-m", "babel.messages.frontend", "--quiet", command, *arguments]
    done = subprocess.run(babel, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last_words = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise MachineProblem(f"The catalogues are unfinished: “pybabel {command}” said: {last_words}")


def main() -> int:
    """Runs the three steps."""
    prepare("portal")
    check_folder(TEMPLATE.parent)
    extract_and_update()
    for language in sys.argv[1:]:
        start(language)
    compile_stale()
    say(f"Updated and compiled the catalogues in {CATALOGUES.name}/.")
    return 0


if __name__ == "__main__":
    run_main(main)
