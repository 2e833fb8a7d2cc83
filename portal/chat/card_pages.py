"""The page between talk and contact centre: what staff will get, what to leave out, and one button that sends it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectMultipleField

from portal import clock, current
from portal.chat import human, talk
from portal.chat.card import keep_struck, staff_card
from portal.chat.lines import lines_of
from portal.chat.pages import blueprint, render_talk
from portal.citizen.forms import CitizenForm
from portal.citizen.words import urgency_words
from portal.desk.errors import DomainError
from portal.desk.filing import answer_due
from portal.i18n.written import written_in
from portal.limits import LimitReached, limited
from portal.page_words import danger_cards
from portal.visitor import Visit, current_visit, keep_aside


class CardForm(CitizenForm):
    """The boxes: `shown` names all of them, `kept` those that are ticked, `mark` the card that was looked at."""

    shown = SelectMultipleField(validate_choice=False)
    kept = SelectMultipleField(validate_choice=False)
    mark = HiddenField()


@blueprint.route("/card", methods=["GET", "POST"])
def card(lang: str) -> Response | tuple[str, int]:
    """Show the card; posting keeps what is ticked, and with `send` files the card that was shown."""
    visit = current_visit()
    if not lines_of(visit) or visit.data.get("chat_sent"):
        return redirect(url_for("chat.page", lang=lang), 303)
    form = CardForm()
    if request.method == "GET":
        return _card_page(visit, form), 200
    _keep_boxes(visit)
    stored = visit.save()
    if form.switch_to and stored:
        return redirect(url_for("chat.card", lang=form.switch_to), 303)
    if not form.validate():
        return _card_page(visit, form), 400
    if "send" not in request.form:
        if not stored:
            return _card_page(visit, form, trouble="busy"), 503
        return redirect(url_for("chat.card", lang=lang), 303)
    return _file(visit, form, lang)


def _file(visit: Visit, form: CardForm, lang: str) -> Response | tuple[str, int]:
    """File the card that was looked at, and go to the receipt; on failure, the same card with its boxes."""
    if form.mark.data != staff_card(visit, written_in(visit.data)).mark:
        return _card_page(visit, form, changed=True), 200
    try:
        with limited("send"):
            talk.send(visit, written_in(visit.data))
        if human.is_wanted(visit):
            human.ask(visit, lang)
    except LimitReached:
        return _card_page(visit, form, trouble="limit"), 429
    except DomainError:
        return _card_page(visit, form, trouble="busy"), 503
    if not visit.save():
        return render_talk(visit), 200  # the request is safe, so the code must be shown, if only this once
    return redirect(url_for("chat.page", lang=lang, _anchor="latest"), 303)


@blueprint.post("/card/boxes")
def keep_card(lang: str) -> tuple[str, int]:
    """Keep the boxes as they are, for the script that saves when the page is left."""
    if not CardForm().validate():
        return "", 400
    return "", 204 if keep_aside(_keep_boxes) else 503


def _keep_boxes(visit: Visit) -> None:
    if "chat" in visit.data:
        keep_struck(visit, request.form.getlist("shown"), request.form.getlist("kept"))
        visit.data["chat_protected"] = "protected" in request.form


def _card_page(visit: Visit, form: CardForm, *, trouble: str = "", changed: bool = False) -> str:
    ruleset, written = current.ruleset(), written_in(visit.data)
    shown = staff_card(visit, written)
    return render_template(
        "chat/card.html",
        form=form,
        card=shown,
        written=ruleset.languages[written],
        wants_human=human.is_wanted(visit),
        cards=danger_cards(frozenset(shown.signals) - shown.denied),
        services=[ruleset.services[slug] for slug in shown.services],
        signals=[(ruleset.dangers[signal].label, signal in shown.denied) for signal in shown.signals],
        urgency_words=urgency_words,
        urgency=shown.urgency,
        due=answer_due(ruleset, shown.urgency, clock.now()),
        protected=visit.data.get("chat_protected", False),
        unsent=visit.data.get("chat_draft", ""),
        trouble=trouble,
        changed=changed,
    )
