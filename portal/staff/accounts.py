"""The accounts of those who work here: all of them, and adding one. Administrators come here; they read no requests."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk.accounts import add_staff
from portal.desk.audit import Act
from portal.desk.errors import TraineeAlone, UsernameTaken
from portal.desk.roster import list_accounts, random_password
from portal.staff import labels, signed_in
from portal.staff.account_forms import AddAccountForm


def accounts() -> ResponseReturnValue:
    return _show(AddAccountForm(formdata=None))


def add_account() -> ResponseReturnValue:
    """Answers with the page itself: the password is shown this once, and stands in no cookie and no address."""
    form = AddAccountForm()
    if not form.validate_on_submit():
        return _show(form, status=400)
    password, me = random_password(), signed_in.who()
    try:
        with current.writing() as db:
            member = add_staff(
                db,
                username=form.username.data or "",
                display_role=form.display_role.data or "",
                roles=form.roles.data or [],
                units=form.units.data or [],
                sees_protected=form.sees_protected.data,
                password=password,
                password_made=True,
                now=clock.now(),
            )
            codes = {"change": "added", "roles": sorted(member.roles), "units": sorted(member.units)}
            signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(member.id), who=me, **codes)
    except UsernameTaken:
        form.username.errors = [gettext("Det finns redan ett konto med det namnet.")]
        return _show(form, status=409)
    except TraineeAlone:
        form.roles.errors = [labels.trainee_alone()]
        return _show(form, status=400)
    return _show(AddAccountForm(formdata=None), given=(member.username, password))


def _show(form: AddAccountForm, *, given: tuple[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    with current.reading() as db:
        rows = list_accounts(db)
    page = render_template(
        "staff/accounts.html",
        form=form,
        rows=rows,
        given=given,
        now=clock.now(),
        labels=labels,
    )
    return make_response(page, status)
