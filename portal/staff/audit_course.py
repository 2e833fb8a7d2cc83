"""The course of one request for the auditor: what was done with it, when and by whom. None of its words."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import audit_reading
from portal.desk.audit import Act
from portal.desk.audit_reading import Step
from portal.desk.errors import RequestUnknown
from portal.records.event import EventKind
from portal.records.help_request import Channel, CloseReason, State
from portal.staff import labels, signed_in
from portal.staff.audit_words import act_words, stamp, why_words
from portal.staff.queue_filters import unit_name


def audit_course(reference: str) -> ResponseReturnValue:
    try:
        with current.reading() as db:
            course = audit_reading.course_of(db, reference=reference)
    except RequestUnknown:
        sentence = gettext("Det finns ingen fråga med den referensen.")
        return make_response(render_template("staff/problem.html", sentence=sentence, kept=[]), 404)
    with current.writing() as db:
        audit_reading.note_read(
            db,
            key=current.parts().audit_key,
            act=Act.FOLLOWED,
            subject=course.reference,
            staff_id=signed_in.who().id,
            at=clock.now(),
            detail={},
        )
    page = render_template(
        "staff/audit_course.html",
        course=course,
        state=labels.STATE[State(course.state)],
        channel=labels.CHANNEL[Channel(course.channel)],
        unit=unit_name(course.unit),
        step_words=step_words,
        stamp=stamp,
        why_words=why_words,
    )
    return make_response(page)


def step_words(step: Step) -> str:
    """What happened: a row of the log, or something that the request itself keeps."""
    if step.number is not None:
        return act_words(step.code)
    words = str(labels.EVENT[EventKind(step.code)])
    return f"{words}: {labels.CLOSE_REASON[CloseReason(step.close_reason)]}" if step.close_reason else words
