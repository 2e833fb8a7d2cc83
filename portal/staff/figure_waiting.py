"""How long people wait for a human, and whether they wait equally long whatever they speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import gettext

from portal.charts import bars, shares
from portal.desk.figures import Arrival, Figures, median, share_of
from portal.desk.open_clock import OpenClock
from portal.records.help_request import Urgency
from portal.small_cells import SafeTable, Shown, safe_table
from portal.staff import labels
from portal.staff.figure_tables import (
    Cell,
    Line,
    Table,
    cell_of,
    drawn,
    drawn_together,
    hidden,
    length,
    nothing,
    share,
)

IN_TIME, LATE, WAITS, WAITS_TOO_LONG, CLOSED_UNANSWERED = range(5)
ANSWERED: Final = (IN_TIME, LATE)
EVERYTHING: Final = (IN_TIME, LATE, WAITS, WAITS_TOO_LONG, CLOSED_UNANSWERED)
DUE: Final = (IN_TIME, LATE, WAITS_TOO_LONG)
"""Of these it is known whether the target was met."""

FOR_P90: Final = 4
"""Times as many as for a median: the slowest tenth of few would be one person's own waiting."""


@dataclass(frozen=True)
class Group:
    """Those who speak one language, or have one priority: what became of them, and how long the answered waited."""

    outcomes: tuple[int, ...]
    waits: tuple[int, ...]  # seconds

    @property
    def size(self) -> int:
        return sum(self.outcomes)


def outcome(arrival: Arrival, *, target: float, clock: OpenClock, now: float) -> int:
    """What became of one request. `target` is seconds of opening time."""
    if arrival.first_human is not None:
        return IN_TIME if clock.seconds_between(arrival.created, arrival.first_human) <= target else LATE
    if arrival.closed:
        return CLOSED_UNANSWERED
    return WAITS if clock.seconds_between(arrival.created, now) <= target else WAITS_TOO_LONG


def groups(
    arrivals: Sequence[Arrival], *, targets: Mapping[str, float], clock: OpenClock, now: datetime
) -> dict[tuple[str, str], Group]:
    """By language and urgency."""
    outcomes: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(EVERYTHING))
    waits: dict[tuple[str, str], list[int]] = defaultdict(list)
    moment = now.timestamp()
    for arrival in arrivals:
        code = arrival.language, arrival.urgency
        outcomes[code][outcome(arrival, target=targets[arrival.urgency], clock=clock, now=moment)] += 1
        if arrival.first_human is not None:
            waits[code].append(arrival.first_human - arrival.created)
    return {code: Group(tuple(found), tuple(waits[code])) for code, found in outcomes.items()}


def together(found: Iterable[Group]) -> Group:
    parts = list(found)
    outcomes = [sum(part.outcomes[column] for part in parts) for column in EVERYTHING]
    return Group(tuple(outcomes), tuple(wait for part in parts for wait in part.waits))


def waiting_tables(
    figures: Figures, *, targets: Mapping[str, float], clock: OpenClock, now: datetime, least: int
) -> list[Table]:
    """Equal waiting and what became of the requests, by language and by priority."""
    found = groups(figures.arrivals, targets=targets, clock=clock, now=now)
    everybody = together(found.values()) if found else None
    by_language = {tag: together(each for (spoken, _), each in found.items() if spoken == tag) for tag, _ in found}
    by_urgency = {
        urgency: together(each for (_, judged), each in found.items() if judged == urgency)
        for urgency in Urgency
        if any(judged == urgency for _, judged in found)
    }
    by_language = dict(sorted(by_language.items(), key=lambda item: -item[1].size))
    languages, urgencies = list(by_language.values()), list(by_urgency.values())
    for_languages, for_urgencies = safe_together(languages, urgencies, least)
    language_names = [labels.language_name(tag) for tag in by_language]
    urgency_names = [str(labels.URGENCY[urgency]) for urgency in by_urgency]
    return [
        _equal_waiting(language_names, languages, for_languages, everybody, least),
        _first_human(urgency_names, urgencies, for_urgencies, everybody, least),
        _outcomes(
            "outcomes-by-language",
            gettext("Vad som hände, språk för språk"),
            gettext("Språk"),
            language_names,
            for_languages,
        ),
        _outcomes(
            "outcomes-by-urgency",
            gettext("Vad som hände, efter hur bråttom det var"),
            gettext("Hur bråttom"),
            urgency_names,
            for_urgencies,
        ),
    ]


def safe_together(first: Sequence[Group], second: Sequence[Group], least: int) -> tuple[SafeTable, SafeTable]:
    """Two tables of the same requests. What is hidden in the sums that they share is hidden in both."""
    kept: set[int] = set()
    while True:
        tables = [_safe(groups, least, kept) for groups in (first, second)]
        unseen = {column for table in tables for column, seen in enumerate(table.seen[-1]) if seen is not Shown.EXACTLY}
        if unseen <= kept:
            return tables[0], tables[1]
        kept |= unseen


def _safe(found: Sequence[Group], least: int, unseen_sums: set[int]) -> SafeTable:
    rows = [group.outcomes for group in found]
    return safe_table(rows, least=least, withheld=[(len(rows), column) for column in unseen_sums])


def _equal_waiting(
    names: Sequence[str], found: Sequence[Group], safe: SafeTable, everybody: Group | None, least: int
) -> Table:
    order = sorted(range(len(found)), key=lambda row: _unfairness(found[row], least))
    lines = tuple(Line(names[row], _waited(found[row], safe, row, least)) for row in order)
    title = gettext("Lika väntan: språk bredvid språk")
    return Table(
        what="equal-waiting",
        title=title,
        meaning=gettext(
            "De språk som väntar längst står först. Ingen ska vänta längre eller få färre svar för att man "
            "skriver på ett annat språk."
        ),
        counted=gettext(
            "Väntan räknas från att frågan kom till att en människa svarade eller nådde personen, dygnet runt. "
            "Målet räknas i kontaktcentrets öppettid, som löftet till personen. Svarsandel är de som fått svar av "
            "alla som hört av sig. Medianen visas från %(least)s svar, nio av tio från %(many)s.",
            least=least,
            many=least * FOR_P90,
        ),
        head=(gettext("Språk"), *_heads()),
        lines=lines,
        total=_total(everybody, safe, least),
        charts=(
            drawn("equal-waiting", gettext("Timmar till svar, median"), lines, bars, column=1),
            drawn("equal-waiting", gettext("Svarsandel, procent"), lines, bars, column=3),
        )
        if lines
        else (),
    )


def _unfairness(group: Group, least: int) -> tuple[bool, float]:
    """Longest median first; those of whom it is not shown last."""
    return (True, 0.0) if len(group.waits) < least else (False, -median(group.waits))


def _heads() -> tuple[str, ...]:
    return (
        gettext("Frågor"),
        gettext("Hälften väntade högst"),
        gettext("Nio av tio väntade högst"),
        gettext("Svarsandel"),
        gettext("Inom mål"),
    )


def _waited(group: Group, safe: SafeTable, row: int, least: int) -> tuple[Cell, ...]:
    return (
        cell_of(safe, row, len(EVERYTHING)),
        _time(group, 0.5, least),
        _time(group, 0.9, least * FOR_P90),
        share(safe, row, ANSWERED, EVERYTHING),
        share(safe, row, (IN_TIME,), DUE),
    )


def _time(group: Group, part: float, least: int) -> Cell:
    if not group.waits:
        return nothing()
    return length(share_of(group.waits, part)) if len(group.waits) >= least else hidden()


def _total(everybody: Group | None, safe: SafeTable, least: int) -> Line | None:
    if everybody is None:
        return None
    return Line(gettext("Alla"), _waited(everybody, safe, len(safe.numbers) - 1, least))


def _first_human(
    names: Sequence[str], found: Sequence[Group], safe: SafeTable, everybody: Group | None, least: int
) -> Table:
    lines = tuple(Line(name, _waited(found[row], safe, row, least)) for row, name in enumerate(names))
    title = gettext("Tid till en människa, efter hur bråttom det var")
    return Table(
        what="first-human",
        title=title,
        meaning=gettext("Det som brådskar ska få svar först. Målen är de löften som personerna får."),
        counted=gettext("Räknas som för språken."),
        head=(gettext("Hur bråttom"), *_heads()),
        lines=lines,
        total=_total(everybody, safe, least),
        charts=(
            drawn("first-human", gettext("Timmar till svar, median"), lines, bars, column=1),
            drawn("first-human", gettext("Inom mål, procent"), lines, bars, column=4),
        )
        if lines
        else (),
    )


def _outcomes(what: str, title: str, heading: str, names: Sequence[str], safe: SafeTable) -> Table:
    heads = (
        gettext("Svar i tid"),
        gettext("Svar för sent"),
        gettext("Väntar, i tid"),
        gettext("Väntar för länge"),
        gettext("Avslutad utan svar"),
    )
    width = range(len(EVERYTHING) + 1)
    lines = tuple(Line(name, tuple(cell_of(safe, row, column) for column in width)) for row, name in enumerate(names))
    return Table(
        what=what,
        title=title,
        meaning=gettext("Varje fråga räknas en gång, som den står nu."),
        counted=gettext(
            "En fråga som personen själv tog tillbaka innan någon svarade står som avslutad utan svar. "
            "Dubbletter, missbruk och tester räknas inte."
        ),
        head=(heading, *heads, gettext("Alla")),
        lines=lines,
        total=Line(gettext("Alla"), tuple(cell_of(safe, len(names), column) for column in width)) if names else None,
    )


def reading_table(figures: Figures, least: int) -> Table:
    """Answers that were read, by language: what help came to its end."""
    codes = sorted(figures.answers, key=lambda code: -sum(figures.answers[code]))
    safe = safe_table([figures.answers[code] for code in codes], least=least) if codes else None
    lines = tuple(
        Line(
            labels.language_name(code),
            (cell_of(safe, row, 0), cell_of(safe, row, 1), cell_of(safe, row, 2), share(safe, row, (0,), (0, 1))),
        )
        for row, code in enumerate(codes)
        if safe
    )
    heads = (gettext("Lästa"), gettext("Inte lästa än"))
    title = gettext("Svar som personen har läst")
    last = len(codes)
    return Table(
        what="answers-read",
        title=title,
        meaning=gettext("Ett svar hjälper först när det är läst. Många hittar inte tillbaka till sitt svar."),
        counted=gettext("Alla svar på periodens frågor. Läst betyder att svaret har visats för den som har koden."),
        head=(gettext("Språk"), *heads, gettext("Alla"), gettext("Andel lästa")),
        lines=lines,
        total=Line(
            gettext("Alla"),
            (cell_of(safe, last, 0), cell_of(safe, last, 1), cell_of(safe, last, 2), share(safe, last, (0,), (0, 1))),
        )
        if safe
        else None,
        charts=(drawn_together("answers-read", title, lines, heads, shares),) if lines else (),
    )
