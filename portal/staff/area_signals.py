"""One worry about a place: handing it in as staff, and what a supervisor does with it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.danger_first import posted_signals
from portal.desk import area_judging
from portal.desk.area_errors import PersonInText, SignalUnknown
from portal.desk.area_judging import OpenedSignal, open_signal
from portal.desk.area_signals import Sighting, hand_in, place_names
from portal.i18n.written import written_language
from portal.place_words import ELSEWHERE, HOW_OFTEN, TOLD, category_label, found_words, receiver_label, rules, week_days
from portal.records.area_signal import SignalSource
from portal.records.errors import DomainError
from portal.staff import signed_in
from portal.staff.area_forms import NewSignalForm, PassOnForm, TellForm, VerifyForm
from portal.staff.area_labels import SOURCE_OF, STATE_OF
from portal.staff.forms import PlainForm
from portal.staff.problems import sentence_for, status_for
from portal.understanding.person_data import Found, certain, find_persons


def new_signal() -> ResponseReturnValue:
    """Hand in. Danger is shown before anything else, and a person in the text is shown back."""
    today = current.ruleset().local(clock.now()).date()
    form = NewSignalForm().offer(current.ruleset().areas_on(today), today)
    if not form.is_submitted():
        form.seed.data = secrets.token_urlsafe(24)
        return _new_page(form)
    signals = posted_signals()
    if not form.validate():
        return _new_page(form, signals=signals, status=400)
    if form.area.data == ELSEWHERE and not (form.place.data or "").strip():
        form.place.errors = [gettext("Skriv vilken plats det är: en gata, en park eller en hållplats.")]
        return _new_page(form, signals=signals, status=400)
    found = find_persons(f"{form.place.data}\n{form.words.data}", place_names(current.ruleset()))
    unseen = bool(signals) and not form.seen_danger.data
    form.seen_danger.data = "yes" if signals else ""
    if unseen or certain(found) or (found and not form.looked.data):
        return _new_page(form, signals=signals, found=found)
    try:
        reference = _keep(form, signals)
    except (DomainError, ValueError) as error:
        problem = (
            sentence_for(error) if isinstance(error, DomainError) else gettext("Sidan var för gammal. Försök igen.")
        )
        return _new_page(form, signals=signals, problem=problem, status=400)
    flash(gettext("Tack. Det är sparat som %(reference)s.", reference=reference))
    return redirect(url_for("staff.new_signal"), 303)


def signal_page(reference: str) -> ResponseReturnValue:
    return show(reference)


def verify_signal(reference: str) -> ResponseReturnValue:
    """First the text as it will be kept, with what the check finds; then somebody says that no person is in it."""
    form = VerifyForm()
    if not form.validate_on_submit():
        return show(reference, verify=form, status=400)
    text = f"{form.place.data or ''}\n{form.words.data or ''}"
    found = find_persons(text, place_names(current.ruleset()))
    if certain(found):
        return show(reference, verify=form, found=found, problem=_still_a_person(), status=400)
    if form.step.data != "look" or not form.sure.data:
        problem = None if form.step.data != "look" else gettext("Sätt en bock när du har läst texten.")
        return show(reference, verify=form, found=found, looks=True, problem=problem, status=400 if problem else 200)
    words = {"words": form.words.data, "place": form.place.data or "", "looked": True}
    error = _do(area_judging.verify, reference, **words, **_texts())
    if error is not None:
        return show(reference, verify=form, problem=sentence_for(error), status=status_for(error))
    return _done(reference, gettext("Sparat. Nu kan du föra det vidare, lägga ihop det med annat eller svara."))


def pass_signal_on(reference: str) -> ResponseReturnValue:
    form = PassOnForm().offer()
    if not form.validate_on_submit():
        return show(reference, pass_on=form, status=400)
    words = {"words": form.words.data, "receivers": form.receivers.data, "looked": bool(form.looked.data)}
    error = _do(area_judging.pass_on, reference, **words, **_texts())
    if error is not None:
        return show(reference, pass_on=form, problem=_sentence(error), status=status_for(error), found=_found(error))
    return _done(reference, gettext("Antecknat. Lämna texten själv på det sätt som står vid mottagaren."))


def tell_back(reference: str) -> ResponseReturnValue:
    form = TellForm()
    if not form.validate_on_submit():
        return show(reference, tell=form, status=400)
    words = {"told": form.told.data, "words": form.words.data or "", "looked": bool(form.looked.data)}
    error = _do(area_judging.tell_back, reference, **words, **_texts())
    if error is not None:
        return show(reference, tell=form, problem=_sentence(error), status=status_for(error), found=_found(error))
    return _done(reference, gettext("Svaret finns nu för dem som har koden."))


def set_signal_aside(reference: str) -> ResponseReturnValue:
    return _press(area_judging.set_aside, reference, gettext("Det räknas inte som oro för en plats."))


def split_signals(reference: str) -> ResponseReturnValue:
    return _press(area_judging.split, reference, gettext("De är isär igen."))


def close_signal(reference: str) -> ResponseReturnValue:
    return _press(area_judging.close, reference, gettext("Stängt."))


def show(
    reference: str,
    *,
    verify: VerifyForm | None = None,
    pass_on: PassOnForm | None = None,
    tell: TellForm | None = None,
    found: list[Found] | None = None,
    looks: bool = False,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The page of one worry. That it was opened is in the audit log before anything is shown."""
    signal = _open(reference)
    listed = found if found is not None else list(signal.found) if signal.state == "new" else []
    page = render_template(
        "staff/area_signal.html",
        signal=signal,
        verify=verify or VerifyForm(formdata=None, words=signal.words, place=signal.place),
        pass_on=pass_on or PassOnForm(formdata=None, words=signal.passed_words or signal.words).offer(),
        tell=tell or TellForm(formdata=None),
        receivers=rules().receivers,
        found=[(found_words(each), each.words) for each in listed],
        looks=looks,
        problem=problem or _too_old(verify, pass_on, tell),
        dangers=_dangers(frozenset(signal.signals)),
        state=STATE_OF[signal.state],
        source=SOURCE_OF[signal.source],
        how_often=HOW_OFTEN[signal.how_often],  # type: ignore[index]  # its code
        category=category_label(signal.category),
        days=week_days(signal.week),
        passed_to=[receiver_label(slug) for slug in signal.passed_to],
        told=TOLD[signal.told_code] if signal.told_code else None,  # type: ignore[index]  # its code
    )
    return make_response(page, status)


def _open(reference: str) -> OpenedSignal:
    with current.writing() as db:
        return open_signal(db, reference=reference, **_texts(), **_whose())


def _keep(form: NewSignalForm, signals: frozenset[str]) -> str:
    parts = current.parts()
    sighting = Sighting(
        area=None if form.area.data == ELSEWHERE else form.area.data,
        place=form.place.data or "",
        week=form.week.data,
        category=form.category.data,
        how_often=form.how_often.data,
        source=SignalSource.STAFF,
        words=form.words.data or "",
        wants_told=False,
    )
    with current.writing() as db:
        handed = hand_in(
            db,
            keys=parts.content_keys,
            code_key=parts.code_key,
            ruleset=current.ruleset(),
            sighting=sighting,
            signals=sorted(signals),
            language=written_language(form.words.data or ""),
            seed=form.seed.data or "",
            now=clock.now(),
        )
    return handed.reference


def _press(verb: Callable[..., Any], reference: str, said: str) -> ResponseReturnValue:
    form = PlainForm()
    if not form.validate_on_submit():
        return show(reference, problem=gettext("Sidan var för gammal. Försök igen."), status=400)
    error = _do(verb, reference)
    if error is not None:
        return show(reference, problem=sentence_for(error), status=status_for(error))
    return _done(reference, said)


def _do(verb: Callable[..., Any], reference: str, **details: Any) -> DomainError | None:
    """One verb in one transaction; returns what stood in the way. Raises SignalUnknown."""
    try:
        with current.writing() as db:
            verb(db, reference=reference, **_whose(), **details)
    except SignalUnknown:
        raise
    except DomainError as error:
        return error
    return None


def _whose() -> dict[str, Any]:
    return {"audit_key": current.parts().audit_key, "staff_id": signed_in.who().id, "now": clock.now()}


def _texts() -> dict[str, Any]:
    return {"keys": current.parts().content_keys, "ruleset": current.ruleset()}


def _done(reference: str, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("staff.signal_page", reference=reference), 303)


def _dangers(signals: frozenset[str]) -> list[tuple[str, str]]:
    dangers = current.ruleset().dangers
    return [(danger.label, danger.staff) for signal, danger in dangers.items() if signal in signals]


def _found(error: DomainError) -> list[Found] | None:
    return list(error.found) if isinstance(error, PersonInText) else None


def _sentence(error: DomainError) -> str:
    if isinstance(error, PersonInText) and not certain(error.found):
        return str(gettext("Läs orden nedan. Är det inga människor? Sätt en bock och försök igen."))
    return _still_a_person() if isinstance(error, PersonInText) else sentence_for(error)


def _still_a_person() -> str:
    return str(gettext("Texten visar vem någon är. Ta bort det först. Inget är sparat eller fört vidare."))


def _too_old(*forms: PlainForm | None) -> str | None:
    if any(form is not None and "csrf_token" in form.errors for form in forms):
        return str(gettext("Sidan var för gammal för att skickas. Det du skrev finns kvar. Skicka igen."))
    return None


def _new_page(
    form: NewSignalForm,
    *,
    signals: frozenset[str] = frozenset(),
    found: list[Found] | None = None,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "staff/area_signal_new.html",
        form=form,
        dangers=_dangers(signals),
        found=[(found_words(each), each.words) for each in found or []],
        must_change=bool(certain(found or [])),
        problem=problem or _too_old(form),
    )
    return make_response(page, status)
