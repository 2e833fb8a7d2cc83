"""The weekly picture in words: its chart, its table for a file, and its text for the local picture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import format_decimal, gettext
from markupsafe import Markup

from portal import current
from portal.charts import Chart, Mark, Series, bars
from portal.csv_out import Cell
from portal.desk.area_judging import PassedOn
from portal.desk.area_signals import first_day
from portal.desk.area_week import Earlier, Figure, Picture, Place
from portal.place_words import category_label, receiver_label, week_days


def place_words(place: Place) -> str:
    return place.name or str(gettext("Annan plats"))


def figure_words(figure: Figure) -> str:
    """A published number: hidden, the least it can be, or exact."""
    if figure.number is None:
        return str(gettext("färre än %(number)s", number=current.ruleset().municipality.hide_below))
    if not figure.exact:
        return str(gettext("minst %(number)s", number=figure.number))
    return str(figure.number)


def mean_words(earlier: Earlier) -> str:
    return str(gettext("visas inte")) if earlier.mean is None else str(format_decimal(earlier.mean, "0.#"))


def chart_of(picture: Picture) -> Markup:
    """Each area's total beside what is usual."""
    this = Series(
        str(gettext("Veckan")), tuple(Mark(row.total.number, figure_words(row.total)) for row in picture.rows)
    )
    usual = Series(
        str(gettext("Medel av fyra veckor före")),
        tuple(Mark(row.earlier.mean, mean_words(row.earlier)) for row in picture.rows),
    )
    return bars(
        Chart(
            name="areas",
            title=str(gettext("Oro för platser, område för område")),
            description=str(gettext("Samma tal står i tabellen under bilden.")),
            labels=tuple(place_words(row.place) for row in picture.rows),
            series=(this, usual),
        )
    )


def table_of(picture: Picture) -> tuple[list[str], list[list[Cell]]]:
    """Head and rows for a file: one row for each area and category, then each area's total."""
    head = [
        str(gettext("Vecka")),
        str(gettext("Område")),
        str(gettext("Gäller från")),
        str(gettext("Vad det gäller")),
        str(gettext("Antal")),
        str(gettext("Veckan före")),
        str(gettext("Medel av fyra veckor före")),
        str(gettext("Samma vecka förra året")),
    ]
    rows: list[list[Cell]] = []
    for row in picture.rows:
        begins: list[Cell] = [picture.week, place_words(row.place), row.place.since]
        for kind, cell, earlier in zip(picture.categories, row.cells, row.earlier_cells, strict=True):
            rows.append([*begins, category_label(kind), *_numbers(cell, earlier)])
        rows.append([*begins, str(gettext("Tillsammans")), *_numbers(row.total, row.earlier)])
    rows.append(
        [
            picture.week,
            str(gettext("Alla platser")),
            None,
            str(gettext("Tillsammans")),
            *_numbers(picture.total, picture.earlier),
        ]
    )
    return head, rows


def markdown_of(picture: Picture, passed: Sequence[PassedOn]) -> str:
    """The week as a text to paste into the local picture: no person, no small number."""
    number = first_day(picture.week).isocalendar()[1]
    title = gettext("Lägesbild, vecka %(number)s (%(days)s)", number=number, days=week_days(picture.week))
    columns = [gettext("Område"), gettext("Antal"), gettext("Veckan före"), gettext("Medel av fyra veckor före")]
    lines = [
        f"# {title}",
        "",
        gettext(
            "Här finns inga personer. Antal under %(number)s visas inte.",
            number=current.ruleset().municipality.hide_below,
        ),
        "",
    ]
    lines += [f"## {gettext('Oro för platser')}", "", _row(columns), _row(["---"] * len(columns))]
    for row in picture.rows:
        words = [
            place_words(row.place),
            figure_words(row.total),
            figure_words(row.earlier.before),
            mean_words(row.earlier),
        ]
        lines.append(_row(words))
    for row in picture.rows:
        told = [
            f"- {_plain(category_label(kind))}: {figure_words(cell)}"
            for kind, cell in zip(picture.categories, row.cells, strict=True)
            if cell.hidden or cell.number
        ]
        if told:
            lines += ["", f"## {_plain(place_words(row.place))}", "", *told]
    lines += ["", f"## {gettext('Det som har förts vidare')}", ""]
    for each in passed:
        receivers = ", ".join(receiver_label(slug) for slug in each.receivers)
        where = each.area_name or gettext("Annan plats")
        lines += [f"### {_plain(where)}: {_plain(category_label(each.category))}", "", _plain(each.words), ""]
        lines += [gettext("Fört vidare till: %(receivers)s.", receivers=_plain(receivers)), ""]
    if not passed:
        lines += [gettext("Inget den här veckan."), ""]
    versions = ", ".join(picture.versions) or gettext("ingen")
    lines.append(gettext("Områdeslista: %(versions)s.", versions=versions))
    return "\n".join(map(str, lines)) + "\n"


def _numbers(figure: Figure, earlier: Earlier) -> list[Cell]:
    year_ago = earlier.year_ago
    return [
        _cell(figure),
        _cell(earlier.before),
        earlier.mean,
        _cell(year_ago) if year_ago is not None else None,
    ]


def _cell(figure: Figure) -> Cell:
    return figure.number if figure.exact and figure.number is not None else figure_words(figure)


def _row(words: Sequence[object]) -> str:
    return "| " + " | ".join(_plain(str(word)) if str(word) != "---" else "---" for word in words) + " |"


def _plain(text: str) -> str:
    """Text that stays text in Markdown: one line, and no character that would mark it up."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&])", r"\\\1", " ".join(text.split()))
