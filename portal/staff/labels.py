"""What codes are called on staff pages."""

from __future__ import annotations

from datetime import datetime

from babel import Locale, UnknownLocaleError
from flask_babel import LazyString, format_datetime, get_locale, gettext, lazy_gettext

from portal import current
from portal.contact_words import needs_in_words as needs_in_words
from portal.desk.audit import Why
from portal.desk.contact import ContactChannel
from portal.desk.handover_package import TRANSLATION
from portal.desk.replies import Standing
from portal.records.event import EventKind
from portal.records.help_request import Channel, CloseReason, Entrance, State, Urgency
from portal.records.interpreter_request import InterpreterMode
from portal.records.message import Author
from portal.records.note import NoteKind
from portal.records.staff_account import Role
from portal.records.translation import Translator

URGENCY = {
    Urgency.EMERGENCY: lazy_gettext("Akut"),
    Urgency.TODAY: lazy_gettext("I dag"),
    Urgency.SOON: lazy_gettext("Snart"),
    Urgency.PLANNED: lazy_gettext("Planerat"),
}
STATE = {
    State.NEW: lazy_gettext("Ny"),
    State.CLAIMED: lazy_gettext("Påbörjad"),
    State.IN_DIALOGUE: lazy_gettext("Personen har skrivit igen"),
    State.WAITING_PERSON: lazy_gettext("Besvarad, väntar på personen"),
    State.WAITING_UNIT: lazy_gettext("Överlämnad, väntar på enheten"),
    State.QUARANTINE: lazy_gettext("Åt sidan, ska granskas"),
    State.CLOSED: lazy_gettext("Stängd"),
}
CHANNEL = {
    Channel.FORM: lazy_gettext("Formuläret"),
    Channel.CHAT: lazy_gettext("Chatten"),
    Channel.API: lazy_gettext("Ett annat system"),
    Channel.STAFF: lazy_gettext("Personalen"),
}
ENTRANCE = {
    Entrance.PRIVATE: lazy_gettext("Privatperson"),
    Entrance.PROFESSIONAL: lazy_gettext("Någon i sitt yrke"),
}
CONTACT_CHANNEL = {
    ContactChannel.NONE: lazy_gettext("Ska inte kontaktas. Svara bara här"),
    ContactChannel.PHONE: lazy_gettext("Ring"),
    ContactChannel.SMS: lazy_gettext("Skicka sms"),
    ContactChannel.EMAIL: lazy_gettext("Skicka e-post"),
}
CONTACT_WAY = {
    ContactChannel.NONE: lazy_gettext("Bara här"),
    ContactChannel.PHONE: lazy_gettext("Telefon"),
    ContactChannel.SMS: lazy_gettext("Sms"),
    ContactChannel.EMAIL: lazy_gettext("E-post"),
}
LOOKED = {
    Why.QUEUE: lazy_gettext("ur kön"),
    Why.OWN: lazy_gettext("har hand om den"),
    Why.HANDOVER: lazy_gettext("överlämnad till enheten"),
    Why.DUTY: lazy_gettext("hör till uppgiften"),
    Why.COLLEAGUE_AWAY: lazy_gettext("kollegan är borta"),
    Why.PERSON_CALLED: lazy_gettext("personen har hört av sig"),
    Why.SUPERVISION: lazy_gettext("arbetsledning"),
    Why.COMPLAINT: lazy_gettext("ett klagomål"),
    Why.DISCLOSURE: lazy_gettext("den ska lämnas ut"),
    Why.THREAT: lazy_gettext("ett hot"),
}
AUTHOR = {
    Author.PERSON: lazy_gettext("Personen"),
    Author.STAFF: lazy_gettext("Personal"),
    Author.BOT: lazy_gettext("Bot"),
    Author.PORTAL: lazy_gettext("Automatiskt besked"),
}
SAID_BY: dict[str, LazyString] = {
    **{author.value: words for author, words in AUTHOR.items()},
    TRANSLATION: lazy_gettext("Översatt av en människa"),
}
TRANSLATOR = {
    Translator.TRANSLATOR: lazy_gettext("En översättare"),
    Translator.INTERPRETER: lazy_gettext("En tolk"),
    Translator.COLLEAGUE: lazy_gettext("En kollega som kan språket"),
}
CLOSE_REASON = {
    CloseReason.ANSWERED: lazy_gettext("Besvarad"),
    CloseReason.GUIDED_ON: lazy_gettext("Visad vidare"),
    CloseReason.BOOKED: lazy_gettext("Tid bokad"),
    CloseReason.HANDED_OVER: lazy_gettext("Överlämnad, och mottagaren har sagt ja"),
    CloseReason.REPORT_TAKEN: lazy_gettext("Anmälan är tagen"),
    CloseReason.WITHDRAWN: lazy_gettext("Personen ville inte fortsätta"),
    CloseReason.UNSAFE_TO_CONTINUE: lazy_gettext("Farligt för personen att fortsätta"),
    CloseReason.NO_SAFE_CONTACT: lazy_gettext("Ingen säker väg att nå personen"),
    CloseReason.DUPLICATE: lazy_gettext("Samma som en annan fråga"),
    CloseReason.NOT_FOR_US: lazy_gettext("Inte för oss, visad rätt"),
    CloseReason.MISUSE: lazy_gettext("Missbruk, granskat"),
    CloseReason.TEST: lazy_gettext("Test"),
}
EVENT = {
    EventKind.SUBMITTED: lazy_gettext("Frågan skickades"),
    EventKind.CODE_SAVED: lazy_gettext("Personen sparade sin kod"),
    EventKind.PERSON_WROTE: lazy_gettext("Personen skrev igen"),
    EventKind.DANGER_RAISED: lazy_gettext("Fara upptäcktes"),
    EventKind.CLAIMED: lazy_gettext("Togs om hand"),
    EventKind.RELEASED: lazy_gettext("Lämnades tillbaka till kön"),
    EventKind.ANSWERED: lazy_gettext("Svar skickades"),
    EventKind.NOTED: lazy_gettext("Intern anteckning skrevs"),
    EventKind.CLOSED: lazy_gettext("Stängdes"),
    EventKind.REOPENED: lazy_gettext("Öppnades igen"),
    EventKind.HUMAN_ASKED: lazy_gettext("Personen bad om en människa i chatten"),
    EventKind.TAKEN_OVER: lazy_gettext("Gick in i chatten"),
    EventKind.GIVEN_BACK: lazy_gettext("Lämnade chatten till boten"),
    EventKind.LEFT_CHAT: lazy_gettext("Personen gick tillbaka till boten"),
    EventKind.ERASED: lazy_gettext("Texten togs bort"),
    EventKind.MOVED: lazy_gettext("Flyttades till en annan enhet"),
    EventKind.REASSIGNED: lazy_gettext("Arbetsledaren gav den till någon annan"),
    EventKind.RANKED: lazy_gettext("Fick en annan prioritet"),
    EventKind.ESCALATED: lazy_gettext("Tiden gick ut, och den som ansvarar fick veta det"),
    EventKind.CONTACTED: lazy_gettext("Personen kontaktades på annat sätt"),
    EventKind.INTERPRETER_ASKED: lazy_gettext("Tolk beställdes"),
    EventKind.REPORT_TAKEN: lazy_gettext("Hanteras som en orosanmälan"),
    EventKind.REPORT_ASSESSED: lazy_gettext("En bedömning gjordes"),
    EventKind.THREAT_MARKED: lazy_gettext("Ett hot noterades"),
    EventKind.THREAT_OVER: lazy_gettext("Noteringen om hot togs bort"),
    EventKind.ALARM_RAISED: lazy_gettext("Larm till kollega och arbetsledare"),
    EventKind.PROTECTED: lazy_gettext("Personens uppgifter skyddades"),
    EventKind.UNPROTECTED: lazy_gettext("Skyddet av uppgifterna togs bort"),
    EventKind.LINKED: lazy_gettext("Kopplades till en annan fråga"),
    EventKind.UNLINKED: lazy_gettext("Kopplingen togs bort"),
    EventKind.QUARANTINED: lazy_gettext("Lades åt sidan för granskning"),
    EventKind.CLEARED: lazy_gettext("Granskades och släpptes tillbaka till kön"),
    EventKind.HANDOVER_SENT: lazy_gettext("Lämnades över till en enhet"),
    EventKind.HANDOVER_ACCEPTED: lazy_gettext("Enheten tog emot"),
    EventKind.HANDOVER_RETURNED: lazy_gettext("Enheten lämnade tillbaka"),
    EventKind.HANDOVER_WITHDRAWN: lazy_gettext("Överlämningen togs tillbaka"),
    EventKind.GUIDED_ON: lazy_gettext("Visades vidare till någon utanför, utan att innehåll skickades"),
    EventKind.THINNED: lazy_gettext("Innehållet gallrades efter överlämningen"),
    EventKind.TRANSLATED: lazy_gettext("En översättning lades in"),
    EventKind.HELD: lazy_gettext("Ska inte gallras, tills vidare"),
    EventKind.HOLD_ENDED: lazy_gettext("Får gallras igen"),
    EventKind.DISCLOSED: lazy_gettext("Lämnades ut"),
}
INTERPRETER_MODE = {
    InterpreterMode.PHONE: lazy_gettext("Telefon"),
    InterpreterMode.VISIT: lazy_gettext("På plats"),
    InterpreterMode.VIDEO: lazy_gettext("Video"),
}
STANDING = {
    Standing.SOURCE: lazy_gettext("Svenska"),
    Standing.REVIEWED: lazy_gettext("Granskad"),
    Standing.UNREVIEWED: lazy_gettext("Inte granskad"),
    Standing.STALE: lazy_gettext("Inaktuell: den svenska texten har ändrats"),
    Standing.MISSING: lazy_gettext("Finns inte"),
}
NOTE_KIND = {
    NoteKind.FACT: lazy_gettext("Fakta: sett, hört eller berättat av någon"),
    NoteKind.ASSESSMENT: lazy_gettext("Bedömning: vad jag tror eller tycker"),
}
LEVEL = {
    "strong": lazy_gettext("Passar bra"),
    "good": lazy_gettext("Kan passa"),
    "possible": lazy_gettext("Möjlig"),
}
ROLE = {
    Role.AGENT: lazy_gettext("Handläggare: läser och svarar på frågor i sina enheter"),
    Role.SUPERVISOR: lazy_gettext("Arbetsledare: fördelar frågor, läser siffror och veckobilden"),
    Role.ON_CALL: lazy_gettext("Jour: ser också det som är akut i andra enheter"),
    Role.CONTENT_EDITOR: lazy_gettext("Redaktör: sköter svarstexter, läser inga frågor"),
    Role.QA_REVIEWER: lazy_gettext("Granskare: läser och publicerar svar i Fråga Första linjen"),
    Role.AUDITOR: lazy_gettext("Revisor: läser loggen, inte vad någon har skrivit"),
    Role.ADMINISTRATOR: lazy_gettext("Administratör: sköter konton, läser inga frågor"),
    Role.TRAINEE: lazy_gettext("Under upplärning: bara påhittade övningsfrågor"),
}

CONTACT_CENTRE_NAME = lazy_gettext("Kontaktcenter")


def trainee_alone() -> str:
    """Why a trainee gets no other role."""
    return str(gettext("Den som är under upplärning har ingen annan roll: övningsfrågor och riktiga blandas aldrig."))


def language_name(tag: str) -> str:
    """A language's name in the language of the page; the tag itself for a language nobody knows."""
    try:
        names = get_locale().languages
        name = names.get(tag.replace("-", "_")) or Locale.parse(tag, sep="-").get_language_name(get_locale())
    except (ValueError, UnknownLocaleError):
        name = None
    return name.capitalize() if name else tag


def day_and_time(moment: datetime) -> str:
    """A moment with its day, short enough for a row."""
    return str(format_datetime(moment, "EEE d MMM HH:mm"))


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
