"""Prepare the bot and run it: its environment, its model, its server. Standard library only, Python 3.11 to 3.13.

    python bot/start.py              prepare what is missing, then serve; ends with an error if something fails
    python bot/start.py --serve      the same, but if it cannot start, say why and stay: the portal goes on without it
    python bot/start.py --prepare    environment and model only

Everything is written under var/bot, except the environment itself, .venv-bot. While it works, var/bot/status.json
says how far it is: {"state": "installing" | "training" | "starting" | "failed", "done": 40, "of": 60}; the file is
gone once the bot answers. Settings come from the environment: BOT_URL, BOT_SECRET, ACTIONS_PORT or ACTIONS_URL;
BOT_ENV, BOT_VAR and TRIAGE_RULES move the environment, the working folder and the rule files.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent.parent
BOT = PROJECT / "bot"
REQUIREMENTS = PROJECT / "requirements" / "bot.txt"
ENVIRONMENT = Path(os.environ.get("BOT_ENV") or PROJECT / ".venv-bot").absolute()
VAR = Path(os.environ.get("BOT_VAR") or PROJECT / "var" / "bot").absolute()
RULES = Path(os.environ.get("TRIAGE_RULES") or PROJECT / "triage_rules").absolute()
PYTHON = ENVIRONMENT / "bin" / "python"
STATUS = VAR / "status.json"

DISK_NEEDED = 1_300_000_000  # bytes: the environment, and what pip unpacks on the way
READY_WITHIN = 120  # seconds
RULE_FOLDERS = ("topics", "danger", "outside")  # what the bot learns from
# The bot gets no key of the portal's: only what is listed here goes on to Rasa.
HANDED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "BOT_SECRET")


class CannotStart(Exception):
    """One clear sentence about what is wrong and what helps."""


def main() -> int:
    arguments = sys.argv[1:]
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, end_quietly)
    try:
        try:
            return prepare_and_serve(only_prepare="--prepare" in arguments)
        except CannotStart as problem:
            report("failed")
            say(str(problem))
        if "--serve" in arguments:
            say("the portal goes on without the bot. Put it right and start again.")
            signal.pause()
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        sweep()


def prepare_and_serve(only_prepare: bool) -> int:
    VAR.mkdir(parents=True, exist_ok=True)
    with only_one():
        prepare_environment()
        model = prepare_model(keep_going=not only_prepare)
    if only_prepare:
        STATUS.unlink(missing_ok=True)
        return 0
    return serve(model)


def say(sentence: str) -> None:
    print(f"bot: {sentence}", flush=True)


def report(state: str, done: int = 0, of: int = 0) -> None:
    """Tell the portal how far we are."""
    new = STATUS.with_suffix(".new")
    new.write_text(json.dumps({"state": state, "done": done, "of": of}))
    new.replace(STATUS)


def end_quietly(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two processes must not build the same environment at the same time."""
    with (VAR / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another process that prepares the bot")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- environment ---------------------------------------------------------------------------------------------------


def prepare_environment() -> None:
    """Make .venv-bot when it is missing, or when the locked list or the Python version is another one."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise CannotStart(f"it needs Python 3.11, 3.12 or 3.13; this is {sys.version_info[0]}.{sys.version_info[1]}.")
    stamp = ENVIRONMENT / "made-from"
    wanted = f"{digest([REQUIREMENTS])} {sys.version_info[0]}.{sys.version_info[1]}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    report("installing", 0, len(pins()))
    clear_environment()
    say("making its environment; this happens once and takes a minute or two")
    run([sys.executable, "-m", "venv", str(ENVIRONMENT)], "its environment could not be made")
    install()
    stamp.write_text(wanted)


def pins() -> list[str]:
    return [line for line in REQUIREMENTS.read_text().splitlines() if "==" in line and line[0].isalnum()]


def clear_environment() -> None:
    if ENVIRONMENT.exists():
        if any(ENVIRONMENT.iterdir()) and not (ENVIRONMENT / "pyvenv.cfg").exists():
            raise CannotStart(f"{ENVIRONMENT} is not an environment; move it away and start again.")
        shutil.rmtree(ENVIRONMENT)
    free = shutil.disk_usage(ENVIRONMENT.parent).free
    if free < DISK_NEEDED:
        raise CannotStart(
            f"it needs {DISK_NEEDED / 1e9:.1f} GB of free disk under {ENVIRONMENT.parent}; there are {free / 1e9:.1f}."
        )


def install() -> None:
    """pip with hashes, without resolution: the list is complete, and Rasa's own bounds are the ones we leave."""
    options = ["--require-hashes", "--no-deps", "--ignore-requires-python", "--only-binary", ":all:"]
    # Python compiles what it imports when it first does; most of the rest never is.
    options.append("--no-compile")
    quiet = ["--no-input", "--progress-bar", "off", "--disable-pip-version-check"]
    command = [str(PYTHON), "-m", "pip", "install", *options, *quiet, "-r", str(REQUIREMENTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        try:
            error = follow(pip.stdout or ())
        except KeyboardInterrupt:
            pip.terminate()
            raise
    if pip.returncode != 0:
        raise CannotStart(f"its packages could not be installed: {error or 'pip failed'}")


def follow(lines: Iterable[str]) -> str:
    """Tell how far pip is; returns the last thing it complained about, or nothing."""
    done, of, error = 0, len(pins()), ""
    for line in lines:
        if line.startswith("ERROR:"):
            error = line.removeprefix("ERROR:").strip()
        if line.startswith("Installing "):
            say("unpacking them")
        if line.startswith(("Collecting ", "Processing ", "Ignoring ")):
            done += 1
            report("installing", done, of)
            if done % 10 == 0 or done == of:
                say(f"installing {done} of {of}")
    return error


def run(command: list[str], failure: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotStart(f"{failure}: {last_line(done.stderr or done.stdout)}")


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


# --- model ---------------------------------------------------------------------------------------------------------


def prepare_model(keep_going: bool) -> Path:
    """The model learnt from the files as they stand now; trained only if one of them changed.

    With keep_going, a model from before is good enough when the files cannot be learnt from.
    """
    models = VAR / "models"
    model = models / f"bot-{digest(learnt_from())[:12]}.tar.gz"
    if model.exists():
        return model
    report("training")
    say("learning from the rule files")
    began = time.monotonic()
    try:
        train(model)
    except CannotStart as problem:
        older = max(models.glob("bot-*.tar.gz"), key=lambda path: path.stat().st_mtime, default=None)
        if not keep_going or older is None:
            raise
        say(f"{problem} It goes on with what it learnt before.")
        return older
    for older in models.glob("bot-*.tar.gz"):
        if older != model:
            older.unlink()
    say(f"learnt in {time.monotonic() - began:.0f} s")
    return model


def learnt_from() -> list[Path]:
    """Every file that changes what the model is."""
    own = [BOT / "config.yml", BOT / "domain.yml", *(BOT / "data").glob("*.yml"), *(BOT / "addons").glob("*.py")]
    return [REQUIREMENTS, *own, *(path for folder in RULE_FOLDERS for path in (RULES / folder).glob("*.yaml"))]


def digest(paths: list[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.parent.name}/{path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def train(model: Path) -> None:
    new = VAR / "training"
    shutil.rmtree(new, ignore_errors=True)
    files = ["-c", str(BOT / "config.yml"), "-d", str(BOT / "domain.yml"), "--data", str(BOT / "data")]
    command = launcher("train", "--quiet", *files, "--out", str(new), "--fixed-model-name", "bot")
    with (VAR / "training.log").open("w") as log:
        done = subprocess.run(command, cwd=PROJECT, env=settings(), stdout=log, stderr=log, check=False)
    if done.returncode != 0 or not (new / "bot.tar.gz").exists():
        reason = re.sub(r"^[\w.]+: ", "", last_line((VAR / "training.log").read_text(errors="replace")))
        raise CannotStart(f"the rule files could not be learnt from: {reason} (all of it: {VAR / 'training.log'})")
    model.parent.mkdir(exist_ok=True)
    (new / "bot.tar.gz").replace(model)
    shutil.rmtree(new)


def launcher(*arguments: str) -> list[str]:
    return [str(PYTHON), "-m", "bot.launcher", *arguments]


def settings() -> dict[str, str]:
    """The environment of Rasa: nothing leaves for its maker, nothing is written outside var/bot."""
    home, temporary = VAR / "home", own_folder()
    for folder in (home, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    actions = f"http://127.0.0.1:{os.environ.get('ACTIONS_PORT') or 8001}/internal/bot/actions"
    return {
        **{name: os.environ[name] for name in HANDED_ON if name in os.environ},
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "MPLCONFIGDIR": str(home),
        "RASA_CACHE_DIRECTORY": str(VAR / "cache"),
        "RASA_MAX_CACHE_SIZE": "0",
        "RASA_TELEMETRY_ENABLED": "false",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        # Two threads for one sentence save a few milliseconds on an idle machine and cost half a second on a busy one.
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS") or "1",
        "BOT_VECTORS": str(VAR / "vectors.npz"),
        "TRIAGE_RULES": str(RULES),
        "ACTIONS_URL": os.environ.get("ACTIONS_URL") or actions,
        "PYTHONUNBUFFERED": "1",
    }


# --- server --------------------------------------------------------------------------------------------------------


def serve(model: Path) -> int:
    """Run Rasa on loopback until a signal comes or it ends by itself; the exit code says which."""
    port = own_port()
    files = ["--endpoints", str(BOT / "endpoints.yml"), "--credentials", str(BOT / "credentials.yml")]
    command = launcher("run", "--quiet", "-i", "127.0.0.1", "-p", str(port), "-m", str(model), *files)
    report("starting")
    # A group of its own: Ctrl-C reaches this process alone, which then ends Rasa.
    rasa = subprocess.Popen(command, cwd=PROJECT, env=settings(), start_new_session=True)
    try:
        wait_until_ready(rasa, port)
        STATUS.unlink(missing_ok=True)
        return rasa.wait() or 1
    finally:
        end(rasa)


def own_folder() -> Path:
    """For what Rasa unpacks on the way. One a process, since a test and a server may run at the same time."""
    return VAR / "tmp" / str(os.getpid())


def sweep() -> None:
    """Remove our own folder, and those of processes that were ended the hard way."""
    for folder in (VAR / "tmp").glob("[0-9]*"):
        try:
            os.kill(int(folder.name), 0)
            gone = folder == own_folder()
        except ProcessLookupError:
            gone = True
        except PermissionError:
            gone = False
        if gone:
            shutil.rmtree(folder, ignore_errors=True)


def own_port() -> int:
    """The port that BOT_URL names, if it is free on this machine."""
    address = urlsplit(os.environ.get("BOT_URL") or "http://127.0.0.1:5005")
    try:
        port = address.port
    except ValueError:
        port = None
    if address.hostname not in ("127.0.0.1", "localhost") or not port:
        raise CannotStart("BOT_URL must be http://127.0.0.1 with a port: the bot is for this machine alone.")
    if not os.environ.get("BOT_SECRET"):
        raise CannotStart("BOT_SECRET is not set; without it the bot would answer anybody.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotStart(f"port {port} is taken; end what runs there or set BOT_URL.") from None
    return port


def wait_until_ready(rasa: subprocess.Popen[bytes], port: int) -> None:
    began = time.monotonic()
    bearer = {"Authorization": f"Bearer {os.environ['BOT_SECRET']}"}
    question = urllib.request.Request(f"http://127.0.0.1:{port}/webhooks/portal/ready", headers=bearer)
    while time.monotonic() - began < READY_WITHIN:
        if rasa.poll() is not None:
            raise CannotStart(f"its server ended at once, with code {rasa.returncode}; the lines above say why.")
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(question, timeout=2):
            say(f"ready after {time.monotonic() - began:.0f} s")
            return
        time.sleep(0.2)
    raise CannotStart(f"its server did not answer within {READY_WITHIN} s.")


def end(rasa: subprocess.Popen[bytes]) -> None:
    if rasa.poll() is None:
        rasa.terminate()
        try:
            rasa.wait(timeout=8)
        except subprocess.TimeoutExpired:
            rasa.kill()
            rasa.wait()


if __name__ == "__main__":
    sys.exit(main())
