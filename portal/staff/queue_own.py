"""What somebody keeps for themselves of the queue: saved views, the keys."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from portal import clock, current
from portal.desk import saved_views
from portal.desk.saved_views import MOST_VIEWS, TooManyViews
from portal.staff import signed_in
from portal.staff.forms import PlainForm
from portal.staff.queue_filters import Choice, choice_from

LONGEST_VIEW_NAME = 40


class SaveViewForm(PlainForm):
    name = StringField(
        lazy_gettext("Namn på vyn"),
        [
            DataRequired(lazy_gettext("Skriv ett namn på vyn.")),
            Length(max=LONGEST_VIEW_NAME, message=lazy_gettext("Namnet är för långt, högst %(max)d tecken.")),
        ],
    )
    here = HiddenField()


class SettingForm(PlainForm):
    shortcuts = BooleanField(lazy_gettext("Kortkommandon"))
    here = HiddenField()


def save_view() -> ResponseReturnValue:
    form = SaveViewForm()
    if not form.validate_on_submit():
        return _back(form.here.data, *(str(error) for errors in form.errors.values() for error in errors))
    chosen = chosen_in(form.here.data).address()
    try:
        with current.writing() as db:
            saved_views.save_view(
                db,
                keys=current.parts().content_keys,
                staff_id=signed_in.who().id,
                name=form.name.data or "",
                chosen=urlencode(chosen),
                now=clock.now(),
            )
    except TooManyViews:
        return _back(form.here.data, gettext("Du har redan %(num)s vyer. Ta bort en först.", num=MOST_VIEWS))
    return _back(form.here.data, gettext("Vyn är sparad. Bara du ser den."))


def forget_view(view_id: UUID) -> ResponseReturnValue:
    form = PlainForm()
    if not form.validate_on_submit():
        return _back(request.form.get("here"), gettext("Sidan var för gammal. Försök igen."))
    with current.writing() as db:
        saved_views.forget_view(db, staff_id=signed_in.who().id, view_id=view_id)
    return _back(request.form.get("here"), gettext("Vyn är borttagen."))


def choose_setting() -> ResponseReturnValue:
    form = SettingForm()
    if not form.validate_on_submit():
        return _back(form.here.data, gettext("Sidan var för gammal. Försök igen."))
    with current.writing() as db:
        saved_views.choose_setting(db, staff_id=signed_in.who().id, shortcuts=bool(form.shortcuts.data))
    return _back(form.here.data, gettext("Sparat. Så här har du kön från och med nu."))


def back_to_queue(here: str | None) -> str:
    """The address of the queue as it was; only what can be chosen there is kept of `here`."""
    return url_for("staff.queue", **chosen_in(here).address())  # type: ignore[arg-type]


def chosen_in(here: str | None) -> Choice:
    """What is chosen in the queue, from the arguments of its address."""
    return choice_from(dict(parse_qsl((here or "")[:500])))


def _back(here: str | None, *said: str) -> ResponseReturnValue:
    for sentence in said:
        flash(sentence)
    return redirect(back_to_queue(here), 303)
