"""What this machine must offer before anything starts; each check has one clear sentence with its remedy."""

import errno
import shutil
import socket
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

GIGABYTE = 1_000_000_000
# Both environments, the bot's model and the packages that are being unpacked.
ROOM_TO_BUILD = 1.5 * GIGABYTE
ROOM_TO_RUN = 0.2 * GIGABYTE
LOOPBACK = "127.0.0.1"


class MachineProblem(Exception):
    """Something that the person at the terminal can put right; the text is one or two sentences for them."""


def check_folder(folder: Path) -> None:
    """Raises MachineProblem when nothing can be written in the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise MachineProblem(f"The disk that holds {folder} is full. Make room, then try again.") from error
        raise MachineProblem(
            f"Nothing can be written in {folder} ({_reason(error)}). "
            "Make the folder yours (chown), or work in a copy that is."
        ) from error


def check_disk(folder: Path, needed: float, free: float | None = None) -> None:
    """Raises MachineProblem when less than `needed` bytes are free; `free` is measured unless given."""
    free = shutil.disk_usage(folder).free if free is None else free
    if free < needed:
        raise MachineProblem(
            f"Only {free / GIGABYTE:.1f} GB are free on the disk that holds {folder}; "
            f"{needed / GIGABYTE:.1f} GB are needed. Make room, then try again."
        )


def port_number(text: str, setting: str) -> int:
    """The port that a setting names; raises MachineProblem when it is none."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise MachineProblem(
        f"{setting} is “{text}”, which is no port. Give a number, for example: make run {setting}=8010"
    )


def check_port(port: int, remedy: str, host: str = LOOPBACK) -> None:
    """Raises MachineProblem when the port cannot be listened on; `remedy` shows how to choose another."""
    with socket.socket() as listener:
        # A port whose last owner has just stopped counts as free, as it does for the servers we start.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise MachineProblem(
                    f"Port {port} is taken by another program (perhaps Första linjen is already running). "
                    f"Stop that program, or choose another port: {remedy}"
                ) from error
            raise MachineProblem(f"Port {port} cannot be used ({_reason(error)}). Choose another: {remedy}") from error


def loopback_port(address: str) -> int | None:
    """The port of an address on this machine; None when the address is on another machine.

    Raises MachineProblem when the text is no address.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host, port = None, 0
    if not host or parts.scheme not in ("http", "https"):
        raise MachineProblem(
            f"BOT_URL is “{address}”, which is no address. Give one like http://127.0.0.1:5005, or none."
        )
    return port if host in (LOOPBACK, "localhost") else None


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
