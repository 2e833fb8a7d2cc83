"""One button for what stands first in the queue, from the queue and from a request that is done with."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk.next_in_queue import take_first
from portal.staff import signed_in
from portal.staff.acts import done
from portal.staff.forms import PlainForm
from portal.staff.queue_own import back_to_queue, chosen_in


def take_next() -> ResponseReturnValue:
    """Take it and open it. What is chosen in the queue is kept to."""
    here = request.form.get("here")
    if not PlainForm().validate_on_submit():
        flash(gettext("Sidan var för gammal. Försök igen."))
        return redirect(back_to_queue(here), 303)
    with current.writing() as db:
        reference = take_first(
            db,
            lanes=signed_in.lanes(),
            filters=chosen_in(here).filters,
            staff_id=signed_in.who().id,
            now=clock.now(),
        )
    if reference is None:
        flash(gettext("Ingen väntar som inte redan har någon."))
        return redirect(back_to_queue(here), 303)
    return done(reference, gettext("Du har tagit hand om frågan. Den stod först i kön."))
