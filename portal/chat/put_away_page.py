"""The page that shows the code of a talk that was put away, and lets go of the talk on this device."""

from __future__ import annotations

from datetime import datetime

from flask import g, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from portal.chat.pages import blueprint
from portal.citizen.forms import ButtonForm
from portal.page_words import moment_words
from portal.records.receipt_code import grouped
from portal.visitor import current_visit


@blueprint.route("/put-away", methods=["GET", "POST"])
def put_away(lang: str) -> Response | tuple[str, int]:
    """The code and what it is good for. Posting lets go of the talk on this device; the draft stays behind its code."""
    visit = current_visit()
    given = visit.data.get("draft_code")
    if not given:
        return redirect(url_for("chat.page", lang=lang), 303)
    form = ButtonForm()
    if form.is_submitted() and form.validate():
        session.clear()
        g.pop("visit", None)
        return redirect(url_for("citizen.start", lang=lang), 303)
    page = render_template(
        "chat/put_away.html",
        form=form,
        code=grouped(given["code"]),
        until=moment_words(datetime.fromisoformat(given["until"])),
    )
    return page, 400 if form.errors else 200
