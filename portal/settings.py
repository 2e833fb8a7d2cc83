"""One frozen, typed object read from the environment. Refuses to start half set."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, repr=False)
class OutboxSettings:
    """How notices to units leave: the operator's mail server, the secret that signs calls, the folder for files.

    A way without its setting stays closed: what should leave by it waits, and `/readyz` counts it.
    """

    public_url: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = ""
    webhook_secret: str = ""
    folder: Path | None = None

    def __post_init__(self) -> None:
        if self.smtp_security not in ("starttls", "tls", "off"):
            raise SettingsError(f"SMTP_SECURITY is {self.smtp_security!r}; allowed: starttls, tls, off.")
        if self.smtp_host and self.smtp_security == "off" and self.smtp_host not in LOOPBACK:
            raise SettingsError("SMTP_SECURITY may be off only for a mail server on this machine.")
        if self.smtp_host and not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+", self.mail_from):
            raise SettingsError("SMTP_HOST is set, so MAIL_FROM needs the address that notices come from.")
        if self.webhook_secret and len(self.webhook_secret) < SHORTEST_SECRET:
            raise SettingsError(f"WEBHOOK_SECRET needs at least {SHORTEST_SECRET} characters.")
        if not re.fullmatch(r"(https?://[A-Za-z0-9.:\[\]-]+)?", self.public_url):
            raise SettingsError("PUBLIC_URL needs the portal's own address, for example https://help.example.org.")


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
    outbox: OutboxSettings = field(default_factory=OutboxSettings)

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
        outbox=_outbox(environment),
    )


def _outbox(environment: Mapping[str, str]) -> OutboxSettings:
    host, port = environment.get("HOST") or "127.0.0.1", _port(environment, "PORT", 8000)
    folder = environment.get("OUTBOX_FOLDER")
    return OutboxSettings(
        public_url=(environment.get("PUBLIC_URL") or f"http://{host}:{port}").rstrip("/"),
        smtp_host=environment.get("SMTP_HOST", ""),
        smtp_port=_port(environment, "SMTP_PORT", 587),
        smtp_security=environment.get("SMTP_SECURITY") or "starttls",
        smtp_user=environment.get("SMTP_USER", ""),
        smtp_password=environment.get("SMTP_PASSWORD", ""),
        mail_from=environment.get("MAIL_FROM", ""),
        webhook_secret=environment.get("WEBHOOK_SECRET", ""),
        folder=Path(folder) if folder else None,
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
