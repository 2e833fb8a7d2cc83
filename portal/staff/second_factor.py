"""The second factor: giving a code when signing in, setting an app up, and taking it away."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

import segno
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal import clock, current
from portal.desk import passkeys
from portal.desk import second_factor as factor_desk
from portal.desk.audit import Act
from portal.desk.errors import LastFactor, PasskeyRefused
from portal.desk.second_factor import PASSKEY, TOTP, Given
from portal.limits import LimitReached, limited
from portal.staff import sign_in, signed_in
from portal.staff.forms import CodeForm, PasskeyForm, PlainForm
from portal.staff.signed_in import Standing
from portal.staff.site import page_for_passkeys, site

FRESH: Final = timedelta(minutes=15)
"""So long after signing in one may change how one signs in: nobody adds a key of theirs at a colleague's open desk."""


def code() -> ResponseReturnValue:
    """After the password: the code from the app, or a passkey."""
    if signed_in.standing() is Standing.WHOLE:
        return redirect(url_for("staff.home"))
    form, status = CodeForm(), 200
    if form.validate_on_submit():
        try:
            with limited(signed_in.limit()):
                given = _give(form.code.data or "")
        except LimitReached:
            given, status = None, 429
            form.code.errors = [gettext("Det blev för många försök. Vänta tio minuter och försök igen.")]
        if given is Given.RIGHT:
            return redirect(sign_in.next_page(Standing.WHOLE, request.args.get("next")), 303)
        if given is Given.OVER:
            signed_in.forget()
            flash(gettext("Koden stämde inte. Börja om med ditt lösenord, eller vänta några minuter."))
            return redirect(url_for("staff.sign_in"), 303)
        if given is Given.WRONG:
            status = 400
            form.code.errors = [gettext("Koden stämmer inte. Vänta tills appen visar en ny kod och skriv den.")]
    elif form.is_submitted():
        status = 400
    with current.reading() as db:
        factors = factor_desk.factors_of(db, staff_id=signed_in.who().id)
    page = render_template("staff/code.html", form=form, factors=factors, elsewhere=page_for_passkeys())
    return make_response(page, status)


def second_factor() -> ResponseReturnValue:
    """How I sign in: what is set up, and setting up more."""
    return _page()


def confirm_app() -> ResponseReturnValue:
    """A code from the app shows that it has the secret."""
    form = CodeForm()
    if (stale := _refuse_stale()) is not None:
        return stale
    if not form.validate_on_submit():
        return _page(form=form, status=400)
    me = signed_in.who()
    with current.writing() as db:
        right = factor_desk.confirm_totp(db, key=_key(), staff_id=me.id, code=form.code.data or "", now=clock.now())
        if right:
            added(db, TOTP)
    if not right:
        form.code.errors = [gettext("Koden stämmer inte. Vänta tills appen visar en ny kod och skriv den.")]
        return _page(form=form, status=400)
    flash(gettext("Appen är på plats. Från och med nu frågar vi efter dess kod när du loggar in."))
    return redirect(url_for("staff.home"), 303)


def new_app() -> ResponseReturnValue:
    """Set up another app instead; the one before counts until a code of the new one was given."""
    if (stale := _refuse_stale()) is not None:
        return stale
    if PlainForm().validate_on_submit():
        with current.writing() as db:
            factor_desk.offer_totp(db, key=_key(), staff_id=signed_in.who().id)
    return redirect(url_for("staff.second_factor"), 303)


def remove_app() -> ResponseReturnValue:
    if (stale := _refuse_stale()) is not None:
        return stale
    if not PlainForm().validate_on_submit():
        return _page(status=400)
    me = signed_in.who()
    try:
        with current.writing() as db:
            factor_desk.remove_totp(db, staff_id=me.id, needed=signed_in.needs_factor(me))
            signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(me.id), who=me, removed=TOTP)
    except LastFactor:
        return _page(problem=_last(), status=409)
    flash(gettext("Koder från appen gäller inte längre."))
    return redirect(url_for("staff.second_factor"), 303)


def add_passkey() -> ResponseReturnValue:
    if (stale := _refuse_stale()) is not None:
        return stale
    form, me = PasskeyForm(), signed_in.who()
    if not form.validate_on_submit():
        return _page(passkey_form=form, status=400)
    try:
        with current.writing() as db:
            passkeys.add(
                db,
                key=_key(),
                staff_id=me.id,
                site=site(),
                credential=form.credential.data or "",
                name=form.name.data or "",
                now=clock.now(),
            )
            added(db, PASSKEY)
    except PasskeyRefused:
        form.name.errors = [gettext("Nyckeln kunde inte sparas. Försök igen.")]
        return _page(passkey_form=form, status=400)
    flash(gettext("Nyckeln är sparad. Med den loggar du in utan lösenord."))
    return redirect(url_for("staff.second_factor"), 303)


def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    if (stale := _refuse_stale()) is not None:
        return stale
    if not PlainForm().validate_on_submit():
        return _page(status=400)
    me = signed_in.who()
    try:
        with current.writing() as db:
            passkeys.remove(db, staff_id=me.id, passkey_id=passkey_id, needed=signed_in.needs_factor(me))
            signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(me.id), who=me, removed=PASSKEY)
    except LastFactor:
        return _page(problem=_last(), status=409)
    flash(gettext("Nyckeln är borttagen."))
    return redirect(url_for("staff.second_factor"), 303)


def added(db: Session, factor: str) -> None:
    """Write down that a factor was added. A sign-in that waited for it is whole from here on."""
    me = signed_in.who()
    signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(me.id), who=me, added=factor)
    if signed_in.which().factor is None:
        signed_in.finish(db, factor)


def _give(typed: str) -> Given:
    me, now = signed_in.who(), clock.now()
    with current.writing() as db:
        given = factor_desk.give_code(
            db, key=_key(), sign_in=signed_in.which(), browser=signed_in.known_as(), code=typed, now=now
        )
        if given is Given.RIGHT:
            signed_in.finish(db, TOTP)
        else:
            signed_in.write_down(db, Act.SIGN_IN_FAILED, subject=str(me.id), who=None, how=TOTP)
    return given


def _page(
    *,
    form: CodeForm | None = None,
    passkey_form: PasskeyForm | None = None,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    me = signed_in.who()
    with current.writing() as db:
        factors = factor_desk.factors_of(db, staff_id=me.id)
        show_app = not factors.totp or factors.offered
        secret = factor_desk.offer_totp(db, key=_key(), staff_id=me.id) if show_app and _is_fresh() else None
        keys = passkeys.list_passkeys(db, key=_key(), staff_id=me.id)
    page = render_template(
        "staff/second_factor.html",
        form=form or CodeForm(formdata=None),
        passkey_form=passkey_form or PasskeyForm(formdata=None),
        problem=problem,
        factors=factors,
        keys=keys,
        secret=_in_groups(secret) if secret else None,
        square=_square(secret, me.username) if secret else None,
        must=signed_in.standing() is Standing.SET_UP_NEEDED,
        fresh=_is_fresh(),
        elsewhere=page_for_passkeys(),
    )
    return make_response(page, status)


def sign_in_again() -> ResponseReturnValue:
    """End this sign-in and begin a fresh one, in which one may change how one signs in."""
    if not PlainForm().validate_on_submit():
        return _page(status=400)
    with current.writing() as db:
        signed_in.end(db)
    return redirect(url_for("staff.sign_in", next=url_for("staff.second_factor")), 303)


def _is_fresh() -> bool:
    """Whether the sign-in was begun just now, or is still being finished."""
    return signed_in.standing() is not Standing.WHOLE or clock.now() - signed_in.which().begun_at <= FRESH


def _refuse_stale() -> ResponseReturnValue | None:
    if _is_fresh():
        return None
    return _page(problem=gettext("Logga in igen innan du ändrar hur du loggar in."), status=403)


def _square(secret: str, username: str) -> Markup:
    """The square code as a picture in the page itself: nothing is fetched, nothing is kept."""
    address = factor_desk.address_for_app(secret, username=username, issuer=current.ruleset().municipality.name)
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704  # made by us from numbers


def _in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _last() -> str:
    return str(gettext("Det är ditt enda andra steg, och du behöver ett. Lägg till ett annat först."))


def _key() -> bytes:
    return current.parts().factor_key
