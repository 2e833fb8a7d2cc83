"""The accounts of those who work here: all of them, and adding one. Administrators come here; they read no requests."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import account_changes
from portal.desk.audit import Act
from portal.desk.entrusted import holding
from portal.desk.errors import TraineeAlone, UsernameTaken
from portal.desk.roster import list_accounts
from portal.staff import agreements, labels, signed_in
from portal.staff.account_forms import AddAccountForm


def accounts() -> ResponseReturnValue:
    return _show(AddAccountForm(formdata=None))


def add_account() -> ResponseReturnValue:
    """Answers with the page itself: the password is shown this once, and stands in no cookie and no address."""
    form = AddAccountForm()
    if not form.validate_on_submit():
        return _show(form, status=400)
    me = signed_in.who()
    try:
        with current.writing() as db:
            member, came = account_changes.add(
                db,
                by=me.id,
                username=form.username.data or "",
                display_role=form.display_role.data or "",
                wanted=holding(form.roles.data or [], form.units.data or [], bool(form.sees_protected.data)),
                now=clock.now(),
                expires_at=agreements.lapses_at(),
            )
            codes = {"change": "added", "roles": sorted(member.roles), "units": sorted(member.units)}
            signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(member.id), who=me, **codes)
            agreements.note_asked(db, member.id, came)
    except UsernameTaken:
        form.username.errors = [gettext("Det finns redan ett konto med det namnet.")]
        return _show(form, status=409)
    except TraineeAlone:
        form.roles.errors = [labels.trainee_alone()]
        return _show(form, status=400)
    said = gettext("Kontot %(name)s är tillagt.", name=member.username)
    return _show(
        AddAccountForm(formdata=None),
        given=(member.username, came.password) if came.password else None,
        said=f"{said} {agreements.asked_words()}" if came.waits else None,
    )


def _show(
    form: AddAccountForm, *, given: tuple[str, str] | None = None, said: str | None = None, status: int = 200
) -> ResponseReturnValue:
    now = clock.now()
    with current.reading() as db:
        rows = list_accounts(db)
        waiting = agreements.read_waiting(db)
    page = render_template(
        "staff/accounts.html",
        form=form,
        rows=rows,
        waiting=waiting,
        given=given,
        said=said,
        now=now,
        labels=labels,
    )
    return make_response(page, status)
