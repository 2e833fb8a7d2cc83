"""The figures in the order in which they are read, with the words that say what each means and how it is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from portal.charts import bars
from portal.desk.open_clock import OpenClock
from portal.records.daily_count import Counted
from portal.records.event import EventKind
from portal.records.help_request import CloseReason
from portal.small_cells import safe_list, safe_table
from portal.staff import labels
from portal.staff.figure_contacts import contact_tables
from portal.staff.figure_counts import Counts
from portal.staff.figure_tables import (
    Cell,
    Line,
    Table,
    alone,
    cell_of,
    counts,
    drawn,
    hidden,
    length,
    list_by_code,
    nothing,
    share_of_list,
)
from portal.staff.figure_waiting import reading_table, waiting_tables

WITHOUT_ASSESSMENT = (CloseReason.ANSWERED, CloseReason.GUIDED_ON, CloseReason.BOOKED)
HANDED_ON = (CloseReason.HANDED_OVER, CloseReason.REPORT_TAKEN)
EASE = (Counted.EASE_5, Counted.EASE_4, Counted.EASE_3, Counted.EASE_2, Counted.EASE_1)


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    tables: tuple[Table, ...]


def sections(found: Counts) -> list[Section]:
    clock = found.clock
    return [
        Section(
            gettext("Väntan"),
            (
                *waiting_tables(found.figures, targets=found.targets, clock=clock, now=found.now, least=found.least),
                _waiting_now(found),
                reading_table(found.figures, found.least),
            ),
        ),
        Section(gettext("Vilka som hör av sig"), contact_tables(found)),
        Section(gettext("Hur det gick"), (_closed(found), _handed(found), _ease(found))),
        Section(gettext("Fara"), (_danger(found, clock), _danger_cards(found))),
        Section(gettext("Boten"), (_bot(found),)),
        Section(gettext("Arbetet"), (_work(found), _public(found))),
    ]


def _closed(found: Counts) -> Table:
    reasons = sorted(found.figures.by_close_reason.items(), key=lambda it: (-it[1], it[0]))
    safe = safe_list([number for _, number in reasons], least=found.least)

    def part(of: Sequence[CloseReason]) -> Cell:
        return share_of_list(safe, [row for row, (reason, _) in enumerate(reasons) if reason in of])

    rows = tuple(
        Line(str(labels.CLOSE_REASON[CloseReason(reason)]), (cell_of(safe, row, 0),))
        for row, (reason, _) in enumerate(reasons)
    )
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
        if reasons
        else (),
        total=Line(gettext("Tillsammans"), (cell_of(safe, len(reasons), 0),)) if reasons else None,
        charts=(drawn("closed", title, rows, bars),) if reasons else (),
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
    public = found.figures.public
    rows = [
        (gettext("Frågor som får publiceras"), public.asked),
        (gettext("Av dem publiceras inte, med ett skäl"), public.declined),
        (gettext("Publicerade svar"), public.published),
        (gettext("Sökningar som inte gav något"), public.searched_in_vain),
    ]
    return Table(
        what="public",
        title=gettext("Frågor och svar för alla"),
        meaning=gettext("Sökningar utan svar visar vad som saknas."),
        counted=gettext("Svar och sökningar räknas efter vecka: veckan hör till den period där dess måndag ligger."),
        head=(gettext("Händelse"), gettext("Antal")),
        lines=tuple(Line(name, (alone(number, found.least),)) for name, number in rows),
    )


def _events(found: Counts, what: str, title: str, meaning: str, rows: Sequence[tuple[str, EventKind]]) -> Table:
    return Table(
        what=what,
        title=title,
        meaning=meaning,
        counted=gettext("Det som hände under perioden, också med äldre frågor. Raderna räknas var för sig."),
        head=(gettext("Händelse"), gettext("Antal")),
        lines=tuple(Line(name, (alone(found.figures.events[kind], found.least),)) for name, kind in rows),
    )


def _waiting_now(found: Counts) -> Table:
    waiting = sorted(found.figures.waiting.items(), key=lambda it: it[1][1])
    safe = safe_list([number for _, (number, _) in waiting], least=found.least)
    rows = tuple(
        Line(
            labels.language_name(language),
            (
                cell_of(safe, row, 0),
                length((found.now - since).total_seconds()) if number >= found.least else hidden(),
            ),
        )
        for row, (language, (number, since)) in enumerate(waiting)
    )
    title = gettext("Väntar just nu")
    return Table(
        what="waiting-now",
        title=title,
        meaning=gettext("Det språk där någon har väntat längst står först."),
        counted=gettext("Alla som väntar på personalen nu, oavsett vilken period som visas."),
        head=(gettext("Språk"), gettext("Antal"), gettext("Längsta väntan")),
        lines=rows,
        total=Line(gettext("Tillsammans"), (cell_of(safe, len(waiting), 0), nothing())) if waiting else None,
        charts=(drawn("waiting-now", title, rows, bars),) if rows else (),
    )


def _danger(found: Counts, clock: OpenClock) -> Table:
    moments = [arrival.created for arrival in found.figures.arrivals if arrival.dangerous]
    inside = sum(clock.is_open(moment) for moment in moments)
    return counts(
        what="danger",
        title=gettext("Frågor med fara"),
        meaning=gettext("Utanför öppettid är det jouren och 112 som svarar."),
        counted=gettext("Frågor där personens egna ord eller knappar betydde fara, efter när de kom."),
        heading=gettext("När"),
        rows=[
            (gettext("När kontaktcentret hade öppet"), inside),
            (gettext("När kontaktcentret hade stängt"), len(moments) - inside),
        ],
        least=found.least,
    )


def _danger_cards(found: Counts) -> Table:
    return list_by_code(
        "danger-cards",
        gettext("Varningskort som visades"),
        gettext("Språk"),
        {language: number for (what, language), number in found.daily.items() if what is Counted.DANGER_CARD},
        labels.language_name,
        counted=gettext("En gång för varje ny fara i samma besök. Räknas dag för dag, utan att något sparas om vem."),
        least=found.least,
    )


def _bot(found: Counts) -> Table:
    def of(what: Counted) -> int:
        return sum(number for (each, _), number in found.daily.items() if each is what)

    begun, sent = of(Counted.CHAT_BEGUN), found.figures.by_channel.get("chat", 0)
    events = found.figures.events
    rows = [
        (gettext("Samtal där någon skrev eller valde något"), begun),
        (gettext("Samtal som skickades till en människa"), sent),
        (gettext("Bad om en människa i chatten"), events[EventKind.HUMAN_ASKED]),
        (gettext("En människa gick in i chatten"), events[EventKind.TAKEN_OVER]),
        (gettext("Boten förstod inte"), of(Counted.NOT_UNDERSTOOD)),
        (gettext("Personen rättade boten"), of(Counted.CORRECTED)),
    ]
    shown = min(begun, sent) >= found.least and sent <= begun
    rate = Cell(f"{100 * sent / begun:.0f} %", round(100 * sent / begun)) if shown else hidden() if begun else nothing()
    return Table(
        what="bot",
        title=gettext("Boten"),
        meaning=gettext("Boten ska hjälpa vidare, inte stå i vägen."),
        counted=gettext(
            "Räknas när det händer, dag för dag, utan att något samtal sparas. Raderna räknas var för sig."
        ),
        head=(gettext("Händelse"), gettext("Antal")),
        lines=(
            *(Line(name, (alone(number, found.least),)) for name, number in rows),
            Line(gettext("Andel samtal som skickades"), (rate,)),
        ),
    )


def _ease(found: Counts) -> Table:
    languages = sorted({language for what, language in found.daily if what in EASE})
    heads = (
        gettext("5 mycket lätt"),
        gettext("4 lätt"),
        gettext("3 varken eller"),
        gettext("2 svårt"),
        gettext("1 mycket svårt"),
    )
    safe = safe_table(
        [[found.daily.get((what, language), 0) for what in EASE] for language in languages or ["-"]], least=found.least
    )
    width = range(len(EASE) + 1)
    rows = tuple(
        Line(labels.language_name(language), tuple(cell_of(safe, row, column) for column in width))
        for row, language in enumerate(languages)
    )
    total = Line(gettext("Alla"), tuple(cell_of(safe, len(languages), column) for column in width))
    title = gettext("Hur lätt det var att få hjälp")
    return Table(
        what="ease",
        title=title,
        meaning=gettext("Personen får frågan när det finns ett svar att läsa. Ingen måste svara på den."),
        counted=gettext("Sparas bara som ett antal för dag och språk. Det går inte att se vem som har svarat vad."),
        head=(gettext("Språk"), *heads, gettext("Alla")),
        lines=rows,
        total=total if rows else None,
        charts=(drawn("ease", title, _turned(heads, total), bars),) if rows else (),
    )


def _turned(heads: Sequence[str], line: Line) -> list[Line]:
    return [Line(head, (cell,)) for head, cell in zip(heads, line.cells, strict=False)]


def all_tables(found: Counts) -> dict[str, Table]:
    """Every table by its name."""
    return {table.what: table for section in sections(found) for table in section.tables}
