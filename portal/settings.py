"""One frozen, typed object read from the environment. Refuses to start half set."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent
SHORTEST_SECRET: Final = 32
"""Characters. Shorter secrets can be guessed."""

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

LARGEST_BODY: Final = 256 * 1024
"""Bytes of one posted page. Room for the longest message (see `citizen.forms`) in any script, twice over."""


class SettingsError(ValueError):
    """A setting is missing or cannot be read; the message is one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the portal listens, what it talks to and what it keeps secret."""

    secret_key: str
    content_key: str
    bot_secret: str
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    actions_port: int = 8001
    redis_url: str | None = None
    bot_url: str = "http://127.0.0.1:5005"
    rate_limits: bool = True
    https: bool = False
    staff_second_factor: bool = True
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_name_claim: str = "preferred_username"
    rules_folder: Path = ROOT / "triage_rules"
    translations_folder: Path = ROOT / "translations"
    var_folder: Path = ROOT / "var"

    def __post_init__(self) -> None:
        for name in ("secret_key", "bot_secret"):
            if len(getattr(self, name)) < SHORTEST_SECRET:
                raise SettingsError(f"{name.upper()} needs at least {SHORTEST_SECRET} characters.")
        _check_content_key(self.content_key)
        _check_provider(self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)

    @property
    def has_municipality_accounts(self) -> bool:
        """Whether staff may sign in with the municipality's own accounts."""
        return self.oidc_issuer is not None


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables. Raises SettingsError with the name of the variable and the remedy."""
    var_folder = Path(environment.get("VAR_FOLDER") or ROOT / "var")
    return Settings(
        secret_key=_needed(environment, "SECRET_KEY"),
        content_key=_needed(environment, "CONTENT_KEY"),
        bot_secret=_needed(environment, "BOT_SECRET"),
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{var_folder / 'portal.db'}",
        host=environment.get("HOST") or "127.0.0.1",
        port=_port(environment, "PORT", 8000),
        actions_port=_port(environment, "ACTIONS_PORT", 8001),
        redis_url=environment.get("REDIS_URL") or None,
        bot_url=(environment.get("BOT_URL") or "http://127.0.0.1:5005").rstrip("/"),
        rate_limits=_switch(environment, "RATE_LIMITS", default=True),
        https=_switch(environment, "HTTPS", default=False),
        staff_second_factor=_switch(environment, "STAFF_SECOND_FACTOR", default=True),
        oidc_issuer=(environment.get("OIDC_ISSUER") or "").rstrip("/") or None,
        oidc_client_id=environment.get("OIDC_CLIENT_ID") or None,
        oidc_client_secret=environment.get("OIDC_CLIENT_SECRET") or None,
        oidc_name_claim=environment.get("OIDC_NAME_CLAIM") or "preferred_username",
        rules_folder=Path(environment.get("RULES_FOLDER") or ROOT / "triage_rules"),
        var_folder=var_folder,
    )


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingsError(f"{name} is not set. `make run` writes one to var/secrets.env; load that file first.")
    return value


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"{name} is {text!r}; a port is a number from 1 to 65535.")
    return int(text)


def _switch(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environment.get(name, "").strip().lower()
    if text in ("", "on", "off"):
        return default if not text else text == "on"
    raise SettingsError(f"{name} is {text!r}; allowed: on, off.")


def _check_provider(issuer: str | None, client_id: str | None, client_secret: str | None) -> None:
    given = [value is not None for value in (issuer, client_id, client_secret)]
    if any(given) and not all(given):
        raise SettingsError("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all or none.")
    if issuer is None:
        return
    address = urlsplit(issuer)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
        raise SettingsError(f"OIDC_ISSUER is {issuer!r}; it must begin with https:// (http:// only on this machine).")


def _check_content_key(text: str) -> None:
    for part in text.split(","):
        encoded = part.rpartition(":")[2]
        try:
            length = len(base64.b64decode(encoded, validate=True))
        except (binascii.Error, ValueError):
            length = 0
        if length != 32:
            raise SettingsError("CONTENT_KEY needs 32 bytes in base64, or several as id:base64,id:base64.")
