"""What the templates of this part, and the components that all parts share, may use."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import request
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from portal import current
from portal.citizen import blueprint
from portal.errors import problem_page


@blueprint.before_request
def known_language() -> Any:
    """A language that we do not speak gets a clear sentence and the languages that we do."""
    tag = (request.view_args or {}).get("lang")
    if tag is None or tag in current.ruleset().languages:
        return None
    return problem_page(404, str(gettext("Vi har inte sidan på det språket. Välj ett av språken här.")))


@blueprint.app_context_processor
def offered() -> dict[str, Any]:
    return {"channel_names": channel_names(), "new_token": generate_csrf}


@blueprint.app_template_filter("digits")
def digits(number: str) -> str:
    """A telephone number as it is dialled."""
    return "".join(character for character in number if character.isdigit() or character == "+")


@blueprint.app_template_filter("site")
def site(url: str) -> str:
    """The part of an address that people know: the site's name."""
    return urlsplit(url).netloc.removeprefix("www.") or url


def channel_names() -> dict[str, str]:
    """Each way to reach a service, as a person would call it."""
    return {
        "phone": gettext("Ring"),
        "text": gettext("Skicka sms"),
        "visit": gettext("Besök"),
        "meet": gettext("Träffa oss"),
        "drop-in": gettext("Kom utan bokad tid"),
        "post": gettext("Skriv brev"),
        "web": gettext("Webbplats"),
        "form": gettext("Skriv"),
        "chat": gettext("Chatta"),
        "video": gettext("Videosamtal"),
        "emergency": gettext("Akut"),
        "staff": gettext("Genom oss"),
    }


def urgency_words(urgency: str) -> str:
    """How soon help is needed, in plain words."""
    words = {
        "emergency": gettext("Det här behöver någon hjälpa till med nu."),
        "today": gettext("Det är bra om du pratar med någon redan i dag."),
        "soon": gettext("Det är bra om du får hjälp inom några dagar."),
        "planned": gettext("Du kan höra av dig när det passar dig."),
    }
    return str(words[urgency])
