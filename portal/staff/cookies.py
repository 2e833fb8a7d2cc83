"""The two cookies of staff. They go to staff pages only, so that nothing a person sends carries who works here.

`staff` names a sign-in on the server. `staff-browser` holds the tokens by which this browser is known to the accounts
that signed in here. Both hold random values whose hash the database keeps; the signature keeps invented ones from ever
reaching it. The person's quick exit empties the other cookie, which holds the draft: it must leave no trace of the
person, and knows nothing of staff. A sign-in in the same browser goes on, because an exit pressed by somebody who
tries the person's pages out must not throw away what is being written to another person.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, Signer

from portal import current

SIGN_IN: Final = "staff"
BROWSER: Final = "staff-browser"
PATH: Final = "/staff"


def read(name: str) -> str | None:
    """What the cookie holds, or what this request is about to put there; None without one of ours."""
    waiting: dict[str, tuple[str, timedelta | None]] = g.get("staff_cookies", {})
    if name in waiting:
        return waiting[name][0] or None
    try:
        return _signer(name).unsign(request.cookies.get(name, "")).decode()
    except (BadSignature, UnicodeDecodeError):
        return None


def keep(name: str, value: str, *, lifetime: timedelta | None = None) -> None:
    """Put a value there with the answer; without `lifetime` for as long as the browser is open."""
    g.setdefault("staff_cookies", {})[name] = (value, lifetime)


def drop(name: str) -> None:
    """Take the cookie away with the answer."""
    keep(name, "")


def send(response: Response) -> Response:
    """Run after every staff page."""
    waiting: dict[str, tuple[str, timedelta | None]] = g.get("staff_cookies", {})
    for name, (value, lifetime) in waiting.items():
        if not value:
            response.delete_cookie(name, path=PATH)
            continue
        response.set_cookie(
            name,
            _signer(name).sign(value).decode(),
            max_age=lifetime,
            path=PATH,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response


def _signer(name: str) -> Signer:
    return Signer(current.settings().secret_key, salt=f"cookie {name}", key_derivation="hmac")
