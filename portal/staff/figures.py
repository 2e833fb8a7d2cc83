"""Figures for supervisor and board: what was counted in a period, each with a chart, a table and a file."""

from __future__ import annotations

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock, current
from portal.csv_out import MEDIA_TYPE, write_csv
from portal.desk import audit
from portal.desk.audit import Act
from portal.desk.daily_counts import counted
from portal.desk.figures import Span, read_figures
from portal.staff import signed_in
from portal.staff.figure_counts import Counts
from portal.staff.figure_period import KINDS, Period, chosen
from portal.staff.figure_sections import Section, all_tables, sections


def figures() -> ResponseReturnValue:
    period = _period()
    found: list[Section] = sections(_count(period))
    return render_template(
        "staff/figures.html",
        sections=found,
        period=period,
        kinds=KINDS,
        now=clock.now(),
        least=current.ruleset().municipality.hide_below,
    )


def figures_csv() -> ResponseReturnValue:
    """One table as a file. Taking it out is written down."""
    period = _period()
    table = all_tables(_count(period)).get(request.args.get("what", ""))
    if table is None:
        abort(404)
    lines = [*table.lines, *([table.total] if table.total else [])]
    rows = [[line.label, *(cell.written for cell in line.cells)] for line in lines]
    with current.writing() as db:
        audit.append(
            db,
            key=current.parts().audit_key,
            act=Act.EXPORTED,
            subject=f"figures/{table.what}",
            at=clock.now(),
            staff_id=signed_in.who().id,
            detail={"first": period.first.isoformat(), "last": period.last.isoformat()},
        )
    answer = make_response(write_csv(table.head, rows))
    answer.headers["Content-Type"] = MEDIA_TYPE
    name = f"{table.what}-{period.first.isoformat()}-{period.last.isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _period() -> Period:
    asked = request.args
    today = current.ruleset().local(clock.now()).date()
    return chosen(asked.get("kind", ""), asked.get("first", ""), asked.get("last", ""), today=today)


def _count(period: Period) -> Counts:
    ruleset, now = current.ruleset(), clock.now()
    here = ruleset.local(now)
    span = Span(start=period.starts(here), end=period.ends(here), now=now, sealed_units=signed_in.sealed_units())
    with current.reading() as db:
        found = read_figures(db, span)
        daily = counted(db, first=period.first, last=period.last)
    return Counts(figures=found, daily=daily, period=period, ruleset=ruleset, now=now)
