"""A worry about a place that tells of danger, for whoever leads the work or is on call: read it, act, say it is seen.

Those on call open it only as long as nobody has; what the worry becomes is the supervisor's weekly work.
"""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk.area_danger import is_unseen, note_seen
from portal.desk.area_errors import SignalUnknown
from portal.desk.area_judging import open_signal
from portal.desk.rights import Right, may
from portal.place_words import HOW_OFTEN, category_label, week_days
from portal.staff import signed_in
from portal.staff.area_labels import SOURCE_OF
from portal.staff.forms import PlainForm
from portal.staff.problems import refused


def place_danger(reference: str) -> ResponseReturnValue:
    """The words and what to do. That it was opened is in the audit log before anything is shown."""
    if (elsewhere := _seen_already(reference)) is not None:
        return elsewhere
    parts = current.parts()
    with current.writing() as db:
        signal = open_signal(
            db,
            keys=parts.content_keys,
            audit_key=parts.audit_key,
            ruleset=current.ruleset(),
            reference=reference,
            staff_id=signed_in.who().id,
            now=clock.now(),
        )
    dangers = current.ruleset().dangers
    return render_template(
        "staff/area_danger.html",
        signal=signal,
        dangers=[(danger.label, danger.staff) for slug, danger in dangers.items() if slug in signal.signals],
        source=SOURCE_OF[signal.source],
        how_often=HOW_OFTEN[signal.how_often],  # type: ignore[index]  # its code
        category=category_label(signal.category),
        days=week_days(signal.week),
    )


def place_danger_seen(reference: str) -> ResponseReturnValue:
    if not PlainForm().validate_on_submit():
        return refused(gettext("Sidan var för gammal. Gå tillbaka och försök igen."), status=400)
    try:
        with current.writing() as db:
            note_seen(
                db,
                audit_key=current.parts().audit_key,
                reference=reference,
                staff_id=signed_in.who().id,
                now=clock.now(),
            )
    except SignalUnknown:
        abort(404)
    flash(gettext("Alla ser att du har sett det. Larmet är av."))
    return redirect(_onward(reference), 303)


def _seen_already(reference: str) -> ResponseReturnValue | None:
    """Where to go instead when nobody waits for it to be seen. For those who do not judge worries it does not exist."""
    with current.reading() as db:
        if is_unseen(db, reference=reference):
            return None
    if not _judges():
        abort(404)
    return redirect(url_for("staff.signal_page", reference=reference))


def _onward(reference: str) -> str:
    return url_for("staff.signal_page", reference=reference) if _judges() else url_for("staff.home")


def _judges() -> bool:
    return may(signed_in.who().roles, Right.JUDGE_AREA_SIGNALS)
