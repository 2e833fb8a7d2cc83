"""A human says how urgent a request is. It is written down and stands in the request's history."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from portal import clock, current
from portal.desk import ranking
from portal.records.help_request import Priority
from portal.staff import signed_in
from portal.staff.forms import PlainForm
from portal.staff.queue_filters import PRIORITY_LABEL


class RankForm(PlainForm):
    priority = SelectField(
        lazy_gettext("Prioritet"),
        choices=[SelectChoice(str(each.value), PRIORITY_LABEL[each]) for each in Priority],
    )


def rank(reference: str) -> ResponseReturnValue:
    form = RankForm()
    if not form.validate_on_submit():
        flash(gettext("Välj en prioritet och försök igen."))
        return redirect(url_for("staff.request_page", reference=reference), 303)
    wanted = Priority(int(form.priority.data))
    with current.writing() as db:
        ranking.rank(
            db,
            ruleset=current.ruleset(),
            request_id=signed_in.find_request(db, reference),
            staff_id=signed_in.who().id,
            priority=wanted,
            now=clock.now(),
        )
    flash(gettext("Frågan har nu prioritet %(num)s: %(name)s.", num=wanted.value, name=PRIORITY_LABEL[wanted].lower()))
    return redirect(url_for("staff.request_page", reference=reference), 303)
