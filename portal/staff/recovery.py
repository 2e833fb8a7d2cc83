"""Recovery by two persons: agreeing to one, and using the code that was handed over."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import recovery
from portal.desk.accounts import SHORTEST_PASSWORD
from portal.desk.audit import Act
from portal.desk.errors import OwnAccount, RecoveryUnknown
from portal.limits import LimitReached, limited
from portal.staff import signed_in
from portal.staff.forms import PlainForm, RecoverForm


def recoveries() -> ResponseReturnValue:
    """Those that wait for a second person."""
    return _page()


def approve_recovery(recovery_id: UUID) -> ResponseReturnValue:
    """Answers with the page itself: the code is shown this once, and stands in no cookie and no address."""
    if not PlainForm().validate_on_submit():
        return _page(problem=gettext("Sidan var för gammal. Försök igen."), status=400)
    me = signed_in.who()
    try:
        with current.writing() as db:
            whose, name, code = recovery.approve(db, recovery_id=recovery_id, by=me.id, now=clock.now())
            signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(whose), who=me, recovery="approved")
    except OwnAccount:
        return _page(problem=gettext("En annan person än den som började måste godkänna."), status=403)
    except RecoveryUnknown:
        return _page(problem=gettext("Återställningen är för gammal eller redan avgjord."), status=409)
    return _page(given=(name, code))


def call_off_recovery(staff_id: UUID) -> ResponseReturnValue:
    """No, after all."""
    if not PlainForm().validate_on_submit():
        return _page(problem=gettext("Sidan var för gammal. Försök igen."), status=400)
    me = signed_in.who()
    with current.writing() as db:
        recovery.call_off(db, staff_id=staff_id, now=clock.now())
        signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(staff_id), who=me, recovery="called-off")
    return _page(said=gettext("Återställningen är avbruten. Ingenting har ändrats."))


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
            flash(gettext("Ditt nya lösenord gäller. Logga in, så sätter du upp ett andra steg på nytt."))
            return redirect(url_for("staff.sign_in"), 303)
        except RecoveryUnknown:
            status, form.code.errors = 400, [gettext("Koden stämmer inte, är för gammal eller redan använd.")]
        except LimitReached:
            status = 429
            form.code.errors = [gettext("Det blev för många försök. Vänta tio minuter och försök igen.")]
    elif form.is_submitted():
        status = 400
    return make_response(render_template("staff/recover.html", form=form, shortest=SHORTEST_PASSWORD), status)


def _page(
    *, given: tuple[str, str] | None = None, said: str | None = None, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    with current.reading() as db:
        rows = recovery.list_waiting(db, now=clock.now())
    page = render_template("staff/recoveries.html", rows=rows, given=given, said=said, problem=problem)
    return make_response(page, status)
