"""Where the browser says that it is: what passkeys belong to, and where a provider sends somebody back to."""

from __future__ import annotations

from ipaddress import ip_address

from flask import request

from portal import current
from portal.desk.passkeys import Site


def origin() -> str:
    """Scheme, host and port as the browser sees them; a proxy in front may end the encryption."""
    scheme = "https" if current.settings().https else request.scheme
    return f"{scheme}://{request.host}"


def host() -> str:
    """The host without its port."""
    name = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    return name.strip("[]")


def site() -> Site:
    return Site(host=host(), origin=origin(), name=current.ruleset().municipality.name)


def page_for_passkeys() -> str | None:
    """Where to go when passkeys cannot work here, because browsers allow them for names only and this is a number.

    None where they work; on this machine the same page as `localhost`; else an empty text.
    """
    try:
        address = ip_address(host())
    except ValueError:
        return None
    port = request.host.rpartition(":")[2]
    return f"http://localhost:{port}{request.path}" if address.is_loopback and port.isdigit() else ""
