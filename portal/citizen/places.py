"""A worry about a place, from anybody, with no person in it; and what became of it, read with a code."""

from __future__ import annotations

import secrets
from typing import Any, Final

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock, current
from portal.citizen import blueprint
from portal.citizen.code_words import code_sentence
from portal.citizen.forms import ButtonForm, CodeForm
from portal.citizen.places_forms import PlaceForm
from portal.danger_first import posted_signals
from portal.desk.area_errors import PersonInText, SignalUnknown
from portal.desk.area_signals import HandedIn, Sighting, Standing, hand_in, place_names, read_again, read_with_code
from portal.desk.errors import CodeMistyped, CodeUnknown, DatabaseBusy, DatabaseUnavailable, DomainError
from portal.i18n.written import written_language
from portal.limits import LimitReached, limited
from portal.page_words import danger_cards
from portal.place_words import ELSEWHERE, STANDING, TOLD, category_label, found_words, receiver_label, rules, week_days
from portal.records.area_signal import Told
from portal.records.receipt_code import grouped
from portal.understanding.person_data import Found, certain, find_persons
from portal.understanding.told_rules import told_facts
from portal.visitor import Visit, current_visit

FIELDS: Final = ("area", "place", "category", "words", "week", "how_often", "source", "seen_danger")
TICKS: Final = ("wants_told", "looked")
A_PERSON: Final = frozenset({"my-child", "sibling", "partner", "relative", "friend", "neighbour", "pupil-or-client"})
"""Whom a text may be about that is no place."""

NO_DATABASE: Final = (DatabaseBusy, DatabaseUnavailable)


@blueprint.route("/<lang>/places", methods=["GET", "POST"])
def places(lang: str) -> Response | tuple[str, int]:
    """Hand in. Danger is looked for first, then whether it is about a person; only then is anything kept."""
    if not rules().categories:
        abort(404)
    visit = current_visit()
    if request.method == "GET":
        return _page(visit, _drafted(visit)), 200
    form = _offered(PlaceForm())
    signals = posted_signals()
    _keep(visit, form)
    stored = visit.save()
    if form.switch_to and stored:
        return redirect(url_for("citizen.places", lang=form.switch_to), 303)
    if not form.validate():
        return _page(visit, form, signals=signals, found=_persons(form)), 400
    if (stopped := _stopped(visit, form, signals)) is not None:
        return stopped
    return _hand_in(visit, form, signals, lang)


@blueprint.get("/<lang>/places/sent")
def place_sent(lang: str) -> Response | str:
    """The code, as long as this visit lasts."""
    receipt = current_visit().data.get("place_sent")
    if not receipt:
        return redirect(url_for("citizen.places", lang=lang), 303)
    return _sent_page(receipt)


@blueprint.route("/<lang>/places/follow-up", methods=["GET", "POST"])
def place_follow_up(lang: str) -> Response | tuple[str, int]:
    """Enter the code of a worry about a place."""
    visit = current_visit()
    if request.method == "GET":
        return _code_page(CodeForm(formdata=None, code=visit.data.get("typed_place_code", ""))), 200
    form = CodeForm()
    if form.switch_to:
        visit.data["typed_place_code"] = form.code.data or ""
        visit.save()
        return redirect(url_for("citizen.place_follow_up", lang=form.switch_to), 303)
    if not form.validate():
        return _code_page(form), 400
    try:
        with limited("code"):
            visit.data["place_open"] = _find(form.code.data or "").reference
    except (CodeMistyped, CodeUnknown) as error:
        form.code.errors = [code_sentence(error, form.code.data or "")]
        return _code_page(form), 400
    except LimitReached:
        form.code.errors = [gettext("Det blev många försök på en gång. Vänta tio minuter och försök igen.")]
        return _code_page(form), 429
    except NO_DATABASE:
        return _code_page(form, busy=True), 503
    visit.data.pop("typed_place_code", None)
    if not visit.save():
        return _code_page(form, busy=True), 503
    return redirect(url_for("citizen.place_told", lang=lang), 303)


@blueprint.route("/<lang>/places/told", methods=["GET", "POST"])
def place_told(lang: str) -> Response | tuple[str, int]:
    """How it stands and what was told back. Posting closes it here."""
    visit = current_visit()
    reference = visit.data.get("place_open")
    form = ButtonForm()
    if not reference or (request.method == "POST" and form.validate()):
        if visit.data.pop("place_open", None):
            visit.save()
        return redirect(url_for("citizen.place_follow_up", lang=lang), 303)
    try:
        with current.writing() as db:
            standing = read_again(db, keys=current.parts().content_keys, reference=reference, now=clock.now())
    except SignalUnknown:
        visit.data.pop("place_open")
        visit.save()
        return redirect(url_for("citizen.place_follow_up", lang=lang), 303)
    except NO_DATABASE:
        return _code_page(CodeForm(formdata=None), busy=True), 503
    return _told_page(standing, form), 200


def _stopped(visit: Visit, form: PlaceForm, signals: frozenset[str]) -> tuple[str, int] | None:
    """Danger that was not shown yet, or a person: the page again, with everything in it and what to do."""
    found = _persons(form)
    danger = bool(signals) and not form.seen_danger.data
    if signals:
        form.seen_danger.data = "yes"
    if danger or certain(found) or ((found or _is_about_somebody(form)) and not form.looked.data):
        return _page(visit, form, signals=signals, found=found, stopped=True), 200
    return None


def _persons(form: PlaceForm) -> list[Found]:
    text = f"{form.place.data or ''}\n{form.words.data or ''}"
    return find_persons(text, place_names(current.ruleset()))


def _is_about_somebody(form: PlaceForm) -> bool:
    """Whether the words say by themselves that they are about somebody near."""
    return told_facts(current.ruleset(), form.words.data or "", clock.now()).choice("about") in A_PERSON


def _hand_in(visit: Visit, form: PlaceForm, signals: frozenset[str], lang: str) -> Response | tuple[str, int]:
    visit.data.setdefault("place_seed", secrets.token_urlsafe(24))
    if not visit.save():
        return _page(visit, form, signals=signals, trouble="busy"), 503
    try:
        with limited("place"):
            handed = _keep_signal(form, signals, visit.data["place_seed"])
    except LimitReached:
        return _page(visit, form, signals=signals, trouble="limit"), 429
    except PersonInText as error:
        return _page(visit, form, signals=signals, found=list(error.found), stopped=True), 200
    except DomainError:
        return _page(visit, form, signals=signals, trouble="busy"), 503
    visit.data["place_sent"] = {
        "code": handed.code,
        "reference": handed.reference,
        "signals": sorted(signals),
        "wants_told": bool(form.wants_told.data),
    }
    for name in ("place", "place_seed"):
        visit.data.pop(name, None)
    if not visit.save():
        return _sent_page({**visit.data["place_sent"]}), 200
    return redirect(url_for("citizen.place_sent", lang=lang), 303)


def _keep_signal(form: PlaceForm, signals: frozenset[str], seed: str) -> HandedIn:
    parts = current.parts()
    elsewhere = form.area.data == ELSEWHERE
    with current.writing() as db:
        return hand_in(
            db,
            keys=parts.content_keys,
            code_key=parts.code_key,
            ruleset=current.ruleset(),
            sighting=Sighting(
                area=None if elsewhere else form.area.data,
                place=form.place.data or "",
                week=form.week.data,
                category=form.category.data,
                how_often=form.how_often.data,
                source=form.source.data,
                words=form.words.data or "",
                wants_told=bool(form.wants_told.data),
            ),
            signals=sorted(signals),
            language=written_language(form.words.data or ""),
            seed=seed,
            now=clock.now(),
        )


def _keep(visit: Visit, form: PlaceForm) -> None:
    """Put what stands in the form into the draft, sound or not."""
    draft: dict[str, Any] = {name: getattr(form, name).data or "" for name in FIELDS}
    draft |= {name: bool(getattr(form, name).data) for name in TICKS}
    visit.data["place"] = draft


def _drafted(visit: Visit) -> PlaceForm:
    draft = {"source": request.args.get("source", ""), **visit.data.get("place", {})}
    return _offered(PlaceForm(formdata=None, data=draft))


def _offered(form: PlaceForm) -> PlaceForm:
    today = current.ruleset().local(clock.now()).date()
    return form.offer(current.ruleset().areas_on(today), today)


def _find(code: str) -> Standing:
    parts = current.parts()
    with current.reading() as db:
        return read_with_code(db, keys=parts.content_keys, code_key=parts.code_key, code=code)


def _page(
    visit: Visit,
    form: PlaceForm,
    *,
    signals: frozenset[str] = frozenset(),
    found: list[Found] | None = None,
    stopped: bool = False,
    trouble: str = "",
) -> str:
    listed = found or []
    return render_template(
        "citizen/places.html",
        form=form,
        cards=danger_cards(signals),
        found=[(found_words(each), each.words) for each in listed],
        must_change=bool(certain(listed)),
        stopped=stopped,
        about_somebody=stopped and not certain(listed) and not signals,
        trouble=trouble,
        stored=visit.stored,
    )


def _sent_page(receipt: dict[str, Any]) -> str:
    return render_template(
        "citizen/place_sent.html",
        receipt=receipt,
        code=grouped(receipt["code"]),
        cards=danger_cards(frozenset(receipt["signals"])),
    )


def _code_page(form: CodeForm, *, busy: bool = False) -> str:
    return render_template("citizen/place_follow_up.html", form=form, busy=busy)


def _told_page(standing: Standing, form: ButtonForm) -> str:
    return render_template(
        "citizen/place_told.html",
        form=form,
        standing=standing,
        standing_words=STANDING[standing.state],
        told=TOLD[Told(standing.told)] if standing.told else None,
        category=category_label(standing.category),
        days=week_days(standing.week),
        passed_to=[receiver_label(slug) for slug in standing.passed_to],
    )
