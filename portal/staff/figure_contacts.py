"""Who writes, when, from where and about what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from flask_babel import format_date, gettext

from portal.charts import columns, lines
from portal.desk.figures import HOUR, utc
from portal.records.help_request import Channel
from portal.staff import labels
from portal.staff.figure_counts import Counts
from portal.staff.figure_tables import Draw, Table, by_code, listed, most_first
from portal.staff.figure_told import added
from portal.staff.figure_waiting import Grouped
from portal.triage.ruleset import Ruleset


def contact_tables(found: Counts, languages: Grouped) -> tuple[Table, ...]:
    parts = found.figures.parts
    hours = [_local(found.ruleset, part.by_hour) for part in parts]
    return (
        _all(found),
        _trend(found, hours),
        _channels(found),
        _languages(found, languages),
        _hours(found, hours),
        _weekdays(found, hours),
        _ages(found),
        _topics(found),
        _areas(found),
    )


def _local(ruleset: Ruleset, by_hour: Counter[int]) -> Counter[datetime]:
    """By the hour of the municipality's day; the hour that comes twice in autumn is one."""
    counted: Counter[datetime] = Counter()
    for hour, number in by_hour.items():
        counted[ruleset.local(utc(hour * HOUR)).replace(fold=0)] += number
    return counted


def _all(found: Counts) -> Table:
    seen = found.tell.by_month([part.size for part in found.figures.parts]).total[0]
    apart = found.tell.alone([part.counted_in_total_alone for part in found.figures.parts])
    return listed(
        found,
        what="all",
        title=gettext("Alla frågor"),
        meaning=gettext("Så många frågor kom under perioden."),
        counted=gettext(
            "Frågor från personer med skyddade uppgifter och i slutna enheter räknas bara här, i summan, och "
            "finns inte i någon annan siffra. Övningsfrågor, tester, dubbletter och missbruk räknas inte alls."
        ),
        heading=gettext("Frågor"),
        rows=[
            (gettext("Med i alla siffror nedan"), seen),
            (gettext("Skyddade uppgifter och slutna enheter"), apart),
        ],
        total=added([seen, apart]),
        draw=None,
    )


def _trend(found: Counts, hours: Sequence[Counter[datetime]]) -> Table:
    """By parts; one part by weeks, or what of them lies in it. Not by days, of which weekdays are the sums."""
    by_week = len(hours) == 1
    if by_week:
        weeks = Counter(dict.fromkeys(_weeks(found.period.first, found.period.last), 0))
        for moment, number in hours[0].items():
            weeks[_monday(moment.date())] += number
        known = found.tell.a_list([[number for _, number in sorted(weeks.items())]], of_all=True)
        names = [str(format_date(week, "'v.' w")) for week in sorted(weeks)]
    else:
        known = found.tell.by_month([part.size for part in found.figures.parts])
        pattern = "LLL" if found.period.by == "month" else "QQQ"
        names = [str(format_date(part, pattern)) for part in found.period.parts]
    return listed(
        found,
        what="trend",
        title=gettext("Vecka för vecka") if by_week else gettext("Hur det har ändrats"),
        meaning=gettext("Där linjen bryts är antalet dolt."),
        counted=gettext("Varje fråga räknas en gång. Av en vecka räknas bara de dagar som ligger i perioden.")
        if by_week
        else gettext("Varje fråga räknas en gång."),
        heading=gettext("Vecka") if by_week else gettext("Del av perioden"),
        rows=[(name, known.rows[row][0]) for row, name in enumerate(names)],
        total=known.total[0],
        draw=lines,
    )


def _weeks(first: date, last: date) -> list[date]:
    weeks = [_monday(first)]
    while weeks[-1] + timedelta(days=7) <= last:
        weeks.append(weeks[-1] + timedelta(days=7))
    return weeks


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _channels(found: Counts) -> Table:
    rows, total = by_code(found, [part.by_channel for part in found.figures.parts], _channel, of_all=True)
    return listed(
        found,
        what="channels",
        title=gettext("Hur de hörde av sig"),
        counted=gettext("Varje fråga räknas en gång."),
        heading=gettext("Väg"),
        rows=rows,
        total=total,
    )


def _channel(code: str) -> str:
    return str(labels.CHANNEL[Channel(code)])


def _languages(found: Counts, languages: Grouped) -> Table:
    """The sums of the table of outcomes by language: two tables that hide by themselves would tell on each other."""
    rows = [(name, languages.told.rows[row][-1]) for row, name in enumerate(languages.names)]
    return listed(
        found,
        what="languages",
        title=gettext("Språk"),
        counted=gettext("Språket på sidan som personen skrev på."),
        heading=gettext("Språk"),
        rows=sorted(rows, key=most_first),
        total=languages.told.total[-1] if rows else (0, 0),
    )


def _hours(found: Counts, hours: Sequence[Counter[datetime]]) -> Table:
    return _by_clock(
        found,
        hours,
        range(24),
        lambda moment: moment.hour,
        what="hours",
        title=gettext("Tid på dygnet"),
        meaning=gettext("Visar när någon behöver finnas på plats."),
        counted=gettext("Timmen då frågan kom, i kommunens tid."),
        heading=gettext("Klockan"),
        names=[f"{hour:02d}" for hour in range(24)],
    )


def _weekdays(found: Counts, hours: Sequence[Counter[datetime]]) -> Table:
    monday = _monday(found.period.first)
    return _by_clock(
        found,
        hours,
        range(7),
        lambda moment: moment.weekday(),
        what="weekdays",
        title=gettext("Veckodag"),
        meaning="",
        counted=gettext("Dagen då frågan kom."),
        heading=gettext("Dag"),
        names=[str(format_date(monday + timedelta(days=day), "EEE")) for day in range(7)],
    )


def _by_clock(
    found: Counts,
    hours: Sequence[Counter[datetime]],
    places: range,
    place_of: Callable[[datetime], int],
    *,
    what: str,
    title: str,
    meaning: str,
    counted: str,
    heading: str,
    names: Sequence[str],
    draw: Draw = columns,
) -> Table:
    months = []
    for month in hours:
        summed = Counter(dict.fromkeys(places, 0))
        for moment, number in month.items():
            summed[place_of(moment)] += number
        months.append([summed[place] for place in places])
    known = found.tell.a_list(months, of_all=True)
    return listed(
        found,
        what=what,
        title=title,
        meaning=meaning,
        counted=counted,
        heading=heading,
        rows=[(name, known.rows[place][0]) for place, name in enumerate(names)],
        total=known.total[0],
        draw=draw,
    )


def _ages(found: Counts) -> Table:
    begins = [0, *found.ruleset.municipality.age_bands]
    ends: list[int | None] = [begin - 1 for begin in begins[1:]]
    bands = list(zip(begins, [*ends, None], strict=True))
    names = [
        gettext("%(first)s till %(last)s", first=first, last=last)
        if last is not None
        else gettext("%(age)s och äldre", age=first)
        for first, last in bands
    ]
    known = found.tell.a_list(
        [
            [*(_aged(part.by_age, first, last) for first, last in bands), part.by_age[None]]
            for part in found.figures.parts
        ],
        of_all=True,
    )
    return listed(
        found,
        what="ages",
        title=gettext("Ålder på den det gäller"),
        counted=gettext("Åldern som personen själv har sagt. Ingen behöver säga den."),
        heading=gettext("År"),
        rows=[(name, known.rows[row][0]) for row, name in enumerate([*names, gettext("Inte sagt")])],
        total=known.total[0],
    )


def _aged(ages: Counter[int | None], first: int, last: int | None) -> int:
    return sum(
        number for age, number in ages.items() if age is not None and first <= age and (last is None or age <= last)
    )


def _topics(found: Counts) -> Table:
    rows, _ = by_code(found, [part.by_topic for part in found.figures.parts], _topic)
    return listed(
        found,
        what="topics",
        title=gettext("Vad det handlar om"),
        counted=gettext("En fråga om två ämnen räknas på båda raderna. Därför finns ingen summa."),
        heading=gettext("Ämne"),
        rows=rows,
        total=None,
    )


def _topic(code: str) -> str:
    return labels.topic_label(code) if code else str(gettext("Inget valt eller förstått"))


def _areas(found: Counts) -> Table:
    rows, total = by_code(
        found, [part.by_area for part in found.figures.parts], lambda slug: _area(found.ruleset, slug), of_all=True
    )
    return listed(
        found,
        what="areas",
        title=gettext("Område"),
        counted=gettext(
            "Området som personen själv har sagt, med den dag från vilken det räknas så. Ingen behöver säga det."
        ),
        heading=gettext("Område"),
        rows=rows,
        total=total,
    )


def _area(ruleset: Ruleset, slug: str | None) -> str:
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
