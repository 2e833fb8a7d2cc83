"""What the codes of worries about places are called, for those who hand them in and for staff."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from babel.dates import format_interval
from flask_babel import get_locale, gettext, lazy_gettext

from portal import current
from portal.desk.area_signals import first_day, weeks_to_report
from portal.i18n.languages import content_text
from portal.records.area_signal import HowOften, SignalSource, Told
from portal.triage.grammar import Area, AreaSignals
from portal.understanding.person_data import Found

ELSEWHERE: Final = "elsewhere"
"""The answer for a place outside the list of areas."""

HOW_OFTEN: Final = {
    HowOften.ONCE: lazy_gettext("En gång"),
    HowOften.SOMETIMES: lazy_gettext("Några gånger"),
    HowOften.WEEKLY: lazy_gettext("Varje vecka"),
    HowOften.DAILY: lazy_gettext("Nästan varje dag"),
    HowOften.UNKNOWN: lazy_gettext("Vet inte"),
}
SOURCE: Final = {
    SignalSource.RESIDENT: lazy_gettext("Jag bor eller är ofta där"),
    SignalSource.PROPERTY_OWNER: lazy_gettext("Jag äger eller sköter ett hus där"),
    SignalSource.ASSOCIATION: lazy_gettext("Jag är från en förening"),
    SignalSource.SCHOOL: lazy_gettext("Jag arbetar i en skola eller på en fritidsgård"),
    SignalSource.PARTNER: lazy_gettext("Jag arbetar någon annanstans i området"),
}
TOLD: Final = {
    Told.READ: lazy_gettext("Vi har läst det du skrev. Tack."),
    Told.PASSED_ON: lazy_gettext("Vi har fört vidare det du skrev till dem som kan göra något."),
    Told.KNOWN: lazy_gettext("Vi känner till det. Andra har också berättat, och någon arbetar med det."),
    Told.VISITED: lazy_gettext("Vi har varit på platsen."),
    Told.CHANGED: lazy_gettext("Något har gjorts på platsen."),
    Told.NOT_OURS: lazy_gettext("Det här kan vi inte göra något åt. Ring kontaktcenter, så visar de vem som kan."),
}
STANDING: Final = {
    "new": lazy_gettext("Vi har tagit emot det. Ingen har läst det än."),
    "verified": lazy_gettext("En människa har läst det."),
    "merged": lazy_gettext("En människa har läst det."),
    "passed-on": lazy_gettext("Det är fört vidare, utan något om vem som har berättat."),
    "closed": lazy_gettext("Vi är klara med det."),
    "not-area": lazy_gettext("En människa har läst det. Det handlade inte om en plats, så vi räknar inte med det."),
}
FOUND: Final = {
    "number": lazy_gettext("Ett nummer eller en adress till någon"),
    "plate": lazy_gettext("Ett bilnummer"),
    "door": lazy_gettext("En lägenhet eller en dörr"),
    "account": lazy_gettext("Ett konto på nätet"),
    "name": lazy_gettext("Ett namn"),
    "maybe-name": lazy_gettext("Kanske ett namn"),
    "maybe-address": lazy_gettext("Kanske där någon bor"),
}


def rules() -> AreaSignals:
    """What the municipality has decided about worries about places."""
    return current.ruleset().municipality.area_signals


def category_label(slug: str) -> str:
    """What a category is called; its code when the rule file has it no more."""
    return next((content_text(each.label) for each in rules().categories if each.slug == slug), slug)


def receiver_label(slug: str) -> str:
    return next((content_text(each.label) for each in rules().receivers if each.slug == slug), slug)


def area_choices(areas: list[Area]) -> list[tuple[str, str]]:
    return [*((area.slug, area.name) for area in areas), (ELSEWHERE, str(gettext("En annan plats")))]


def week_choices(today: date) -> list[tuple[str, str]]:
    """This week and those before it, as the days they hold."""
    this, last, *earlier = weeks_to_report(today)
    return [
        (this, str(gettext("Den här veckan (%(days)s)", days=week_days(this)))),
        (last, str(gettext("Förra veckan (%(days)s)", days=week_days(last)))),
        *((week, week_days(week)) for week in earlier),
    ]


def week_days(week: str) -> str:
    """A week's first and last day in words."""
    monday = first_day(week)
    return str(format_interval(monday, monday + timedelta(days=6), "yMMMd", locale=get_locale()))


def found_words(found: Found) -> str:
    return str(FOUND[found.kind])
