"""One account: roles, units, the municipality's name for its owner, switching off and on, beginning a recovery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock, current
from portal.desk import account_changes
from portal.desk.account_changes import Outcome
from portal.desk.audit import Act
from portal.desk.entrusted import holding
from portal.desk.errors import AccountOff, DomainError, MunicipalityNameTaken, OwnAccount, StaffUnknown, TraineeAlone
from portal.desk.rights import GIVEN_BY_TWO
from portal.desk.roster import account_row, switch_off
from portal.staff import agreements, labels, signed_in
from portal.staff.account_forms import LinkForm, RightsForm, SwitchForm
from portal.staff.forms import PlainForm


def account(staff_id: UUID) -> ResponseReturnValue:
    return _show(staff_id)


def change_account(staff_id: UUID) -> ResponseReturnValue:
    """Give it the ticked roles and units: what is harmless at once, what lets it read when a second person agrees."""
    form = RightsForm()
    if not form.validate_on_submit():
        return _show(staff_id, form=form, status=400)
    wanted = holding(form.roles.data or [], form.units.data or [], bool(form.sees_protected.data))

    def change(db: Session) -> Outcome:
        came = account_changes.change_rights(db, staff_id=staff_id, wanted=wanted, **_mine())
        if came.done:
            row = account_row(db, staff_id=staff_id)
            _write_down(db, staff_id, change="rights", **holding(row.roles, row.units, row.sees_protected).codes())
        return came

    return _do(staff_id, change, gettext("Sparat. Det gäller från personens nästa klick."), form=form)


def switch_account(staff_id: UUID) -> ResponseReturnValue:
    """Switching on gives a new password, shown this once, or waits for a second person."""
    form = SwitchForm()
    if not form.validate_on_submit():
        return _show(staff_id, problem=gettext("Sidan var för gammal. Försök igen."), status=400)
    off = form.to.data == "off"

    def switch(db: Session) -> Outcome:
        if staff_id == signed_in.who().id:
            raise OwnAccount()
        if off:
            switch_off(db, staff_id=staff_id, now=clock.now())
            came = Outcome(done=True)
        else:
            came = account_changes.switch_on(db, staff_id=staff_id, **_mine())
        if came.done:
            _write_down(db, staff_id, change="off" if off else "on")
        return came

    said = gettext("Kontot är avstängt, och den som var inloggad är utloggad.")
    return _do(staff_id, switch, said if off else None)


def link_account(staff_id: UUID) -> ResponseReturnValue:
    """State by which name the municipality's provider knows the owner."""
    form = LinkForm()
    if not form.validate_on_submit():
        return _show(staff_id, link_form=form, status=400)

    def link(db: Session) -> Outcome:
        came = account_changes.link(db, staff_id=staff_id, name=form.municipality_name.data or "", **_mine())
        if came.done:
            _write_down(db, staff_id, change="unlinked")
        return came

    return _do(staff_id, link, gettext("Sparat."), link_form=form)


def begin_recovery(staff_id: UUID) -> ResponseReturnValue:
    """The first of two persons."""
    if not PlainForm().validate_on_submit():
        return _show(staff_id, problem=gettext("Sidan var för gammal. Försök igen."), status=400)
    return _do(staff_id, lambda db: account_changes.begin_recovery(db, staff_id=staff_id, **_mine()), None)


def _mine() -> dict[str, Any]:
    """Who asks, when, and until when a second person can agree."""
    return {"by": signed_in.who().id, "now": clock.now(), "expires_at": agreements.lapses_at()}


def _do(
    staff_id: UUID,
    act: Callable[[Session], Outcome],
    said: str | None,
    *,
    form: RightsForm | None = None,
    link_form: LinkForm | None = None,
) -> ResponseReturnValue:
    """Do it and show the account, or say why not. `said` where nothing waits."""
    try:
        with current.writing() as db:
            came = act(db)
            agreements.note_asked(db, staff_id, came)
    except (OwnAccount, TraineeAlone, MunicipalityNameTaken, AccountOff) as error:
        return _show(staff_id, form=form, link_form=link_form, problem=_why_not(error), status=_STATUS[type(error)])
    except StaffUnknown:
        return _unknown()
    if came.waits is None:
        return _show(staff_id, said=said, given=came.password)
    done = gettext("Det du tog bort eller det som inte läser frågor gäller redan.") if came.done else ""
    return _show(staff_id, said=f"{done} {agreements.asked_words()}".strip())


_STATUS: dict[type[DomainError], int] = {
    OwnAccount: 403,
    TraineeAlone: 400,
    MunicipalityNameTaken: 409,
    AccountOff: 409,
}


def _why_not(error: DomainError) -> str:
    if isinstance(error, OwnAccount):
        return str(gettext("Ditt eget konto ändrar någon annan. Be en annan administratör."))
    if isinstance(error, TraineeAlone):
        return labels.trainee_alone()
    if isinstance(error, AccountOff):
        return str(gettext("Kontot är avstängt. Slå på det först."))
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
            waiting = agreements.read_waiting(db, staff_id=staff_id)
    except StaffUnknown:
        return _unknown()
    held = {"roles": [str(role) for role in row.roles], "units": list(row.units), "sees_protected": row.sees_protected}
    page = render_template(
        "staff/account.html",
        row=row,
        waiting=waiting,
        trusted=not GIVEN_BY_TWO.isdisjoint(row.roles),
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
