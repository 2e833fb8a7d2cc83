"""`make run`: from a fresh clone to the running portal. It writes only into .venv, .venv-bot and var/.

Checks the machine, makes the environment, the secrets, the catalogues, the database, the rules and the demo
accounts, then starts the processes of the Procfile. What has been done already is not done again. The bot
makes its own environment and model beside the running portal.
"""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from catalogues import compile_stale
from generated_settings import complete
from machine import (
    LOOPBACK,
    ROOM_TO_BUILD,
    ROOM_TO_RUN,
    MachineProblem,
    check_disk,
    check_folder,
    check_port,
    loopback_port,
    port_number,
)
from setup_environment import ROOT, base_python, environment_python, is_ready, prepare
from terminal import run_main, say

SECRETS = "secrets.env"
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - only compared with
PATIENCE = 120.0  # seconds


def settings() -> dict[str, str]:
    """The addresses the processes share, from the environment or the usual ones, each checked."""
    chosen = {
        "HOST": os.environ.get("HOST") or LOOPBACK,
        "PORT": os.environ.get("PORT") or "8000",
        "ACTIONS_PORT": os.environ.get("ACTIONS_PORT") or "8001",
        "BOT_URL": os.environ.get("BOT_URL") or f"http://{LOOPBACK}:5005",
    }
    for name in ("PORT", "ACTIONS_PORT"):
        port = port_number(chosen[name], name)
        check_port(port, f"make run {name}={port + 10}", chosen["HOST"] if name == "PORT" else LOOPBACK)
    bot_port = loopback_port(chosen["BOT_URL"])
    if bot_port is not None:
        check_port(bot_port, f"make run BOT_URL=http://{LOOPBACK}:{bot_port + 10}")
    return chosen


def var_folder() -> Path:
    """Where everything that people write is kept."""
    return Path(os.environ.get("VAR_FOLDER") or ROOT / "var")


def check_machine(root: Path, var: Path) -> None:
    """Raises MachineProblem when folders or disk will not do, or when the key to a database is gone."""
    check_folder(root)
    check_folder(var)
    if (var / "portal.db").exists() and not (var / SECRETS).exists() and not os.environ.get("CONTENT_KEY"):
        raise MachineProblem(
            f"{var / 'portal.db'} holds what people wrote, but the key to it, {var / SECRETS}, is gone. "
            f"Put that file back. To start afresh without what people wrote, remove {var}."
        )
    both_made = is_ready("portal", root) and (root / ".venv-bot").exists()
    check_disk(root, ROOM_TO_RUN if both_made else ROOM_TO_BUILD)


def for_the_bot() -> dict[str, str]:
    """What the bot's start script needs to work in the same places and with the same Python."""
    rules = os.environ.get("RULES_FOLDER") or ROOT / "triage_rules"
    return {"BASE_PYTHON": base_python(), "BOT_VAR": str(var_folder() / "bot"), "TRIAGE_RULES": str(rules)}


def prepare_portal(environment: dict[str, str]) -> None:
    """Brings catalogues, database, rules and demo accounts up to date."""
    compile_stale()
    command = [str(environment_python()), "-m", "tools.prepare_data"]
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
        raise MachineProblem("The portal was not started. The reason stands above.")


def run_processes(environment: dict[str, str]) -> int:
    """Runs the processes until Ctrl-C or until the web process ends; tells where to go once it answers."""
    names = ["web", "worker"]
    if loopback_port(environment["BOT_URL"]) is not None:
        names.append("bot")
    command = [str(environment_python()), str(ROOT / "tools" / "processes.py"), *names]
    # In a group of its own, so that Ctrl-C reaches it once, through us, and it stops its processes in order.
    processes = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        processes.terminate()

    for stopping in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stopping, stop)
    host = LOOPBACK if environment["HOST"] in EVERY_ADDRESS else environment["HOST"]
    address = f"http://{host}:{environment['PORT']}"
    if _opens(address, processes):
        _tell_where_to_go(address)
    code = processes.wait()
    say("Everything has stopped." if code == 0 else "The web process ended, so everything was stopped. See above.")
    return code


def _opens(address: str, processes: "subprocess.Popen[bytes]") -> bool:
    """Waits until the portal answers; false when it ends or stays silent too long."""
    deadline = time.monotonic() + PATIENCE
    while processes.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _tell_where_to_go(address: str) -> None:
    say(
        f"\n  The portal is open:  {address}"
        f"\n  Staff sign in at:    {address}/staff/"
        "\n  The bot joins when its environment and its model are ready. Ctrl-C stops everything.\n"
    )


def main() -> int:
    """Does all of it."""
    shared = settings()
    check_machine(ROOT, var_folder())
    prepare("portal")
    secrets = complete(var_folder() / SECRETS, os.environ)
    # What the operator has set wins over what was generated.
    given = {name: value for name, value in os.environ.items() if value}
    environment = secrets | given | shared | for_the_bot()
    environment |= {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    prepare_portal(environment)
    return run_processes(environment)


if __name__ == "__main__":
    run_main(main)
