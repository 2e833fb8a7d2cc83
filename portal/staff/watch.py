"""What must not be missed, on every open page: alarms first. And the page where it is all listed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import protection, quarantine, staff_tasks, threats
from portal.desk.area_danger import UnseenDanger, unseen_danger
from portal.desk.rights import Right, may
from portal.desk.threats import AlarmRow
from portal.records.errors import DomainError
from portal.records.staff_account import Role
from portal.staff import labels, request_forms, signed_in
from portal.staff.calling import Calling, read_calling, sound_of
from portal.staff.forms import PlainForm
from portal.staff.problems import refused, sentence_for, status_for
from portal.staff.signed_in import Standing


@dataclass(frozen=True, slots=True)
class Watched:
    """What calls for somebody now. `mark` changes when any of it does."""

    alarms: tuple[AlarmRow, ...]
    mine: frozenset[UUID]  # requests of these alarms that one may open
    calling: Calling
    places: tuple[UnseenDanger, ...]
    odd_tries: int
    late_aside: int
    protected_waiting: int
    danger_mark: str  # another one when what is said at once, and may interrupt, has changed
    other_mark: str  # the same for the rest of what is shown
    mark: str  # another one when anything has
    sounds: tuple[str, ...]


def watched() -> Watched | None:
    """For the banner at the top of every page; None before signing in, and when the database does not answer."""
    if g.get("staff_standing") is not Standing.WHOLE:
        return None
    try:
        return _watched()
    except DomainError:
        return None


def watch_news() -> ResponseReturnValue:
    """The banner again when it is another than the page shows; asked for by a script that only adds comfort."""
    now = watched()
    if now is None or now.mark == request.args.get("mark"):
        return "", 204
    beside_queue = request.args.get("beside") == "queue"
    return render_template("staff/alarms.html", watched=now, beside_queue=beside_queue)


def words() -> dict[str, Callable[[], Any]]:
    """What the frame of the staff pages shows. Asked for only where the frame is shown."""
    return {"watched_now": watched}


def watch() -> ResponseReturnValue:
    """Tasks after threats and reports, and what lies aside."""
    now = clock.now()
    with current.reading() as db:
        within = signed_in.reach()
        tasks = staff_tasks.open_tasks(db, within=within, supervises=_supervises())
        aside = quarantine.lying_aside(db, within=within)
    return render_template(
        "staff/watch.html", tasks=tasks, aside=aside, now=now, labels=labels, request_labels=request_forms
    )


def finish_task(task_id: UUID) -> ResponseReturnValue:
    if not PlainForm().validate_on_submit():
        return refused(gettext("Sidan var för gammal. Gå tillbaka och försök igen."), status=400)
    try:
        with current.writing() as db:
            staff_tasks.finish_task(
                db,
                within=signed_in.reach(),
                supervises=_supervises(),
                task_id=task_id,
                staff_id=signed_in.who().id,
                now=clock.now(),
            )
    except DomainError:
        abort(404)
    flash(gettext("Uppgiften är klar och borta från listan."))
    return redirect(url_for("staff.watch"), 303)


def acknowledge(threat_id: UUID) -> ResponseReturnValue:
    """A colleague says: I am on my way."""
    if not PlainForm().validate_on_submit():
        return refused(gettext("Sidan var för gammal. Gå tillbaka och försök igen."), status=400)
    try:
        with current.writing() as db:
            threats.acknowledge(db, threat_id=threat_id, staff_id=signed_in.who().id, now=clock.now())
    except DomainError as error:
        return refused(sentence_for(error), status=status_for(error))
    flash(gettext("Alla ser att du har tagit larmet."))
    return redirect(url_for("staff.home"), 303)


def _supervises() -> bool:
    return may(signed_in.who().roles, Right.REASSIGN)


def _watched() -> Watched:
    member, now = signed_in.who(), clock.now()
    alarms: tuple[AlarmRow, ...] = ()
    mine: frozenset[UUID] = frozenset()
    called = Calling()
    places: tuple[UnseenDanger, ...] = ()
    odd = late = waiting = 0
    with current.reading() as db:
        if may(member.roles, Right.READ_REQUESTS):
            alarms = tuple(threats.open_alarms(db, now=now, practice=Role.TRAINEE in member.roles))
            mine = threats.within(db, reach=signed_in.reach(), alarms=alarms)
            called = read_calling(db, now)
        if may(member.roles, Right.SEE_AREA_DANGER):
            places = tuple(unseen_danger(db))
        if may(member.roles, Right.REASSIGN) or may(member.roles, Right.READ_AUDIT):
            odd = protection.odd_tries(db, member=member, now=now)
        if may(member.roles, Right.REASSIGN):
            late = quarantine.count_late(db, within=signed_in.reach(), now=now)
        if may(member.roles, Right.MANAGE_ACCOUNTS):
            waiting = protection.waiting_for_nobody(db)
    raised = [(alarm.id.hex, alarm.raised_at.isoformat()) for alarm in alarms]
    sounds = (
        *(sound_of(alarm.id, alarm.raised_at.isoformat()) for alarm in alarms if alarm.raised_by != member.id),
        *called.sounds,
        *(sound_of(place.signal_id, place.told) for place in places),
    )
    danger_mark = _mark_of([raised, replace(called, overdue=0, sounds=()), places])
    other_mark = _mark_of([called.overdue, odd, late, waiting])
    mark = _mark_of([danger_mark, other_mark, sounds])
    return Watched(alarms, mine, called, places, odd, late, waiting, danger_mark, other_mark, mark, sounds)


def _mark_of(shown: object) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
