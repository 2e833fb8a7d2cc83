"""Who writes, when, from where and about what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from flask_babel import format_date, gettext

from portal.charts import columns, lines
from portal.desk.figures import HOUR, utc
from portal.records.help_request import Channel
from portal.staff import labels
from portal.staff.figure_counts import Counts
from portal.staff.figure_tables import Table, counts, list_by_code
from portal.triage.ruleset import Ruleset

DAYS_ONE_BY_ONE = 35
"""A longer period is shown week by week."""


def contact_tables(found: Counts) -> tuple[Table, ...]:
    figures = found.figures
    local = {hour: found.ruleset.local(utc(hour * HOUR)) for hour in figures.by_hour}
    return (
        _all(found),
        _trend(found, local),
        list_by_code(
            "channels",
            gettext("Hur de hörde av sig"),
            gettext("Väg"),
            figures.by_channel,
            _channel,
            counted=gettext("Varje fråga räknas en gång."),
            least=found.least,
        ),
        list_by_code(
            "languages",
            gettext("Språk"),
            gettext("Språk"),
            Counter(arrival.language for arrival in figures.arrivals),
            labels.language_name,
            counted=gettext("Språket på sidan som personen skrev på."),
            least=found.least,
        ),
        _hours(found, local),
        _weekdays(found, local),
        _ages(found),
        _topics(found),
        _areas(found),
    )


def _channel(code: str) -> str:
    return str(labels.CHANNEL[Channel(code)])


def _all(found: Counts) -> Table:
    return counts(
        what="all",
        title=gettext("Alla frågor"),
        meaning=gettext("Så många frågor kom under perioden."),
        counted=gettext(
            "Frågor från personer med skyddade uppgifter och i slutna enheter räknas bara här, i summan, och "
            "finns inte i någon annan siffra. Övningsfrågor, tester, dubbletter och missbruk räknas inte alls."
        ),
        heading=gettext("Frågor"),
        rows=[
            (gettext("Med i alla siffror nedan"), len(found.figures.arrivals)),
            (gettext("Skyddade uppgifter och slutna enheter"), found.figures.counted_in_total_alone),
        ],
        least=found.least,
        draw=None,
        stays=[0],
    )


def _trend(found: Counts, local: Mapping[int, datetime]) -> Table:
    by_week = found.period.days > DAYS_ONE_BY_ONE
    day, last = found.period.first, min(found.period.last, found.ruleset.local(found.now).date())
    counted: Counter[date] = Counter()
    while day <= last:
        counted[_begin(day, by_week)] += 0
        day += timedelta(days=1)
    for hour, number in found.figures.by_hour.items():
        counted[_begin(local[hour].date(), by_week)] += number
    return counts(
        what="trend",
        title=gettext("Vecka för vecka") if by_week else gettext("Dag för dag"),
        meaning=gettext("Där linjen bryts är antalet dolt."),
        counted=gettext("Varje fråga räknas en gång."),
        heading=gettext("Vecka") if by_week else gettext("Dag"),
        rows=[
            (str(format_date(day, "'v.' w" if by_week else "d/M")), number) for day, number in sorted(counted.items())
        ],
        least=found.least,
        draw=lines,
    )


def _begin(day: date, by_week: bool) -> date:
    return day - timedelta(days=day.weekday()) if by_week else day


def _hours(found: Counts, local: Mapping[int, datetime]) -> Table:
    counted = Counter(dict.fromkeys(range(24), 0))
    for hour, number in found.figures.by_hour.items():
        counted[local[hour].hour] += number
    return counts(
        what="hours",
        title=gettext("Tid på dygnet"),
        meaning=gettext("Visar när någon behöver finnas på plats."),
        counted=gettext("Timmen då frågan kom, i kommunens tid."),
        heading=gettext("Klockan"),
        rows=[(f"{hour:02d}", number) for hour, number in sorted(counted.items())],
        least=found.least,
        draw=columns,
    )


def _weekdays(found: Counts, local: Mapping[int, datetime]) -> Table:
    counted = Counter(dict.fromkeys(range(7), 0))
    for hour, number in found.figures.by_hour.items():
        counted[local[hour].weekday()] += number
    monday = found.period.first - timedelta(days=found.period.first.weekday())
    return counts(
        what="weekdays",
        title=gettext("Veckodag"),
        meaning="",
        counted=gettext("Dagen då frågan kom."),
        heading=gettext("Dag"),
        rows=[
            (str(format_date(monday + timedelta(days=day), "EEE")), number) for day, number in sorted(counted.items())
        ],
        least=found.least,
        draw=columns,
    )


def _ages(found: Counts) -> Table:
    begins = [0, *found.ruleset.municipality.age_bands]
    ends: list[int | None] = [begin - 1 for begin in begins[1:]]
    rows = []
    for first, last in zip(begins, [*ends, None], strict=True):
        inside = sum(
            number
            for age, number in found.figures.by_age.items()
            if age is not None and first <= age and (last is None or age <= last)
        )
        rows.append((f"{first}–{last}" if last is not None else gettext("%(age)s och äldre", age=first), inside))
    return counts(
        what="ages",
        title=gettext("Ålder på den det gäller"),
        meaning="",
        counted=gettext("Åldern som personen själv har sagt. Ingen behöver säga den."),
        heading=gettext("År"),
        rows=[*rows, (gettext("Inte sagt"), found.figures.by_age.get(None, 0))],
        least=found.least,
    )


def _topics(found: Counts) -> Table:
    counted = sorted(found.figures.by_topic.items(), key=lambda it: (-it[1], it[0]))
    return counts(
        what="topics",
        title=gettext("Vad det handlar om"),
        meaning="",
        counted=gettext("En fråga om två ämnen räknas på båda raderna. Därför finns ingen summa."),
        heading=gettext("Ämne"),
        rows=[
            *((labels.topic_label(topic), number) for topic, number in counted),
            (gettext("Inget valt eller förstått"), found.figures.without_topic),
        ],
        least=found.least,
        total=False,
    )


def _areas(found: Counts) -> Table:
    rows = []
    for slug, number in sorted(found.figures.by_area.items(), key=lambda it: (-it[1], it[0] or "")):
        rows.append((_area_name(found.ruleset, slug), number))
    return counts(
        what="areas",
        title=gettext("Område"),
        meaning="",
        counted=gettext(
            "Området som personen själv har sagt, med den dag från vilken det räknas så. Ingen behöver säga det."
        ),
        heading=gettext("Område"),
        rows=rows,
        least=found.least,
    )


def _area_name(ruleset: Ruleset, slug: str | None) -> str:
    """An area and the days of the version that counts."""
    if slug is None:
        return str(gettext("Inte sagt"))
    area = ruleset.areas.get(slug)
    if area is None:
        return slug
    if area.valid.to is not None:
        return str(gettext("%(area)s (till %(day)s)", area=area.name, day=area.valid.to.isoformat()))
    if area.valid.from_ is not None:
        return str(gettext("%(area)s (från %(day)s)", area=area.name, day=area.valid.from_.isoformat()))
    return area.name
