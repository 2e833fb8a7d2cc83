"""What handing over is called on staff pages: grounds, reasons, problems, and a package in words."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask_babel import LazyString, gettext, lazy_gettext

from portal import current
from portal.contact_words import needs_in_words
from portal.desk.contact import AccessNeed
from portal.desk.handover_errors import (
    HandoverOpen,
    HandoverSettled,
    HandoverUnknown,
    MayNotMove,
    NotConfirmable,
    NothingToSend,
    RequestChanged,
)
from portal.desk.handover_package import CONSENT, Package
from portal.desk.handover_views import HandoverView
from portal.disclosed_text import quoted
from portal.page_words import moment_words
from portal.records.errors import DomainError
from portal.records.handover import ConsentHow, HandoverState, ReturnReason
from portal.staff import labels
from portal.staff.suggestions import fact_words
from portal.triage.facts import UnknownFact, from_codes

STATE: Final = {
    HandoverState.SENT: lazy_gettext("Väntar på svar"),
    HandoverState.ACCEPTED: lazy_gettext("Mottagen"),
    HandoverState.RETURNED: lazy_gettext("Tillbaka från enheten"),
    HandoverState.WITHDRAWN: lazy_gettext("Återtagen"),
}
CONSENT_HOW: Final = {
    ConsentHow.WRITTEN_HERE: lazy_gettext("Personen skrev det här i portalen"),
    ConsentHow.BY_PHONE: lazy_gettext("Personen sa det i telefon"),
    ConsentHow.IN_PERSON: lazy_gettext("Personen sa det vid ett möte"),
    ConsentHow.THROUGH_INTERPRETER: lazy_gettext("Personen sa det genom en tolk"),
}
RETURN_REASON: Final = {
    ReturnReason.WRONG_UNIT: lazy_gettext("Det är inte vårt uppdrag"),
    ReturnReason.KNOW_TOO_LITTLE: lazy_gettext("Vi behöver veta mer först"),
    ReturnReason.NO_CONSENT: lazy_gettext("Personen vill inte att vi tar över"),
    ReturnReason.OTHER_MUNICIPALITY: lazy_gettext("En annan kommun har ansvaret"),
    ReturnReason.ALREADY_KNOWN: lazy_gettext("Personen har redan kontakt med oss"),
    ReturnReason.OTHER: lazy_gettext("Annat, se förklaringen"),
}
GUIDED: Final = {
    "told-the-person": lazy_gettext("Jag har berättat för personen vart hen kan vända sig"),
    "called-without-names": lazy_gettext("Jag har ringt och frågat allmänt, utan att säga vem det gäller"),
    "called-with-consent": lazy_gettext("Jag har ringt och berättat det som personen sa ja till"),
    "called-in-danger": lazy_gettext("Jag har ringt för att någon är i fara"),
}
"""What staff may say that they did when they showed the way to somebody outside."""

_PROBLEMS: Final[dict[type[DomainError], LazyString]] = {
    HandoverUnknown: lazy_gettext("Det finns ingen sådan överlämning för dig."),
    HandoverOpen: lazy_gettext("Frågan är redan överlämnad och väntar på svar. Ta tillbaka den först."),
    RequestChanged: lazy_gettext(
        "Något har hänt i frågan sedan du öppnade sidan. Läs igenom igen vad som skickas, och lämna över sedan."
    ),
    NothingToSend: lazy_gettext("Allt personen skrev är struket. Låt något vara kvar, så att enheten har något."),
    MayNotMove: lazy_gettext("Avsändaren har inte sagt att ni får ta över hela frågan här. Ta emot till ert system."),
    NotConfirmable: lazy_gettext("Det är redan bekräftat, eller så har enheten inte tagit emot frågan."),
}
_SETTLED: Final = {
    HandoverState.ACCEPTED: lazy_gettext("Någon hann före: enheten har tagit emot frågan."),
    HandoverState.RETURNED: lazy_gettext("Någon hann före: enheten har lämnat tillbaka frågan."),
    HandoverState.WITHDRAWN: lazy_gettext("Någon hann före: avsändaren har tagit tillbaka frågan."),
}


def handover_problem(error: DomainError) -> str | None:
    """What to say about this error, if it is one of handing over."""
    if isinstance(error, HandoverSettled):
        return str(_SETTLED[HandoverState(error.state)])
    words = _PROBLEMS.get(type(error))
    return str(words) if words is not None else None


def ground_words(view: HandoverView) -> str:
    """On which ground it was sent; its code when the rules no longer have it."""
    if view.ground == CONSENT:
        how = CONSENT_HOW[view.consent_how] if view.consent_how else ""
        return str(gettext("Samtycke. %(how)s.", how=how))
    known = {ground.slug: ground.name for ground in current.ruleset().municipality.handover.grounds}
    return known.get(view.ground, view.ground)


def package_facts(package: Package) -> list[tuple[str, str]]:
    """The codes of a package as pairs of a heading and words."""
    codes = package.codes
    pairs = [
        (gettext("Hur bråttom"), str(labels.URGENCY[codes["urgency"]])),
        (gettext("Fara"), ", ".join(labels.danger_label(signal) for signal in codes["signals"])),
        (gettext("Ämne"), ", ".join(labels.topic_label(topic) for topic in codes["topics"])),
        (gettext("Det här är känt"), "; ".join(_facts(package))),
        (gettext("Gäller ett barn"), gettext("Ja") if codes["child_concerned"] else ""),
        (gettext("Personens språk"), labels.language_name(codes["language"])),
        (gettext("Kom från"), str(labels.ENTRANCE[codes["entrance"]])),
        (gettext("Skyddade uppgifter"), gettext("Ja, personens uppgifter är skyddade") if codes["protected"] else ""),
        (gettext("Vårdnadshavare"), gettext("Kontakta dem inte än") if codes["do_not_inform_guardian"] else ""),
        (gettext("Orosanmälan, kom in"), _moment(codes["report_received_at"])),
        (gettext("Hot mot personal"), gettext("Ja, vi har varit två i frågan") if codes["threat"] else ""),
    ]
    return [(heading, words) for heading, words in pairs if words]


def contact_facts(package: Package) -> list[tuple[str, str]]:
    """How the person may be reached, and how not, as pairs of a heading and words."""
    told = package.contact
    if told is None:
        return []
    way = str(labels.CONTACT_CHANNEL[told["channel"]])
    leave = gettext("Ja") if told["may_leave_message"] else gettext("Nej, lämna inget meddelande")
    pairs = [
        (gettext("Namn, som personen själv skrev"), told["name"]),
        (gettext("Så här"), f"{way}: {told['address']}" if told["address"] else way),
        (gettext("När"), told["best_times"]),
        (gettext("Får vi lämna meddelande?"), leave if told["channel"] != "none" else ""),
        (gettext("Kodord. Säg det först, så vet personen att det är vi"), told["code_word"]),
        (gettext("Får aldrig få veta något"), told["never_contact"]),
        # Packages from before needs were asked for have none.
        (gettext("Behöver"), needs_in_words(AccessNeed(need) for need in told.get("needs", ()))),
    ]
    return [(heading, words) for heading, words in pairs if words]


def package_text(package: Package) -> str:
    """The package as plain text for a system that takes no other."""
    lines = [gettext("Överlämnad fråga %(reference)s", reference=package.reference), ""]
    lines += [f"{heading}: {words}" for heading, words in package_facts(package)]
    for title, said in ((gettext("Vad som har sagts"), package.messages), (gettext("Anteckningar"), package.notes)):
        if said:
            lines += ["", title.upper()]
            for each in said:
                lines += ["", f"{author_words(each)}, {each['at']}", quoted(each["text"])]
    if contact := contact_facts(package):
        lines += ["", gettext("Säker kontakt").upper(), ""]
        lines += [f"{heading}: {' '.join(words.split())}" for heading, words in contact]
    return "\n".join(lines) + "\n"


def author_words(said: dict[str, str | None]) -> str:
    """Who said a line: the person, the bot, or staff by role."""
    author = str(labels.SAID_BY[str(said["author"])])
    return f"{author}, {said['role']}" if said["role"] else author


def _moment(written: str | None) -> str:
    return moment_words(datetime.fromisoformat(written)) if written else ""


def _facts(package: Package) -> list[str]:
    ruleset = current.ruleset()
    try:
        facts = ruleset.forget_unknown(from_codes(package.codes["facts"]))
    except UnknownFact:
        return []
    return [words for _, words in fact_words(ruleset, facts)]
