"""Using the code that was handed over: the owner sets signing in up anew. Agreeing: `portal.staff.agreements`."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import recovery
from portal.desk.accounts import SHORTEST_PASSWORD
from portal.desk.audit import Act
from portal.desk.errors import RecoveryUnknown
from portal.limits import LimitReached, limited
from portal.staff import signed_in
from portal.staff.forms import RecoverForm


def recover() -> ResponseReturnValue:
    """The owner, with the code: a new password, and after that a new second factor."""
    form, status = RecoverForm(), 200
    if form.validate_on_submit():
        try:
            with limited("sign-in"), current.writing() as db:
                whose = recovery.use(
                    db, code=form.code.data or "", new_password=form.new_password.data or "", now=clock.now()
                )
                signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(whose), who=None, recovery="used")
                signed_in.end(db)
            flash(gettext("Ditt nya lösenord gäller. Logga in, så sätter du upp ett andra steg."))
            return redirect(url_for("staff.sign_in"), 303)
        except RecoveryUnknown:
            status, form.code.errors = 400, [gettext("Koden stämmer inte, är för gammal eller redan använd.")]
        except LimitReached:
            status = 429
            form.code.errors = [gettext("Det blev för många försök. Vänta tio minuter och försök igen.")]
    elif form.is_submitted():
        status = 400
    return make_response(render_template("staff/recover.html", form=form, shortest=SHORTEST_PASSWORD), status)
