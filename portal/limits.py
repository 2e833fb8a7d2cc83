"""Rate limits that a school behind one address can live with: counted by visit, never by network address.

A limit is asked for by name around the one act that it guards, after danger has been looked for and the draft is
kept, so that it can hide neither a danger card nor what was written.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import Flask, session
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded

from portal.settings import Settings
from portal.visitor import COOKIE_FIELD

LIMITS: Final = {
    "send": ("6 per hour", "1200 per hour"),
    "place": ("6 per hour", "600 per hour"),
    "message": ("30 per minute", "3000 per minute"),
    "code": ("20 per 10 minutes", "1200 per 10 minutes"),
    "sign-in": ("20 per 10 minutes", "600 per 10 minutes"),
    # Staff in their usual browsers, apart: strangers who use up what all may do must shut nobody out.
    "sign-in-known": ("20 per 10 minutes", "600 per 10 minutes"),
    "api-send": ("600 per hour", "600 per hour"),
    "api-triage": ("6000 per minute", "6000 per minute"),
}
"""What each act allows one visit, and everybody together. The second stops floods by those who drop their cookie."""

limiter = Limiter(key_func=lambda: "", headers_enabled=False)


class LimitReached(Exception):
    """Too many of one kind of act; what the person wrote is kept."""


def open_limits(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_ENABLED"] = settings.rate_limits
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(settings.redis_url)
    app.config["RATELIMIT_IN_MEMORY_FALLBACK"] = []
    limiter.init_app(app)
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)  # below that it writes down whose limit was reached


@contextmanager
def limited(act: str) -> Iterator[None]:
    """Count one act. Raises LimitReached instead of letting it happen."""
    for_one, for_all = LIMITS[act]
    try:
        with (
            # First one's own, so that nobody alone uses up what all may do.
            limiter.shared_limit(for_one, key_func=_visit_key, scope=act),
            limiter.shared_limit(for_all, key_func=lambda: "everybody", scope=f"{act}-by-all"),
        ):
            pass
    except RateLimitExceeded as error:
        raise LimitReached(act) from error
    yield


def _visit_key() -> str:
    """A key that only this visit has. Hashed, because the cookie's value opens the draft and Redis keeps the key."""
    name = str(session.get(COOKIE_FIELD) or session.get("csrf_token") or "new")
    return hashlib.sha256(name.encode()).hexdigest()
