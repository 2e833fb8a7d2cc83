"""What one administrator asked for an account and a second person must agree to: seeing it, agreeing, saying no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from portal import clock, current
from portal.desk import account_changes
from portal.desk import agreements as desk
from portal.desk.account_changes import Agreed, Outcome
from portal.desk.agreements import Waiting
from portal.desk.audit import Act
from portal.desk.entrusted import Holding
from portal.desk.errors import AgreementUnknown, MunicipalityNameTaken, OwnAccount
from portal.records.account_agreement import AgreementKind
from portal.staff import labels, moments, signed_in
from portal.staff.forms import PlainForm
from portal.staff.queue_filters import unit_name

KIND: Final = {
    AgreementKind.RIGHTS: lazy_gettext("Får mer"),
    AgreementKind.LINK: lazy_gettext("Kommunens konto"),
    AgreementKind.SWITCH_ON: lazy_gettext("Slås på igen"),
    AgreementKind.RECOVERY: lazy_gettext("Inloggningen återställs"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """Something that waits, in words: what the account gets, and what it has then in all."""

    row: Waiting
    kind: str
    gets: list[str]
    has_then: list[str]


@dataclass(frozen=True, slots=True)
class ToAgree:
    """What waits. `nobody_else`: nobody could agree to something that the signed-in person asked for."""

    lines: list[Line]
    nobody_else: bool


def agreements() -> ResponseReturnValue:
    """Everything that waits for a second person."""
    return _page()


def agree(agreement_id: UUID) -> ResponseReturnValue:
    """Answers with the page itself: a code is shown this once, and stands in no cookie and no address."""
    if not PlainForm().validate_on_submit():
        return _page(problem=gettext("Sidan var för gammal. Försök igen."), status=400)
    me, valid = signed_in.who(), timedelta(hours=current.ruleset().municipality.two_persons.code_valid_hours)
    try:
        with current.writing() as db:
            done = account_changes.agree(db, agreement_id=agreement_id, by=me.id, now=clock.now(), code_valid=valid)
            codes = {"agreed": done.kind, "asked-by": str(done.asked_by), **_codes(done.kind, done)}
            signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(done.staff_id), who=me, **codes)
    except OwnAccount:
        return _page(
            problem=gettext("Det måste vara någon annan än den som bad om det och den som det gäller."), status=403
        )
    except AgreementUnknown:
        return _page(problem=gettext("Det är för gammalt eller redan avgjort. Inget har ändrats nu."), status=409)
    except MunicipalityNameTaken:
        return _page(
            problem=gettext("Ett annat konto hör redan ihop med det namnet. Säg nej till det här."), status=409
        )
    if done.code is None:
        return _page(said=gettext("Godkänt. Det gäller från nästa klick för %(name)s.", name=done.username))
    return _page(given=(done.username, done.code))


def refuse(agreement_id: UUID) -> ResponseReturnValue:
    """No, after all: of the second person, of the one who asked, or of the one whose account it is."""
    if not PlainForm().validate_on_submit():
        return _page(problem=gettext("Sidan var för gammal. Försök igen."), status=400)
    me = signed_in.who()
    try:
        with current.writing() as db:
            row = desk.refuse(db, agreement_id=agreement_id, now=clock.now())
            what = "called-off" if row.asked_by == me.id else "refused"
            signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(row.staff_id), who=me, **{what: row.kind})
    except AgreementUnknown:
        return _page(problem=gettext("Det är redan avgjort."), status=409)
    return _page(said=gettext("Det blev inget av det. Ingenting har ändrats."))


def lapses_at() -> datetime:
    """Until when there is time to agree to what is asked now."""
    return clock.now() + timedelta(hours=current.ruleset().municipality.two_persons.agree_within_hours)


def asked_words() -> str:
    """What to do after asking for something that waits."""
    sentence = gettext(
        "Resten väntar: en annan administratör eller en arbetsledare godkänner före %(time)s, under Godkänna.",
        time=moments.short_moment(lapses_at()),
    )
    return str(sentence)


def note_asked(db: Session, staff_id: UUID, came: Outcome) -> None:
    """Write down that something was asked for, if anything waits."""
    if came.waits is not None:
        codes = {"asked": came.waits, **_codes(came.waits, came)}
        signed_in.write_down(db, Act.ACCOUNT_CHANGED, subject=str(staff_id), who=signed_in.who(), **codes)


def read_waiting(db: Session, *, staff_id: UUID | None = None) -> ToAgree:
    """What waits, of everybody or of one account, as the page shows it."""
    rows = desk.list_waiting(db, now=clock.now(), staff_id=staff_id)
    me = signed_in.who().id
    alone = [row for row in rows if not desk.somebody_can_agree(db, besides=frozenset({row.asked_by, row.staff_id}))]
    return ToAgree([_line(row) for row in rows], nobody_else=any(row.asked_by == me for row in alone))


def _line(row: Waiting) -> Line:
    return Line(row, str(KIND[row.kind]), gets=_in_words(row.more), has_then=_in_words(row.held_then))


def _in_words(held: Holding) -> list[str]:
    roles = [str(labels.ROLE[role]) for role in sorted(held.roles)]
    units = [gettext("Läser frågor för %(unit)s", unit=unit_name(unit)) for unit in sorted(held.units)]
    protected = [gettext("Läser frågor från personer med skyddade uppgifter")] if held.sees_protected else []
    return [*roles, *units, *protected]


def _codes(kind: AgreementKind, what: Outcome | Agreed) -> dict[str, object]:
    return what.more.codes() if kind == AgreementKind.RIGHTS else {}


def _page(
    *, given: tuple[str, str] | None = None, said: str | None = None, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    with current.reading() as db:
        waiting = read_waiting(db)
    hours = current.ruleset().municipality.two_persons.code_valid_hours
    page = render_template(
        "staff/agreements.html", waiting=waiting, given=given, said=said, problem=problem, hours=hours
    )
    return make_response(page, status)
