"""What is wrong with a machine is told in a clear sentence with a remedy."""

import errno
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from machine import (
    GIGABYTE,
    ROOM_TO_BUILD,
    MachineProblem,
    check_disk,
    check_folder,
    check_port,
    loopback_port,
    port_number,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_free_port_is_fine(free_port: int) -> None:
    check_port(free_port, "make run PORT=8010")


def test_a_busy_port_is_named_with_a_way_out(busy_port: int) -> None:
    with pytest.raises(MachineProblem, match=f"Port {busy_port} is taken .* choose another port: make run PORT=8010"):
        check_port(busy_port, "make run PORT=8010")


def test_an_address_of_another_machine_cannot_be_listened_on(free_port: int) -> None:
    with pytest.raises(MachineProblem, match="cannot be used"):
        check_port(free_port, "make run PORT=8010", "192.0.2.1")


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "８０００", "80 00"])
def test_what_is_no_port_is_said_to_be_none(text: str) -> None:
    with pytest.raises(MachineProblem, match=r"PORT is “.*”, which is no port\..*make run PORT=8010"):
        port_number(text, "PORT")


def test_little_disk_is_told_in_gigabytes(tmp_path: Path) -> None:
    with pytest.raises(MachineProblem, match=r"Only 0\.4 GB are free .* 1\.5 GB are needed\. Make room"):
        check_disk(tmp_path, ROOM_TO_BUILD, free=int(0.4 * GIGABYTE))


def test_the_real_disk_is_measured(tmp_path: Path) -> None:
    check_disk(tmp_path, 1)
    with pytest.raises(MachineProblem, match="Make room"):
        check_disk(tmp_path, 1e18)


def test_a_folder_is_made_when_it_is_missing(tmp_path: Path) -> None:
    check_folder(tmp_path / "var" / "test")
    assert (tmp_path / "var" / "test").is_dir()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied"),
            r"Nothing can be written .* \(permission denied\)\. .*chown",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk .* is full. Make room"),
    ],
)
def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    def refuse(**_where: Path) -> NoReturn:
        raise error

    # Injected, because root may write everywhere and containers often run as root.
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(MachineProblem, match=said):
        check_folder(tmp_path / "var")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file in the way")
    with pytest.raises(MachineProblem, match=f"Nothing can be written in {tmp_path / 'var'} "):
        check_folder(tmp_path / "var")


@pytest.mark.parametrize(
    ("address", "port"),
    [("http://127.0.0.1:5005", 5005), ("http://localhost:5006/", 5006), ("https://bot.example:5005", None)],
)
def test_the_bot_is_started_only_when_it_lives_here(address: str, port: int | None) -> None:
    assert loopback_port(address) == port


@pytest.mark.parametrize("address", ["bot", "127.0.0.1:5005", "http://127.0.0.1:99999", "ftp://127.0.0.1"])
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    with pytest.raises(MachineProblem, match=r"BOT_URL is .* no address"):
        loopback_port(address)


@pytest.mark.parametrize("setting", ["PORT", "ACTIONS_PORT"])
def test_make_run_stops_at_a_busy_port_with_one_sentence(busy_port: int, setting: str) -> None:
    done = start(**{setting: str(busy_port)})
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"make run {setting}={busy_port + 10}" in done.stderr


def test_make_run_stops_at_a_busy_port_of_the_bot(busy_port: int) -> None:
    done = start(BOT_URL=f"http://127.0.0.1:{busy_port}")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"make run BOT_URL=http://127.0.0.1:{busy_port + 10}" in done.stderr


def start(**settings: str) -> subprocess.CompletedProcess[str]:
    """Starts the portal on ports of its own, of which one is in the way: it must end before it does anything."""
    with socket.socket() as first, socket.socket() as second, socket.socket() as third:
        for probe in (first, second, third):
            probe.bind(("127.0.0.1", 0))
        ports = [str(probe.getsockname()[1]) for probe in (first, second, third)]
    free = {"PORT": ports[0], "ACTIONS_PORT": ports[1], "BOT_URL": f"http://127.0.0.1:{ports[2]}"}
    command = [sys.executable, str(ROOT / "tools" / "start_portal.py")]
    environment = {**os.environ, "PYTHONUTF8": "1", **free, **settings}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
