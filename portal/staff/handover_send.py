"""Handing a request over, step by step: to whom, what exactly, on which ground. Nothing leaves before the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import guiding, handover
from portal.desk.audit import Act, Why, append
from portal.desk.handover_errors import NothingToSend
from portal.desk.handover_package import make_package, offered_messages, offered_notes
from portal.desk.handover_views import HandoverView, handovers_of
from portal.desk.request_page import RequestPage
from portal.desk.two_handlers import waits_for_second
from portal.i18n.languages import content_text
from portal.records.errors import DomainError
from portal.records.outbox import Adapter
from portal.staff import acts, handover_words, labels, reading, signed_in
from portal.staff.handover_forms import CHANGE, LOOK, SEND, GuideForm, HandoverForm
from portal.staff.problems import sentence_for, status_for
from portal.staff.request_page import hold_of, load, mark_of
from portal.staff.suggestions import advise, known_facts
from portal.triage.grammar import Service
from portal.triage.ruleset import Ruleset

COMPARTMENTS = ("own", "restricted", "sealed")
"""Units whose staff can receive something here; to the others only people can carry a word."""


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody to hand over to, or to show the way to. `because` tells why it is suggested; empty for the rest."""

    service: Service
    because: tuple[str, ...]
    certain: bool


def choose_unit(reference: str) -> ResponseReturnValue:
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    page = load(reference)
    if hold_of(page, clock.now()) != "mine":
        return _take_first(reference)
    targets = _targets(current.ruleset(), page)
    return render_template(
        "staff/handover_choose.html",
        page=page,
        suggested=[target for target in targets if target.because and receives(target.service)],
        units=[target for target in targets if not target.because and receives(target.service)],
        guided=[target for target in targets if not receives(target.service)],
    )


def hand_over(reference: str, unit: str) -> ResponseReturnValue:
    """To a unit of ours: choose, look, send. To anybody else: a page that guides, and nothing leaves."""
    service = current.ruleset().services.get(unit)
    asked = reading.enter(reference, status=409 if request.method == "POST" else 200)
    if asked is not None:
        return asked
    page = load(reference)
    if service is None or unit == page.unit:
        abort(404)
    form = HandoverForm().offer(current.ruleset().municipality.handover.grounds)
    if hold_of(page, clock.now()) != "mine" and form.step.data != SEND:
        return _take_first(reference)
    if not receives(service):
        return _guide(page, service)
    if not form.is_submitted():
        return _choose(page, service, _fresh(page, form))
    if form.step.data == CHANGE:
        return _choose(page, service, form)
    if not form.validate():
        problem = gettext("Sidan var för gammal för att skickas. Dina val finns kvar. Försök igen.")
        return _choose(page, service, form, problem=problem if "csrf_token" in form.errors else None, status=400)
    if form.step.data == LOOK:
        return _look(page, service, form)
    error = _send(page, service, form)
    if error is not None:
        page = load(reference)
        problem, status = sentence_for(error), status_for(error)
        return _choose(page, service, _renewed(page, form), problem=problem, status=status)
    flash(gettext("Frågan är överlämnad till %(unit)s. Du ser här när de har svarat.", unit=content_text(service.name)))
    return redirect(url_for("staff.request_page", reference=reference), 303)


def withdraw_handover(reference: str) -> ResponseReturnValue:
    parts = current.parts()
    said = gettext("Frågan är tillbaka hos dig. Det som skickades går inte längre att läsa för enheten.")
    return acts.press(reference, handover.withdraw, said, keys=parts.content_keys, audit_key=parts.audit_key)


def _take_first(reference: str) -> ResponseReturnValue:
    flash(gettext("Ta hand om frågan först. Sedan kan du lämna över den."))
    return redirect(url_for("staff.request_page", reference=reference), 303)


def receives(service: Service) -> bool:
    """Whether requests can be handed over to it in the portal."""
    return service.kind == "service" and service.compartment in COMPARTMENTS and service.takes_handovers


def words() -> dict[str, Any]:
    """What the request's page may ask for: the handovers of a request."""
    return {"handovers_of_page": _handovers, "handover_words": handover_words}


def _handovers(page: RequestPage) -> tuple[HandoverView, ...]:
    with current.reading() as db:
        return handovers_of(db, keys=current.parts().content_keys, request_id=page.request_id)


def _targets(ruleset: Ruleset, page: RequestPage) -> list[Target]:
    """Everybody to whom somebody might turn, suggested ones first, with the reasons."""
    advice = advise(ruleset, known_facts(ruleset, page), page.created_at, page.suggestions)
    suggested = {each.service.service: Target(each.service, each.because, each.certain) for each in advice}
    today = ruleset.local(clock.now()).date()
    others = [Target(each, (), True) for slug, each in ruleset.services.items() if slug not in suggested]
    return [
        target
        for target in (*suggested.values(), *others)
        if target.service.valid.covers(today)
        and target.service.service != page.unit
        and (receives(target.service) or _is_outside(target.service))
    ]


def _is_outside(service: Service) -> bool:
    """Another board, region, police, emergency or association: no content is ever sent there."""
    return service.kind == "partner" or service.compartment == "other-board"


def _fresh(page: RequestPage, form: HandoverForm) -> HandoverForm:
    form.keep.data = []
    form.offered.data = 0
    form.reach.data = True
    return _renewed(page, form)


def _renewed(page: RequestPage, form: HandoverForm) -> HandoverForm:
    """The form for the request as it is now: what was said since it was shown is left in until somebody strikes it."""
    messages = offered_messages(page)
    since = messages[form.offered.data or 0 :]
    form.keep.data = [*(form.keep.data or []), *(piece.key for each in since if each.usual for piece in each.pieces)]
    form.offered.data = len(messages)
    form.seen.data = int(mark_of(page.reference))
    return form


def _choose(
    page: RequestPage, service: Service, form: HandoverForm, *, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    shown = render_template(
        "staff/handover_what.html",
        page=page,
        service=service,
        form=form,
        kept=set(form.keep.data or ()),
        messages=offered_messages(page),
        notes=offered_notes(page),
        problem=problem,
        labels=labels,
        words=handover_words,
        step=LOOK,
    )
    return make_response(shown, status)


def _look(page: RequestPage, service: Service, form: HandoverForm) -> ResponseReturnValue:
    chosen, now = form.chosen(), clock.now()
    with current.reading() as db:
        threat = waits_for_second(db, request_id=page.request_id, now=now)
    package = make_package(page, unit=service.service, keep=chosen.keep, reach=chosen.reach, threat=threat, now=now)
    if not package.messages:
        return _choose(page, service, form, problem=sentence_for(NothingToSend()), status=400)
    if package.contact and package.contact["address"]:
        _note_unmasked(page)
    return render_template(
        "staff/handover_look.html",
        page=page,
        service=service,
        form=form,
        package=package,
        due=_due(service, now),
        labels=labels,
        words=handover_words,
        steps=(CHANGE, SEND),
    )


def _send(page: RequestPage, service: Service, form: HandoverForm) -> DomainError | None:
    parts, now = current.parts(), clock.now()
    return acts.do(
        page.reference,
        [handover.send],
        keys=parts.content_keys,
        audit_key=parts.audit_key,
        unit=service.service,
        ground=form.chosen_ground(),
        chosen=form.chosen(),
        seen=form.seen.data or 0,
        due_at=_due(service, now),
        adapters=[way for way in Adapter if getattr(service.notify, way.value)],
    )


def _note_unmasked(page: RequestPage) -> None:
    """The page shows how to reach the person, which is written down like every time somebody looks that up."""
    with current.writing() as db:
        append(
            db,
            key=current.parts().audit_key,
            act=Act.UNMASKED,
            subject=page.reference,
            at=clock.now(),
            staff_id=signed_in.who().id,
            why=Why.HANDOVER,
        )


def _due(service: Service, now: datetime) -> datetime:
    """One working day of the unit's own hours; of the contact centre's when nobody has told us the unit's."""
    ruleset = current.ruleset()
    hours = ruleset.hours[service.service]
    return (hours if hours.known else ruleset.contact_hours).add_open_time(
        ruleset.local(now), ruleset.municipality.handover.answer_within
    )


def _guide(page: RequestPage, service: Service) -> ResponseReturnValue:
    if not _is_outside(service):
        abort(404)
    form = GuideForm()
    problem, status = None, 200
    if form.is_submitted():
        status = 400
        if form.validate():
            error = acts.do(page.reference, [guiding.guide_on], service=service.service, did=form.did.data or [])
            if error is None:
                return acts.done(page.reference, gettext("Det är antecknat. Inget innehåll har skickats."))
            problem, status = sentence_for(error), status_for(error)
    shown = render_template("staff/handover_guide.html", page=page, service=service, form=form, problem=problem)
    return make_response(shown, status)
