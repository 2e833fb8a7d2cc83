"""Moments and lengths of time in words, in the municipality's own time and by the 24-hour clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import format_time, ngettext

from portal import clock, current
from portal.page_words import moment_words


def short_moment(moment: datetime) -> str:
    """Only the time when it is today, else weekday, date and time."""
    ruleset = current.ruleset()
    if ruleset.local(moment).date() == ruleset.local(clock.now()).date():
        return str(format_time(moment, "HH:mm"))
    return moment_words(moment)


def length_words(length: timedelta) -> str:
    """The two largest parts of a length: days and hours, or hours and minutes."""
    minutes = max(0, int(length.total_seconds() // 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, _days(days)), (hours, _hours(hours)), (minutes, _minutes(minutes))]
    first = next((place for place, (number, _) in enumerate(parts) if number), 2)
    return " ".join(words for number, words in parts[first : first + 2] if number) or _minutes(0)


def _days(number: int) -> str:
    return str(ngettext("%(num)s dygn", "%(num)s dygn", number))


def _hours(number: int) -> str:
    return str(ngettext("%(num)s timme", "%(num)s timmar", number))


def _minutes(number: int) -> str:
    return str(ngettext("%(num)s minut", "%(num)s minuter", number))
