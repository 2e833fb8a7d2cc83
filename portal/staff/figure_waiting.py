"""How long people wait for a human, and whether they wait equally long whatever they speak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext

from portal.charts import bars
from portal.desk.figures import IN_TIME, LATE, OUTCOMES, WAITS_TOO_LONG, Group, share_of
from portal.records.help_request import Priority
from portal.staff import labels
from portal.staff.figure_counts import Counts
from portal.staff.figure_tables import Cell, Line, Table, drawn, hidden, length, nothing, share, told
from portal.staff.figure_told import Bounds, Told
from portal.staff.queue_filters import PRIORITY_LABEL
from portal.triage.priorities import Target, target_of

ANSWERED: Final = (IN_TIME, LATE)
DUE: Final = (IN_TIME, LATE, WAITS_TOO_LONG)
"""Of these it is known whether the target was met."""

FOR_P90: Final = 4
"""Times as many as for a median: the slowest tenth of few would be one person's own waiting."""

_PER_CENT: Final = 100.0


@dataclass(frozen=True)
class Waits:
    """Everybody's, or those of one language or priority: seconds until taken, and until answered."""

    until_taken: list[int]
    until_answered: list[int]


@dataclass(frozen=True)
class Grouped:
    """All requests by one code: their names, waits, and what a reader is told of their outcomes, row by row."""

    names: Sequence[str]
    waits: Sequence[Waits]
    told: Told

    @property
    def last(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class EqualWaiting:
    """Two sides of the same requests."""

    languages: Grouped
    priorities: Grouped
    everybody: Waits


def grouped(found: Counts) -> EqualWaiting:
    """By language, those who waited longest first, and by priority."""
    months = [part.groups for part in found.figures.parts]
    tags = sorted({tag for groups in months for tag, _ in groups})
    ranks = sorted({rank for groups in months for _, rank in groups})
    by_language, by_priority = found.tell.two_of_all(
        [_rows(groups, 0, tags) for groups in months], [_rows(groups, 1, ranks) for groups in months]
    )
    waits = [_waits(_of(groups, 0, tag) for groups in months) for tag in tags]
    names = [labels.language_name(tag) for tag in tags]
    order = sorted(range(len(tags)), key=lambda row: (_shown_median(by_language, row, waits[row], found), names[row]))
    return EqualWaiting(
        Grouped(
            [names[row] for row in order],
            [waits[row] for row in order],
            by_language.in_order(order),
        ),
        Grouped(
            [priority_name(rank) for rank in ranks],
            [_waits(_of(groups, 1, rank) for groups in months) for rank in ranks],
            by_priority,
        ),
        _waits(list(groups.values()) for groups in months),
    )


def priority_name(rank: int) -> str:
    return f"P{rank} {PRIORITY_LABEL[Priority(rank)]}"


def _of(groups: Mapping[tuple[str, int], Group], side: int, code: str | int) -> list[Group]:
    return [group for codes, group in groups.items() if codes[side] == code]


def _rows(groups: Mapping[tuple[str, int], Group], side: int, codes: Sequence[str] | Sequence[int]) -> list[list[int]]:
    """The outcomes of each code; one empty row where there is none."""
    return [_outcomes(_of(groups, side, code)) for code in codes or [""]]


def _outcomes(groups: Sequence[Group]) -> list[int]:
    return [sum(group.outcomes[outcome] for group in groups) for outcome in OUTCOMES]


def _waits(months: Iterable[Sequence[Group]]) -> Waits:
    parts = [group for groups in months for group in groups]
    return Waits(
        [wait for group in parts for wait in group.until_taken],
        [wait for group in parts for wait in group.until_answered],
    )


def _shown_median(of: Told, row: int, waits: Waits, found: Counts) -> float:
    """What rows are ordered by: the longest median first, and those of whom none is shown last."""
    size = _time(of.sum_of(row, ANSWERED), waits.until_answered, 0.5, found.least).size
    return -size if size is not None else 1.0


def waiting_tables(found: Counts, sides: EqualWaiting) -> list[Table]:
    """Equal waiting and what became of the requests, by language and by priority."""
    return [
        _equal_waiting(found, sides),
        _first_human(found, sides),
        _became(found, "outcomes-by-language", gettext("Vad som hände, språk för språk"), sides.languages),
        _became(found, "outcomes-by-priority", gettext("Vad som hände, efter prioritet"), sides.priorities),
    ]


def _equal_waiting(found: Counts, sides: EqualWaiting) -> Table:
    side = sides.languages
    lines = tuple(Line(name, _waited(found, side, row)) for row, name in enumerate(side.names))
    return Table(
        what="equal-waiting",
        title=gettext("Lika väntan: språk bredvid språk"),
        meaning=gettext(
            "De språk som väntar längst står först. Ingen ska vänta längre eller få färre svar för att man "
            "skriver på ett annat språk."
        ),
        counted=gettext(
            "Väntan räknas dygnet runt från att frågan kom: tills någon tog hand om den, och tills en människa svarade "
            "eller nådde personen. Inom mål är den som togs i tid efter sin prioritet, så som kön räknar, och som har "
            "fått svar. Svarsandel är de som fått svar av alla. Medianen visas från %(least)s svar, nio av tio från "
            "%(many)s.",
            least=found.least,
            many=found.least * FOR_P90,
        ),
        head=(gettext("Språk"), *_heads()),
        lines=lines,
        total=_total(found, side, sides.everybody, ()),
        charts=(
            drawn("equal-waiting", gettext("Hälften fick svar inom"), lines, bars, column=2),
            drawn("equal-waiting", gettext("Andel som fick svar"), lines, bars, column=4, top=_PER_CENT),
        )
        if lines
        else (),
    )


def _heads() -> tuple[str, ...]:
    return (
        gettext("Frågor"),
        gettext("Hälften togs om hand inom"),
        gettext("Hälften fick svar inom"),
        gettext("Nio av tio fick svar inom"),
        gettext("Svarsandel"),
        gettext("Inom mål"),
    )


def _waited(found: Counts, side: Grouped, row: int, waits: Waits | None = None) -> tuple[Cell, ...]:
    waits = waits or side.waits[row]
    answered = side.told.sum_of(row, ANSWERED)
    return (
        told(side.told.rows[row][-1], found.least),
        _time(answered, waits.until_taken, 0.5, found.least),
        _time(answered, waits.until_answered, 0.5, found.least),
        _time(answered, waits.until_answered, 0.9, found.least * FOR_P90),
        share(side.told, row, ANSWERED, OUTCOMES),
        share(side.told, row, (IN_TIME,), DUE),
    )


def _time(answered: Bounds, waits: Sequence[int], part: float, enough: int) -> Cell:
    """The time that so great a part waited at most, where the table itself tells that enough were answered."""
    if answered[1] == 0:
        return nothing()
    return length(share_of(waits, part)) if answered[0] >= enough else hidden()


def _total(found: Counts, side: Grouped, everybody: Waits, before: tuple[Cell, ...]) -> Line | None:
    if not side.names:
        return None
    return Line(gettext("Alla"), (*before, *_waited(found, side, side.last, everybody)))


def _first_human(found: Counts, sides: EqualWaiting) -> Table:
    side, targets = sides.priorities, found.ruleset.municipality.priorities
    aims = {priority_name(rank): target_words(target_of(targets, rank)) for rank in Priority}
    lines = tuple(
        Line(name, (Cell(aims[name], aims[name]), *_waited(found, side, row))) for row, name in enumerate(side.names)
    )
    return Table(
        what="first-human",
        title=gettext("Tid till en människa, efter prioritet"),
        meaning=gettext("Det som brådskar ska tas först. Målen är de som kön räknar ner mot."),
        counted=gettext(
            "Räknas som för språken. Prioriteten är den som frågan har nu; målet är det som gällde när någon tog den. "
            "Den som tog en fråga och lämnade tillbaka den utan svar har inte tagit hand om den."
        ),
        head=(gettext("Prioritet"), gettext("Mål"), *_heads()),
        lines=lines,
        total=_total(found, side, sides.everybody, (nothing(),)),
        charts=(
            drawn("first-human", gettext("Hälften togs om hand inom"), lines, bars, column=2),
            drawn("first-human", gettext("Andel inom mål"), lines, bars, column=6, top=_PER_CENT),
        )
        if lines
        else (),
    )


def target_words(target: Target | None) -> str:
    """How soon a human acts, as the municipality has decided."""
    if target is None:
        return str(gettext("löftet till personen"))
    minutes = target.act_within_minutes
    time = gettext("%(number)s min", number=minutes) if minutes < 60 else ""
    if not time:
        hours = f"{minutes / 60:g}".replace(".", ",")
        time = gettext("%(number)s tim", number=hours)
    if target.clock == "always":
        return str(gettext("%(time)s, dygnet runt", time=time))
    return str(gettext("%(time)s öppettid", time=time))


def _became(found: Counts, what: str, title: str, side: Grouped) -> Table:
    heads = (
        gettext("Svar, togs i tid"),
        gettext("Svar, togs för sent"),
        gettext("Väntar på svar"),
        gettext("Väntar för länge"),
        gettext("Avslutad utan svar"),
    )

    def line(name: str, row: int) -> Line:
        return Line(name, tuple(told(bounds, found.least) for bounds in side.told.rows[row]))

    return Table(
        what=what,
        title=title,
        meaning=gettext("Varje fråga räknas en gång, som den står nu."),
        counted=gettext(
            "En fråga som en enhet tog över, eller som personen själv tog tillbaka innan någon svarade, står som "
            "avslutad utan svar. Dubbletter, missbruk och tester räknas inte."
        ),
        head=(gettext("Språk") if what.endswith("language") else gettext("Prioritet"), *heads, gettext("Alla")),
        lines=tuple(line(name, row) for row, name in enumerate(side.names)),
        total=line(gettext("Alla"), side.last) if side.names else None,
    )


def reading_table(found: Counts) -> Table:
    """Answers that were read, by language: what help came to its end."""
    months = [part.answers for part in found.figures.parts]
    tags = sorted({tag for month in months for tag in month})
    known = found.tell.a_table([[month.get(tag, (0, 0)) for tag in tags] for month in months]) if tags else None

    def line(name: str, row: int, of: Told) -> Line:
        return Line(name, (*(told(each, found.least) for each in of.rows[row]), share(of, row, (0,), (0, 1))))

    lines: list[Line] = []
    if known:
        rows = sorted(range(len(tags)), key=lambda row: (-known.rows[row][2][0], labels.language_name(tags[row])))
        lines = [line(labels.language_name(tags[row]), row, known) for row in rows]
    return Table(
        what="answers-read",
        title=gettext("Svar som personen har läst"),
        meaning=gettext("Ett svar hjälper först när det är läst. Många hittar inte tillbaka till sitt svar."),
        counted=gettext("Alla svar på periodens frågor. Läst betyder att svaret har visats för den som har koden."),
        head=(
            gettext("Språk"),
            gettext("Lästa"),
            gettext("Inte lästa än"),
            gettext("Alla"),
            gettext("Andel lästa"),
        ),
        lines=tuple(lines),
        total=line(gettext("Alla"), len(tags), known) if known else None,
        charts=(drawn("answers-read", gettext("Andel lästa"), lines, bars, column=3, top=_PER_CENT),) if lines else (),
    )
