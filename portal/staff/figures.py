"""Figures for supervisor and board: what was counted in a period, each with a chart, a table and a file."""

from __future__ import annotations

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock, current
from portal.csv_out import csv_answer
from portal.desk import audit
from portal.desk.audit import Act
from portal.desk.daily_counts import counted
from portal.desk.figures import Span, read_figures
from portal.staff import signed_in
from portal.staff.figure_counts import Counts
from portal.staff.figure_period import KINDS, Period, chosen, offered
from portal.staff.figure_sections import all_tables, sections
from portal.staff.figure_told import Telling


def figures() -> ResponseReturnValue:
    today = current.ruleset().local(clock.now()).date()
    period = _period()
    after = period.after()
    choices = offered(period.by, today)
    return render_template(
        "staff/figures.html",
        sections=sections(_count(period)),
        period=period,
        after=after if after.has_ended(today) else None,
        kinds={kind: KINDS[kind] for kind in choices},
        offered=choices,
        now=clock.now(),
        least=current.ruleset().municipality.hide_below,
    )


def figures_csv() -> Response:
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
            detail={"period": period.code},
        )
    return csv_answer(f"{table.what}-{period.code}.csv", table.head, rows)


def _period() -> Period:
    today = current.ruleset().local(clock.now()).date()
    by = current.ruleset().municipality.figures_by
    return chosen(request.args.get("period", ""), by=by, today=today)


def _count(period: Period) -> Counts:
    ruleset, now = current.ruleset(), clock.now()
    here = ruleset.local(now)
    span = Span(begins=period.begins(here), end=period.ends(here), now=now, sealed_units=signed_in.sealed_units())
    with current.reading() as db:
        found = read_figures(db, span)
        daily = counted(db, begins=period.parts, last=period.last)
    telling = Telling(ruleset.municipality.hide_below)
    return Counts(figures=found, daily=daily, period=period, ruleset=ruleset, now=now, tell=telling)
