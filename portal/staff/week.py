"""The weekly picture of worries about places, for a supervisor: figures, a list to work through, files to take out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.csv_out import csv_answer
from portal.desk import area_judging, audit
from portal.desk.area_judging import SignalRow
from portal.desk.area_signals import first_day, week_of
from portal.desk.area_week import Picture, Place, weekly_picture
from portal.place_words import category_label, rules, week_days
from portal.records.errors import DomainError
from portal.staff import signed_in
from portal.staff.area_forms import MergeForm
from portal.staff.area_labels import SOURCE_OF, STATE_OF
from portal.staff.forms import FIRST_YEAR, LAST_YEAR
from portal.staff.problems import sentence_for, status_for
from portal.staff.week_words import chart_of, figure_words, markdown_of, mean_words, place_words, table_of

WEEKS_OFFERED: Final = 53
"""The chosen week's list goes so far back."""


SHOWN_AT_FIRST: Final = 12
"""Lines of each list before one asks for all."""


@dataclass(frozen=True, slots=True)
class Line:
    """A worry in the list, in words."""

    row: SignalRow
    state: object
    source: object
    category: str
    dangers: list[str]


def week() -> ResponseReturnValue:
    return _show(_chosen())


def merge_signals() -> ResponseReturnValue:
    """Several worries about one area become one phenomenon; they stay below the oldest of them."""
    form = MergeForm()
    if not form.validate_on_submit():
        return _show(_chosen(), problem=gettext("Sidan var för gammal. Försök igen."), status=400)
    try:
        with current.writing() as db:
            leader = area_judging.merge(
                db,
                references=form.references.data or [],
                audit_key=current.parts().audit_key,
                staff_id=signed_in.who().id,
                now=clock.now(),
            )
    except DomainError as error:
        return _show(_chosen(), problem=sentence_for(error), status=status_for(error))
    flash(gettext("De är ihoplagda. Det du för vidare och svarar gäller alla."))
    return redirect(url_for("staff.signal_page", reference=leader), 303)


def week_csv() -> ResponseReturnValue:
    """The picture's figures as a file."""
    chosen = _chosen()
    picture = _picture(chosen)
    _note_taken_out(chosen)
    head, rows = table_of(picture)
    return csv_answer(f"week-{chosen}.csv", head, rows)


def week_markdown() -> ResponseReturnValue:
    """The week as a text for the group that puts local pictures together: figures, and what was passed on."""
    chosen = _chosen()
    picture = _picture(chosen)
    _note_taken_out(chosen)
    keys = current.parts().content_keys
    with current.reading() as db:
        passed = area_judging.passed_on_of_week(db, keys=keys, week=chosen)
    answer = make_response(markdown_of(picture, passed))
    answer.headers["Content-Type"] = "text/markdown; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="week-{chosen}.md"'
    return answer


def _chosen() -> str:
    """The week that is asked for, or the one that has just ended: on a Monday morning nothing of this one is known."""
    asked = request.values.get("week", "")
    try:
        monday = first_day(asked)
    except ValueError:
        monday = None
    if monday is None or not FIRST_YEAR <= monday.year < LAST_YEAR:
        return week_of(current.ruleset().local(clock.now()).date() - timedelta(weeks=1))
    return week_of(monday)


def _picture(chosen: str) -> Picture:
    sunday = first_day(chosen) + timedelta(days=6)
    places = [Place(area.slug, area.name, area.valid.from_) for area in current.ruleset().areas_on(sunday)]
    with current.reading() as db:
        return weekly_picture(
            db,
            week=chosen,
            places=[*places, Place(None, None, None)],
            categories=[each.slug for each in rules().categories],
            hide_below=current.ruleset().municipality.hide_below,
        )


def _show(chosen: str, *, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    picture = _picture(chosen)
    with current.reading() as db:
        new, read = area_judging.waiting(db), area_judging.of_week(db, chosen)
    everything = request.values.get("list") == "all"
    this = current.ruleset().local(clock.now()).date()
    monday = first_day(chosen)
    page = render_template(
        "staff/week.html",
        picture=picture,
        chosen=chosen,
        number=monday.isocalendar()[1],
        days=week_days(chosen),
        weeks=[(each, week_days(each)) for each in (week_of(this - timedelta(weeks=n)) for n in range(WEEKS_OFFERED))],
        before=week_of(monday - timedelta(weeks=1)),
        after=week_of(monday + timedelta(weeks=1)) if chosen < week_of(this) else None,
        chart=chart_of(picture),
        waiting=_lines(new if everything else new[:SHOWN_AT_FIRST]),
        read=_lines(read if everything else read[:SHOWN_AT_FIRST]),
        how_many={"waiting": len(new), "read": len(read)},
        hide_below=current.ruleset().municipality.hide_below,
        **_words(),
        problem=problem,
    )
    return make_response(page, status)


def _words() -> dict[str, Callable[..., str]]:
    return {
        "place_words": place_words,
        "figure_words": figure_words,
        "mean_words": mean_words,
        "category_label": category_label,
    }


def _lines(rows: list[SignalRow]) -> list[Line]:
    dangers = current.ruleset().dangers
    return [
        Line(
            row,
            STATE_OF[row.state],
            SOURCE_OF[row.source],
            category_label(row.category),
            [dangers[signal].label for signal in row.signals if signal in dangers],
        )
        for row in rows
    ]


def _note_taken_out(chosen: str) -> None:
    parts = current.parts()
    with current.writing() as db:
        audit.append(
            db,
            key=parts.audit_key,
            act=audit.Act.EXPORTED,
            subject=f"area-week-{chosen}",
            at=clock.now(),
            staff_id=signed_in.who().id,
        )
