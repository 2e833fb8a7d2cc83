"""The Procfile's processes start together, and a signal ends all of them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

ROOT = Path(__file__).parents[2]
PATIENCE = 40.0
Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Runs processes.py beside a Procfile of the test's own."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "processes.py", tmp_path / "tools")

    def _start(procfile: str) -> "subprocess.Popen[str]":
        (tmp_path / "Procfile").write_text(procfile)
        names = [line.partition(":")[0] for line in procfile.splitlines()]
        command = [sys.executable, "tools/processes.py", *names]
        return subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, start_new_session=True)

    return _start


def eventually(question: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.05)
    return False


def is_running(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def test_the_procfile_names_web_worker_and_bot() -> None:
    assert list(parse_procfile((ROOT / "Procfile").read_text("utf-8")).processes) == ["web", "worker", "bot"]


@pytest.mark.parametrize("stopping", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_process(start: Start, tmp_path: Path, stopping: signal.Signals) -> None:
    processes = start("web: echo $$ >web.pid; sleep 60\nbot: while :; do sh -c 'echo $$ >bot.pid; sleep 60'; done\n")
    pids = [tmp_path / "web.pid", tmp_path / "bot.pid"]
    assert eventually(lambda: all(is_running(pid) for pid in pids))

    processes.send_signal(stopping)
    said, _ = processes.communicate(timeout=PATIENCE)

    assert processes.returncode == 0
    assert "Traceback" not in said
    assert eventually(lambda: not any(is_running(pid) for pid in pids))


def test_a_stop_that_comes_before_everything_has_started_is_not_lost(tmp_path: Path) -> None:
    script = """
import sys
from honcho.printer import Printer
from processes import Together
together = Together(Printer(sys.stdout))
together.add_process("web", "sleep 60")
together.terminate()
together.loop()
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, timeout=PATIENCE, capture_output=True, check=True
    )
    assert done.stderr == b""
    assert b"web stopped" in done.stdout


def test_when_the_web_process_ends_the_others_end_and_it_counts_as_failure(start: Start, tmp_path: Path) -> None:
    processes = start("web: sleep 1; exit 3\nworker: echo $$ >worker.pid; sleep 60\n")
    processes.communicate(timeout=PATIENCE)
    assert processes.returncode == 3
    assert not is_running(tmp_path / "worker.pid")


@pytest.mark.parametrize("name", ["worker", "bot"])
def test_worker_and_bot_come_back_without_taking_the_portal_down(name: str) -> None:
    command = parse_procfile((ROOT / "Procfile").read_text("utf-8")).processes[name]
    # The real line, with programs that end at once and a pause that does not last.
    short_lived = f"sleep() {{ :; }}; {command.replace('.venv/bin/python', 'true')}"
    environment = {**os.environ, "BASE_PYTHON": "true"}
    with subprocess.Popen(
        ["/bin/sh", "-c", short_lived], env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        said = [running.stdout.readline() for _ in range(3)]
        running.terminate()
    assert set(said) == {said[0]}
    assert "starts again" in said[0]


def test_each_process_sees_the_port_that_was_chosen(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8010")
    processes = start("web: echo port $PORT; sleep 1\nworker: echo port $PORT; sleep 1\n")
    said, _ = processes.communicate(timeout=PATIENCE)
    assert said.count("| port 8010\n") == 2
