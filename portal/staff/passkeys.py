"""Signing in with a passkey alone, and what the browser's script asks for on the way."""

from __future__ import annotations

from flask import Response, current_app, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import passkeys
from portal.desk.audit import Act
from portal.desk.errors import PasskeyRefused
from portal.desk.second_factor import PASSKEY
from portal.limits import LimitReached, limited
from portal.staff import sign_in, signed_in
from portal.staff.forms import CredentialForm, PlainForm
from portal.staff.site import site


def passkey_to_add() -> ResponseReturnValue:
    """What the browser needs to make a passkey, for static/passkey.js."""
    if not PlainForm().validate_on_submit():
        return _json("{}", 400)
    with current.writing() as db:
        return _json(passkeys.options_to_add(db, member=signed_in.who(), site=site(), now=clock.now()))


def passkey_to_sign_in() -> ResponseReturnValue:
    """What the browser needs to use a passkey, for static/passkey.js."""
    if not PlainForm().validate_on_submit():
        return _json("{}", 400)
    try:
        with limited(signed_in.limit()), current.writing() as db:
            return _json(passkeys.options_to_sign_in(db, site=site(), now=clock.now()))
    except LimitReached:
        return _json("{}", 429)


def passkey_sign_in() -> ResponseReturnValue:
    """Sign in with what the passkey signed. It is never locked: nobody guesses a key."""
    form = CredentialForm()
    if not form.validate_on_submit():
        return sign_in.page(sentence=gettext("Nyckeln kunde inte användas. Försök igen."), status=400)
    try:
        with current.writing() as db:
            member = passkeys.find_signer(db, site=site(), credential=form.credential.data or "", now=clock.now())
            standing = signed_in.begin(db, member, factor=PASSKEY)
    except PasskeyRefused:
        with current.writing() as db:
            signed_in.write_down(db, Act.SIGN_IN_FAILED, subject="unknown", who=None, how=PASSKEY)
        sentence = gettext("Nyckeln hör inte till något konto här. Logga in med lösenord, eller försök igen.")
        return sign_in.page(sentence=sentence, status=401)
    return redirect(sign_in.next_page(standing, form.next.data), 303)


def _json(body: str, status: int = 200) -> Response:
    return current_app.response_class(body, status=status, mimetype="application/json")
