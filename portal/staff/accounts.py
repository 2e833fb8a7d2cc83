"""The accounts of those who work here; only administrators come here, and they read no requests."""

from __future__ import annotations

from uuid import UUID

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk.accounts import add_staff
from portal.desk.errors import StaffUnknown, UsernameTaken
from portal.desk.roster import list_accounts, random_password, switch_off, switch_on
from portal.staff import labels, signed_in
from portal.staff.forms import AddAccountForm, SwitchForm


def accounts() -> ResponseReturnValue:
    return _show(AddAccountForm(formdata=None))


def add_account() -> ResponseReturnValue:
    """Answers with the page itself: the password is shown this once, and stands in no cookie and no address."""
    form = AddAccountForm()
    if not form.validate_on_submit():
        return _show(form, status=400)
    password = random_password()
    try:
        with current.writing() as db:
            member = add_staff(
                db,
                username=form.username.data or "",
                display_role=form.display_role.data or "",
                roles=[form.role.data],
                password=password,
                password_made=True,
                now=clock.now(),
            )
    except UsernameTaken:
        form.username.errors = [gettext("Det finns redan ett konto med det namnet.")]
        return _show(form, status=409)
    return _show(AddAccountForm(formdata=None), given=(member.username, password))


def switch_account(staff_id: UUID) -> ResponseReturnValue:
    """Switching on gives a new password, shown this once."""
    form = SwitchForm()
    if not form.validate_on_submit():
        return _show(problem=gettext("Sidan var för gammal. Försök igen."), status=400)
    if staff_id == signed_in.who().id:
        return _show(problem=gettext("Du kan inte stänga av ditt eget konto."), status=400)
    password = random_password()
    try:
        with current.writing() as db:
            if form.to.data == "off":
                name = switch_off(db, staff_id=staff_id, now=clock.now())
            else:
                name = switch_on(db, staff_id=staff_id, new_password=password, now=clock.now())
    except StaffUnknown:
        return _show(problem=gettext("Kontot finns inte."), status=404)
    if form.to.data == "off":
        return _show(said=gettext("%(name)s är avstängt.", name=name))
    return _show(given=(name, password))


def _show(
    form: AddAccountForm | None = None,
    *,
    given: tuple[str, str] | None = None,
    said: str | None = None,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    with current.reading() as db:
        rows = list_accounts(db)
    page = render_template(
        "staff/accounts.html",
        form=form or AddAccountForm(formdata=None),
        rows=rows,
        given=given,
        said=said,
        problem=problem,
        now=clock.now(),
        labels=labels,
    )
    return make_response(page, status)
