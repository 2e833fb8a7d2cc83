"""The log of who opened what and why, for the auditor. It holds codes only; so does this page."""

from __future__ import annotations

from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from portal import clock, current
from portal.audit_heads import read_heads
from portal.csv_out import csv_answer
from portal.desk import audit
from portal.desk.audit import Act, Line, Why
from portal.staff import signed_in
from portal.staff.forms import PlainForm

ROWS: Final = 100
MOST_IN_A_FILE: Final = 50_000

ACT: Final = {
    Act.OPENED: lazy_gettext("Öppnade"),
    Act.SEARCHED: lazy_gettext("Sökte"),
    Act.SIGNED_IN: lazy_gettext("Loggade in"),
    Act.SIGNED_OUT: lazy_gettext("Loggade ut"),
    Act.SIGN_IN_FAILED: lazy_gettext("Inloggning som inte gick"),
    Act.ACCOUNT_CHANGED: lazy_gettext("Ändrade ett konto"),
    Act.UNMASKED: lazy_gettext("Visade det som var dolt"),
    Act.DISCLOSED: lazy_gettext("Lämnade ut"),
    Act.EXPORTED: lazy_gettext("Tog ut siffror eller lista"),
    Act.HELD: lazy_gettext("Stoppade gallring"),
    Act.HOLD_ENDED: lazy_gettext("Släppte gallring"),
    Act.ERASED: lazy_gettext("Gallrade"),
    Act.HANDED_OVER: lazy_gettext("Lämnade över"),
    Act.CHANGED_MANY: lazy_gettext("Ändrade flera på en gång"),
    Act.ALARM: lazy_gettext("Larmade"),
    Act.PUBLISHED: lazy_gettext("Publicerade"),
    Act.NOT_FOUND: lazy_gettext("Sökte en fråga som inte finns för kontot"),
    Act.PROTECTED_REFUSED: lazy_gettext("Försökte öppna en fråga med skyddade uppgifter"),
    Act.SECONDED: lazy_gettext("Bekräftade som den andra av två"),
}
WHY: Final = {
    Why.QUEUE: lazy_gettext("Väntade i kön"),
    Why.OWN: lazy_gettext("Har hand om den"),
    Why.HANDOVER: lazy_gettext("Överlämnad till enheten"),
    Why.DUTY: lazy_gettext("Hör till uppgiften"),
    Why.COLLEAGUE_AWAY: lazy_gettext("Kollegan är borta"),
    Why.PERSON_CALLED: lazy_gettext("Personen hörde av sig"),
    Why.SUPERVISION: lazy_gettext("Arbetsledning"),
    Why.COMPLAINT: lazy_gettext("Klagomål"),
    Why.DISCLOSURE: lazy_gettext("Ska lämnas ut"),
    Why.THREAT: lazy_gettext("Hot"),
}


def audit_log() -> ResponseReturnValue:
    lines = _lines(ROWS + 1, before=request.args.get("before", type=int))
    return render_template(
        "staff/audit_log.html",
        lines=lines[:ROWS],
        more=lines[ROWS - 1].number if len(lines) > ROWS else None,
        asked={name: request.args.get(name, "") for name in ("username", "subject", "act")},
        acts=ACT,
        act_words=act_words,
        why_words=why_words,
        detail_words=detail_words,
        verdict=None,
    )


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
    with current.writing() as db:
        audit.append(
            db,
            key=current.parts().audit_key,
            act=Act.EXPORTED,
            subject="audit-log",
            at=clock.now(),
            staff_id=signed_in.who().id,
        )
    head = [
        gettext("Nummer"),
        gettext("Tid (UTC)"),
        gettext("Konto"),
        gettext("Vad"),
        gettext("Vilket"),
        gettext("Varför"),
    ]
    rows = [
        (line.number, line.at.isoformat(), line.username or "", act_words(line.act), line.subject, why_words(line.why))
        for line in _lines(MOST_IN_A_FILE)
    ]
    return csv_answer("audit.csv", head, rows)


def act_words(code: str) -> str:
    """What was done, in words; the code itself for one that this version does not know."""
    return str(ACT.get(code, code))  # type: ignore[call-overload]  # a StrEnum is found by its text


def why_words(code: str) -> str:
    return str(WHY.get(code, code))  # type: ignore[call-overload]  # as above


def detail_words(detail: dict[str, object]) -> str:
    """The codes of a row in one line."""
    return ", ".join(f"{key}: {value}" for key, value in sorted(detail.items()))


def _lines(limit: int, *, before: int | None = None) -> list[Line]:
    with current.reading() as db:
        return audit.lines(
            db,
            limit=limit,
            before=before,
            username=request.args.get("username"),
            subject=request.args.get("subject"),
            act=request.args.get("act"),
        )
