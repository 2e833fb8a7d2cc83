"""How somebody can be reached and understood, in words: for the person, for staff, and on paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_babel import LazyString, lazy_gettext

from portal.desk.contact import AccessNeed, ContactChannel

CHANNEL: Final = {
    ContactChannel.NONE: lazy_gettext("Svara bara här"),
    ContactChannel.PHONE: lazy_gettext("Ring"),
    ContactChannel.SMS: lazy_gettext("Skicka sms"),
    ContactChannel.EMAIL: lazy_gettext("Skicka e-post"),
}
ACCESS_NEED: Final[dict[AccessNeed, LazyString]] = {
    AccessNeed.INTERPRETER: lazy_gettext("Tolk"),
    AccessNeed.SIGN_LANGUAGE: lazy_gettext("Teckenspråk eller skrivtolk"),
    AccessNeed.EASY_WORDS: lazy_gettext("Lätta ord och korta meningar"),
    AccessNeed.TALKING: lazy_gettext("Prata i stället för att läsa och skriva"),
    AccessNeed.STEP_FREE: lazy_gettext("En plats utan trappor, om vi träffas"),
}


def needs_in_words(needs: Iterable[AccessNeed]) -> str:
    return "; ".join(str(ACCESS_NEED[need]) for need in needs)
