"""Several requests at once. Giving away and closing are shown in full before they are done."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from sqlalchemy.orm import Session
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired

from portal import clock, current
from portal.desk import audit, bulk, ranking, work
from portal.desk.accounts import StaffMember, find_staff
from portal.desk.bulk import CLOSED_AS, Outcome
from portal.desk.errors import DomainError, RequestUnknown, StaffUnknown
from portal.records.help_request import HelpRequest, Priority
from portal.staff import labels, signed_in
from portal.staff.forms import NOT_CHOSEN, PlainForm
from portal.staff.problems import sentence_for
from portal.staff.queue_own import back_to_queue

MOST_AT_ONCE: Final = 50
"""As many as one page shows."""

NUMBER: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of those that were ticked, and what stands in the way of closing it."""

    reference: str
    topics: list[str]
    language: str
    state: str
    happened: int
    refused: str


class CloseManyForm(PlainForm):
    reason = SelectField(
        lazy_gettext("Varför stänger du?"),
        [InputRequired(lazy_gettext("Välj varför du stänger frågorna."))],
        choices=[
            SelectChoice(NOT_CHOSEN, lazy_gettext("Välj en orsak")),
            *(SelectChoice(code.value, labels.CLOSE_REASON[code]) for code in CLOSED_AS),
        ],
    )


class GiveManyForm(PlainForm):
    to = SelectField(lazy_gettext("Till vem?"), [InputRequired(lazy_gettext("Välj en kollega."))])

    def offer(self, members: list[StaffMember]) -> GiveManyForm:
        self.to.choices = [
            SelectChoice(NOT_CHOSEN, lazy_gettext("Välj en kollega")),
            *(SelectChoice(str(member.id), f"{member.display_role} ({member.username})") for member in members),
        ]
        return self


def take_many() -> ResponseReturnValue:
    def take(db: Session, request_id: UUID) -> None:
        work.claim(db, request_id=request_id, staff_id=signed_in.who().id, now=clock.now())

    return _at_once(take, lambda done: ngettext("Du har tagit %(num)s fråga.", "Du har tagit %(num)s frågor.", done))


def release_many() -> ResponseReturnValue:
    def release(db: Session, request_id: UUID) -> None:
        work.release(db, request_id=request_id, staff_id=signed_in.who().id, now=clock.now())

    return _at_once(
        release,
        lambda done: ngettext("%(num)s fråga är tillbaka i kön.", "%(num)s frågor är tillbaka i kön.", done),
    )


def give_many() -> ResponseReturnValue:
    with current.reading() as db:
        form = GiveManyForm().offer(bulk.colleagues(db))
    if "to" not in request.form or not form.validate_on_submit():
        return _confirm("staff/queue_give.html", form, status=400 if "to" in request.form else 200)
    to = _colleague(form.to.data)
    sealed = signed_in.sealed_units()

    def give(db: Session, request_id: UUID) -> None:
        ranking.give_to(
            db, request_id=request_id, to=to, staff_id=signed_in.who().id, now=clock.now(), sealed_units=sealed
        )

    return _at_once(
        give,
        lambda done: ngettext(
            "%(role)s har fått %(num)s fråga.", "%(role)s har fått %(num)s frågor.", done, role=to.display_role
        ),
        "given",
    )


def close_many() -> ResponseReturnValue:
    form = CloseManyForm()
    if "reason" not in request.form or not form.validate_on_submit():
        return _confirm("staff/queue_close.html", form, status=400 if "reason" in request.form else 200)
    seen = dict(pair.rpartition(":")[::2] for pair in request.form.getlist("seen"))
    municipality = current.ruleset().municipality
    code_valid = timedelta(days=municipality.code_valid_days)

    def close(db: Session, request_id: UUID) -> None:
        happened = seen.get(db.get_one(HelpRequest, request_id).reference, "")
        bulk.close_one(
            db,
            request_id=request_id,
            staff_id=signed_in.who().id,
            reason=form.reason.data,
            happened=int(happened) if NUMBER.fullmatch(happened) else -1,
            now=clock.now(),
            code_valid=code_valid,
            retention=municipality.retention.class_for(form.reason.data),
        )

    return _at_once(
        close,
        lambda done: ngettext("%(num)s fråga är stängd.", "%(num)s frågor är stängda.", done),
        f"closed-{form.reason.data}",
    )


def _at_once(
    act: Callable[[Session, UUID], None], said: Callable[[int], str], written: str = ""
) -> ResponseReturnValue:
    """Do it to each, say what was done and name each that was left and why. `written`: what the audit log says."""
    if not PlainForm().validate_on_submit():
        flash(gettext("Sidan var för gammal. Försök igen."))
        return redirect(back_to_queue(request.form.get("here")), 303)
    references = _ticked()
    with current.writing() as db:
        outcomes = bulk.each(db, references, lambda reference: act(db, signed_in.find_request(db, reference)))
        done = [outcome.reference for outcome in outcomes if outcome.error is None]
        if done and written:
            audit.append(
                db,
                key=current.parts().audit_key,
                act=audit.Act.CHANGED_MANY,
                subject=written,
                at=clock.now(),
                staff_id=signed_in.who().id,
                why=audit.Why.SUPERVISION,
                detail={"references": done},
            )
    _say(outcomes, said(len(done)) if done else "")
    return redirect(back_to_queue(request.form.get("here")), 303)


def _say(outcomes: list[Outcome], done: str) -> None:
    if not outcomes:
        flash(gettext("Markera först de frågor som det gäller."))
    if done:
        flash(done)
    for outcome in outcomes:
        if outcome.error is not None:
            reason = sentence_for(outcome.error)
            flash(gettext("%(reference)s hoppades över: %(reason)s", reference=outcome.reference, reason=reason))


def _confirm(template: str, form: PlainForm, *, status: int) -> ResponseReturnValue:
    """What will happen, item by item, before anything does."""
    if not _ticked():
        flash(gettext("Markera först de frågor som det gäller."))
        return redirect(back_to_queue(request.form.get("here")), 303)
    page = render_template(template, form=form, chosen=_chosen(), here=request.form.get("here", "")[:500])
    return page, status


def _chosen() -> list[Chosen]:
    found = []
    with current.reading() as db:
        for reference in _ticked():
            try:
                request_id = signed_in.find_request(db, reference)
            except RequestUnknown:
                continue
            found.append(_look_at(db, db.get_one(HelpRequest, request_id)))
    return found


def _look_at(db: Session, chosen: HelpRequest) -> Chosen:
    refused: DomainError | None = None
    if chosen.priority == Priority.P1 or chosen.signals:
        refused = bulk.DangerStays()
    elif not bulk.was_read(db, request=chosen):
        refused = bulk.NobodyHasRead()
    return Chosen(
        reference=chosen.reference,
        topics=[labels.topic_label(topic) for topic in chosen.topics],
        language=labels.language_name(chosen.language),
        state=str(labels.STATE[chosen.state]),  # type: ignore[index]  # the column holds the words of State
        happened=bulk.count_happened(db, request_id=chosen.id),
        refused=sentence_for(refused) if refused else "",
    )


def _colleague(staff_id: str) -> StaffMember:
    with current.reading() as db:
        member = find_staff(db, staff_id=UUID(staff_id))
    if member is None:
        raise StaffUnknown(staff_id)
    return member


def _ticked() -> list[str]:
    return list(dict.fromkeys(request.form.getlist("chosen")))[:MOST_AT_ONCE]
