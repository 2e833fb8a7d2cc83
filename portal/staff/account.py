"""One account: roles, units, the municipality's name for its owner, switching off and on, beginning a recovery."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock, current
from portal.desk import municipality_accounts, recovery
from portal.desk.audit import Act
from portal.desk.errors import DomainError, MunicipalityNameTaken, OwnAccount, StaffUnknown, TraineeAlone
from portal.desk.roster import account_row, change_rights, random_password, switch_off, switch_on
from portal.staff import labels, signed_in
from portal.staff.account_forms import LinkForm, RightsForm, SwitchForm
from portal.staff.forms import PlainForm


def account(staff_id: UUID) -> ResponseReturnValue:
    return _show(staff_id)


def change_account(staff_id: UUID) -> ResponseReturnValue:
    """Give it the ticked roles and units. They count from the next click of that person."""
    form = RightsForm()
    if not form.validate_on_submit():
        return _show(staff_id, form=form, status=400)
    roles, units, protected = form.roles.data or [], form.units.data or [], bool(form.sees_protected.data)

    def change(db: Session) -> None:
        me, now = signed_in.who(), clock.now()
        if change_rights(db, staff_id=staff_id, by=me.id, roles=roles, units=units, sees_protected=protected, now=now):
            codes = {"change": "rights", "roles": sorted(roles), "units": sorted(units), "protected": protected}
            _write_down(db, staff_id, **codes)

    return _do(staff_id, change, gettext("Sparat. Det gäller från personens nästa klick."), form=form)


def switch_account(staff_id: UUID) -> ResponseReturnValue:
    """Switching on gives a new password, shown this once."""
    form = SwitchForm()
    if not form.validate_on_submit():
        return _show(staff_id, problem=gettext("Sidan var för gammal. Försök igen."), status=400)
    off, password = form.to.data == "off", random_password()

    def switch(db: Session) -> None:
        if staff_id == signed_in.who().id:
            raise OwnAccount()
        if off:
            switch_off(db, staff_id=staff_id, now=clock.now())
        else:
            switch_on(db, staff_id=staff_id, new_password=password, now=clock.now())
        _write_down(db, staff_id, change="off" if off else "on")

    said = gettext("Kontot är avstängt, och den som var inloggad är utloggad.")
    return _do(staff_id, switch, said if off else None, given=None if off else password)


def link_account(staff_id: UUID) -> ResponseReturnValue:
    """State by which name the municipality's provider knows the owner."""
    form = LinkForm()
    if not form.validate_on_submit():
        return _show(staff_id, link_form=form, status=400)

    def link(db: Session) -> None:
        name, now = form.municipality_name.data or "", clock.now()
        if municipality_accounts.link(db, staff_id=staff_id, by=signed_in.who().id, name=name, now=now):
            _write_down(db, staff_id, change="link")

    return _do(staff_id, link, gettext("Sparat."), link_form=form)


def begin_recovery(staff_id: UUID) -> ResponseReturnValue:
    """The first of two persons."""
    if not PlainForm().validate_on_submit():
        return _show(staff_id, problem=gettext("Sidan var för gammal. Försök igen."), status=400)

    def begin(db: Session) -> None:
        recovery.begin(db, staff_id=staff_id, by=signed_in.who().id, now=clock.now())
        _write_down(db, staff_id, recovery="begun")

    said = gettext("Be en annan administratör eller en arbetsledare att godkänna inom en timme, under Återställning.")
    return _do(staff_id, begin, said)


def _do(
    staff_id: UUID,
    act: Callable[[Session], None],
    said: str | None,
    *,
    given: str | None = None,
    form: RightsForm | None = None,
    link_form: LinkForm | None = None,
) -> ResponseReturnValue:
    """Do it and show the account, or say why not."""
    try:
        with current.writing() as db:
            act(db)
    except (OwnAccount, TraineeAlone, MunicipalityNameTaken) as error:
        return _show(staff_id, form=form, link_form=link_form, problem=_why_not(error), status=_STATUS[type(error)])
    except StaffUnknown:
        return _unknown()
    return _show(staff_id, said=said, given=given)


_STATUS: dict[type[DomainError], int] = {OwnAccount: 403, TraineeAlone: 400, MunicipalityNameTaken: 409}


def _why_not(error: DomainError) -> str:
    if isinstance(error, OwnAccount):
        return str(gettext("Ditt eget konto ändrar någon annan. Be en annan administratör."))
    if isinstance(error, TraineeAlone):
        return labels.trainee_alone()
    return str(gettext("Ett annat konto hör redan ihop med det namnet."))


def _write_down(db: Session, staff_id: UUID, **codes: object) -> None:
    signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(staff_id), who=signed_in.who(), **codes)


def _show(
    staff_id: UUID,
    *,
    form: RightsForm | None = None,
    link_form: LinkForm | None = None,
    given: str | None = None,
    said: str | None = None,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    try:
        with current.reading() as db:
            row = account_row(db, staff_id=staff_id)
    except StaffUnknown:
        return _unknown()
    held = {"roles": [str(role) for role in row.roles], "units": list(row.units), "sees_protected": row.sees_protected}
    page = render_template(
        "staff/account.html",
        row=row,
        form=form or RightsForm(formdata=None, data=held),
        link_form=link_form or LinkForm(formdata=None, data={"municipality_name": row.municipality_name or ""}),
        given=given,
        said=said,
        problem=problem,
        own=staff_id == signed_in.who().id,
        now=clock.now(),
        labels=labels,
        municipality_accounts=current.settings().has_municipality_accounts,
    )
    return make_response(page, status)


def _unknown() -> ResponseReturnValue:
    page = render_template("staff/problem.html", sentence=gettext("Kontot finns inte."), kept=[])
    return make_response(page, 404)
