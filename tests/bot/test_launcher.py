"""Rasa runs without what is left out, and says so when something would use it."""

import re
import subprocess

import pytest

from bot import start
from tests.bot.running_bot import ROOT, Rasa

LOCKED = (ROOT / "requirements" / "bot.txt").read_text(encoding="utf-8")


def run_in_bot(code: str) -> str:
    command = [str(start.PYTHON), "-c", f"from bot import launcher; launcher.leave_out()\n{code}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.usefixtures("model")
class TestStandIns:
    def test_what_is_left_out_can_be_imported_and_subclassed(self) -> None:
        code = "from tensorflow.keras.layers import Layer\nclass Own(Layer): pass\nprint(Own.__mro__[1].__name__)"
        assert run_in_bot(code) == "Layer\n"

    @pytest.mark.parametrize("use", ["Layer(3)", "type('Own', (Layer,), {})()", "Layer.build(1, 2)"])
    def test_using_it_says_that_it_is_left_out(self, use: str) -> None:
        assert "NotInstalled" in run_in_bot(f"from tensorflow.keras.layers import Layer\n{use}")

    def test_its_errors_can_be_caught(self) -> None:
        catch = "try: 1 / 0\nexcept (BotoCoreError, ArithmeticError): print('ok')"
        code = f"from botocore.exceptions import BotoCoreError\n{catch}"
        assert run_in_bot(code) == "ok\n"

    def test_other_missing_modules_are_still_missing(self) -> None:
        assert "ModuleNotFoundError" in run_in_bot("import tensorflow_of_another_kind")

    def test_nothing_that_is_stood_in_for_is_installed(self) -> None:
        code = (
            "import importlib.metadata as m\n"
            "print(sorted(launcher.ABSENT & set(m.packages_distributions())), len(m.packages_distributions()) > 40)"
        )
        assert run_in_bot(code) == "[] True\n"


def test_rasa_is_the_last_open_source_release(rasa: Rasa) -> None:
    assert re.search(r"Rasa Version\s+:\s+3\.6\.21\n", rasa("--version").stdout)


def test_the_list_is_hashed_and_names_no_index() -> None:
    pins = re.findall(r"^[a-z0-9-]+==.*(?:\n    --hash=.*)+", LOCKED, re.MULTILINE)
    assert len(pins) == len(start.pins()) > 40
    assert "tensorflow" not in LOCKED
    assert "://" not in LOCKED
    assert "index-url" not in LOCKED


def test_the_bot_never_imports_the_portal() -> None:
    for path in (ROOT / "bot").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) portal\b", path.read_text(encoding="utf-8"), re.MULTILINE), path
