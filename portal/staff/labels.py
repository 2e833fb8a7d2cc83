"""What codes are called on staff pages."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from portal import current
from portal.desk.contact import ContactChannel
from portal.records.event import EventKind
from portal.records.help_request import Channel, CloseReason, Entrance, State, Urgency
from portal.records.message import Author
from portal.records.staff_account import Role

URGENCY = {
    Urgency.EMERGENCY: _l("Akut"),
    Urgency.TODAY: _l("I dag"),
    Urgency.SOON: _l("Snart"),
    Urgency.PLANNED: _l("Planerat"),
}
STATE = {
    State.NEW: _l("Ny"),
    State.CLAIMED: _l("Påbörjad"),
    State.IN_DIALOGUE: _l("Personen har skrivit igen"),
    State.WAITING_PERSON: _l("Besvarad, väntar på personen"),
    State.CLOSED: _l("Stängd"),
}
CHANNEL = {
    Channel.FORM: _l("Formuläret"),
    Channel.CHAT: _l("Chatten"),
    Channel.API: _l("Ett annat system"),
    Channel.STAFF: _l("Personalen"),
}
ENTRANCE = {
    Entrance.PRIVATE: _l("Privatperson"),
    Entrance.PROFESSIONAL: _l("Någon i sitt yrke"),
}
CONTACT_CHANNEL = {
    ContactChannel.NONE: _l("Ska inte kontaktas. Svara bara här"),
    ContactChannel.PHONE: _l("Ring"),
    ContactChannel.SMS: _l("Skicka sms"),
    ContactChannel.EMAIL: _l("Skicka e-post"),
}
AUTHOR = {
    Author.PERSON: _l("Personen"),
    Author.STAFF: _l("Personal"),
    Author.BOT: _l("Bot"),
}
CLOSE_REASON = {
    CloseReason.ANSWERED: _l("Besvarad"),
    CloseReason.GUIDED_ON: _l("Visad vidare"),
    CloseReason.BOOKED: _l("Tid bokad"),
    CloseReason.HANDED_OVER: _l("Överlämnad, och mottagaren har sagt ja"),
    CloseReason.REPORT_TAKEN: _l("Anmälan är tagen"),
    CloseReason.WITHDRAWN: _l("Personen ville inte fortsätta"),
    CloseReason.UNSAFE_TO_CONTINUE: _l("Farligt för personen att fortsätta"),
    CloseReason.NO_SAFE_CONTACT: _l("Ingen säker väg att nå personen"),
    CloseReason.DUPLICATE: _l("Samma som en annan fråga"),
    CloseReason.NOT_FOR_US: _l("Inte för oss, visad rätt"),
    CloseReason.MISUSE: _l("Missbruk, granskat"),
    CloseReason.TEST: _l("Test"),
}
EVENT = {
    EventKind.SUBMITTED: _l("Frågan skickades"),
    EventKind.CODE_SAVED: _l("Personen sparade sin kod"),
    EventKind.PERSON_WROTE: _l("Personen skrev igen"),
    EventKind.DANGER_RAISED: _l("Fara upptäcktes"),
    EventKind.CLAIMED: _l("Togs om hand"),
    EventKind.RELEASED: _l("Lämnades tillbaka till kön"),
    EventKind.ANSWERED: _l("Svar skickades"),
    EventKind.NOTED: _l("Intern anteckning skrevs"),
    EventKind.CLOSED: _l("Stängdes"),
    EventKind.REOPENED: _l("Öppnades igen"),
    EventKind.ERASED: _l("Texten togs bort"),
}
LEVEL = {
    "strong": _l("Passar bra"),
    "good": _l("Kan passa"),
    "possible": _l("Möjlig"),
}
ROLE = {
    Role.AGENT: _l("Handläggare: läser och svarar på frågor"),
    Role.ADMINISTRATOR: _l("Administratör: sköter konton, läser inga frågor"),
}


def language_name(tag: str) -> str:
    """A language's name in the language of the page; the tag itself for a language nobody knows."""
    try:
        name = Locale.parse(tag, sep="-").get_language_name(get_locale())
    except (ValueError, UnknownLocaleError):
        name = None
    return name.capitalize() if name else tag


def language_direction(tag: str) -> str:
    """ltr or rtl, or auto for a language that the portal does not speak."""
    entry = current.ruleset().languages.get(tag)
    return entry.dir if entry else "auto"


def danger_label(signal: str) -> str:
    """What a danger signal is called; its code when the rules no longer have it."""
    danger = current.ruleset().dangers.get(signal)
    return danger.label if danger else signal


def topic_label(topic: str) -> str:
    """What a topic is called; its code when the rules no longer have it."""
    return current.ruleset().topic_label(topic) or topic


def service_name(slug: str) -> str:
    service = current.ruleset().services.get(slug)
    return service.name if service else slug
