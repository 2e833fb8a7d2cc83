"""Every blueprint with who may reach it, side by side. A route that stands in no table is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from flask import Blueprint, Flask

from portal.api import blueprint as api
from portal.chat import blueprint as chat
from portal.citizen import blueprint as citizen
from portal.staff import blueprint as staff
from portal.staff.sign_in import require_roles

Audience = Literal["everybody", "staff", "machines"]


@dataclass(frozen=True, slots=True)
class Access:
    """A blueprint and its audience. `staff` blueprints ask for the roles in ROLES; the others for nothing."""

    blueprint: Blueprint
    audience: Audience


BLUEPRINTS: Final = (
    Access(citizen, "everybody"),
    Access(chat, "everybody"),
    Access(api, "machines"),
    Access(staff, "staff"),
)

ANY_STAFF: Final = frozenset({"agent", "administrator"})
AGENT: Final = frozenset({"agent"})
ADMINISTRATOR: Final = frozenset({"administrator"})
SIGNED_OUT: Final[frozenset[str]] = frozenset()
"""Reached before signing in."""

ROLES: Final[dict[str, frozenset[str]]] = {
    "staff.sign_in": SIGNED_OUT,
    "staff.sign_out": ANY_STAFF,
    "staff.home": ANY_STAFF,
    "staff.queue": AGENT,
    "staff.queue_news": AGENT,
    "staff.waiting_chats": AGENT,
    "staff.request_page": AGENT,
    "staff.talk_news": AGENT,
    "staff.step_in": AGENT,
    "staff.give_back": AGENT,
    "staff.claim": AGENT,
    "staff.release": AGENT,
    "staff.answer": AGENT,
    "staff.note": AGENT,
    "staff.close": AGENT,
    "staff.reopen": AGENT,
    "staff.accounts": ADMINISTRATOR,
    "staff.add_account": ADMINISTRATOR,
    "staff.switch_account": ADMINISTRATOR,
    "staff.password": ANY_STAFF,
}
"""Staff endpoint to the roles of which one is needed. Administrators read no requests."""


def register_pages(app: Flask) -> None:
    """Register every blueprint and guard the staff's. Raises LookupError for a staff route that ROLES does not name."""
    for access in BLUEPRINTS:
        if access.audience == "staff":
            require_roles(access.blueprint, ROLES)
        app.register_blueprint(access.blueprint)
    guarded = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("staff.")}
    if unnamed := guarded ^ set(ROLES):
        raise LookupError(f"portal/access.py and the staff routes differ: {', '.join(sorted(unnamed))}")
