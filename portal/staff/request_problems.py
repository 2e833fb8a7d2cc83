"""What staff are told when something around a request cannot be done."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext

from portal.desk.report_clocks import AlreadyAssessed, NoReport
from portal.desk.request_errors import (
    BadExpiry,
    DangerNeverAside,
    LinkNeeded,
    NothingToPress,
    NoThreat,
    NotLinkable,
    NotSetAside,
    OtherPartyRead,
    ReportTaken,
    SecondMustBeAnother,
    SecondNeeded,
    SetAside,
    UnsafeContact,
)
from portal.page_words import moment_words
from portal.records.errors import DomainError

MEANWHILE: Final = (
    AlreadyAssessed,
    NoReport,
    NothingToPress,
    NoThreat,
    NotSetAside,
    ReportTaken,
    SecondNeeded,
    SetAside,
)
"""What happened while one looked at the page."""


def request_sentences(error: DomainError) -> dict[type[DomainError], str]:
    """What happened and what to do now, for each error of `portal.desk.request_errors`."""
    unsafe = {
        "channel": gettext("Personen har inte valt det sättet. Använd bara det sätt som står under Säker kontakt."),
        "message": gettext("Personen vill inte att vi lämnar något meddelande."),
        "times": gettext(
            "Personen har sagt när det är tryggt. Hör bara av dig då, och kryssa i att det är en sådan tid."
        ),
    }
    latest = moment_words(error.latest) if isinstance(error, BadExpiry) else ""
    return {
        UnsafeContact: unsafe[error.why] if isinstance(error, UnsafeContact) else "",
        SecondNeeded: gettext(
            "Efter ett hot hanterar två den här frågan. Din kollega ser nu vad du vill göra och behöver bekräfta det. "
            "Gör sedan samma sak en gång till."
        ),
        SecondMustBeAnother: gettext("Det behöver vara någon annan än du."),
        NothingToPress: gettext("Det finns inget kvar att bekräfta."),
        NoThreat: gettext("Ingen notering om hot gäller längre."),
        BadExpiry: gettext("Välj en dag från i dag till %(latest)s. En notering om hot slutar alltid.", latest=latest),
        DangerNeverAside: gettext("Det kan handla om fara. Sådant läggs aldrig åt sidan."),
        SetAside: gettext("Frågan ligger åt sidan. Granska den först."),
        NotSetAside: gettext("Missbruk stängs bara av en kollega som har granskat det. Lägg frågan åt sidan först."),
        LinkNeeded: gettext("Koppla först ihop den med den andra frågan. Ingen av dem försvinner."),
        NotLinkable: gettext("De två kan inte kopplas ihop så. De är redan kopplade, eller är var sin sida av en sak."),
        OtherPartyRead: gettext("Du har läst en annan sida av samma sak. Därför kan du inte läsa den här."),
        NoReport: gettext("Frågan hanteras inte som en orosanmälan."),
        AlreadyAssessed: gettext("En kollega har redan gjort den bedömningen."),
        ReportTaken: gettext("Frågan hanteras redan som en orosanmälan."),
    }
