"""The log of who opened what and why, for the auditor. It holds codes only; so does this page. Reading it is written
into it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext, lazy_gettext

from portal import clock, current
from portal.audit_heads import read_heads
from portal.csv_out import csv_answer
from portal.desk import audit, audit_reading
from portal.desk.audit import Act
from portal.desk.audit_reading import Asked, Line
from portal.desk.roster import id_of
from portal.staff import signed_in
from portal.staff.audit_words import ACT, act_words, detail_words, stamp, why_words
from portal.staff.forms import PlainForm

ROWS: Final = 100
MOST_IN_A_FILE: Final = 50_000
LATELY: Final = timedelta(days=30)
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)
"""Days that databases can compare."""

_FIELDS: Final = ("username", "subject", "act", "first", "last", "protected", "untouched")
_NAMEABLE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")

SHORTCUTS: Final = (
    ({"act": Act.PROTECTED_REFUSED.value}, lazy_gettext("Försök att öppna det som är skyddat")),
    ({"act": Act.NOT_FOUND.value}, lazy_gettext("Sökte frågor som inte finns för dem")),
    ({"untouched": "y"}, lazy_gettext("Öppnade och gjorde inget")),
    ({"act": Act.ACCOUNT_CHANGED.value}, lazy_gettext("Ändrade konton")),
    ({"act": Act.SIGN_IN_FAILED.value}, lazy_gettext("Inloggningar som inte gick")),
    ({"act": Act.DISCLOSED.value}, lazy_gettext("Utlämnat")),
)
"""What an auditor looks for most, and what it is called."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked for: as typed, as the desk understands it, and what is wrong with it."""

    typed: dict[str, str]
    asked: Asked
    problem: str | None

    @property
    def address(self) -> dict[str, str]:
        return {name: value for name, value in self.typed.items() if value}


def audit_log() -> ResponseReturnValue:
    question = _question()
    lines = [] if question.problem else _read(question, ROWS + 1, before=request.args.get("before", type=int))
    with current.reading() as db:
        access = audit_reading.protected_access(db, since=clock.now() - LATELY)
    page = render_template(
        "staff/audit_log.html",
        lines=lines[:ROWS],
        more=lines[ROWS - 1].number if len(lines) > ROWS else None,
        question=question,
        problem=question.problem,
        access=access,
        access_days=LATELY.days,
        shortcuts=[(urlencode(asked), words) for asked, words in SHORTCUTS],
        most=format_decimal(MOST_IN_A_FILE),
        acts=ACT,
        stamp=stamp,
        act_words=act_words,
        why_words=why_words,
        detail_words=detail_words,
    )
    return make_response(page, 400 if question.problem else 200)


def check_log() -> ResponseReturnValue:
    """Walk the whole chain, now, and say how it is."""
    form = PlainForm()
    if not form.validate_on_submit():
        return audit_log()
    parts = current.parts()
    with current.reading() as db:
        verdict = audit.verify(db, key=parts.audit_key, heads=read_heads(parts.settings.var_folder))
    return render_template("staff/audit_check.html", verdict=verdict, now=clock.now())


def audit_csv() -> ResponseReturnValue:
    """The rows that the page shows, as a file. Taking it out is itself written down."""
    question = _question()
    if question.problem:
        return audit_log()
    subject, detail = _how_asked(question)
    with current.writing() as db:
        signed_in.write_down(db, Act.EXPORTED, subject="audit-log", who=signed_in.who(), about=subject, **detail)
    head = [
        gettext("Nummer"),
        gettext("Tid (UTC)"),
        gettext("Konto"),
        gettext("Vad"),
        gettext("Vilket"),
        gettext("Varför"),
        gettext("Mer"),
    ]
    rows = [
        (
            line.number,
            line.at.isoformat(),
            line.username or "",
            act_words(line.act),
            line.about or line.subject,
            why_words(line.why),
            detail_words(line.detail),
        )
        for line in _lines(question, MOST_IN_A_FILE)
    ]
    return csv_answer("audit.csv", head, rows)


def _read(question: Question, limit: int, *, before: int | None) -> list[Line]:
    """The rows; that somebody read them is written down after, so that it does not stand first among them."""
    lines = _lines(question, limit, before=before)
    subject, detail = _how_asked(question)
    with current.writing() as db:
        audit_reading.note_read(
            db,
            key=current.parts().audit_key,
            act=Act.READ_LOG,
            subject=subject,
            staff_id=signed_in.who().id,
            at=clock.now(),
            detail=detail,
        )
    return lines


def _lines(question: Question, limit: int, *, before: int | None = None) -> list[Line]:
    with current.reading() as db:
        return audit_reading.lines(db, limit=limit, asked=question.asked, before=before)


def _how_asked(question: Question) -> tuple[str, dict[str, object]]:
    """For the log: what was asked about, and by what. Codes only, so nothing else that was typed."""
    subject = question.asked.subject.strip()
    with current.reading() as db:
        whose = id_of(db, username=question.asked.username) if question.asked.username else None
        about = id_of(db, username=subject) if subject else None
    named = str(about) if about else subject.upper() if _NAMEABLE.fullmatch(subject) else "audit-log"
    by: dict[str, object] = {"by": [name for name in _FIELDS if question.typed[name]]} if question.address else {}
    return named, {**by, audit_reading.ACCOUNT: str(whose)} if whose else by


def _question() -> Question:
    typed = {name: request.args.get(name, "").strip() for name in _FIELDS}
    try:
        since, until = _midnight(typed["first"]), _midnight(typed["last"], days=1)
        problem = None
    except ValueError:
        since = until = None
        problem = gettext("Skriv dagen som 2026-01-31.")
    asked = Asked(
        username=typed["username"],
        subject=typed["subject"],
        act=typed["act"],
        since=since,
        until=until,
        protected=bool(typed["protected"]),
        untouched=bool(typed["untouched"]),
    )
    return Question(typed, asked, problem)


def _midnight(day: str, *, days: int = 0) -> datetime | None:
    """When this day, or one so many days later, begins here. Raises ValueError."""
    if not day:
        return None
    zone, asked = ZoneInfo(current.ruleset().municipality.time_zone), date.fromisoformat(day)
    if not EARLIEST <= asked <= LATEST:
        raise ValueError(day)
    return datetime.combine(asked + timedelta(days=days), time(), tzinfo=zone)
