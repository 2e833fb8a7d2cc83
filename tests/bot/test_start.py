"""bot/start.py: what it does when something is wrong, when it is told to end, and when the rule files change."""

import json
import os
import shutil
import signal
import subprocess
import tarfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot import start
from tests.bot.running_bot import BASE_PYTHON, ROOT, SECRET, free_port, start_bot, wait_for

RULES = {
    "topics/home.yaml": "phrases: {sv: [bråk hemma varje dag, mamma och pappa bråkar], en: [they fight at home]}",
    "topics/money.yaml": "phrases: {sv: [jag har inga pengar kvar, kan inte betala mat], en: [no money left]}",
    "danger/violence-now.yaml": "signal: violence-now\nmessages: {sv: [han slår mig nu, de hotar mig, vill dö]}",
    "outside/parking.yaml": "phrases: {sv: [parkeringsbot, var får jag parkera bilen]}",
}


@pytest.fixture
def small(tmp_path: Path, model: Path) -> dict[str, str]:
    """Settings for a bot of its own, with a handful of rule files."""
    for name, text in RULES.items():
        path = tmp_path / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "var").mkdir()
    return {
        "TRIAGE_RULES": str(tmp_path / "rules"),
        "BOT_VAR": str(tmp_path / "var"),
        "BOT_SECRET": SECRET,
        "BOT_URL": f"http://127.0.0.1:{free_port()}",
    }


def models(small: dict[str, str]) -> list[str]:
    return [path.name for path in Path(small["BOT_VAR"]).glob("models/*")]


def test_it_learns_only_when_the_files_change(small: dict[str, str]) -> None:
    first = start_bot("--prepare", **small)
    assert first.returncode == 0, first.stdout
    assert "bot: learnt in" in first.stdout
    [learnt] = models(small)

    assert start_bot("--prepare", **small).stdout == ""
    assert models(small) == [learnt]

    topic = Path(small["TRIAGE_RULES"]) / "topics" / "money.yaml"
    topic.write_text(topic.read_text().replace("kan inte betala mat", "pengarna är slut"), encoding="utf-8")
    assert "bot: learnt in" in start_bot("--prepare", **small).stdout
    [again] = set(models(small)) - {learnt}
    assert learnt in models(small), "the one before is kept, in case the new one does not load"

    topic.write_text("phrases: [broken", encoding="utf-8")
    broken = start_bot("--prepare", **small)
    assert broken.returncode == 1
    assert "topics/money.yaml" in broken.stdout
    assert "Traceback" not in broken.stdout + broken.stderr
    assert set(models(small)) == {learnt, again}


def test_rule_files_that_teach_nothing_are_one_clear_sentence(small: dict[str, str]) -> None:
    shutil.rmtree(Path(small["TRIAGE_RULES"]) / "danger")
    empty = start_bot("--prepare", **small)
    assert empty.returncode == 1
    assert "too few sentences" in empty.stdout
    assert "Traceback" not in empty.stdout + empty.stderr
    assert json.loads((Path(small["BOT_VAR"]) / "status.json").read_text())["state"] == "failed"


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"BOT_SECRET": ""}, "BOT_SECRET is not set"),
        ({"BOT_SECRET": SECRET, "BOT_URL": "http://192.0.2.1:5005"}, "for this machine alone"),
        ({"BOT_SECRET": SECRET, "BOT_URL": "http://127.0.0.1"}, "with a port"),
        ({"BOT_SECRET": SECRET, "BOT_URL": "http://127.0.0.1:99999"}, "with a port"),
    ],
)
def test_wrong_settings_are_one_clear_sentence(settings: dict[str, str], sentence: str) -> None:
    done = start_bot(**settings)
    assert done.returncode == 1
    assert sentence in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_with_serve_it_stays_and_ends_cleanly(ending: signal.Signals, tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    with log.open("w") as printed:
        command = [BASE_PYTHON, str(ROOT / "bot" / "start.py"), "--serve"]
        process = subprocess.Popen(
            command, env={**os.environ, "BOT_SECRET": ""}, stdout=printed, stderr=subprocess.STDOUT
        )
    wait_for(lambda: "goes on without the bot" in log.read_text())
    assert process.poll() is None
    process.send_signal(ending)
    assert process.wait(timeout=10) == 0
    assert "Traceback" not in log.read_text()


def test_another_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start.sys, "version_info", (3, 10, 4))
    with pytest.raises(start.CannotStart, match=r"needs Python 3\.11, 3\.12 or 3\.13; this is 3\.10"):
        start.prepare_environment()


def test_a_full_disk_is_told_before_anything_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(start, "ENVIRONMENT", tmp_path / "environment")
    monkeypatch.setattr(start.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 200_000_000))
    with pytest.raises(start.CannotStart, match=r"1\.3 GB of free disk"):
        start.clear_environment()


def test_a_folder_that_is_no_environment_is_never_deleted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("keep me")
    monkeypatch.setattr(start, "ENVIRONMENT", tmp_path)
    with pytest.raises(start.CannotStart, match="is not an environment"):
        start.clear_environment()
    assert (tmp_path / "letters.txt").exists()


def test_what_pip_complains_about_is_passed_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pip = tmp_path / "python"
    collecting = "".join(f"echo 'Collecting part{number}'\n" for number in range(10))
    pip.write_text(f"#!/bin/sh\n{collecting}echo 'ERROR: the hashes do not match'\nexit 1\n")
    pip.chmod(0o755)
    monkeypatch.setattr(start, "PYTHON", pip)
    monkeypatch.setattr(start, "STATUS", tmp_path / "status.json")
    with pytest.raises(start.CannotStart, match="could not be installed: the hashes do not match"):
        start.install()
    of = len(start.pins())
    assert capsys.readouterr().out == f"bot: installing 10 of {of}\n"
    assert json.loads((tmp_path / "status.json").read_text()) == {"state": "installing", "done": 10, "of": of}


def test_a_taken_port_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with start.socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("BOT_URL", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("BOT_SECRET", SECRET)
        with pytest.raises(start.CannotStart, match=f"port {port} is taken"):
            start.own_port()


def test_the_bot_gets_no_key_of_the_portals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(start, "VAR", tmp_path)
    for name in ("CONTENT_KEY", "SECRET_KEY", "DATABASE_URL"):
        monkeypatch.setenv(name, "private")
    handed = start.settings()
    assert "private" not in handed.values()
    assert handed["RASA_TELEMETRY_ENABLED"] == "false"
    assert all(handed[name].startswith(str(tmp_path)) for name in ("HOME", "TMPDIR", "RASA_CACHE_DIRECTORY"))


def test_it_ends_at_once_while_it_installs(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    settings = {"BOT_ENV": str(tmp_path / "environment"), "BOT_VAR": str(tmp_path / "var")}
    with log.open("w") as printed:
        command = [BASE_PYTHON, str(ROOT / "bot" / "start.py"), "--prepare"]
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=printed, stderr=subprocess.STDOUT)
    wait_for(lambda: (tmp_path / "environment" / "bin" / "pip").exists() or process.poll() is not None)
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert "Traceback" not in log.read_text()
    assert not (tmp_path / "environment" / "made-from").exists()


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of models, where a good one lies; training and serving are played by what each test puts in place."""
    monkeypatch.setattr(start, "VAR", tmp_path)
    monkeypatch.setattr(start, "STATUS", tmp_path / "status.json")
    monkeypatch.setattr(start, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(start, "wait_until_ready", lambda rasa, port: None)
    monkeypatch.setenv("BOT_SECRET", SECRET)
    monkeypatch.setenv("BOT_URL", f"http://127.0.0.1:{free_port()}")
    (tmp_path / "models").mkdir()
    put_model(tmp_path / "models" / "bot-good.tar.gz", age=100)
    return tmp_path / "models"


def put_model(path: Path, age: int = 0) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        archive.add(__file__, "metadata.json")
    os.utime(path, (time.time() - age,) * 2)
    return path


def play_rasa(models: Path, script: str) -> None:
    """In place of the bot's Python; what it is called with stands in the file called."""
    python = models.parent / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >> {models.parent / "called"}\n{script}\n')
    python.chmod(0o755)


def status(models: Path) -> dict[str, Any]:
    return dict(json.loads((models.parent / "status.json").read_text()))


def test_a_damaged_model_gives_way_to_the_one_before(learnt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged = put_model(learnt / "bot-new.tar.gz")
    damaged.write_bytes(damaged.read_bytes()[:-200])
    play_rasa(learnt, "exit 7")
    assert start.serve_a_good_one(damaged, "") == 7
    called = (learnt.parent / "called").read_text()
    assert "bot-good.tar.gz" in called
    assert "bot-new.tar.gz" not in called
    assert "bot-new.tar.gz is damaged. It goes on with what it learnt before" in capsys.readouterr().out
    assert "bot-new.tar.gz is damaged" in status(learnt)["why"]
    assert status(learnt)["state"] == "older"
    assert not damaged.exists(), "the next start learns anew"


def test_a_model_that_rasa_cannot_load_gives_way_too(
    learnt: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new = put_model(learnt / "bot-new.tar.gz")
    play_rasa(learnt, 'case "$*" in *bot-new*) sleep 30;; esac; exit 7')

    def holds_no_model(rasa: "subprocess.Popen[bytes]", port: int) -> None:
        if new.exists():
            raise start.CannotLoad("its model could not be loaded.")

    monkeypatch.setattr(start, "wait_until_ready", holds_no_model)
    assert start.serve_a_good_one(new, "") == 7
    assert "goes on with what it learnt before" in capsys.readouterr().out
    assert status(learnt)["state"] == "older"


def test_a_server_without_a_model_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_SECRET", SECRET)
    server = ThreadingHTTPServer(("127.0.0.1", 0), HoldsNoModel)
    Thread(target=server.serve_forever, daemon=True).start()
    with subprocess.Popen(["/bin/sleep", "30"]) as alive:
        with pytest.raises(start.CannotLoad, match="could not be loaded"):
            start.wait_until_ready(alive, server.server_port)
        start.end(alive)
    server.shutdown()
    server.server_close()


class HoldsNoModel(BaseHTTPRequestHandler):
    """A Rasa that serves and has loaded nothing."""

    def do_GET(self) -> None:
        self.send_error(503)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet."""


def test_the_only_model_being_damaged_is_told_and_learnt_anew_next_time(learnt: Path) -> None:
    only = learnt / "bot-good.tar.gz"
    only.write_bytes(b"nothing")
    with pytest.raises(start.CannotStart, match=r"bot-good.tar.gz is damaged\. The next start learns anew"):
        start.serve_a_good_one(only, "")
    assert not only.exists()


@pytest.mark.parametrize(
    ("training", "told"),
    [
        ("echo 'BrokenRuleFile: topics/money.yaml: cannot be read as YAML near line 3' >&2; exit 1", "money.yaml"),
        ("exit 137", "no reason given"),
        ("exit 0", "no reason given"),  # ends as if all were well, and leaves no model
        ("echo 'OSError: [Errno 28] No space left on device' >&2; exit 1", "No space left on device"),
    ],
)
def test_learning_that_fails_changes_nothing(
    learnt: Path, training: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    play_rasa(learnt, training)
    model, problem = start.prepare_model(keep_going=True)
    assert model == learnt / "bot-good.tar.gz"
    assert told in problem
    assert "Put it right and start again" in problem
    assert f"{problem} It goes on with what it learnt before." in capsys.readouterr().out
    assert [path.name for path in learnt.iterdir()] == ["bot-good.tar.gz"]
    assert not (learnt.parent / "training").exists()

    play_rasa(learnt, "exit 7")
    start.serve_a_good_one(model, problem)
    assert status(learnt) == {"state": "older", "why": problem}


def test_no_room_to_learn_is_told_and_the_old_model_serves(learnt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 100_000_000))
    model, problem = start.prepare_model(keep_going=True)
    assert model == learnt / "bot-good.tar.gz"
    assert "needs 0.3 GB of free disk" in problem
    assert not (learnt.parent / "called").exists()


def test_a_disk_that_cannot_be_written_is_told(learnt: Path) -> None:
    (learnt.parent / "training.log").mkdir()
    with pytest.raises(start.CannotStart, match="cannot write under"):
        start.prepare_model(keep_going=False)


def test_of_models_only_the_newest_two_are_kept(learnt: Path) -> None:
    put_model(learnt / "bot-oldest.tar.gz", age=500)
    made = put_model(learnt.parent / "made.tar.gz")
    play_rasa(learnt, f"mkdir -p {learnt.parent}/training && cp {made} {learnt.parent}/training/bot.tar.gz")
    model, problem = start.prepare_model(keep_going=True)
    assert problem == ""
    assert {path.name for path in learnt.iterdir()} == {model.name, "bot-good.tar.gz"}
