"""The secrets that `make run` makes up once and keeps in var/secrets.env, readable by their owner only."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from machine import MachineProblem


def _key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


GENERATED: Mapping[str, Callable[[], str]] = {
    "SECRET_KEY": secrets.token_urlsafe,
    "CONTENT_KEY": _key,
    "BOT_SECRET": secrets.token_urlsafe,
}


def complete(file: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The secrets in the file, after adding those that neither the file nor `given` (the environment) holds.

    Raises MachineProblem when a line of the file cannot be read. What stands in the file is never changed:
    a new CONTENT_KEY would make everything that was written so far unreadable.
    """
    known = read(file)
    fresh = {name: make() for name, make in GENERATED.items() if name not in known and not given.get(name)}
    if fresh:
        _append(file, fresh)
    return known | fresh


def read(file: Path) -> dict[str, str]:
    """The settings in a file of NAME=value lines; empty when there is no such file."""
    if not file.exists():
        return {}
    settings = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, sign, value = line.partition("=")
        if not sign or not value:
            raise MachineProblem(f"{file}, line {number}: write NAME=value, or remove the line.")
        settings[name.strip()] = value.strip()
    return settings


def _append(file: Path, settings: Mapping[str, str]) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
        stream.writelines(f"{name}={value}\n" for name, value in settings.items())
