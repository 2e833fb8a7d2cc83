"""When somebody answers, in the reader's language: open until, closed and why, opens when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from babel.lists import format_list
from flask_babel import format_date, format_datetime, get_locale, gettext

from portal import clock, current
from portal.i18n.languages import content_text
from portal.triage.grammar import Service
from portal.triage.hours import OpeningHours

DAY_AND_TIME: Final = "EEEE d MMMM HH:mm"
"""Weekday, date and a 24-hour clock in every language."""

DAY: Final = "d MMMM y"
WEEKDAY_IS_CLEAR: Final = 6
"""Within this many days a weekday's name says which day is meant."""

CLOSING_SOON: Final = timedelta(minutes=30)
MOST_NAMES: Final = 3
"""More names of closed services than these are no help to anybody."""


def opening_words(slug: str) -> str:
    """Whether a service is open now, until when, or when it opens, as one phrase without a full stop."""
    ruleset = current.ruleset()
    service, hours, local = ruleset.services[slug], ruleset.hours[slug], ruleset.local(clock.now())
    if not service.valid.covers(local.date()):
        return dated_words(service, local.date())
    return _hours_words(hours, local)


def contact_centre_words() -> str:
    """The same for the contact centre."""
    ruleset = current.ruleset()
    return _hours_words(ruleset.contact_hours, ruleset.local(clock.now()))


def dated_words(service: Service, today: date) -> str:
    """When a service that does not exist today begins, or that it has ended."""
    begins = service.valid.from_
    if begins and today < begins:
        return str(gettext("Börjar %(day)s", day=format_date(begins, DAY)))
    return str(gettext("Finns inte längre"))


def line_hours(slug: str) -> str:
    """When a helpline answers, in whole sentences; empty when nobody has told us."""
    ruleset = current.ruleset()
    hours = ruleset.hours.get(slug) or ruleset.helpline_hours.get(slug)
    if hours is None or not hours.known:
        return ""
    local = ruleset.local(clock.now())
    if not hours.is_open(local):
        return f"{_closed(hours, local)}."
    closes = hours.closes_at(local)
    if closes is None:
        return str(gettext("Svarar dygnet runt."))
    if _last_day(closes) == local.date():
        return str(gettext("Svarar nu, till %(time)s.", time=_closing_time(closes)))
    return str(gettext("Svarar nu."))


def stands_in_words(names: Sequence[str]) -> str:
    """That a service answers now in the place of these, whose names are Swedish sources."""
    if len(names) > MOST_NAMES:
        return str(gettext("Svarar nu när de andra har stängt."))
    listed = format_list([content_text(name) for name in names], locale=get_locale())
    return str(gettext("Svarar nu när %(names)s har stängt.", names=listed))


def _hours_words(hours: OpeningHours, local: datetime) -> str:
    if not hours.known:
        return str(gettext("Fråga när det är öppet"))
    if not hours.is_open(local):
        return _closed(hours, local)
    closes = hours.closes_at(local)
    return _open_until(closes, local) if closes else str(gettext("Öppet dygnet runt"))


def _open_until(closes: datetime, local: datetime) -> str:
    last = _last_day(closes)
    days = (last - local.date()).days
    if days == 0 and closes - local <= CLOSING_SOON:
        return str(gettext("Öppet nu, stänger snart: %(time)s", time=_closing_time(closes)))
    if days == 0:
        return str(gettext("Öppet nu, till %(time)s", time=_closing_time(closes)))
    if days == 1:
        return str(gettext("Öppet nu, till i morgon %(time)s", time=_closing_time(closes)))
    if days <= WEEKDAY_IS_CLEAR:
        return str(gettext("Öppet nu, till %(weekday)s %(time)s", weekday=_weekday(last), time=_closing_time(closes)))
    return str(gettext("Öppet nu"))


def _closed(hours: OpeningHours, local: datetime) -> str:
    opens = hours.opens_at(local)
    if opens is None:
        return str(gettext("Stängt tills vidare"))
    return f"{_why_closed(hours, local.date())}. {_opens(opens, local)}"


def _why_closed(hours: OpeningHours, today: date) -> str:
    special = hours.special(today)
    if special == "holiday":
        return str(gettext("Stängt i dag, helgdag"))
    if special == "eve":
        return str(gettext("Stängt i dag, helgafton"))
    return str(gettext("Stängt i dag") if special else gettext("Stängt nu"))


def _opens(opens: datetime, local: datetime) -> str:
    days = (opens.date() - local.date()).days
    if days == 0:
        return str(gettext("Öppnar i dag %(time)s", time=_time(opens)))
    if days == 1:
        return str(gettext("Öppnar i morgon %(time)s", time=_time(opens)))
    if days <= WEEKDAY_IS_CLEAR:
        return str(gettext("Öppnar %(weekday)s %(time)s", weekday=_weekday(opens.date()), time=_time(opens)))
    return str(gettext("Öppnar %(moment)s", moment=format_datetime(opens, DAY_AND_TIME)))


def _last_day(closes: datetime) -> date:
    """Midnight ends the day before: who closes then is open till 24:00 on that day."""
    return (closes - timedelta(minutes=1)).date()


def _time(moment: datetime) -> str:
    """By the 24-hour clock. Two numbers and a colon stay in this order in Arabic too."""
    return f"{moment:%H:%M}"


def _closing_time(moment: datetime) -> str:
    time = _time(moment)
    return "24:00" if time == "00:00" else time


def _weekday(day: date) -> str:
    return str(format_date(day, "EEEE"))
