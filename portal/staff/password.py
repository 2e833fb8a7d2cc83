"""Changing one's own password."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk.accounts import SHORTEST_PASSWORD, change_password, verify_password
from portal.desk.audit import Act
from portal.limits import LimitReached, limited
from portal.staff import signed_in
from portal.staff.forms import PasswordForm


def password() -> ResponseReturnValue:
    form = PasswordForm()
    status = 200
    if form.validate_on_submit():
        try:
            with limited(signed_in.limit()):
                if _change(form.password.data or "", form.new_password.data or ""):
                    flash(gettext("Lösenordet är bytt. Andra webbläsare där du var inloggad är utloggade."))
                    return redirect(url_for("staff.home"), 303)
            form.password.errors = [gettext("Lösenordet du har nu stämmer inte.")]
            status = 400
        except LimitReached:
            form.password.errors = [gettext("Det blev för många försök. Vänta tio minuter och försök igen.")]
            status = 429
    elif form.is_submitted():
        status = 400
    return render_template("staff/password.html", form=form, shortest=SHORTEST_PASSWORD), status


def _change(old: str, new: str) -> bool:
    """Change it if the old one is right. A sign-in begun with the old password ends everywhere but here."""
    me, factor, now = signed_in.who(), signed_in.which().factor, clock.now()
    with current.writing() as db:
        known_as = signed_in.known_as()
        if verify_password(db, username=me.username, password=old, now=now, browser=known_as) is None:
            return False
        change_password(db, staff_id=me.id, new_password=new, now=now)
        signed_in.begin(db, me, factor=factor)
        signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(me.id), who=me, change="password")
    return True
