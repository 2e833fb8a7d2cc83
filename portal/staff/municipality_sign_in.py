"""Signing in with the municipality's own account: there, and back again."""

from __future__ import annotations

import hmac
import logging
import secrets
from dataclasses import asdict
from typing import Final
from urllib.parse import parse_qsl, urlencode

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import one_time
from portal.desk.audit import Act
from portal.desk.errors import NotLinked
from portal.desk.municipality_accounts import find_linked
from portal.limits import LimitReached, limited
from portal.staff import cookies, sign_in, signed_in
from portal.staff.identity_provider import Errand, Named, Provider, ProviderFailed, address_to_sign_in, who_came_back
from portal.staff.signed_in import Standing
from portal.staff.site import origin

log = logging.getLogger(__name__)

COOKIE: Final = "staff-errand"
PURPOSE: Final = "municipality"
HOW: Final = "municipality"


def municipality_sign_in() -> ResponseReturnValue:
    """Send the browser to the provider. A link and not a form: browsers apply `form-action` to redirects."""
    provider = _provider()
    try:
        with limited(signed_in.limit()), current.writing() as db:
            state = one_time.issue(db, purpose=PURPOSE, now=clock.now()).hex()
            errand = Errand(state=state, nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48))
        address = address_to_sign_in(provider, errand, back=_back())
    except LimitReached:
        return _failed(gettext("Det blev för många försök. Vänta tio minuter och försök igen."), 429)
    except ProviderFailed as error:
        return _provider_failed(error)
    held = {**asdict(errand), "next": request.args.get("next", "")[:200]}
    cookies.keep(COOKIE, urlencode(held), lifetime=one_time.LIFETIME)
    return redirect(address)


def municipality_back() -> ResponseReturnValue:
    """Somebody comes back from the provider. The errand counts once, in the browser that it began in."""
    provider, errand, wanted = _provider(), *_take_errand()
    if errand is None:
        return _failed(gettext("Inloggningen var för gammal eller började någon annanstans. Försök igen."), 400)
    if "error" in request.args or not request.args.get("code"):
        return _failed(gettext("Kommunens inloggning avbröts. Försök igen, eller logga in på ett annat sätt."), 400)
    try:
        named = who_came_back(provider, errand, code=request.args["code"], back=_back(), now=clock.now())
    except ProviderFailed as error:
        return _provider_failed(error)
    standing = _begin(named)
    if standing is None:
        return _failed(
            gettext("Du är inloggad hos kommunen, men har inget konto här. Be den som sköter konton att koppla ditt."),
            403,
        )
    return redirect(sign_in.next_page(standing, wanted), 303)


def _begin(named: Named) -> Standing | None:
    """Sign in to the linked account. The second factor of this portal is asked for all the same."""
    try:
        with current.writing() as db:
            member = find_linked(db, subject=named.subject, name=named.name)
            return signed_in.begin(db, member, factor=None, how=HOW)
    except NotLinked:
        with current.writing() as db:
            signed_in.write_down(db, Act.SIGN_IN_FAILED, subject="unknown", who=None, how=HOW)
        return None


def _take_errand() -> tuple[Errand | None, str | None]:
    """The errand that this browser carries, if the provider's answer belongs to it and it has not counted before."""
    held = cookies.read(COOKIE)
    cookies.drop(COOKIE)
    if held is None:
        return None, None
    carried = dict(parse_qsl(held, keep_blank_values=True))  # signed by us, so it is what we put there
    wanted = carried.pop("next")
    errand = Errand(**carried)
    if not hmac.compare_digest(errand.state.encode(), request.args.get("state", "").encode("utf-8", "replace")):
        return None, None
    with current.writing() as db:
        fresh = one_time.take(db, value=bytes.fromhex(errand.state), purpose=PURPOSE, now=clock.now())
    return (errand, wanted) if fresh else (None, None)


def _provider() -> Provider:
    """The provider in the settings; without one there is no such page."""
    settings = current.settings()
    if settings.oidc_issuer is None:
        abort(404)
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id or "",
        client_secret=settings.oidc_client_secret or "",
        name_claim=settings.oidc_name_claim,
    )


def _back() -> str:
    return origin() + url_for("staff.municipality_back")


def _provider_failed(error: ProviderFailed) -> ResponseReturnValue:
    log.warning("The municipality's sign-in failed: %s.", error)
    return _failed(gettext("Kommunens inloggning svarar inte som den ska. Försök igen, eller logga in här."), 502)


def _failed(sentence: str, status: int) -> ResponseReturnValue:
    return sign_in.page(sentence=sentence, status=status)
