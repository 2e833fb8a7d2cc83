"""The figures in the order in which they are read, with the words that say what each means and how it is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext

from portal.charts import bars
from portal.desk.figures import PublicWork
from portal.records.daily_count import Counted
from portal.records.event import EventKind
from portal.records.help_request import Channel, CloseReason
from portal.staff import labels
from portal.staff.figure_contacts import contact_tables
from portal.staff.figure_counts import Counts
from portal.staff.figure_tables import (
    Cell,
    Line,
    Table,
    by_code,
    drawn,
    hidden,
    length,
    listed,
    most_first,
    nothing,
    share_by,
    told,
)
from portal.staff.figure_told import Bounds
from portal.staff.figure_waiting import grouped, reading_table, waiting_tables

WITHOUT_ASSESSMENT = (CloseReason.ANSWERED, CloseReason.GUIDED_ON, CloseReason.BOOKED)
HANDED_ON = (CloseReason.HANDED_OVER, CloseReason.REPORT_TAKEN)
EASE = (Counted.EASE_5, Counted.EASE_4, Counted.EASE_3, Counted.EASE_2, Counted.EASE_1)
EASY = (0, 1)  # places in EASE
CARDS = (Counted.DANGER_CARD, Counted.DANGER_CARD_CLOSED)


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    tables: tuple[Table, ...]


def sections(found: Counts) -> list[Section]:
    """All figures. Told anew when a table must hide a sum that others had told already."""
    while True:
        found.tell.found_more = False
        made = _sections(found)
        if not found.tell.found_more:
            return made


def _sections(found: Counts) -> list[Section]:
    sides = grouped(found)
    return [
        Section(gettext("Väntan"), (*waiting_tables(found, sides), _waiting_now(found), reading_table(found))),
        Section(gettext("Vilka som hör av sig"), contact_tables(found, sides.languages)),
        Section(gettext("Hur det gick"), (_closed(found), _handed(found), _ease(found))),
        Section(gettext("Fara"), (_danger(found), _danger_cards(found))),
        Section(gettext("Boten"), (_bot(found),)),
        Section(gettext("Arbetet"), (_work(found), _public(found))),
    ]


def _closed(found: Counts) -> Table:
    codes = sorted({code for part in found.figures.parts for code in part.by_close_reason})
    known = found.tell.a_list([[part.by_close_reason[code] for code in codes] for part in found.figures.parts])
    parts = [bounds for (bounds,) in known.rows[:-1]]

    def part(of: Sequence[CloseReason]) -> Cell:
        inside = [row for row, code in enumerate(codes) if code in of]
        outside = [row for row in range(len(codes)) if row not in inside]
        return share_by(known.sum_of_list(inside), known.sum_of_list(outside))

    named = [(str(labels.CLOSE_REASON[CloseReason(code)]), parts[row]) for row, code in enumerate(codes)]
    rows = tuple(Line(name, (told(bounds, found.least),)) for name, bounds in sorted(named, key=most_first))
    title = gettext("Hur frågorna avslutades")
    return Table(
        what="closed",
        title=title,
        meaning=gettext("Hjälp utan behovsprövning är svar, vägledning och bokad tid."),
        counted=gettext(
            "Periodens frågor som är stängda nu. Här räknas också dubbletter och missbruk, men inte tester. "
            "Andelarna räknas på det som visas; är något dolt står det från och till."
        ),
        head=(gettext("Skäl"), gettext("Antal")),
        lines=(
            *rows,
            Line(gettext("Andel som fick hjälp utan behovsprövning"), (part(WITHOUT_ASSESSMENT),)),
            Line(gettext("Andel som lämnades över eller blev en anmälan"), (part(HANDED_ON),)),
        )
        if rows
        else (),
        total=Line(gettext("Tillsammans"), (told(known.total[0], found.least),)) if rows else None,
        charts=(drawn("closed", title, rows, bars),) if rows else (),
    )


def _handed(found: Counts) -> Table:
    return _events(
        found,
        "handovers",
        gettext("Överlämnat"),
        gettext("En överlämning som kommer tillbaka har kostat personen väntan."),
        [
            (gettext("Sänt till en enhet"), EventKind.HANDOVER_SENT),
            (gettext("Enheten tog emot"), EventKind.HANDOVER_ACCEPTED),
            (gettext("Enheten lämnade tillbaka"), EventKind.HANDOVER_RETURNED),
            (gettext("Hanteras som orosanmälan"), EventKind.REPORT_TAKEN),
        ],
    )


def _work(found: Counts) -> Table:
    return _events(
        found,
        "work",
        gettext("Hot, tolk och gallring"),
        "",
        [
            (gettext("Hot mot personal"), EventKind.THREAT_MARKED),
            (gettext("Tolk beställd"), EventKind.INTERPRETER_ASKED),
            (gettext("Gallrade frågor"), EventKind.ERASED),
        ],
    )


def _public(found: Counts) -> Table:
    rows = [
        (gettext("Frågor som får publiceras"), PublicWork.ASKED),
        (gettext("Av dem publiceras inte, med ett skäl"), PublicWork.DECLINED),
        (gettext("Publicerade svar"), PublicWork.PUBLISHED),
        (gettext("Sökningar som inte gav något"), PublicWork.SEARCHED_IN_VAIN),
    ]
    return _alone(
        found,
        what="public",
        title=gettext("Frågor och svar för alla"),
        meaning=gettext("Sökningar utan svar visar vad som saknas."),
        counted=gettext("Svar och sökningar räknas efter vecka: veckan hör till den period där dess måndag ligger."),
        rows=[(name, [part.public[what] for part in found.figures.parts]) for name, what in rows],
    )


def _events(found: Counts, what: str, title: str, meaning: str, rows: Sequence[tuple[str, EventKind]]) -> Table:
    return _alone(
        found,
        what=what,
        title=title,
        meaning=meaning,
        counted=gettext("Det som hände under perioden, också med äldre frågor. Raderna räknas var för sig."),
        rows=[(name, [part.events[kind] for part in found.figures.parts]) for name, kind in rows],
    )


def _alone(
    found: Counts, *, what: str, title: str, meaning: str, counted: str, rows: Sequence[tuple[str, Sequence[int]]]
) -> Table:
    """Counts that add up to nothing that is shown."""
    return listed(
        found,
        what=what,
        title=title,
        meaning=meaning,
        counted=counted,
        heading=gettext("Händelse"),
        rows=[(name, found.tell.alone(months)) for name, months in rows],
        total=None,
        draw=None,
    )


def _waiting_now(found: Counts) -> Table:
    waiting = found.figures.waiting
    tags = sorted(waiting)
    known = found.tell.a_list([[waiting[tag].number for tag in tags]])

    def line(row: int) -> Line:
        bounds = known.rows[row][0]
        since = length((found.now - waiting[tags[row]].since).total_seconds())
        return Line(
            labels.language_name(tags[row]),
            (told(bounds, found.least), since if bounds[0] >= found.least else hidden()),
        )

    rows = sorted(map(line, range(len(tags))), key=lambda each: (-(each.cells[1].size or 0), each.label))
    title = gettext("Väntar just nu")
    return Table(
        what="waiting-now",
        title=title,
        meaning=gettext("Det språk där någon har väntat längst står först."),
        counted=gettext("Alla som väntar på personalen nu, oavsett vilken period som visas."),
        head=(gettext("Språk"), gettext("Antal"), gettext("Längsta väntan")),
        lines=tuple(rows),
        total=Line(gettext("Tillsammans"), (told(known.total[0], found.least), nothing())) if rows else None,
        charts=(drawn("waiting-now", title, rows, bars),) if rows else (),
    )


def _danger(found: Counts) -> Table:
    clock, months = found.clock, []
    for part in found.figures.parts:
        inside = sum(clock.is_open(moment) for moment in part.dangers)
        months.append([inside, len(part.dangers) - inside])
    known = found.tell.a_list(months)
    return listed(
        found,
        what="danger",
        title=gettext("Frågor med fara"),
        meaning=gettext("Utanför öppettid är det jouren och 112 som svarar."),
        counted=gettext("Frågor där personens egna ord eller knappar betydde fara, efter när de kom."),
        heading=gettext("När"),
        rows=[
            (gettext("När kontaktcentret hade öppet"), known.rows[0][0]),
            (gettext("När kontaktcentret hade stängt"), known.rows[1][0]),
        ],
        total=known.total[0],
    )


def _by_language(
    found: Counts, what: str, title: str, counted: str, heads: Sequence[str], of: Sequence[Counted]
) -> tuple[Table, Line | None]:
    """A table of what is counted by day and language, most first; and its sums."""
    tags = sorted({language for month in found.daily for each, language in month if each in of})
    known = found.tell.a_table(
        [[[month.get((each, tag), 0) for each in of] for tag in tags or [""]] for month in found.daily]
    )
    rows = sorted(range(len(tags)), key=lambda row: (-known.rows[row][-1][0], labels.language_name(tags[row])))

    def line(name: str, row: Sequence[Bounds]) -> Line:
        return Line(name, tuple(told(bounds, found.least) for bounds in row))

    total = line(gettext("Alla"), known.total) if tags else None
    table = Table(
        what=what,
        title=title,
        meaning="",
        counted=counted,
        head=(gettext("Språk"), *heads, gettext("Alla")),
        lines=tuple(line(labels.language_name(tags[row]), known.rows[row]) for row in rows) if tags else (),
        total=total,
    )
    return table, total


def _danger_cards(found: Counts) -> Table:
    title = gettext("Varningskort som visades")
    table, _ = _by_language(
        found,
        "danger-cards",
        title,
        gettext("En gång för varje ny fara i samma besök. Räknas dag för dag, utan att något sparas om vem."),
        (gettext("När kontaktcentret hade öppet"), gettext("När kontaktcentret hade stängt")),
        CARDS,
    )
    return replace(table, charts=(drawn("danger-cards", title, table.lines, bars, column=2),) if table.lines else ())


def _ease(found: Counts) -> Table:
    heads = (
        gettext("5 mycket lätt"),
        gettext("4 lätt"),
        gettext("3 varken eller"),
        gettext("2 svårt"),
        gettext("1 mycket svårt"),
    )
    title = gettext("Hur lätt det var att få hjälp")
    table, total = _by_language(
        found,
        "ease",
        title,
        gettext("Sparas bara som ett antal för dag och språk. Det går inte att se vem som har svarat vad."),
        heads,
        EASE,
    )
    answers = [Line(head, (cell,)) for head, cell in zip(heads, total.cells, strict=False)] if total else []
    return replace(
        table,
        meaning=gettext("Personen får frågan när det finns ett svar att läsa. Ingen måste svara på den."),
        charts=(drawn("ease", title, answers, bars),) if answers else (),
    )


def _bot(found: Counts) -> Table:
    def of(what: Counted) -> Bounds:
        return found.tell.alone(
            [sum(number for (each, _), number in month.items() if each is what) for month in found.daily]
        )

    def event(kind: EventKind) -> Bounds:
        return found.tell.alone([part.events[kind] for part in found.figures.parts])

    channels, _ = by_code(found, [part.by_channel for part in found.figures.parts], str, of_all=True)
    begun, sent = of(Counted.CHAT_BEGUN), dict(channels).get(Channel.CHAT, (0, 0))
    rows = [
        (gettext("Samtal där någon skrev eller valde något"), begun),
        (gettext("Samtal som skickades till en människa"), sent),
        (gettext("Bad om en människa i chatten"), event(EventKind.HUMAN_ASKED)),
        (gettext("En människa gick in i chatten"), event(EventKind.TAKEN_OVER)),
        (gettext("Boten förstod inte"), of(Counted.NOT_UNDERSTOOD)),
        (gettext("Personen rättade boten"), of(Counted.CORRECTED)),
    ]
    table = listed(
        found,
        what="bot",
        title=gettext("Boten"),
        meaning=gettext("Boten ska hjälpa vidare, inte stå i vägen."),
        counted=gettext(
            "Räknas när det händer, dag för dag, utan att något samtal sparas. Raderna räknas var för sig."
        ),
        heading=gettext("Händelse"),
        rows=rows,
        total=None,
        draw=None,
    )
    return replace(
        table, lines=(*table.lines, Line(gettext("Andel samtal som skickades"), (_sent_share(begun, sent),)))
    )


def _sent_share(begun: Bounds, sent: Bounds) -> Cell:
    """By what the rows tell: exact where both are; talks that began before the period may be sent in it."""
    if begun == (0, 0):
        return nothing()
    if begun[0] != begun[1] or sent[0] != sent[1] or sent[0] > begun[0]:
        return hidden()
    return share_by(sent, (begun[0] - sent[0],) * 2)


def all_tables(found: Counts) -> dict[str, Table]:
    """Every table by its name."""
    return {table.what: table for section in sections(found) for table in section.tables}
