"""The first page, and who we are."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal import current
from portal.citizen import blueprint
from portal.citizen.forms import AskForm
from portal.i18n.languages import negotiated
from portal.visitor import current_visit


@blueprint.get("/")
def root() -> Response:
    return redirect(url_for("citizen.start", lang=negotiated().tag))


@blueprint.get("/<lang>/")
def start(lang: str) -> str:
    visit = current_visit()
    tiles = [topic for topic in current.ruleset().topics.values() if topic.tile]
    return render_template("citizen/start.html", form=AskForm(formdata=None, words=visit.words), tiles=tiles)


@blueprint.get("/<lang>/about")
def about(lang: str) -> str:
    return render_template("citizen/about.html")
