"""Prepare the bot and run it: its environment, its model, its server. Standard library only, Python 3.11 to 3.13.

    python bot/start.py              prepare what is missing, then serve; ends with an error if something fails
    python bot/start.py --serve      the same, but if it cannot start, say why and stay: the portal goes on without it
    python bot/start.py --prepare    environment and model only

Everything is written under var/bot, except the environment itself, .venv-bot. While it works, var/bot/status.json says
how far it is: {"state": "installing" | "training" | "starting" | "failed", "done": 40, "of": 60}; the file is gone once
the bot answers, or stays as {"state": "older", "why": "one sentence"}: it answers with what it learnt before, since the
files cannot be learnt from or the new model does not load. Settings come from the environment: BOT_URL, BOT_SECRET,
ACTIONS_PORT or ACTIONS_URL; BOT_ENV, BOT_VAR and TRIAGE_RULES move the environment, the working folder and the rules.
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
import tarfile
import time
import urllib.error
import urllib.request
import zlib
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
TRAINING_NEEDS = 300_000_000  # bytes: the new model, twice while it is packed, and the vectors of all sentences
READY_WITHIN = 120  # seconds
RULE_FOLDERS = ("topics", "danger", "outside")  # what the bot learns from
# The bot gets no key of the portal's: only what is listed here goes on to Rasa.
HANDED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "BOT_SECRET")


class CannotStart(Exception):
    """One clear sentence about what is wrong and what helps."""


class CannotLoad(CannotStart):
    """The model is at fault, not the machine or the settings: another one may do."""


def main() -> int:
    arguments = sys.argv[1:]
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, end_quietly)
    try:
        try:
            return prepare_and_serve(only_prepare="--prepare" in arguments)
        except CannotStart as problem:
            report("failed", why=str(problem))
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
        model, problem = prepare_model(keep_going=not only_prepare)
    if only_prepare:
        STATUS.unlink(missing_ok=True)
        return 0
    return serve_a_good_one(model, problem)


def say(sentence: str) -> None:
    print(f"bot: {sentence}", flush=True)


def report(state: str, done: int = 0, of: int = 0, why: str = "") -> None:
    """Tell how far we are. A full disk is no reason to stop: what matters is printed as well."""
    told = {"state": state, "why": why} if why else {"state": state, "done": done, "of": of}
    new = STATUS.with_suffix(".new")
    with contextlib.suppress(OSError):
        new.write_text(json.dumps(told))
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
    check_room(ENVIRONMENT.parent, DISK_NEEDED)


def check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotStart(f"it needs {needed / 1e9:.1f} GB of free disk under {folder}; there are {free / 1e9:.1f}.")


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


def prepare_model(keep_going: bool) -> tuple[Path, str]:
    """The model learnt from the files as they stand now, trained only if one of them changed; and what is wrong.

    With keep_going, a model from before is good enough when the files cannot be learnt from.
    """
    model = VAR / "models" / f"bot-{digest(learnt_from())[:12]}.tar.gz"
    if model.exists():
        model.touch()
        return model, ""
    report("training")
    say("learning from the rule files")
    began = time.monotonic()
    try:
        train(model)
    except CannotStart as problem:
        older = newest_models()[:1]
        if not keep_going or not older:
            raise
        say(f"{problem} It goes on with what it learnt before.")
        return older[0], str(problem)
    for too_old in newest_models()[2:]:
        too_old.unlink()
    say(f"learnt in {time.monotonic() - began:.0f} s")
    return model, ""


def newest_models() -> list[Path]:
    """Every model there is, the one used last first."""
    return sorted((VAR / "models").glob("bot-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)


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
    """Learn, and put the finished model in its place in one step: until then nothing has changed."""
    new = VAR / "training"
    check_room(VAR, TRAINING_NEEDS)
    try:
        shutil.rmtree(new, ignore_errors=True)
        learn_into(new)
        model.parent.mkdir(exist_ok=True)
        (new / "bot.tar.gz").replace(model)
    except OSError as error:
        raise CannotStart(f"it cannot write under {VAR}: {error.strerror}. Put it right and start again.") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def learn_into(new: Path) -> None:
    files = ["-c", str(BOT / "config.yml"), "-d", str(BOT / "domain.yml"), "--data", str(BOT / "data")]
    command = launcher("train", "--quiet", *files, "--out", str(new), "--fixed-model-name", "bot")
    with (VAR / "training.log").open("w") as log:
        done = subprocess.run(command, cwd=PROJECT, env=settings(), stdout=log, stderr=log, check=False)
    if done.returncode != 0 or not (new / "bot.tar.gz").exists():
        reason = re.sub(r"^[\w.]+: ", "", last_line((VAR / "training.log").read_text(errors="replace")))
        raise CannotStart(
            f"the rule files could not be learnt from: {reason}. Put it right and start again "
            f"(all of it: {VAR / 'training.log'})."
        )


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


def serve_a_good_one(model: Path, problem: str) -> int:
    """Serve this model, or the one before when it does not load; `problem` tells what is wrong already."""
    try:
        return serve(model, problem)
    except CannotLoad as fault:
        model.unlink(missing_ok=True)
        others = newest_models()
        if not others:
            raise CannotStart(f"{fault} The next start learns anew.") from None
        say(f"{fault} It goes on with what it learnt before; the next start learns anew.")
        return serve(others[0], str(fault))


def serve(model: Path, problem: str) -> int:
    """Run Rasa on loopback until a signal comes or it ends by itself; the exit code says which."""
    check_archive(model)
    port = own_port()
    files = ["--endpoints", str(BOT / "endpoints.yml"), "--credentials", str(BOT / "credentials.yml")]
    command = launcher("run", "--quiet", "-i", "127.0.0.1", "-p", str(port), "-m", str(model), *files)
    report("starting")
    # A group of its own: Ctrl-C reaches this process alone, which then ends Rasa.
    rasa = subprocess.Popen(command, cwd=PROJECT, env=settings(), start_new_session=True)
    try:
        wait_until_ready(rasa, port)
        if problem:
            report("older", why=problem)
        else:
            STATUS.unlink(missing_ok=True)
        return rasa.wait() or 1
    finally:
        end(rasa)


def check_archive(model: Path) -> None:
    """Rasa would wait for ever behind a model that it cannot unpack."""
    try:
        with tarfile.open(model) as archive:
            archive.getmembers()
    except (OSError, EOFError, tarfile.TarError, zlib.error):
        raise CannotLoad(f"its model {model} is damaged.") from None


def own_folder() -> Path:
    """For what Rasa unpacks on the way. One a process, since a test and a server may run at the same time."""
    return VAR / "tmp" / str(os.getpid())


def sweep() -> None:
    """Remove our own folder, and those of processes that were ended the hard way."""
    for folder in (VAR / "tmp").glob("[0-9]*"):
        with contextlib.suppress(PermissionError):
            try:
                os.kill(int(folder.name), 0)
            except ProcessLookupError:
                shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(own_folder(), ignore_errors=True)


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
            raise CannotLoad(f"its server ended at once, with code {rasa.returncode}; the lines above say why.")
        try:
            with urllib.request.urlopen(question, timeout=2):
                say(f"ready after {time.monotonic() - began:.0f} s")
                return
        except urllib.error.HTTPError as error:
            if error.code == 503:  # it serves, but holds no model
                raise CannotLoad("its model could not be loaded; the lines above say why.") from None
        except OSError:
            pass
        time.sleep(0.2)
    raise CannotLoad(f"its server did not answer within {READY_WITHIN} s.")


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
